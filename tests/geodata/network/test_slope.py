"""Slopes: tables that are read in between their rows, and heights that are told apart along ways."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.network.profiles import CAR, FOOT, MOTORCYCLE, PROFILES, Profile
from geodata.network.slope import Heights, slowness, times_as_long
from geodata.network.values import elevation_m, incline_percent


def _heights(*points: tuple[int, float, float]) -> Heights:
    way, along_m, height_m = np.array(points, dtype=np.float64).reshape(-1, 3).T
    return Heights(way.astype(np.int64), along_m, height_m)


NOT_TAGGED = np.array([np.nan])


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_the_flat_takes_as_long_as_the_flat_and_a_steep_slope_longer(profile: Profile) -> None:
    flat, up, down = times_as_long(np.array([0.0, 30.0, -30.0]), profile.slope)

    assert flat == 1
    assert up > 1.5
    assert down > 1.5


def test_the_table_of_walkers_is_toblers_function() -> None:
    percent = np.arange(-45.0, 46.0)
    walked = [math.exp(-3.5 * abs(slope / 100 + 0.05) + 3.5 * 0.05) for slope in percent]

    assert 1 / times_as_long(percent, FOOT.slope) == pytest.approx(walked, abs=0.016)


@pytest.mark.parametrize("profile", [CAR, MOTORCYCLE], ids=["car", "motorcycle"])
def test_a_motor_does_not_feel_what_roads_are_built_with(profile: Profile) -> None:
    assert times_as_long(np.array([-6.0, -3.0, 3.0, 5.0]), profile.slope).tolist() == [1, 1, 1, 1]


def test_two_ways_do_not_share_a_slope() -> None:
    heights = _heights((0, 0.0, 400.0), (1, 100.0, 430.0))

    found = slowness(np.array([0.0]), np.array([100.0]), NOT_TAGGED, heights, FOOT.slope)

    assert not found.is_known.any()
    assert found.forward.tolist() == [1.0]


def test_ways_that_meet_are_told_apart_where_one_ends_and_the_next_begins() -> None:
    # Way 1 is laid behind way 0: its first point has the place of the other's last one.
    heights = _heights((0, 0.0, 400.0), (0, 100.0, 420.0), (1, 100.0, 420.0), (1, 200.0, 400.0))

    found = slowness(np.array([0.0, 100.0]), np.array([100.0, 200.0]), np.repeat(NOT_TAGGED, 2), heights, FOOT.slope)

    assert found.is_known.tolist() == [True, True]
    assert found.forward.tolist() == pytest.approx([1 / 0.5, 1 / 0.7])
    assert found.backward.tolist() == pytest.approx([1 / 0.7, 1 / 0.5])


@given(st.lists(st.tuples(st.floats(30, 900), st.floats(-0.4, 0.4)), min_size=1, max_size=8), st.data())
def test_parts_of_a_stretch_take_as_long_as_the_whole(steps: list[tuple[float, float]], data: st.DataObject) -> None:
    along_m = np.concatenate([[0.0], np.cumsum([gap for gap, _ in steps])])
    height_m = np.concatenate([[0.0], np.cumsum([gap * slope for gap, slope in steps])])
    heights = Heights(np.zeros(len(along_m), dtype=np.int64), along_m, height_m)
    cuts = sorted({0.0, along_m[-1], *data.draw(st.lists(st.floats(0, along_m[-1]), max_size=4))})
    begin_m, end_m = np.array(list(pairwise(cuts))).T

    parts = slowness(begin_m, end_m, np.full(len(begin_m), np.nan), heights, FOOT.slope)
    whole = slowness(along_m[:1], along_m[-1:], NOT_TAGGED, heights, FOOT.slope)

    assert parts.is_known.all()
    assert float(parts.forward @ (end_m - begin_m)) == pytest.approx(float(whole.forward[0] * along_m[-1]))
    assert float(parts.backward @ (end_m - begin_m)) == pytest.approx(float(whole.backward[0] * along_m[-1]))


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("432", 432.0),
        ("432 m", 432.0),
        ("432.5m", 432.5),
        ("432,5", 432.5),
        ("1,234", 1234.0),
        ("1,234.5 m", 1234.5),
        ("511,144", 511.144),
        ("-2", -2.0),
        ("1000 ft", 304.8),
        ("12000", None),
        ("1,2,3", None),
        ("432-440", None),
        ("~430", None),
        ("", None),
        ("nan", None),
    ],
)
def test_heights_are_read(text: str, metres: float | None) -> None:
    assert elevation_m(text) == pytest.approx(metres)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("10%", 10.0),
        ("-5 %", -5.0),
        ("2,5%", 2.5),
        ("0", 0.0),
        ("45°", 100.0),
        ("-10°", -17.632698),
        ("1:8", 12.5),
        ("1:0", None),
        ("up", None),
        ("down", None),
        ("10-15%", None),
        ("90°", None),
        ("", None),
    ],
)
def test_inclines_are_read(text: str, percent: float | None) -> None:
    assert incline_percent(text) == pytest.approx(percent)

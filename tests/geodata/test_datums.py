"""Coordinates of Chinese maps: shifted on the mainland and nowhere else, and brought back exactly."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geodata.coords import LonLat, great_circle_m
from geodata.datum import Datum, from_wgs84, is_shifted, to_wgs84

SHIFTED = [Datum.GCJ02, Datum.BD09]
anywhere = st.builds(LonLat, st.floats(-180, 180), st.floats(-85, 85))
around_china = st.builds(LonLat, st.floats(73, 136), st.floats(15, 54))


def metres(a: LonLat, b: LonLat) -> float:
    """Distance that keeps its digits when it is small."""
    scale = 111_195.0
    return math.hypot((a.lon - b.lon) * scale * math.cos(math.radians(a.lat)), (a.lat - b.lat) * scale)


@given(place=around_china, datum=st.sampled_from(SHIFTED))
def test_a_place_on_the_mainland_comes_back_within_a_millionth_of_a_metre(place: LonLat, datum: Datum) -> None:
    assume(is_shifted(place))

    there = from_wgs84(place, datum)

    assert metres(to_wgs84(there, datum), place) < 1e-6


@given(lat=st.floats(24, 40), off=st.floats(-1e-6, 1e-6), datum=st.sampled_from(SHIFTED))
def test_it_comes_back_at_the_meridian_where_the_shift_has_a_kink(lat: float, off: float, datum: Datum) -> None:
    place = LonLat(105 + off, lat)

    assert metres(to_wgs84(from_wgs84(place, datum), datum), place) < 1e-6


@given(place=around_china)
def test_the_mainland_is_shifted_by_some_hundred_metres_and_less_than_two_kilometres(place: LonLat) -> None:
    assume(is_shifted(place))

    assert 20 < great_circle_m(place, from_wgs84(place, Datum.GCJ02)) < 900
    assert 300 < great_circle_m(place, from_wgs84(place, Datum.BD09)) < 2500


@given(place=anywhere, datum=st.sampled_from(SHIFTED))
def test_a_place_elsewhere_stays_where_it_is(place: LonLat, datum: Datum) -> None:
    assume(not is_shifted(place))

    assert from_wgs84(place, datum) == place


@given(place=anywhere, datum=st.sampled_from(SHIFTED))
def test_a_coordinate_far_from_china_is_taken_as_it_is(place: LonLat, datum: Datum) -> None:
    assume(not (72 < place.lon < 137 and 14 < place.lat < 55))

    assert to_wgs84(place, datum) == place


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize("lon", [-180.0, 180.0])
def test_the_edge_of_the_map_is_taken_as_it_is(lon: float, datum: Datum) -> None:
    assert to_wgs84(LonLat(lon, 10.0), datum) == LonLat(lon, 10.0)


@given(place=anywhere)
def test_wgs84_is_never_changed(place: LonLat) -> None:
    assert to_wgs84(place, Datum.WGS84) == from_wgs84(place, Datum.WGS84) == place


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        (LonLat(116.404, 39.915), LonLat(116.41024449916938, 39.91640428150164)),
        (LonLat(121.4737, 31.2304), LonLat(121.47822, 31.22845)),
    ],
)
def test_gcj02_is_what_others_compute(wgs84: LonLat, gcj02: LonLat) -> None:
    assert great_circle_m(from_wgs84(wgs84, Datum.GCJ02), gcj02) < 2


def test_bd09_is_what_others_compute() -> None:
    true_place = to_wgs84(LonLat(116.404, 39.915), Datum.GCJ02)

    assert metres(from_wgs84(true_place, Datum.BD09), LonLat(116.41036949371029, 39.92133699351022)) < 1e-4


@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [
        ("Beijing", 116.397, 39.909), ("Ürümqi", 87.62, 43.82), ("Sanya", 109.5, 18.25), ("Heihe", 127.50, 50.245),
        ("Luohu in Shenzhen", 114.118, 22.54), ("Zhuhai", 113.577, 22.27), ("Xiamen", 118.09, 24.48),
        ("Dongxing", 107.972, 21.548), ("Ruili", 97.85, 24.01), ("Dandong", 124.385, 40.13), ("Zhoushan", 122.2, 30.0),
    ],
)  # fmt: skip
def test_towns_of_the_mainland_are_shifted_up_to_the_border(name: str, lon: float, lat: float) -> None:
    assert is_shifted(LonLat(lon, lat)), name


@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [
        ("Hong Kong", 114.16, 22.28), ("Sha Tin", 114.19, 22.38), ("Macau", 113.545, 22.195), ("Taipei", 121.56, 25.03),
        ("Kinmen", 118.32, 24.44), ("Hanoi", 105.85, 21.03), ("Muse", 97.90, 23.99), ("Seoul", 127.0, 37.5),
        ("Sinuiju", 124.40, 40.09), ("Ulaanbaatar", 106.9, 47.9), ("Vladivostok", 131.9, 43.1), ("Vaduz", 9.52, 47.14),
    ],
)  # fmt: skip
def test_towns_inside_the_usual_bounding_box_but_not_on_the_mainland_are_not_shifted(
    name: str, lon: float, lat: float
) -> None:
    assert not is_shifted(LonLat(lon, lat)), name

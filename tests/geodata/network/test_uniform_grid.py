"""The uniform grid against brute force: the nearest segment, and what a line crosses."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coords import EARTH_RADIUS_M
from geodata.network.arrays import Floats, Ints, Longs, constant
from geodata.network.grid import SegmentGrid, owners, segment_grid
from geodata.network.nearest import ANY, NEVER, NOTHING, nearest_segments
from geodata.network.uniform_grid import Grid, crossings

M_PER_DEGREE = np.pi / 180 * EARTH_RADIUS_M
#: Coordinates on a coarse lattice as well as anywhere, so that ties, touching ends and cell borders do happen.
DEGREES = st.one_of(st.integers(-10, 10).map(lambda n: n / 1000), st.floats(-0.01, 0.01))
POINTS = st.tuples(DEGREES, DEGREES)
LINES = st.lists(st.lists(POINTS, min_size=2, max_size=5), min_size=1, max_size=12)
CORNER = np.array([9.0, 49.0])


def arrays_of(lines: list[list[tuple[float, float]]]) -> tuple[Longs, Floats, Ints]:
    start = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    lonlat = np.array([point for line in lines for point in line]) + CORNER
    return start, lonlat, owners(start)


def nearest(
    grid: SegmentGrid, lonlat: Floats, owner: Ints, doors: Floats, *, reach_m: float, wanted: int, key: Ints
) -> tuple[Longs, Floats, Floats]:
    segments, metres, shares, _ = nearest_segments(
        doors,
        np.full(len(doors), reach_m),
        np.full(len(doors), wanted, dtype=np.int32),
        searched(grid, lonlat, owner),
        constant(key),
        constant(np.zeros(len(key), dtype=np.int32)),
    )
    return segments, metres, shares


def searched(grid: SegmentGrid, lonlat: Floats, owner: Ints) -> Grid:
    return Grid(
        constant(grid.frame),
        constant(grid.cell_start),
        constant(grid.cell_segment),
        constant(lonlat),
        constant(owner),
    )


def on_plane(lonlat: Floats, lat: float) -> Floats:
    """Metres on the plane through a door of that latitude."""
    scaled: Floats = lonlat * [np.cos(np.radians(lat)) * M_PER_DEGREE, M_PER_DEGREE]
    return scaled


@settings(max_examples=200)
@given(
    lines=LINES,
    doors=st.lists(st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05)) | POINTS, min_size=1, max_size=5),
    keys=st.lists(st.integers(NEVER, 2), min_size=12, max_size=12),
    wanted=st.integers(ANY, 2),
)
def test_nearest_segment_is_the_one_that_brute_force_finds(
    lines: list[list[tuple[float, float]]], doors: list[tuple[float, float]], keys: list[int], wanted: int
) -> None:
    start, lonlat, owner = arrays_of(lines)
    key = np.array(keys[: len(lines)], dtype=np.int32)
    places = np.array(doors) + CORNER

    grid = segment_grid(start, lonlat, np.ones(len(lines), dtype=bool))
    segments, metres, shares = nearest(grid, lonlat, owner, places, reach_m=1e6, wanted=wanted, key=key)

    fitting = [line for line in range(len(lines)) if keys[line] != NEVER and wanted in {ANY, keys[line]}]
    for door, segment, distance, share in zip(places, segments, metres, shares, strict=True):
        if not fitting:
            assert segment == NOTHING
            continue
        shapes = [shapely.LineString(on_plane(lonlat[start[line] : start[line + 1]], door[1])) for line in fitting]
        place = shapely.Point(on_plane(door[None], door[1])[0])
        expected = min(shape.distance(place) for shape in shapes)
        assert distance == pytest.approx(expected, abs=1e-5)
        assert owner[segment] in fitting
        foot = lonlat[segment] + share * (lonlat[segment + 1] - lonlat[segment])
        assert np.hypot(*(on_plane(foot[None], door[1])[0] - place.coords[0])) == pytest.approx(expected, abs=1e-5)


@settings(max_examples=100)
@given(lines=LINES, door=st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05)), reach_m=st.floats(0, 3000))
def test_a_search_that_ends_early_gives_a_lower_bound(
    lines: list[list[tuple[float, float]]], door: tuple[float, float], reach_m: float
) -> None:
    start, lonlat, owner = arrays_of(lines)
    places = np.array([door]) + CORNER
    key = np.zeros(len(lines), dtype=np.int32)
    grid = segment_grid(start, lonlat, np.ones(len(lines), dtype=bool))

    _, whole, _ = nearest(grid, lonlat, owner, places, reach_m=1e6, wanted=ANY, key=key)
    segments, metres, _ = nearest(grid, lonlat, owner, places, reach_m=reach_m, wanted=ANY, key=key)

    if whole[0] <= reach_m:
        assert (segments[0] != NOTHING, metres[0]) == (True, whole[0])
    elif segments[0] == NOTHING:
        assert reach_m < metres[0] <= whole[0] + 1e-6


@settings(max_examples=200)
@given(lines=LINES, legs=st.lists(st.tuples(POINTS, POINTS), min_size=1, max_size=5))
def test_crossed_lines_are_those_that_brute_force_finds(
    lines: list[list[tuple[float, float]]], legs: list[tuple[tuple[float, float], tuple[float, float]]]
) -> None:
    start, lonlat, owner = arrays_of(lines)
    starts, ends = (np.array([leg[side] for leg in legs]) + CORNER for side in (0, 1))
    # Each line has a kind, and none is a passage.
    barrier = np.array([1 << line % 3 for line in range(len(lines))], dtype=np.int32)
    grid = segment_grid(start, lonlat, np.ones(len(lines), dtype=bool))

    met, bits_met, _ = crossings(
        starts, ends, np.ones(len(legs), dtype=bool), searched(grid, lonlat, owner), constant(barrier)
    )
    found = np.zeros(len(legs), dtype=np.int32)
    np.bitwise_or.at(found, met, bits_met)

    for leg, bits in enumerate(found):
        line = shapely.LineString([starts[leg], ends[leg]])
        for bit in (1, 2, 4):
            shapes = [
                shapely.LineString(lonlat[start[index] : start[index + 1]])
                for index in np.flatnonzero(barrier == bit).tolist()
            ]
            # Well inside one another they cross; well apart they do not; what only touches may be either.
            if any(_crosses_surely(line, shape) for shape in shapes):
                assert bits & bit
            elif all(line.distance(shape) > 1e-9 for shape in shapes):
                assert not bits & bit


def _crosses_surely(line: shapely.LineString, shape: shapely.LineString) -> bool:
    """Whether the lines cross, and still do when each of their segments is shortened a little at both ends."""
    points = list(shape.coords)
    return any(
        _shortened(line).crosses(_shortened(shapely.LineString(pair)))
        for pair in pairwise(points)
        if shapely.LineString(pair).length > 1e-6
    )


def _shortened(line: shapely.LineString) -> shapely.LineString:
    return shapely.LineString([line.interpolate(0.001, normalized=True), line.interpolate(0.999, normalized=True)])


def test_a_grid_over_nothing_finds_nothing() -> None:
    grid = segment_grid(np.zeros(1, dtype=np.int64), np.empty((0, 2)), np.empty(0, dtype=bool))

    segments, metres, _ = nearest(
        grid,
        np.empty((0, 2)),
        np.empty(0, dtype=np.int32),
        np.array([[0.5, 0.5]]),
        reach_m=100,
        wanted=ANY,
        key=np.empty(0, dtype=np.int32),
    )

    assert segments.tolist() == [NOTHING]
    assert metres[0] > 100

"""The area that is reached within a time."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.coords import LonLat
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.cone_field import raise_cones
from geodata.network.contour import area_not_negative
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import REACH_CELL_M, SnappedPoint
from geodata.network.reach import area_m2, area_within, geojson_coordinates
from tests.geodata.network import bundled
from tests.geodata.network.maps import ROAD, Map, offset, snapped

#: 30 km/h on a road of four kilometres, a one-way street that leads into the middle of it, and a way to its start.
LONG_ROAD = Map(
    grid="A" + " " * 39 + "B" + " " * 39 + "C\n" + "\n" * 18 + " " * 40 + "D",
    ways=[
        ("ABC", {**ROAD, "maxspeed": "33.334"}),
        ("DB", {**ROAD, "oneway": "yes", "maxspeed": "33.334"}),
        ("AD", ROAD),
    ],
)
SPEED_M_PER_S = 33.334 * 0.9 / 3.6


def area(network: DijkstraRoadNetwork, start: SnappedPoint, limit_s: int) -> shapely.MultiPolygon:
    return network.reachable(start, limit_s=limit_s)


def holds(polygons: shapely.MultiPolygon, point: LonLat) -> bool:
    return bool(shapely.contains_xy(polygons, point.lon, point.lat))


@pytest.fixture(scope="module")
def long_road(tmp_path_factory: pytest.TempPathFactory) -> DijkstraRoadNetwork:
    return LONG_ROAD.network(tmp_path_factory.mktemp("reach"))


@pytest.fixture(scope="module")
def bundled_car(tmp_path_factory: pytest.TempPathFactory) -> DijkstraRoadNetwork:
    return bundled.build(tmp_path_factory.mktemp("reach"), "car")[0]


def test_area_ends_where_the_time_does_in_the_middle_of_an_edge(long_road: DijkstraRoadNetwork) -> None:
    start = snapped(long_road, LONG_ROAD.place("A"))[0]

    reached = area(long_road, start, 120)

    end_m = 120 * SPEED_M_PER_S
    assert holds(reached, offset(LONG_ROAD.place("A"), east_m=end_m))
    assert not holds(reached, offset(LONG_ROAD.place("A"), east_m=end_m + 3 * REACH_CELL_M))


def test_rest_of_the_time_is_walked(long_road: DijkstraRoadNetwork) -> None:
    start = snapped(long_road, LONG_ROAD.place("A"))[0]

    reached = area(long_road, start, 120)

    halfway = offset(LONG_ROAD.place("A"), east_m=60 * SPEED_M_PER_S)
    straight_m = 60 * 1.25 / 1.3
    assert holds(reached, offset(halfway, north_m=straight_m))
    assert not holds(reached, offset(halfway, north_m=straight_m + 3 * REACH_CELL_M))


def test_oneway_street_is_reached_from_its_own_end_only(long_road: DijkstraRoadNetwork) -> None:
    along = LONG_ROAD.between("D", "B")
    at_b, at_d = snapped(long_road, LONG_ROAD.place("B"), LONG_ROAD.between("D", "B", 0.1))

    assert not holds(area(long_road, at_b, 300), along)
    assert holds(area(long_road, at_d, 300), along)
    assert holds(area(long_road, at_d, 300), LONG_ROAD.place("B"))


def test_start_is_in_its_area_even_when_there_is_no_time(bundled_car: DijkstraRoadNetwork) -> None:
    for start in bundled.points_near_roads(bundled_car, 20, seed=1):
        for limit_s in (0, 30):
            assert holds(area(bundled_car, start, limit_s), start.point)


def test_every_door_that_is_reached_is_in_the_area(bundled_car: DijkstraRoadNetwork) -> None:
    doors = bundled.points_near_roads(bundled_car, 300, seed=7)
    doors = [door for door in doors if door.distance_m < 500]
    durations_s = bundled_car.matrix(doors[:8], doors).durations_s

    for row, start in enumerate(doors[:8]):
        for limit_s in (120, 600, 1500):
            reached = area(bundled_car, start, limit_s)
            missing = [
                door
                for door, duration_s in zip(doors, durations_s[row], strict=True)
                if duration_s <= limit_s and not holds(reached, door.point)
            ]
            assert missing == []


def test_area_has_no_place_far_from_every_road_that_is_reached(bundled_car: DijkstraRoadNetwork) -> None:
    doors = bundled.points_near_roads(bundled_car, 300, seed=9)
    start = doors[0]
    on_roads = [
        SnappedPoint(
            point=door.on_road, on_road=door.on_road, edge=door.edge, fraction=door.fraction,
            distance_m=0, access_s=0, side="on",
        )
        for door in doors
    ]  # fmt: skip
    durations_s = bundled_car.matrix([start], on_roads).durations_s[0]

    reached = area(bundled_car, start, 600)

    # A place on a road that takes ten minutes longer: only another road beside it could have brought one there.
    late = [door for door, duration_s in zip(on_roads, durations_s, strict=True) if duration_s > 1200]
    assert len(late) > 50
    assert sum(holds(reached, door.point) for door in late) == 0


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(door=st.integers(0, 19), less=st.integers(0, 1500), more=st.integers(0, 900))
def test_more_time_never_gives_a_smaller_area(
    bundled_car: DijkstraRoadNetwork, twenty: list[SnappedPoint], door: int, less: int, more: int
) -> None:
    small = area(bundled_car, twenty[door], less)
    large = area(bundled_car, twenty[door], less + more)

    assert small.is_valid
    assert large.is_valid
    assert large.covers(small)


@pytest.fixture(scope="module")
def twenty(bundled_car: DijkstraRoadNetwork) -> list[SnappedPoint]:
    return bundled.points_near_roads(bundled_car, 20, seed=11)


def test_nobody_stops_on_a_motorway(tmp_path: Path) -> None:
    map_ = Map(
        grid="A" + " " * 60 + "B" + " " * 5 + "C",
        ways=[("AB", {"highway": "motorway", "oneway": "no"}), ("BC", ROAD)],
    )
    network = map_.network(tmp_path)
    start = snapped(network, map_.place("C"))[0]

    reached = area(network, start, 1200)

    assert holds(reached, map_.place("B"))
    assert not holds(reached, map_.between("A", "B", 0.5))


def test_hierarchy_and_dijkstra_reach_the_very_same_area(bundled_car: DijkstraRoadNetwork) -> None:
    network = CchRoadNetwork(bundled_car.roads)

    for start in bundled.points_near_roads(bundled_car, 6, seed=13):
        for limit_s in (0, 300, 1800):
            expected = bundled_car.reachable(start, limit_s=limit_s, cell_m=100)
            assert network.reachable(start, limit_s=limit_s, cell_m=100).equals_exact(expected)


def test_geojson_is_the_area_to_a_decimetre_with_outer_rings_counterclockwise(
    bundled_car: DijkstraRoadNetwork, twenty: list[SnappedPoint]
) -> None:
    reached = area(bundled_car, twenty[3], 900)

    coordinates = geojson_coordinates(reached)

    written = shapely.MultiPolygon([(outer, holes) for outer, *holes in coordinates])
    assert written.is_valid
    assert shapely.hausdorff_distance(written, reached) < 2e-6
    assert all(shapely.is_ccw(shapely.LinearRing(outer)) for outer, *_ in coordinates)
    assert not any(shapely.is_ccw(shapely.LinearRing(hole)) for _, *holes in coordinates for hole in holes)
    assert any(holes for _, *holes in coordinates)


def test_an_area_is_measured_on_the_sphere() -> None:
    one_degree = shapely.MultiPolygon([shapely.box(9, 47, 10, 48)])

    # A degree of latitude is 111.195 km, and cos(47.5 degrees) = 0.67559.
    assert area_m2(one_degree) == pytest.approx(111_195 * 111_195 * 0.67559, rel=1e-4)
    assert area_m2(shapely.MultiPolygon()) == 0


@pytest.mark.parametrize(("limit_s", "cell_m"), [(-1, 25), (60, 0)])
def test_figures_that_make_no_sense_are_refused(long_road: DijkstraRoadNetwork, limit_s: int, cell_m: int) -> None:
    start = snapped(long_road, LONG_ROAD.place("A"))[0]

    with pytest.raises(ValueError, match="limit_s must be >= 0 and cell_m > 0"):
        area_within(long_road.roads, np.zeros((long_road.roads.edge_count, 2)), start, limit_s=limit_s, cell_m=cell_m)


def points_of_a_grid(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    return ((row, column) for row in range(rows) for column in range(columns))


def test_kernel_of_the_cones_equals_its_definition() -> None:
    chance = np.random.default_rng(4)
    x, y, radius = chance.uniform(0, 500, 30), chance.uniform(0, 400, 30), chance.uniform(0, 90, 30)
    scale = chance.uniform(0.9, 1.1, 30)
    field = np.full((17, 21), -37.5)

    raise_cones(x, y, scale, radius, 25.0, 40.0, field)

    for row, column in points_of_a_grid(17, 21):
        heights = radius - np.hypot((column * 25 - x) * scale, row * 25 - y)
        assert field[row, column] == pytest.approx(min(40.0, max(-37.5, heights.max())))


@settings(max_examples=100)
@given(seed=st.integers(0, 10_000))
def test_contour_holds_what_is_not_negative_and_nothing_else(seed: int) -> None:
    chance = np.random.default_rng(seed)
    field = np.full((8, 9), -1.0)
    field[1:-1, 1:-1] = chance.normal(size=(6, 7))

    polygons = area_not_negative(field)

    assert polygons.is_valid
    for row, column in points_of_a_grid(8, 9):
        assert shapely.contains_xy(polygons, column, row) == (field[row, column] >= 0)


@settings(max_examples=100)
@given(seed=st.integers(0, 10_000))
def test_contour_of_a_higher_field_holds_that_of_a_lower_one(seed: int) -> None:
    chance = np.random.default_rng(seed)
    low = np.full((8, 9), -1.0)
    low[1:-1, 1:-1] = chance.normal(size=(6, 7))
    high = low.copy()
    high[1:-1, 1:-1] += chance.exponential(size=(6, 7)) * (chance.random((6, 7)) < 0.5)

    assert area_not_negative(high).covers(area_not_negative(low))

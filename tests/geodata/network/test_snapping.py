"""Snapping: to true segments, within a limit, each point by itself."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coords import EARTH_RADIUS_M, LonLat, great_circle_m, lonlat_array
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import OffNetwork, SnappedPoint
from geodata.network.roads import CLOSED, Floats, Roads
from geodata.network.snap import STREET_EXTRA_M, STREET_REACH_M, Snapper
from tests.geodata.network import bundled
from tests.geodata.network.maps import ROAD, Map, offset, snapped

PRIVATE = {"highway": "service", "access": "private"}
LONGITUDES, LATITUDES = st.floats(9.47, 9.64), st.floats(47.05, 47.27)


@pytest.fixture(scope="module")
def car(tmp_path_factory: pytest.TempPathFactory) -> DijkstraRoadNetwork:
    return bundled.build(tmp_path_factory.mktemp("snapping"), "car")[0]


@settings(max_examples=50)
@given(doors=st.lists(st.builds(LonLat, LONGITUDES, LATITUDES), min_size=1, max_size=30))
def test_a_points_answer_never_depends_on_the_others(car: DijkstraRoadNetwork, doors: list[LonLat]) -> None:
    assert car.snap(doors) == [car.snap([door])[0] for door in doors]


@settings(max_examples=30)
@given(door=st.builds(LonLat, LONGITUDES, LATITUDES))
def test_no_road_is_nearer_than_the_one_that_was_found(car: DijkstraRoadNetwork, door: LonLat) -> None:
    (answer,) = Snapper(car.roads, limit_m=100_000).snap([door])

    assert isinstance(answer, SnappedPoint)
    nearest_m = _brute_force_m(car.roads, door)
    # Both planes are off by as much as the door is far away, and a segment is straight on one of them only.
    off = nearest_m / EARTH_RADIUS_M * np.tan(np.radians(door.lat))
    assert great_circle_m(door, answer.on_road) == pytest.approx(nearest_m, rel=off, abs=0.2)
    along = shapely.LineString(mercator(car.roads.shape(answer.edge)))
    assert along.distance(shapely.Point(mercator(lonlat_array([answer.on_road]))[0])) < 0.01
    assert along.project(shapely.Point(mercator(lonlat_array([answer.on_road]))[0]), normalized=True) == pytest.approx(
        answer.fraction, abs=1e-4
    )


def mercator(lonlat: Floats) -> Floats:
    """Conformal projection in metres at the equator, the one of the first implementation."""
    lat = np.radians(lonlat[:, 1])
    return np.column_stack([np.radians(lonlat[:, 0]), np.arctanh(np.sin(lat))]) * EARTH_RADIUS_M


def _brute_force_m(roads: Roads, door: LonLat) -> float:
    """Distance to the nearest edge by Shapely over all edges, on the conformal plane."""
    point = shapely.Point(mercator(lonlat_array([door]))[0])
    shapes = [shapely.LineString(mercator(roads.shape(int(edge)))) for edge in np.flatnonzero(roads.snappable)]
    on_plane = float(shapely.distance(shapes, point).min())
    return on_plane * float(np.cos(np.radians(door.lat)))


def test_the_limit_can_be_set(car: DijkstraRoadNetwork) -> None:
    door = offset(LonLat(9.5215, 47.1410), east_m=3)
    network = DijkstraRoadNetwork(car.roads, snap_limit_m=0)

    assert isinstance(network.snap([door])[0], OffNetwork)
    with pytest.raises(ValueError, match="limit_m must be >= 0, got -1"):
        Snapper(car.roads, limit_m=-1)


def test_snapping_reports_the_limit_and_the_side(tmp_path: Path) -> None:
    town = Map(grid="A        B", ways=[("AB", ROAD)])
    network = town.network(tmp_path)
    middle = town.between("A", "B")

    north, south, on, off = network.snap(
        [
            offset(middle, north_m=25),
            offset(middle, north_m=-25),
            offset(middle, north_m=1),
            offset(middle, north_m=20_100),
        ]
    )

    assert isinstance(north, SnappedPoint)
    assert isinstance(south, SnappedPoint)
    assert isinstance(on, SnappedPoint)
    assert (north.side, south.side, on.side) == ("left", "right", "on")
    assert (north.distance_m, north.access_s) == (25, 26)
    assert north.fraction == pytest.approx(0.5, abs=1e-5)
    assert isinstance(off, OffNetwork)
    assert off.limit_m == 20_000
    assert 20_000 < off.distance_m <= 20_100


def test_snapping_goes_to_the_segment_and_not_to_the_nearest_node(tmp_path: Path) -> None:
    town = Map(grid="A            B\n  C D", ways=[("AB", ROAD), ("AC", ROAD), ("CD", ROAD)])
    network = town.network(tmp_path)

    (point,) = snapped(network, offset(town.between("A", "B", 0.7), north_m=-20))

    assert point.distance_m == 20
    assert point.on_road.lat == pytest.approx(town.place("A").lat, abs=1e-7)


def test_a_door_at_a_corner_snaps_to_the_road_that_is_open_to_all(tmp_path: Path) -> None:
    town = Map(grid="A  B  C\n\n\n   D", ways=[("BC", PRIVATE), ("AB", ROAD), ("BD", PRIVATE)])
    network = town.network(tmp_path)
    roads = network.roads
    corner = roads.shape(int(np.flatnonzero(~roads.ends_only)[0]))[-1]

    (point,) = snapped(network, LonLat(float(corner[0]), float(corner[1])))

    assert point.distance_m == 0
    assert not roads.ends_only[point.edge]


def test_a_far_door_is_snapped_and_flagged(tmp_path: Path) -> None:
    town = Map(grid="A        B", ways=[("AB", ROAD)])
    network = town.network(tmp_path)
    middle = town.between("A", "B")

    near, far, away = snapped(network, *(offset(middle, north_m=metres) for metres in (200, 201, 1500)))

    assert (near.flags, near.access_s) == ((), 208)
    assert far.flags == ("far_from_road",)
    assert away.flags == ("far_from_road", "straight_line")
    # 500 m on foot at 1.25 m/s and 1000 m at 15 km/h, both with a detour of 1.3.
    assert away.access_s == 520 + 312


def test_a_far_door_has_a_path_and_a_cell(tmp_path: Path) -> None:
    town = Map(grid="A        B", ways=[("AB", ROAD)])
    network = town.network(tmp_path)
    source, target = snapped(network, town.place("A"), offset(town.place("B"), north_m=1500))

    path, matrix = network.path(source, target), network.matrix([source], [target])

    assert (path.duration_s, path.length_m) == (matrix.durations_s[0, 0], matrix.lengths_m[0, 0])
    assert path.access_s == target.access_s == 832
    assert path.line[-1] == target.point


CORNER = Map(
    grid="A         B\n\n\nC         D\n|\n|\n|\nE         F",
    ways=[
        ("AB", {**ROAD, "name": "Hauptstraße"}),
        ("CD", {**ROAD, "name": "Nebenweg"}),
        ("ACE", ROAD),
        ("BDF", ROAD),
        ("EF", {**ROAD, "name": "Hauptstrasse"}),
    ],
)


def test_the_edge_of_the_addresss_street_is_preferred(tmp_path: Path) -> None:
    network = CORNER.network(tmp_path)
    # 90 m from the Hauptstraße, 60 m from the Nebenweg.
    door = offset(CORNER.between("A", "B"), north_m=-90)

    plain, named, short, nowhere, unknown, same = network.snap(
        [door] * 6, streets=[None, "Hauptstraße", "HAUPTSTR.", "", "Gibtesnicht", "Nebenweg"]
    )

    assert isinstance(plain, SnappedPoint)
    assert isinstance(named, SnappedPoint)
    assert (plain.distance_m, plain.flags) == (60, ())
    assert (named.distance_m, named.flags) == (90, ("street_preferred",))
    assert short == named
    assert nowhere == unknown == same == plain


@pytest.mark.parametrize(("from_street_m", "is_taken"), [(104, True), (106, False)])
def test_a_street_is_preferred_only_when_it_is_little_farther(
    tmp_path: Path, from_street_m: int, is_taken: bool
) -> None:
    town = Map(
        grid="A         B\n\n\nC         D",
        ways=[("AB", {**ROAD, "name": "Weit"}), ("CD", {**ROAD, "name": "Nah"}), ("AC", ROAD), ("BD", ROAD)],
    )
    network = town.network(tmp_path)
    door = offset(town.between("A", "B"), north_m=-from_street_m)

    (answer,) = network.snap([door], streets=["Weit"])

    # The nearest road is 150 m - d away; 105 m is where the street is 60 m farther.
    assert isinstance(answer, SnappedPoint)
    assert (answer.flags == ("street_preferred",)) == is_taken
    assert STREET_EXTRA_M == 60


def test_a_street_beyond_its_reach_is_not_preferred(tmp_path: Path) -> None:
    town = Map(
        grid="A         B\n\n\n\n\n\nC         D",
        ways=[("AB", {**ROAD, "name": "Weit"}), ("CD", {**ROAD, "name": "Nah"}), ("AC", ROAD), ("BD", ROAD)],
    )
    network = town.network(tmp_path)

    (within, beyond) = network.snap(
        [offset(town.between("A", "B"), north_m=-d) for d in (149, 151)], streets=["Weit", "Nah"]
    )

    assert isinstance(within, SnappedPoint)
    assert isinstance(beyond, SnappedPoint)
    assert within.distance_m == 149
    assert beyond.distance_m == 149
    assert STREET_REACH_M == 150


def test_a_road_without_a_name_is_not_passed_over(tmp_path: Path) -> None:
    town = Map(
        grid="A    B    C\n\n     D\n",
        ways=[("AB", {**ROAD, "name": "Dorfstrasse"}), ("BC", {**ROAD, "name": "Dorfstrasse"}), ("BD", ROAD)],
    )
    network = town.network(tmp_path)
    door = offset(town.place("B"), north_m=-60, east_m=20)

    (answer,) = network.snap([door], streets=["Dorfstrasse"])

    assert isinstance(answer, SnappedPoint)
    assert (answer.distance_m, answer.flags) == (20, ())


def test_a_street_behind_a_river_is_not_preferred(tmp_path: Path) -> None:
    town = Map(
        grid="A         B\nR         S\n\nC         D",
        ways=[
            ("AB", {**ROAD, "name": "Drüben"}),
            ("CD", {**ROAD, "name": "Hüben"}),
            ("AC", ROAD),
            ("BD", ROAD),
            ("RS", {"waterway": "river"}),
        ],
    )
    network = town.network(tmp_path)

    (answer,) = network.snap([offset(town.between("C", "D"), north_m=70)], streets=["Drüben"])

    assert isinstance(answer, SnappedPoint)
    assert (answer.distance_m, answer.flags) == (70, ())


def test_streets_must_be_as_many_as_points(car: DijkstraRoadNetwork) -> None:
    with pytest.raises(ValueError, match="one street for each point, got 1 points and 2 streets"):
        car.snap([LonLat(9.5215, 47.1410)], streets=[None, None])


@settings(max_examples=30)
@given(doors=st.lists(st.builds(LonLat, LONGITUDES, LATITUDES), min_size=1, max_size=10), seed=st.integers(0, 99))
def test_streets_of_other_points_do_not_matter(car: DijkstraRoadNetwork, doors: list[LonLat], seed: int) -> None:
    roads = car.roads
    chance = np.random.default_rng(seed)
    streets = [roads.text(int(roads.name[edge])) for edge in chance.integers(roads.edge_count, size=len(doors))]

    together = car.snap(doors, streets=streets)

    assert together == [car.snap([door], streets=[street])[0] for door, street in zip(doors, streets, strict=True)]


def test_nobody_is_set_down_on_an_edge_that_was_closed(car: DijkstraRoadNetwork) -> None:
    roads = car.roads
    door = LonLat(9.5215, 47.1410)
    (before,) = snapped(car, door)
    closed = np.arange(roads.edge_count) == before.edge
    network = DijkstraRoadNetwork(
        dataclasses.replace(
            roads,
            forward_ms=np.where(closed, CLOSED, roads.forward_ms).astype(np.int32),
            backward_ms=np.where(closed, CLOSED, roads.backward_ms).astype(np.int32),
        )
    )

    (after,) = snapped(network, door)

    assert after.edge != before.edge
    assert great_circle_m(door, after.on_road) >= great_circle_m(door, before.on_road)


def test_a_network_without_roads_has_everything_off_it(car: DijkstraRoadNetwork) -> None:
    roads = dataclasses.replace(car.roads, snappable=np.zeros(car.roads.edge_count, dtype=bool))

    (answer,) = Snapper(roads).snap([LonLat(9.5215, 47.1410)])

    assert answer == OffNetwork(point=LonLat(9.5215, 47.1410), distance_m=20_001, limit_m=20_000)

"""Doors and depots on a day with closed ways: they are set where one gets to, and back, from where somebody starts."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coords import LonLat, great_circle_m
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.port import UNREACHABLE, OffNetwork, SnappedPoint
from geodata.network.storage import open_network
from geodata.network.weights import with_closed_ways
from tests.geodata.network import bundled
from tests.geodata.network.maps import ROAD, STEP_M, Map, offset

#: A loop, a street off it that leads to two more, and another street that ends beside those, 200 m away.
LANE = Map(
    grid="A   B   C   D   E\n\n\n\nF   G   H   I",
    ways=[
        ("AB", ROAD),
        ("BC", ROAD),
        ("CDE", {**ROAD, "name": "Far Lane"}),
        ("AF", ROAD),
        ("FGHI", ROAD),
        ("BG", ROAD),
    ],
)
#: The same village on both banks of a canal, with one bridge, and a street along it.
BANKS = Map(
    grid="A    B    C\nx         y\nD    E    F\n\n\nG    H    I",
    ways=[
        ("ABC", ROAD),
        ("BE", {**ROAD, "bridge": "yes"}),
        ("DEF", ROAD),
        ("EH", ROAD),
        ("GHI", ROAD),
        ("xy", {"waterway": "canal"}),
    ],
)


def _served(town: Map, folder: Path) -> CchRoadNetwork:
    town.build(folder)
    return open_network(folder / "car")


def _closed(network: CchRoadNetwork, *ways: int) -> CchRoadNetwork:
    return network.with_weights(with_closed_ways(network.roads, ways))


def _way(network: CchRoadNetwork, point: SnappedPoint | OffNetwork) -> int:
    assert isinstance(point, SnappedPoint)
    return int(network.roads.way_osm[point.edge])


def test_a_door_that_closures_cut_off_is_set_on_the_nearest_road_that_one_still_gets_to(tmp_path: Path) -> None:
    network = _closed(_served(LANE, tmp_path), 2)
    depot, door = LANE.between("A", "B"), offset(LANE.place("D"), north_m=-40)

    start, moved = network.around([depot]).snap([depot, door])

    assert _way(network, network.snap([door])[0]) == 3
    assert isinstance(moved, SnappedPoint)
    assert (_way(network, moved), moved.flags) == (5, ("nearest_closed_today",))
    assert (moved.distance_m, moved.access_s) == (160, round(160 * 1.3 / 1.25))
    assert isinstance(start, SnappedPoint)
    assert start.flags == ()
    assert network.matrix([start, moved], [start, moved]).durations_s.max() < UNREACHABLE


def test_a_door_on_a_closed_way_says_that_it_is_not_on_its_own_road(tmp_path: Path) -> None:
    network = _closed(_served(LANE, tmp_path), 1)
    depot = LANE.place("G")

    on_closed, beside = network.around([depot]).snap([LANE.between("A", "B"), offset(depot, north_m=-10)])

    assert isinstance(on_closed, SnappedPoint)
    assert on_closed.flags == ("nearest_closed_today",)
    assert isinstance(beside, SnappedPoint)
    assert beside.flags == ()


def test_a_door_too_far_to_walk_to_is_reported_and_not_moved(tmp_path: Path) -> None:
    valley = Map(grid="A    B" + " " * 15 + "C    D", ways=[("AB", ROAD), ("BC", ROAD), ("CD", ROAD)])
    network = _closed(_served(valley, tmp_path), 2)
    depot, door = valley.place("A"), valley.place("D")

    _, far = network.around([depot]).snap([depot, door])

    assert far == OffNetwork(point=door, distance_m=21 * STEP_M, limit_m=500, is_closed_off=True)


def test_each_start_keeps_the_piece_of_road_that_it_is_in(tmp_path: Path) -> None:
    valley = Map(grid="A    B" + " " * 15 + "C    D    E", ways=[("AB", ROAD), ("BC", ROAD), ("CDE", ROAD)])
    network = _closed(_served(valley, tmp_path), 2)
    west, east = valley.place("A"), valley.place("E")
    doors = [valley.between("A", "B"), valley.between("C", "D")]

    both = network.around([west, east]).snap(doors)
    one = network.around([west]).snap(doors)

    assert [_way(network, door) for door in both] == [1, 3]
    assert _way(network, one[0]) == 1
    assert isinstance(one[1], OffNetwork)


def test_a_start_that_can_walk_to_the_large_network_does_not_stay_with_one_that_cannot(tmp_path: Path) -> None:
    west, east = " " * 39, " " * 20
    town = Map(grid=f"A{west}B\n\n {west}C{east}D", ways=[("AB", ROAD), ("BC", ROAD), ("CD", ROAD)])
    network = _closed(_served(town, tmp_path), 2)
    near, far = town.place("C"), town.place("D")

    near_alone, far_alone = network.around([near]).snap([near, far])
    start, other, beside = network.around([near, far]).snap([near, far, town.between("C", "D")])

    assert isinstance(far_alone, OffNetwork)
    assert [_way(network, one) for one in (near_alone, start, other, beside)] == [1, 1, 3, 3]


def test_a_depot_that_is_cut_off_goes_to_the_large_network_in_walking_distance(tmp_path: Path) -> None:
    network = _closed(_served(LANE, tmp_path), 2)
    depot, door = LANE.place("E"), LANE.place("A")

    start, end = network.around([depot]).snap([depot, door])

    assert isinstance(start, SnappedPoint)
    assert isinstance(end, SnappedPoint)
    assert start.flags == ("far_from_road", "nearest_closed_today")
    assert network.matrix([start], [end]).durations_s[0, 0] < UNREACHABLE


def test_nobody_walks_across_a_canal_to_get_round_a_closure(tmp_path: Path) -> None:
    network = _closed(_served(BANKS, tmp_path), 2)
    depot, door = BANKS.place("H"), offset(BANKS.between("A", "B"), north_m=-10)

    _, beyond = network.around([depot]).snap([depot, door])

    assert isinstance(beyond, OffNetwork)
    assert beyond.is_closed_off


def test_a_road_on_this_side_of_the_canal_is_taken_though_one_across_it_is_nearer(tmp_path: Path) -> None:
    network = _closed(_served(BANKS, tmp_path), 3)
    depot, door = BANKS.place("A"), BANKS.between("D", "E", 0.3)

    [moved] = network.around([depot, BANKS.place("G")]).snap([door])

    assert isinstance(moved, SnappedPoint)
    assert (_way(network, moved), moved.flags) == (5, ("nearest_closed_today",))


def test_a_street_name_is_no_reason_to_stay_where_nobody_gets_to(tmp_path: Path) -> None:
    network = _closed(_served(LANE, tmp_path), 2)

    [moved] = network.around([LANE.place("A")]).snap([LANE.place("D")], streets=["Far Lane"])

    assert _way(network, moved) == 5


def test_a_door_at_a_corner_is_left_by_the_road_that_leads_somewhere(tmp_path: Path) -> None:
    town = Map(
        grid="A   B   C   D\n\n    E",
        ways=[
            ("AB", {"highway": "service", "access": "private"}),
            ("BC", ROAD),
            ("CD", ROAD),
            ("BE", ROAD),
            ("AD", ROAD),
        ],
    )
    network = _closed(_served(town, tmp_path), 3)
    corner, depot = town.place("B"), town.between("A", "D", 0.1)
    around = network.around([depot])

    found = [point for point in around.snap([depot, corner]) if isinstance(point, SnappedPoint)]

    assert len(found) == 2
    assert around.matrix(found, found).durations_s.max() < UNREACHABLE
    assert around.path(found[0], found[1]).duration_s == around.matrix(found, found).durations_s[0, 1]


def test_closing_everything_closes_off_every_door(tmp_path: Path) -> None:
    network = _closed(_served(LANE, tmp_path), 1, 2, 3, 4, 5, 6)

    found = network.around([LANE.place("A")]).snap([LANE.place("A"), LANE.place("D")])

    assert [isinstance(one, OffNetwork) and one.is_closed_off for one in found] == [True, True]
    assert network.matrix([], []).durations_s.shape == (0, 0)


def test_an_ordinary_day_and_one_with_a_way_that_is_not_here_are_as_they_were(tmp_path: Path) -> None:
    usual = _served(LANE, tmp_path)
    doors = [LANE.place("A"), offset(LANE.place("D"), north_m=-40)]

    assert usual.around(doors) is usual
    assert _closed(usual, 99).around(doors[:1]).snap(doors) == usual.snap(doors)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> CchRoadNetwork:
    folder = tmp_path_factory.mktemp("closed")
    bundled.build(folder, "car")
    return open_network(folder / "car")


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), share=st.sampled_from([0.001, 0.02, 0.2, 0.6]))
def test_every_door_that_is_set_can_be_reached_from_a_start_and_left_again(
    town: CchRoadNetwork, seed: int, share: float
) -> None:
    random = np.random.default_rng(seed)
    ways = np.unique(town.roads.way_osm)
    network = _closed(town, *random.choice(ways, round(len(ways) * share), replace=False).tolist())
    doors = [LonLat(lon, lat) for lon, lat in random.choice(np.asarray(town.roads.node_lonlat), 30).tolist()]

    around = network.around(doors[:2])
    set_doors = [point for point in around.snap(doors) if isinstance(point, SnappedPoint)]

    starts = [point for point in set_doors if point.point in doors[:2]]
    there, back = around.matrix(starts, set_doors).durations_s, around.matrix(set_doors, starts).durations_s
    joined = ((there < UNREACHABLE) & (back.T < UNREACHABLE)).any(axis=0)
    # A start may stand on a road of which nothing is left but one direction: a door behind it is on it too.
    own = np.isin([point.edge for point in set_doors], [start.edge for start in starts])
    assert (joined | own).all() or not starts
    for point in set_doors:
        usual_m = next(one.distance_m for one in town.snap([point.point]) if isinstance(one, SnappedPoint))
        assert great_circle_m(point.point, point.on_road) <= max(500, usual_m + 500) + 1

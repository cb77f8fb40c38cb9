"""Weights: a season, closed ways and observed speeds on the same roads."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coords import LonLat
from geodata.errors import GeodataError
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import UNREACHABLE, SnappedPoint
from geodata.network.profiles import CAR
from geodata.network.roads import CLOSED, Roads
from geodata.network.surfaces import CLASSES, surface_class
from geodata.network.tables import Row
from geodata.network.turns import Turns, allowed_turns, turn_ms
from geodata.network.weights import (
    ObservedSpeeds,
    ways_missing,
    with_closed_edges,
    with_closed_ways,
    with_observed_speeds,
    with_season,
)
from tests.geodata.network.maps import ORIGIN, ROAD, Map, offset, snapped, visited
from tests.geodata.network.test_matrix_against_networkx import TOWN as MAP

DIRT = {"highway": "residential", "surface": "dirt"}
TOWN = Map(
    grid="A   B   C\n\n\nD       E",
    ways=[("AB", ROAD), ("BC", DIRT), ("AD", ROAD), ("DE", {**ROAD, "surface": "asphalt"}), ("EC", ROAD)],
    nodes={"B": {"barrier": "gate"}},
)


@pytest.fixture
def roads(tmp_path: Path) -> Roads:
    return TOWN.network(tmp_path).roads


def _ms(roads: Roads, way: int) -> int:
    (edge,) = np.flatnonzero(roads.way_osm == way)
    return int(roads.forward_ms[edge])


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ({"highway": "residential"}, "unknown"),
        ({"highway": "residential", "surface": "asphalt"}, "paved"),
        ({"highway": "residential", "surface": "dirt;sand"}, "earth"),
        ({"highway": "track", "tracktype": "grade2"}, "gravel"),
        ({"highway": "track", "tracktype": "grade5", "surface": "sand"}, "sand"),
        ({"highway": "track"}, "earth"),
        ({"highway": "motorway"}, "paved"),
        ({"highway": "residential", "surface": "something_new"}, "unknown"),
    ],
)
def test_the_surface_class_is_read_from_the_tags(tags: dict[str, str], name: str) -> None:
    assert CLASSES[surface_class(tags)] == name


def test_rain_slows_each_surface_by_its_own_factor(roads: Roads) -> None:
    wet = with_season(roads, CAR.seasons["wet"])

    assert _ms(wet, 2) == round(_ms(roads, 2) / 0.50)
    assert _ms(wet, 4) == round(_ms(roads, 4) / 0.95)
    assert _ms(wet, 1) == round(_ms(roads, 1) / 0.90)
    assert (_ms(wet, 0), _ms(with_season(roads, CAR.seasons["dry"]), 2)) == (60_000, _ms(roads, 2))


def test_a_season_of_unknown_surfaces_or_factors_is_refused(roads: Roads) -> None:
    with pytest.raises(GeodataError, match=r"No surface class 'ice'\. Known are: unknown, paved"):
        with_season(roads, {"ice": Row(50, "a test")})
    with pytest.raises(GeodataError, match="factor of sand must be a percentage above 0, got 0"):
        with_season(roads, {"sand": Row(0, "a test")})


def test_a_closed_way_is_driven_round_and_not_snapped_to(roads: Roads) -> None:
    network = DijkstraRoadNetwork(with_closed_ways(roads, {2, 77}))

    assert visited(TOWN, network, TOWN.between("A", "B"), TOWN.place("C")) == "ADEC"
    (point,) = snapped(network, TOWN.between("B", "C", 0.4))
    assert point.edge != int(np.flatnonzero(roads.way_osm == 2)[0])
    assert ways_missing(roads, {2, 77}) == [77]


def test_a_closed_edge_is_driven_round_and_the_rest_of_its_way_is_not(tmp_path: Path) -> None:
    town = Map(grid="A   B   C   D\n\n    E   F", ways=[("ABCD", ROAD), ("BE", ROAD), ("EF", ROAD), ("FC", ROAD)])
    roads = town.network(tmp_path).roads
    _first, middle, last = np.flatnonzero(roads.way_osm == 1).tolist()

    network = DijkstraRoadNetwork(with_closed_edges(roads, {middle}))

    assert visited(town, network, town.between("A", "B"), town.between("C", "D")) == "BEFC"
    on_middle, on_last = snapped(network, town.between("B", "C"), town.between("C", "D"))
    assert on_middle.edge != middle
    assert on_last.edge == last


def test_one_turns_round_before_a_closed_edge_of_the_way_that_one_is_on(tmp_path: Path) -> None:
    town = Map(
        grid="A   B   E   C\n\n\n    D",
        ways=[("AB", ROAD), ("BE", ROAD), ("EC", ROAD), ("BD", ROAD)],
        relations=[("from:1 via:B to:4", {"restriction": "no_right_turn"})],
    )
    roads = town.network(tmp_path).roads
    one_way = replace(roads, way_osm=np.where(roads.way_osm == 3, 2, roads.way_osm))
    (edge,) = np.flatnonzero(roads.way_osm == 3)

    closed = with_closed_edges(one_way, [int(edge)])

    start, end = town.between("A", "B"), town.between("B", "D")
    assert visited(town, DijkstraRoadNetwork(one_way), start, end) == "BECEB"
    assert visited(town, DijkstraRoadNetwork(closed), start, end) == "BEB"
    weighed = CchRoadNetwork(one_way).with_weights(closed).path(*snapped(DijkstraRoadNetwork(closed), start, end))
    assert weighed == DijkstraRoadNetwork(closed).path(*snapped(DijkstraRoadNetwork(closed), start, end))


def test_an_edge_closed_in_one_direction_is_driven_in_the_other_and_stopped_at(roads: Roads) -> None:
    (edge,) = np.flatnonzero(roads.way_osm == 4).tolist()
    from_d = bool(np.allclose(roads.shape(edge)[0], [TOWN.place("D").lon, TOWN.place("D").lat]))
    west, east = TOWN.between("A", "D", 0.8), TOWN.between("E", "C", 0.2)

    network = DijkstraRoadNetwork(with_closed_edges(roads, [edge], forward=from_d, backward=not from_d))

    assert visited(TOWN, network, west, east) == "ABC"
    assert visited(TOWN, network, east, west) == "ED"
    assert snapped(network, TOWN.between("D", "E", 0.4))[0].edge == edge


def test_a_oneway_closed_against_its_direction_stays_as_it_is(tmp_path: Path) -> None:
    town = Map(grid="A  B\n\nC  D", ways=[("AB", {**ROAD, "oneway": "yes"}), ("BD", ROAD), ("DC", ROAD), ("CA", ROAD)])
    roads = town.network(tmp_path).roads
    edge = np.flatnonzero(roads.way_osm == 1)

    against, along = (with_closed_edges(roads, edge, forward=ahead, backward=not ahead) for ahead in (False, True))

    assert (against.forward_ms.tolist(), against.snappable.tolist()) == (
        roads.forward_ms.tolist(),
        roads.snappable.tolist(),
    )
    assert not along.snappable[edge].any()


def test_closing_an_edge_that_is_not_in_the_network_is_refused(roads: Roads) -> None:
    with pytest.raises(GeodataError, match=r"Closed edges: edge -1 is not in the network, which has 6\."):
        with_closed_edges(roads, [-1, 2])


def test_turns_stay_and_one_may_turn_round_before_a_way_that_is_closed(roads: Roads) -> None:
    closed = with_closed_ways(roads, {4})

    turns, before = allowed_turns(closed), allowed_turns(roads)

    built = {(start, end): ms for start, end, ms in _rows(roads, before)}
    left = {(start, end): ms for start, end, ms in _rows(closed, turns)}
    (edge,) = np.flatnonzero(roads.way_osm == 4)
    # The ways 3 and 5 end at way 4, which they are drawn to and from.
    towards, from_it = (2 * int(np.flatnonzero(roads.way_osm == way)[0]) for way in (3, 5))
    ends = {(towards, towards + 1): CAR.turn_costs.dead_end_ms, (from_it + 1, from_it): CAR.turn_costs.dead_end_ms}
    assert not ends.keys() & built.keys()
    assert left == ends | {pair: ms for pair, ms in built.items() if edge not in {piece // 2 for piece in pair}}


def _rows(roads: Roads, turns: Turns) -> list[tuple[int, int, int]]:
    columns = turns.before.tolist(), turns.after.tolist(), turn_ms(roads, turns).tolist()
    return list(zip(*columns, strict=True))


@settings(max_examples=15)
@given(ways=st.sets(st.integers(1, 12), max_size=3), season=st.sampled_from(["dry", "wet"]))
def test_a_hierarchy_that_is_weighed_again_answers_as_dijkstra(
    town: tuple[CchRoadNetwork, list[LonLat]], ways: set[int], season: str
) -> None:
    network, doors = town
    roads = with_closed_ways(with_season(network.roads, CAR.seasons[season]), ways)
    oracle, weighed = DijkstraRoadNetwork(roads), network.with_weights(roads)
    points = [point for point in oracle.snap(doors) if isinstance(point, SnappedPoint)]

    expected, found = oracle.matrix(points, points), weighed.matrix(points, points)

    assert np.array_equal(found.durations_s, expected.durations_s)
    assert np.array_equal(found.lengths_m, expected.lengths_m)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[CchRoadNetwork, list[LonLat]]:
    roads = MAP.network(tmp_path_factory.mktemp("town")).roads
    doors = [offset(ORIGIN, east_m=east, north_m=-north) for east in range(0, 601, 110) for north in range(0, 301, 70)]
    return CchRoadNetwork(roads), doors


def test_what_lies_behind_closed_ways_is_unreachable(roads: Roads) -> None:
    network = DijkstraRoadNetwork(with_closed_ways(roads, {2, 5}))
    ends = [
        point for point in network.snap([TOWN.place("A"), TOWN.between("D", "E")]) if isinstance(point, SnappedPoint)
    ]
    lonely = DijkstraRoadNetwork(with_closed_ways(roads, {3, 5})).matrix(ends, ends)

    assert network.matrix(ends, ends).durations_s.max() < UNREACHABLE
    assert lonely.durations_s[0, 1] == UNREACHABLE


def test_observed_speeds_replace_those_of_the_tables(roads: Roads) -> None:
    (edge,) = np.flatnonzero(roads.way_osm == 4)
    observed = ObservedSpeeds(edge=np.array([edge]), forward=np.array([True]), kmh=np.array([12.0]))

    slow = with_observed_speeds(roads, observed)

    assert int(slow.forward_ms[edge]) == round(int(roads.length_mm[edge]) * 3.6 / 12)
    assert int(slow.backward_ms[edge]) == int(roads.backward_ms[edge])
    assert np.array_equal(np.delete(slow.forward_ms, edge), np.delete(roads.forward_ms, edge))


def test_an_observed_speed_opens_no_oneway(tmp_path: Path) -> None:
    town = Map(
        grid="A  B\n\n\nC  D", ways=[("AB", {**ROAD, "oneway": "yes"}), ("BD", ROAD), ("DC", ROAD), ("CA", ROAD)]
    )
    roads = town.network(tmp_path).roads
    (edge,) = np.flatnonzero(roads.way_osm == 1)

    seen = with_observed_speeds(
        roads, ObservedSpeeds(edge=np.array([edge]), forward=np.array([False]), kmh=np.array([30.0]))
    )

    assert int(seen.backward_ms[edge]) == CLOSED


@pytest.mark.parametrize(
    ("edge", "forward", "kmh", "message"),
    [
        ([0], [True], [0.0], r"above 0 and at most 200 km/h, got 0\.0"),
        ([0], [True], [float("nan")], "got nan"),
        ([0], [True], [201.0], "got 201"),
        ([6], [True], [20.0], "edge 6 is not in the network, which has 6"),
        ([0, 1], [True], [20.0], "must be of one length, got 2, 1 and 1"),
    ],
)
def test_observations_that_cannot_be_are_refused(
    roads: Roads, edge: list[int], forward: list[bool], kmh: list[float], message: str
) -> None:
    observed = ObservedSpeeds(edge=np.array(edge), forward=np.array(forward), kmh=np.array(kmh))

    with pytest.raises(GeodataError, match=message):
        with_observed_speeds(roads, observed)

"""The hierarchy gives the same seconds and metres as Dijkstra's search, as whole numbers."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import GeodataError, NoRouteError
from geodata.network.cch.all_states import entry_ms
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.dijkstra import arcs_of, shortest_path_tree
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.places import places, ways_out
from geodata.network.port import UNREACHABLE, RoadNetwork, SnappedPoint
from geodata.network.roads import CLOSED, Roads
from geodata.network.weights import with_closed_edges, with_closed_ways
from tests.geodata.network import bundled
from tests.geodata.network.cch.random_roads import places_on, roads, town

#: TOWNS=10000 for a night.
TOWNS = int(os.environ.get("TOWNS") or 20)
ROADS_AND_PLACES = roads().flatmap(lambda drawn: st.tuples(st.just(drawn), places_on(drawn)))


def same_matrices(network: CchRoadNetwork, oracle: DijkstraRoadNetwork, points: list[SnappedPoint]) -> None:
    found, expected = network.matrix(points, points), oracle.matrix(points, points)
    assert found.durations_s.tolist() == expected.durations_s.tolist()
    assert found.lengths_m.tolist() == expected.lengths_m.tolist()


def answer(network: RoadNetwork, source: SnappedPoint, target: SnappedPoint) -> tuple[int, int]:
    try:
        path = network.path(source, target)
    except NoRouteError:
        return UNREACHABLE, UNREACHABLE
    return path.duration_s, path.length_m


@settings(max_examples=200)
@given(ROADS_AND_PLACES)
def test_random_roads_have_the_matrix_of_dijkstra(drawn: tuple[Roads, list[SnappedPoint]]) -> None:
    network, oracle = CchRoadNetwork(drawn[0]), DijkstraRoadNetwork(drawn[0])

    same_matrices(network, oracle, drawn[1])


@pytest.mark.parametrize("seed", range(TOWNS))
def test_random_towns_have_the_matrix_of_dijkstra(seed: int) -> None:
    drawn, points = town(seed)

    same_matrices(CchRoadNetwork(drawn), DijkstraRoadNetwork(drawn), points)


@settings(max_examples=100)
@given(ROADS_AND_PLACES, st.integers(0, 4))
def test_however_many_vertices_a_matrix_leaves_out_it_is_that_of_dijkstra(
    drawn: tuple[Roads, list[SnappedPoint]], few: int
) -> None:
    network, oracle = CchRoadNetwork(drawn[0]), DijkstraRoadNetwork(drawn[0])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geodata.network.cch.matrix.FEW", few)

        same_matrices(network, oracle, drawn[1])


@settings(max_examples=100)
@given(ROADS_AND_PLACES)
def test_random_roads_have_paths_that_cost_what_the_matrix_says(drawn: tuple[Roads, list[SnappedPoint]]) -> None:
    network, points = CchRoadNetwork(drawn[0]), drawn[1][:5]

    matrix = network.matrix(points, points)

    for row, source in enumerate(points):
        for column, target in enumerate(points):
            cell = (matrix.durations_s[row, column], matrix.lengths_m[row, column])
            assert answer(network, source, target) == cell


@settings(max_examples=100)
@given(ROADS_AND_PLACES)
def test_random_roads_are_entered_when_dijkstra_says(drawn: tuple[Roads, list[SnappedPoint]]) -> None:
    hierarchy = CchRoadNetwork(drawn[0]).hierarchy

    for start in drawn[1][:5]:
        tree = shortest_path_tree(arcs_of(hierarchy.graph), ways_out(hierarchy.graph, places(drawn[0], [start])))
        assert entry_ms(hierarchy, drawn[0], start).tolist() == tree.ms.tolist()


@settings(max_examples=100)
@given(ROADS_AND_PLACES)
def test_other_durations_are_those_of_a_network_built_with_them(drawn: tuple[Roads, list[SnappedPoint]]) -> None:
    roads_before, points = drawn
    halved = np.where(roads_before.backward_ms == CLOSED, CLOSED, roads_before.backward_ms // 2 + 1).astype(np.int32)
    roads_now = replace(roads_before, forward_ms=roads_before.forward_ms * 3, backward_ms=halved)

    network = CchRoadNetwork(roads_before).with_weights(roads_now)

    same_matrices(network, DijkstraRoadNetwork(roads_now), points)


@settings(max_examples=200)
@given(ROADS_AND_PLACES, st.data())
def test_random_roads_with_ways_closed_and_opened_again_have_the_answers_of_dijkstra(
    drawn: tuple[Roads, list[SnappedPoint]], data: st.DataObject
) -> None:
    roads_before, points = drawn
    way = st.sampled_from(roads_before.way_osm.tolist())
    first, second = (with_closed_ways(roads_before, data.draw(st.sets(way, max_size=3))) for _ in range(2))

    closed = CchRoadNetwork(roads_before).with_weights(first)
    changed = closed.with_weights(second)

    for network, roads_now in ((closed, first), (changed, second), (changed.with_weights(roads_before), roads_before)):
        oracle = DijkstraRoadNetwork(roads_now)
        there = [point for point in points if roads_now.snappable[point.edge]]
        same_matrices(network, oracle, there)
        pairs = [(there[0], point) for point in there[:5]]
        assert [answer(network, *pair) for pair in pairs] == [answer(oracle, *pair) for pair in pairs]


@settings(max_examples=200)
@given(ROADS_AND_PLACES, st.data())
def test_random_roads_with_edges_closed_in_one_direction_or_both_have_the_answers_of_dijkstra(
    drawn: tuple[Roads, list[SnappedPoint]], data: st.DataObject
) -> None:
    roads_built, points = drawn
    # Few ways, so that some go on where an edge of theirs is closed.
    way_osm = st.lists(st.integers(0, 3), min_size=roads_built.edge_count, max_size=roads_built.edge_count)
    roads_before = replace(roads_built, way_osm=np.array(data.draw(way_osm), dtype=np.int64))
    edges = st.sets(st.integers(0, roads_before.edge_count - 1), max_size=3)
    ahead, back, both = (data.draw(edges) for _ in range(3))
    roads_now = with_closed_edges(with_closed_edges(roads_before, ahead, backward=False), back, forward=False)
    roads_now = with_closed_edges(roads_now, both)

    network = CchRoadNetwork(roads_before)
    closed = network.with_weights(roads_now)

    oracle = DijkstraRoadNetwork(roads_now)
    there = [point for point in points if roads_now.snappable[point.edge]]
    same_matrices(closed, oracle, there)
    pairs = [(there[0], point) for point in there[:5]]
    assert [answer(closed, *pair) for pair in pairs] == [answer(oracle, *pair) for pair in pairs]
    same_matrices(closed.with_weights(roads_before), DijkstraRoadNetwork(roads_before), points)


@pytest.fixture(scope="module", params=["car", "motorcycle"])
def oracle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DijkstraRoadNetwork:
    return bundled.build(tmp_path_factory.mktemp("cch"), request.param)[0]


@pytest.fixture(scope="module")
def network(oracle: DijkstraRoadNetwork) -> CchRoadNetwork:
    return CchRoadNetwork(oracle.roads)


def test_bundled_area_has_the_matrix_of_dijkstra(network: CchRoadNetwork, oracle: DijkstraRoadNetwork) -> None:
    points = bundled.points_near_roads(oracle, 150, seed=11)

    same_matrices(network, oracle, points)


def test_many_places_on_one_edge_have_the_matrix_of_dijkstra(
    network: CchRoadNetwork, oracle: DijkstraRoadNetwork
) -> None:
    one_way = np.flatnonzero((oracle.roads.forward_ms > 20_000) & (oracle.roads.backward_ms == CLOSED))[:4]
    both_ways = np.flatnonzero((oracle.roads.forward_ms > 20_000) & (oracle.roads.backward_ms != CLOSED))[:4]
    point = bundled.points_near_roads(oracle, 1, seed=1)[0]
    points = [
        point._replace(edge=int(edge), fraction=share / 7, point=replace(point.point, lon=float(edge + share) / 1000))
        for edge in [*one_way, *both_ways]
        for share in range(8)
    ]

    same_matrices(network, oracle, points)


def test_closed_road_is_not_driven(network: CchRoadNetwork, oracle: DijkstraRoadNetwork) -> None:
    source, target = bundled.points_near_roads(oracle, 2, seed=5)
    graph = network.hierarchy.graph
    roads_now = network.roads
    line = network.path(source, target).line
    # Close what lies in the middle of the way.
    shapes = roads_now.shape_lonlat
    middle = line[len(line) // 2]
    at = int(np.argmin(np.hypot(shapes[:, 0] - middle.lon, shapes[:, 1] - middle.lat)))
    edge = int(np.searchsorted(roads_now.shape_start, at, side="right")) - 1
    ahead, back = roads_now.forward_ms.copy(), roads_now.backward_ms.copy()
    ahead[edge] = back[edge] = CLOSED

    closed = network.with_weights(replace(roads_now, forward_ms=ahead, backward_ms=back))

    assert middle not in closed.path(source, target).line
    assert closed.path(source, target).duration_s > network.path(source, target).duration_s
    assert network.hierarchy.graph is graph


def test_weights_of_other_roads_are_refused(network: CchRoadNetwork) -> None:
    roads_now = network.roads
    fewer = replace(roads_now, forward_ms=roads_now.forward_ms[:-1], backward_ms=roads_now.backward_ms[:-1])

    with pytest.raises(GeodataError, match="do not fit a network of"):
        network.with_weights(fewer)


def test_opening_what_was_built_closed_is_refused(network: CchRoadNetwork) -> None:
    roads_now = network.roads

    with pytest.raises(GeodataError, match="open now that were closed when the network was built"):
        network.with_weights(replace(roads_now, backward_ms=np.maximum(roads_now.backward_ms, 1)))


def test_nearest_targets_come_soonest_first(network: CchRoadNetwork, oracle: DijkstraRoadNetwork) -> None:
    source, *targets = bundled.points_near_roads(oracle, 40, seed=2)

    chosen = network.nearest(source, targets, count=7)

    row = oracle.matrix([source], targets).durations_s[0]
    assert len(chosen) == 7
    assert row[chosen].tolist() == np.sort(row)[:7].tolist()
    assert network.nearest(source, targets, count=0) == []


def test_opened_network_answers_like_the_one_in_memory(
    network: CchRoadNetwork, oracle: DijkstraRoadNetwork, tmp_path: Path
) -> None:
    from geodata.network.storage import open_network, write_roads

    points = bundled.points_near_roads(oracle, 30, seed=9)
    write_roads(network.roads, tmp_path / "car", extract="0" * 64, hierarchy=network.hierarchy)

    opened = open_network(tmp_path / "car", threads=2)

    same_matrices(opened, oracle, points)
    assert opened.path(points[0], points[1]) == network.path(points[0], points[1])


def test_several_threads_fill_the_same_matrix_as_one(
    network: CchRoadNetwork, oracle: DijkstraRoadNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = bundled.points_near_roads(oracle, 60, seed=4)
    monkeypatch.setattr("geodata.network.cch.matrix.CELLS_OF_A_THREAD", 100)

    three = CchRoadNetwork(network.roads, hierarchy=network.hierarchy, threads=3)

    same_matrices(three, oracle, points)


def test_area_too_wide_to_be_measured_is_refused(network: CchRoadNetwork) -> None:
    wide = network.roads.node_lonlat * [4.0, 1.0]
    wide[0] = [0.0, 47.0]

    with pytest.raises(GeodataError, match="km from corner to corner, and routes are measured up to 1500 km"):
        CchRoadNetwork(replace(network.roads, node_lonlat=wide))


def test_fewer_than_one_thread_is_refused(network: CchRoadNetwork) -> None:
    with pytest.raises(ValueError, match="threads must be >= 1, got 0"):
        CchRoadNetwork(network.roads, hierarchy=network.hierarchy, threads=0)

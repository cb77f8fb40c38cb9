"""The kernels of the hierarchy, each against a plain-Python one that is slow and short."""

import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.network.cch import elimination, triangles
from geodata.network.cch.hierarchy import build_hierarchy
from geodata.network.cch.metric import COST_PER_MS, Metric
from geodata.network.cch.order import edge_order, state_order
from geodata.network.cch.topology import Topology, build_topology
from geodata.network.jit import cache_problem, kernel
from geodata.network.roads import Roads
from geodata.network.states import NO_TURN, StateGraph, state_graph
from tests.geodata.network.cch.random_roads import roads


def _arcs(graph: StateGraph) -> list[tuple[int, int]]:
    return [
        (u, int(v))
        for u in range(graph.state_count)
        for v in graph.arc_to[graph.arc_start[u] : graph.arc_start[u + 1]]
        if u != v
    ]


def _contracted(vertices: int, arcs: list[tuple[int, int]]) -> list[list[int]]:
    """Upper neighbours of each vertex by the elimination game: join what is left around each vertex."""
    around: list[set[int]] = [set() for _ in range(vertices)]
    for u, v in arcs:
        around[u].add(v)
        around[v].add(u)
    for v in range(vertices):
        for a, b in combinations([u for u in around[v] if u > v], 2):
            around[a].add(b)
            around[b].add(a)
    return [sorted(u for u in around[v] if u > v) for v in range(vertices)]


def _distances(graph: StateGraph) -> list[list[float]]:
    """Floyd-Warshall between the starts of all states."""
    states = range(graph.state_count)
    cost = [[0.0 if u == v else math.inf for v in states] for u in states]
    for u in states:
        for arc in range(graph.arc_start[u], graph.arc_start[u + 1]):
            v = graph.arc_to[arc]
            if graph.arc_ms[arc] == NO_TURN:
                continue
            driven = (int(graph.ms[u]) + int(graph.arc_ms[arc])) * COST_PER_MS + int(graph.dm[u])
            cost[u][v] = min(cost[u][v], driven)
    for middle in states:
        for u in states:
            for v in states:
                cost[u][v] = min(cost[u][v], cost[u][middle] + cost[middle][v])
    return cost


@settings(max_examples=60)
@given(roads(), st.randoms(use_true_random=False))
def test_contraction_of_any_order_joins_what_the_elimination_game_joins(drawn: Roads, chance: object) -> None:
    graph = state_graph(drawn)
    order = list(range(graph.state_count))
    chance.shuffle(order)  # type: ignore[attr-defined]  # random.Random, which Hypothesis does not name

    topology = build_topology(graph, np.array(order, dtype=np.int32))

    arcs = [(int(topology.vertex[u]), int(topology.vertex[v])) for u, v in _arcs(graph)]
    expected = _contracted(graph.state_count, arcs)
    rows = np.split(topology.up_head, topology.up_start[1:-1])
    assert [row.tolist() for row in rows[: graph.state_count]] == expected
    assert topology.parent.tolist() == [row[0] if row else -1 for row in expected]
    assert topology.state[topology.vertex].tolist() == list(range(graph.state_count))


@settings(max_examples=60)
@given(roads())
def test_vertices_are_in_postorder_and_depths_count_from_the_root(drawn: Roads) -> None:
    topology = build_hierarchy(drawn).topology

    size = [1] * len(topology.parent)
    for v, parent in enumerate(topology.parent):
        if parent >= 0:
            size[parent] += size[v]
            assert topology.depth[v] == topology.depth[parent] + 1
        else:
            assert topology.depth[v] == 0
    # A subtree is the range of vertices that ends with its root.
    for v, parent in enumerate(topology.parent):
        assert parent < 0 or parent - size[parent] < v - size[v] + 1 <= v < parent


@settings(max_examples=60)
@given(roads())
def test_kept_arcs_cost_what_the_cheapest_path_costs(drawn: Roads) -> None:
    hierarchy = build_hierarchy(drawn)
    topology, metric = hierarchy.topology, hierarchy.metric

    cost = _distances(hierarchy.graph)

    for v, state in enumerate(topology.state):
        for arc in range(metric.out_start[v], metric.out_start[v + 1]):
            assert metric.out_cost[arc] == cost[state][topology.state[metric.out_head[arc]]]
        for arc in range(metric.in_start[v], metric.in_start[v + 1]):
            assert metric.in_cost[arc] == cost[topology.state[metric.in_head[arc]]][state]


@settings(max_examples=60)
@given(roads())
def test_shortcut_is_made_of_two_arcs_that_were_kept(drawn: Roads) -> None:
    metric = build_hierarchy(drawn).metric

    out_arcs, in_arcs = _by_ends(metric)

    for (low, high), (cost, via) in out_arcs.items():
        assert via == triangles.NO_VIA or in_arcs[via, low][0] + out_arcs[via, high][0] == cost
    for (low, high), (cost, via) in in_arcs.items():
        assert via == triangles.NO_VIA or in_arcs[via, high][0] + out_arcs[via, low][0] == cost


def _by_ends(metric: Metric) -> tuple[dict[tuple[int, int], tuple[float, int]], ...]:
    sides = []
    for arcs in (metric.out_arcs, metric.in_arcs):
        lows = np.repeat(np.arange(len(arcs.start) - 1), np.diff(arcs.start))
        ends = zip(lows.tolist(), arcs.head.tolist(), strict=True)
        sides.append(dict(zip(ends, zip(arcs.cost.tolist(), arcs.via.tolist(), strict=True), strict=True)))
    return tuple(sides)


@settings(max_examples=60)
@given(roads())
def test_order_ranks_every_edge_once_and_keeps_the_states_of_an_edge_together(drawn: Roads) -> None:
    graph = state_graph(drawn)

    rank = edge_order(drawn.node_lonlat, drawn.tail, drawn.head)

    assert sorted(rank.tolist()) == list(range(drawn.edge_count))
    by_rank = np.argsort(state_order(rank, graph.edge))
    edges = graph.edge[by_rank]
    assert len(np.flatnonzero(np.diff(edges))) == len(np.unique(edges)) - 1


@pytest.mark.parametrize("side", [8, 16, 32])
def test_last_edges_of_a_grid_cut_it_in_two(side: int) -> None:
    at = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()]).astype(np.int32)
    head = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()]).astype(np.int32)
    east, north = np.meshgrid(np.arange(side), np.arange(side))

    rank = edge_order(np.column_stack([east.ravel(), north.ravel()]).astype(np.float64) / 1000, tail, head)

    rest = rank < len(tail) - side
    parts = _parts(side * side, tail[rest], head[rest])
    assert len(parts) == 2
    assert min(parts) >= side * side // 4


def _parts(nodes: int, tail: np.ndarray, head: np.ndarray) -> list[int]:
    """Sizes of the connected components."""
    part = list(range(nodes))

    def root(v: int) -> int:
        while part[v] != v:
            v = part[v]
        return v

    for u, v in zip(tail.tolist(), head.tolist(), strict=True):
        part[root(u)] = root(v)
    return list(Counter(root(v) for v in range(nodes)).values())


def test_network_without_edges_has_an_empty_order() -> None:
    nothing = np.zeros(0, dtype=np.int32)

    assert len(edge_order(np.zeros((0, 2)), nothing, nothing)) == 0


def test_slots_of_arcs_to_the_same_state_are_none() -> None:
    rank, start, to = np.array([1, 0]), np.array([0, 2, 3]), np.array([0, 1, 0])
    rank, start, to = (array.astype(np.int32) for array in (rank, start, to))
    up_start, up_head = np.array([0, 1, 1]), np.array([1], dtype=np.int32)

    slots = elimination.arc_slots(rank, start, to, up_start, up_head)

    assert slots.tolist() == [elimination.NO_SLOT, 1, 0]


def test_arrays_of_a_hierarchy_cannot_be_written() -> None:
    topology = Topology(
        vertex=np.zeros(1, dtype=np.int32),
        state=np.zeros(1, dtype=np.int32),
        parent=np.full(1, -1, dtype=np.int32),
        depth=np.zeros(1, dtype=np.int32),
        up_start=np.zeros(2, dtype=np.int64),
        up_head=np.zeros(0, dtype=np.int32),
        slot=np.zeros(0, dtype=np.int32),
    )

    assert topology.height == 1
    with pytest.raises(ValueError, match="read-only"):
        topology.vertex[0] = 1


def test_kernel_without_a_cache_runs_and_says_so() -> None:
    scope: dict[str, object] = {}
    # Numba caches no function whose file it does not find.
    exec(compile("def twice(x):\n    return 2 * x\n", "/nowhere/twice.py", "exec"), scope)

    twice = kernel(scope["twice"])  # type: ignore[type-var]  # a function, which exec does not say

    assert twice(21) == 42  # type: ignore[operator]
    assert "Set NUMBA_CACHE_DIR" in str(cache_problem(twice))  # type: ignore[arg-type]

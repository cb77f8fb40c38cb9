"""What is connected, against SciPy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from geodata.network.components import reachable, strong_components, turned_round
from geodata.network.roads import Ints

# The first example of each waits for the compiler.
Graph = tuple[int, list[tuple[int, int]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Vertices and arcs, loops and parallel arcs too."""
    count = draw(st.integers(1, 12))
    vertex = st.integers(0, count - 1)
    return count, draw(st.lists(st.tuples(vertex, vertex), max_size=30))


def rows(graph: Graph) -> tuple[Ints, Ints]:
    """Compressed rows."""
    count, arcs = graph
    start = np.searchsorted(sorted(tail for tail, _ in arcs), np.arange(count + 1)).astype(np.int32)
    return start, np.array([head for _, head in sorted(arcs)], dtype=np.int32)


def matrix(graph: Graph) -> csr_array:
    """SciPy's."""
    count, arcs = graph
    table = np.zeros((count, count), dtype=np.int8)
    for tail, head in arcs:
        table[tail, head] = 1
    return csr_array(table)


@given(graphs())
def test_strong_components_are_those_that_scipy_finds(graph: Graph) -> None:
    count, theirs = connected_components(matrix(graph), directed=True, connection="strong")

    ours = strong_components(*rows(graph))

    assert set(ours.tolist()) == set(range(count))
    assert len(set(zip(ours.tolist(), theirs.tolist(), strict=True))) == count


@given(graphs())
def test_a_component_is_numbered_above_those_that_it_leads_to(graph: Graph) -> None:
    component = strong_components(*rows(graph))

    assert all(component[tail] >= component[head] for tail, head in graph[1])


@given(graphs())
def test_what_can_be_reached_is_what_scipy_reaches(graph: Graph) -> None:
    theirs = breadth_first_order(matrix(graph), 0, return_predecessors=False)

    ours = reachable(*rows(graph), 0)

    assert np.flatnonzero(ours).tolist() == sorted(theirs.tolist())


@given(graphs())
def test_a_graph_turned_round_has_every_arc_the_other_way(graph: Graph) -> None:
    start, to = turned_round(*rows(graph))

    arcs = [(int(head), tail) for tail in range(graph[0]) for head in to[start[tail] : start[tail + 1]]]
    assert sorted(arcs) == sorted(graph[1])


def test_a_long_one_way_road_needs_no_recursion() -> None:
    count = 50_000
    start = np.append(np.arange(count), count - 1).astype(np.int32)
    to = np.arange(1, count, dtype=np.int32)

    component = strong_components(start, to)

    assert component.tolist() == list(range(count - 1, -1, -1))

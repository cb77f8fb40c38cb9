"""Which edges lead to each other and back: in a network that is built, and on a day on which ways are closed."""

from collections.abc import Iterable

import numpy as np

from geodata.network.components import reachable, strong_components, turned_round
from geodata.network.roads import CLOSED, Flags, Ints, Roads
from geodata.network.states import BACKWARD, FORWARD, NO_STATE, StateGraph

#: `arc_start` (s + 1,) and `arc_to` (a,) of a StateGraph, or of what is open of it.
Arcs = tuple[Ints, Ints]


def open_arcs(graph: StateGraph) -> Arcs:
    """Leave out the arcs of a graph that was weighed for one day which nobody may follow on that day."""
    before = np.repeat(np.arange(graph.state_count, dtype=np.int32), np.diff(graph.arc_start))
    is_open = (graph.arc_ms >= 0) & (graph.ms[before] != CLOSED) & (graph.ms[graph.arc_to] != CLOSED)
    start = np.concatenate([[0], np.cumsum(is_open)])[graph.arc_start]
    return start.astype(np.int32), np.ascontiguousarray(graph.arc_to[is_open])


def largest(graph: StateGraph, arcs: Arcs, roads: Roads, candidates: Flags) -> tuple[Flags, tuple[int, int] | None]:
    """Find the longest network of directions of edges that all lead to each other.

    Parameters
    ----------
    candidates : (m, 2) the directions that count.

    Returns
    -------
    Which directions are in it, (m, 2); and edge and direction of one whose `source_state` is, None without a network.
    """
    arc_start, arc_to = arcs
    component = strong_components(arc_start, arc_to)
    # A state alone is no network, unless one can drive in circles on it.
    is_network = np.bincount(component) > 1
    arc_from = np.repeat(np.arange(graph.state_count, dtype=np.int32), np.diff(arc_start))
    is_network[component[arc_from[arc_from == arc_to]]] = True
    own = component[graph.source_state[candidates]]
    length_mm = np.repeat(roads.length_mm.astype(np.float64), 2)[candidates.ravel()]
    length = np.where(is_network, np.bincount(own, length_mm + 1, minlength=len(is_network)), 0)
    core: Flags = np.zeros(candidates.shape, dtype=bool)
    if not len(length) or length.max() == 0:
        return core, None
    longest = np.argmax(length)
    # Where one comes only from where a turn restriction begins, one is in a copy of the direction's own state.
    inside = np.flatnonzero(component == longest)
    core[graph.edge[inside], np.where(graph.forward[inside], FORWARD, BACKWARD)] = True
    edge, direction = np.argwhere(candidates)[np.argmax(own == longest)].tolist()
    return core & candidates, (edge, direction)


def attached(graph: StateGraph, arcs: Arcs, *, leaving: Iterable[int], arriving: Iterable[int]) -> Flags:
    """Edges, (m,), that one gets to in any direction from some states, and from which one gets to some states."""
    arc_start, arc_to = arcs
    back = turned_round(arc_start, arc_to)
    reached = np.zeros(graph.state_count, dtype=bool)
    leads = np.zeros(graph.state_count + 1, dtype=bool)  # NO_STATE looks up the last, which is False
    for state in leaving:
        reached |= reachable(arc_start, arc_to, state)
    for state in arriving:
        leads[:-1] |= reachable(*back, state)
    can_arrive = np.zeros(len(graph.source_state), dtype=bool)
    can_arrive[graph.edge[reached]] = True
    can_leave = leads[graph.source_state]
    both: Flags = can_arrive & (can_leave[:, 0] | can_leave[:, 1])
    return both


def main_edges(graph: StateGraph, arcs: Arcs, roads: Roads) -> Flags:
    """Edges, (m,), that belong to the longest network of one day or hang on it in both directions.

    Parameters
    ----------
    graph : weighed for the day. arcs : those that are open. roads : of the day.
    """
    is_open = np.column_stack([roads.forward_ms, roads.backward_ms]) != CLOSED
    through = is_open & (graph.source_state != NO_STATE) & ~np.asarray(roads.ends_only)[:, None]
    _, found = largest(graph, arcs, roads, through)
    if found is None:
        return np.zeros(roads.edge_count, dtype=bool)
    root = int(graph.source_state[found])
    return attached(graph, arcs, leaving=[root], arriving=[root])


def edges_around(graph: StateGraph, arcs: Arcs, roads: Roads, edges: Iterable[int]) -> Flags:
    """Edges, (m,), that one gets to from some of these edges and from which one gets back to it."""
    found: Flags = np.zeros(roads.edge_count, dtype=bool)
    is_open = np.column_stack([roads.forward_ms, roads.backward_ms]) != CLOSED
    for edge in edges:
        if found[edge]:
            continue
        directions = np.flatnonzero(is_open[edge])
        ends = [graph.target_state[slice(*graph.target_start[[2 * edge + d, 2 * edge + d + 1]])] for d in directions]
        arriving = [int(state) for states in ends for state in states]
        found |= attached(graph, arcs, leaving=map(int, graph.source_state[edge, directions]), arriving=arriving)
        found[edge] = True
    return found

"""Single routes over the hierarchy, as the states that are driven."""

from dataclasses import dataclass

import numpy as np

from geodata.network.cch import updown
from geodata.network.cch.bundles import Seeds
from geodata.network.cch.hierarchy import Hierarchy
from geodata.network.cch.matrix import cost_of
from geodata.network.cch.metric import COST_PER_MS
from geodata.network.places import Places
from geodata.network.roads import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """The cheapest way from one place to another.

    Attributes
    ----------
    cost : of driving, see metric.COST_PER_MS; infinite where no road leads.
    states : (r,) from the one that the source lies in to the one that the target lies in; one when they are the same.
    """

    cost: float
    states: Ints


def find_route(hierarchy: Hierarchy, places: Places) -> Route:
    """Find the cheapest route between two places."""
    begins, ends = _begins(hierarchy, places), _ends(hierarchy, places)
    route = _cheapest(hierarchy, begins, ends)
    if places.edge[0] == places.edge[1]:
        for vertex, cost in zip(begins.vertex.tolist(), begins.cost.tolist(), strict=True):
            for index in np.flatnonzero((ends.vertex == vertex) & (ends.cost + cost < 0)):
                again = _way_round(hierarchy, vertex, cost + float(ends.cost[index]))
                route = min(route, again, key=lambda candidate: candidate.cost)
    return route


def _begins(hierarchy: Hierarchy, places: Places) -> Seeds:
    """Seeds of the first place: matrix.taps for one place."""
    states = hierarchy.graph.source_state[places.edge[0]]
    return updown.begins(states, hierarchy.topology.vertex, places.done_ms[0], places.done_dm[0], COST_PER_MS)


def _ends(hierarchy: Hierarchy, places: Places) -> Seeds:
    """Seeds of the second place, likewise."""
    graph, edge = hierarchy.graph, places.edge[1]
    starts = graph.target_start[2 * edge : 2 * edge + 3]
    return updown.ends(
        starts, graph.target_state, hierarchy.topology.vertex, places.done_ms[1], places.done_dm[1], COST_PER_MS
    )


def _way_round(hierarchy: Hierarchy, vertex: int, cost: float) -> Route:
    """Drive from a state to its own start again."""
    topology, graph = hierarchy.topology, hierarchy.graph
    state = topology.state[vertex]
    arcs = np.arange(graph.arc_start[state], graph.arc_start[state + 1])
    arcs = arcs[graph.arc_ms[arcs] >= 0]
    first = cost + cost_of(int(graph.ms[state]) + graph.arc_ms[arcs].astype(np.int64), graph.dm[state].astype(np.int64))
    home = np.array([vertex], dtype=np.int32)
    begins, ends = _one_place(topology.vertex[graph.arc_to[arcs]], first), _one_place(home, np.zeros(1))
    route = _cheapest(hierarchy, begins, ends)
    return Route(cost=route.cost, states=np.concatenate([topology.state[home], route.states]))


def _one_place(vertex: Ints, cost: Floats) -> Seeds:
    return Seeds(np.array([0, len(vertex)], dtype=np.int32), vertex, cost)


def _cheapest(hierarchy: Hierarchy, begins: Seeds, ends: Seeds) -> Route:
    topology, metric = hierarchy.topology, hierarchy.metric
    cost, vertices = updown.cheapest_route(begins, ends, topology.tree, metric.out_arcs, metric.in_arcs)
    return Route(cost=float(cost), states=topology.state[vertices])


def in_ms_and_dm(cost: float) -> tuple[int, int]:
    """Unpack a finite cost."""
    ms, dm = divmod(cost, COST_PER_MS)
    return int(ms), int(dm)

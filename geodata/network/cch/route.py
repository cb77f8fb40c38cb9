"""Single routes over the hierarchy, as the states that are driven."""

from dataclasses import dataclass

import numpy as np

from geodata.network.cch import updown
from geodata.network.cch.bundles import Seeds
from geodata.network.cch.hierarchy import Hierarchy
from geodata.network.cch.matrix import cost_of, seeds, taps
from geodata.network.cch.metric import COST_PER_MS
from geodata.network.cch.sweep import NO_VERTEX
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


def find_route(hierarchy: Hierarchy, here: Places, there: Places) -> Route:
    """Find the cheapest route between two places (one row each)."""
    topology, graph = hierarchy.topology, hierarchy.graph
    vertices, costs = taps(topology, graph, here)
    directions = np.flatnonzero(vertices[0] != NO_VERTEX)
    begins = _one_place(vertices[0, directions], costs[0, directions])
    ends = seeds(topology, graph, there)
    route = _cheapest(hierarchy, begins, ends)
    if here.edge[0] == there.edge[0]:
        for vertex, cost in zip(begins.vertex.tolist(), begins.cost.tolist(), strict=True):
            for index in np.flatnonzero((ends.vertex == vertex) & (ends.cost + cost < 0)):
                again = _way_round(hierarchy, vertex, cost + float(ends.cost[index]))
                route = min(route, again, key=lambda candidate: candidate.cost)
    return route


def _way_round(hierarchy: Hierarchy, vertex: int, cost: float) -> Route:
    """Drive from a state to its own start again."""
    topology, graph = hierarchy.topology, hierarchy.graph
    state = topology.state[vertex]
    arcs = slice(graph.arc_start[state], graph.arc_start[state + 1])
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

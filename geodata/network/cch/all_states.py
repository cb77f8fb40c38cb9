"""From one place to all states at once: the search of a reachable area."""

import numpy as np

from geodata.network.cch.hierarchy import Hierarchy
from geodata.network.cch.matrix import cost_of
from geodata.network.cch.metric import COST_PER_MS
from geodata.network.cch.phast import one_to_all
from geodata.network.places import places, ways_out
from geodata.network.port import SnappedPoint
from geodata.network.roads import Floats, Roads


def entry_ms(hierarchy: Hierarchy, roads: Roads, start: SnappedPoint) -> Floats:
    """Say when each state is entered by the fastest way from a place: (states,), infinite where no road leads.

    The state that the place lies in is entered when one comes back to it.

    Parameters
    ----------
    roads : those that the hierarchy was weighed with.
    """
    out = ways_out(hierarchy.graph, places(roads, [start]))
    topology, metric = hierarchy.topology, hierarchy.metric
    vertices = np.ascontiguousarray(topology.vertex[out.state])
    cost = one_to_all(vertices, cost_of(out.ms, out.dm), metric.out_arcs, metric.in_arcs)
    ms: Floats = np.floor(cost / COST_PER_MS)[topology.vertex]
    return ms

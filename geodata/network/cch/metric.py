"""The weights of a hierarchy: what its arcs cost for one vehicle, season and set of closed roads."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from geodata.network.cch import triangles
from geodata.network.cch.bundles import Arcs
from geodata.network.cch.topology import Topology, read_only
from geodata.network.roads import Floats, Ints
from geodata.network.states import StateGraph

#: A cost is ms * COST_PER_MS + dm, in a float64: a sum of costs compares by milliseconds first, then by decimetres,
#: and is exact while a route has less than 2**25 dm (3355 km) and 2**28 ms (74 h). Beyond 74 h lengths lose decimetres.
COST_PER_MS: Final = 2.0**25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Metric:
    """The arcs that searches need, by their lower vertex, in compressed rows with sorted heads.

    Attributes
    ----------
    out_start : (s + 1,), out_head, out_via : (k,), out_cost : (k,) : arcs driven upwards, from the vertex to its head.
    in_start : (s + 1,), in_head, in_via : (l,), in_cost : (l,) : arcs driven downwards, from the head to the vertex.
        `via` is the vertex below both that the arc leads over, or -1 for an arc of the state graph.
    out_arcs, in_arcs : the same, for kernels.
    """

    out_start: Ints
    out_head: Ints
    out_cost: Floats
    out_via: Ints
    in_start: Ints
    in_head: Ints
    in_cost: Floats
    in_via: Ints
    out_arcs: Arcs = field(init=False)
    in_arcs: Arcs = field(init=False)

    def __post_init__(self) -> None:
        for name in METRIC_ARRAYS:
            object.__setattr__(self, name, read_only(getattr(self, name)))
        object.__setattr__(self, "out_arcs", Arcs(self.out_start, self.out_head, self.out_cost, self.out_via))
        object.__setattr__(self, "in_arcs", Arcs(self.in_start, self.in_head, self.in_cost, self.in_via))


#: The arrays of a Metric by name, with their dtype.
METRIC_ARRAYS: Final = {
    f"{side}_{name}": dtype
    for side in ("out", "in")
    for name, dtype in (("start", "int32"), ("head", "int32"), ("cost", "float64"), ("via", "int32"))
}


def customize(topology: Topology, graph: StateGraph) -> Metric:
    """Weigh the arcs: a fraction of a second, to be done again for other weights of the same graph.

    The graph may have other `ms`, `dm` and `arc_ms` than the one that the topology was built of, and the same states
    and arcs.
    """
    arcs = len(topology.up_head)
    up, down = np.empty(arcs), np.empty(arcs)
    up_via, down_via = np.empty(arcs, dtype=np.int32), np.empty(arcs, dtype=np.int32)
    arc_start, arc_ms = read_only(graph.arc_start), read_only(graph.arc_ms)
    ms, dm = read_only(graph.ms), read_only(graph.dm)
    triangles.initial_costs(topology.slot, arc_start, arc_ms, ms, dm, COST_PER_MS, up, down)
    triangles.customize_basic(topology.up_start, topology.up_head, up, down, up_via, down_via)
    triangles.customize_perfect(topology.up_start, topology.up_head, up, down, up_via, down_via)
    out_arcs = triangles.kept(topology.up_start, topology.up_head, up, up_via)
    in_arcs = triangles.kept(topology.up_start, topology.up_head, down, down_via)
    return Metric(
        out_start=out_arcs.start,
        out_head=out_arcs.head,
        out_cost=out_arcs.cost,
        out_via=out_arcs.via,
        in_start=in_arcs.start,
        in_head=in_arcs.head,
        in_cost=in_arcs.cost,
        in_via=in_arcs.via,
    )

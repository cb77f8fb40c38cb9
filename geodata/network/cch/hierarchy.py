"""A prepared hierarchy: state graph, topology and metric together, as they lie on disk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.coords import great_circle_array_m
from geodata.errors import GeodataError
from geodata.network.cch.metric import METRIC_ARRAYS, Metric, customize
from geodata.network.cch.order import edge_order, state_order
from geodata.network.cch.topology import TOPOLOGY_ARRAYS, Topology, build_topology, read_only
from geodata.network.roads import Ints, Roads
from geodata.network.states import NO_TURN, StateGraph, state_graph
from geodata.network.turns import dead_ends

#: The arrays of a StateGraph by name, with their dtype.
STATE_ARRAYS: Final = {
    "edge": "int32",
    "forward": "bool",
    "ms": "int32",
    "dm": "int32",
    "arc_start": "int32",
    "arc_to": "int32",
    "arc_ms": "int32",
    "spare_arc": "int32",
    "spare_ms": "int32",
    "source_state": "int32",
    "target_start": "int32",
    "target_state": "int32",
}
#: The widest area, corner to corner, metres: routes in it stay far below what one number can hold, 3355 km.
WIDEST_M: Final = 1_500_000
_PARTS: Final = {"state": STATE_ARRAYS, "topology": TOPOLOGY_ARRAYS, "metric": METRIC_ARRAYS}
#: The arrays of a Hierarchy by name, with dtype and number of columns (0: one-dimensional), as in roads.ARRAYS.
HIERARCHY_ARRAYS: Final[dict[str, tuple[str, int]]] = {
    f"{part}_{name}": (dtype, 2 if name == "source_state" else 0)
    for part, arrays in _PARTS.items()
    for name, dtype in arrays.items()
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """Everything that searches need besides the roads. All arrays are read-only."""

    graph: StateGraph
    topology: Topology
    metric: Metric

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by the names of HIERARCHY_ARRAYS."""
        parts = {"state": self.graph, "topology": self.topology, "metric": self.metric}
        return {f"{part}_{name}": getattr(parts[part], name) for part, arrays in _PARTS.items() for name in arrays}


def build_hierarchy(
    roads: Roads, *, on_progress: Callable[[str, float], None] = lambda _step, _share: None
) -> Hierarchy:
    """Order, contract and weigh the roads.

    Parameters
    ----------
    on_progress : is told the step and its share of the whole, 0 to 1.

    Raises
    ------
    GeodataError
        When the area is so wide that a route could be too long to be measured, see metric.COST_PER_MS.
    """
    _check_span(roads)
    on_progress("joining turns", 0.0)
    graph = _read_only(state_graph(roads, spare_turns=True))
    on_progress("ordering the roads", 0.1)
    rank = state_order(edge_order(roads.node_lonlat, roads.tail, roads.head), graph.edge)
    on_progress("contracting", 0.8)
    topology = build_topology(graph, rank)
    on_progress("weighing", 0.9)
    hierarchy = Hierarchy(graph=graph, topology=topology, metric=customize(topology, graph))
    on_progress("weighing", 1.0)
    return hierarchy


def _check_span(roads: Roads) -> None:
    if roads.node_count == 0:
        return
    corners = np.array([np.min(roads.node_lonlat, axis=0), np.max(roads.node_lonlat, axis=0)])
    span_m = float(great_circle_array_m(corners[:1], corners[1:])[0])
    if span_m > WIDEST_M:
        msg = (
            f"The roads span {span_m / 1000:.0f} km from corner to corner, and routes are measured up to "
            f"{WIDEST_M // 1000} km. Take a smaller extract."
        )
        raise GeodataError(msg)


def reweighed(hierarchy: Hierarchy, roads: Roads) -> Hierarchy:
    """Weigh again for other durations of the same roads; an edge that is CLOSED now keeps its states, unused.

    Raises
    ------
    GeodataError
        When the roads have other edges, or a direction is open that was closed when the hierarchy was built.
    """
    old = hierarchy.graph
    directions = np.column_stack([roads.forward_ms, roads.backward_ms])
    if len(directions) != len(old.source_state):
        msg = f"Weights for {len(directions)} edges do not fit a network of {len(old.source_state)}."
        raise GeodataError(msg)
    stateless = np.diff(old.target_start).reshape(-1, 2) == 0
    if opened := int((stateless & (directions > 0)).sum()):
        msg = f"{opened} directions of edges are open now that were closed when the network was built. Build it again."
        raise GeodataError(msg)
    ms: Ints = directions[old.edge, np.where(old.forward, 0, 1)].astype(np.int32)
    graph = _read_only(replace(old, ms=ms, arc_ms=_turns_now(old, roads)))
    return replace(hierarchy, graph=graph, metric=customize(hierarchy.topology, graph))


def _turns_now(graph: StateGraph, roads: Roads) -> Ints:
    """Return what turns cost now: one turns round before what is closed, and nowhere else along a road."""
    arc_ms: Ints = np.array(graph.arc_ms)
    state = np.searchsorted(graph.arc_start, graph.spare_arc, side="right") - 1
    is_needed = dead_ends(roads)[graph.edge[state] * 2 + ~graph.forward[state]]
    arc_ms[graph.spare_arc] = np.where(is_needed, graph.spare_ms, NO_TURN)
    return arc_ms


def hierarchy_of(arrays: Mapping[str, NDArray[Any]]) -> Hierarchy:
    """Put a hierarchy together from its arrays.

    Raises
    ------
    ValueError
        When their lengths do not fit together.
    """

    def part(name: str) -> dict[str, NDArray[Any]]:
        return {array: arrays[f"{name}_{array}"] for array in _PARTS[name]}

    hierarchy = Hierarchy(
        graph=_read_only(StateGraph(**part("state"))),
        topology=Topology(**part("topology")),
        metric=Metric(**part("metric")),
    )
    graph, topology, metric = hierarchy.graph, hierarchy.topology, hierarchy.metric
    states = graph.state_count
    per_state = (graph.forward, graph.ms, graph.dm, topology.vertex, topology.state, topology.parent, topology.depth)
    rows = (
        (graph.arc_start, graph.arc_to, states),
        (graph.target_start, graph.target_state, 2 * len(graph.source_state)),
        (topology.up_start, topology.up_head, states),
        (metric.out_start, metric.out_head, states),
        (metric.in_start, metric.in_head, states),
    )
    if (
        any(len(array) != states for array in per_state)
        or any(len(start) != count + 1 or start[-1] != len(items) for start, items, count in rows)
        or not len(graph.arc_to) == len(graph.arc_ms) == len(topology.slot)
        or len(graph.spare_arc) != len(graph.spare_ms)
        or not len(metric.out_head) == len(metric.out_cost) == len(metric.out_via)
        or not len(metric.in_head) == len(metric.in_cost) == len(metric.in_via)
    ):
        msg = "the arrays of the hierarchy do not fit together"
        raise ValueError(msg)
    return hierarchy


def _read_only(graph: StateGraph) -> StateGraph:
    return StateGraph(**{name: read_only(getattr(graph, name)) for name in STATE_ARRAYS})

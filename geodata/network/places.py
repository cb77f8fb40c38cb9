"""Where points stand on their edges: what is left of the edge, and which states of the search graph it leads to.

Rounding is done here, once: a point at fraction f of an edge that takes M milliseconds stands at rint(M * f)
milliseconds from its start, and M minus that from its end, so that the parts always add up to M. Millimetres
likewise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.coords import great_circle_array_m, lonlat_array
from geodata.errors import GeodataError
from geodata.network.port import SnappedPoint
from geodata.network.roads import CLOSED, Flags, Floats, Longs, Roads
from geodata.network.search import NO_STATE, SearchGraph

#: Ways out of (or in to) a point: over the head or over the tail of its edge, into up to three states each.
ENTRIES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Several snapped points, p of them, as arrays.

    Attributes
    ----------
    edge : (p,). from_tail_ms, from_head_ms : (p,) driving time from either end of the edge; -1 where that direction
        is closed. to_head_ms, to_tail_ms : (p,) likewise, away from the point. from_tail_mm, to_head_mm : (p,).
    access_s, access_mm : (p,) on foot between door and road.
    lonlat : (p, 2) the doors.
    """

    edge: Longs
    from_tail_ms: Longs
    from_head_ms: Longs
    to_head_ms: Longs
    to_tail_ms: Longs
    from_tail_mm: Longs
    to_head_mm: Longs
    access_s: Longs
    access_mm: Longs
    lonlat: Floats

    def __len__(self) -> int:
        return len(self.edge)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entries:
    """Links between points and states, (p, ENTRIES): state or NO_STATE, and what the part of the edge costs."""

    state: Longs
    ms: Floats
    mm: Floats


def places(roads: Roads, points: Sequence[SnappedPoint]) -> Places:
    """Measure where snapped points stand.

    Raises
    ------
    GeodataError
        When a point was snapped on another network.
    """
    edge = np.array([point.edge for point in points], dtype=np.int64)
    fraction = np.array([point.fraction for point in points], dtype=np.float64)
    if len(edge) and not (edge.min() >= 0 and edge.max() < roads.edge_count):
        msg = f"A snapped point lies on edge {edge.max()}; this network has {roads.edge_count}. Snap it here first."
        raise GeodataError(msg)
    doors = lonlat_array([point.point for point in points])
    on_road = lonlat_array([point.on_road for point in points])
    forward, backward = (column[edge].astype(np.int64) for column in (roads.forward_ms, roads.backward_ms))
    length = roads.length_mm[edge].astype(np.int64)
    along = np.rint(forward * fraction).astype(np.int64)
    back_along = np.rint(backward * fraction).astype(np.int64)
    along_mm = np.rint(length * fraction).astype(np.int64)
    return Places(
        edge=edge,
        from_tail_ms=np.where(forward == CLOSED, -1, along),
        to_head_ms=np.where(forward == CLOSED, -1, forward - along),
        from_head_ms=np.where(backward == CLOSED, -1, backward - back_along),
        to_tail_ms=np.where(backward == CLOSED, -1, back_along),
        from_tail_mm=along_mm,
        to_head_mm=length - along_mm,
        access_s=np.array([point.access_s for point in points], dtype=np.int64),
        access_mm=np.rint(great_circle_array_m(doors, on_road) * 1000).astype(np.int64),
        lonlat=doors,
    )


def ways_out(roads: Roads, graph: SearchGraph, here: Places) -> Entries:
    """States that a route starts in, over the head (first three columns) and the tail of the edge."""
    return _entries(roads, graph, here, here.to_head_ms, here.to_tail_ms, leaves=True)


def ways_in(roads: Roads, graph: SearchGraph, here: Places) -> Entries:
    """States that a route ends in, over the head (first three columns) and the tail of the edge."""
    return _entries(roads, graph, here, here.from_head_ms, here.from_tail_ms, leaves=False)


def _entries(
    roads: Roads, graph: SearchGraph, here: Places, head_ms: Longs, tail_ms: Longs, *, leaves: bool
) -> Entries:
    restricted = np.asarray(roads.ends_only)[here.edge]
    over_head = _states(graph, roads.head[here.edge].astype(np.int64), restricted, head_ms >= 0, leaves=leaves)
    over_tail = _states(graph, roads.tail[here.edge].astype(np.int64), restricted, tail_ms >= 0, leaves=leaves)
    return Entries(
        state=np.column_stack(over_head + over_tail),
        ms=np.repeat(np.column_stack([head_ms, tail_ms]), 3, axis=1).astype(np.float64),
        mm=np.repeat(np.column_stack([here.to_head_mm, here.from_tail_mm]), 3, axis=1).astype(np.float64),
    )


def _states(graph: SearchGraph, node: Longs, restricted: Flags, is_open: Flags, *, leaves: bool) -> list[Longs]:
    """States at one end of the edges: open; leaving; and, for a route that ends, arriving."""
    through = is_open & graph.has_open[node]
    inside = is_open & restricted
    arriving = inside & (not leaves)
    columns = ((through, node), (inside, graph.leaving[node]), (arriving, graph.arriving[node]))
    return [np.where(allowed, state, NO_STATE) for allowed, state in columns]

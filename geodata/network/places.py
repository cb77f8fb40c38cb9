"""Where points stand on their edges, and which states of the search graph they lead into and are reached from.

Rounding is done here, once: a point at fraction f of an edge that takes M milliseconds stands at rint(M * f)
milliseconds from its tail, and M minus that from its head, so that the parts always add up to M. Decimetres likewise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.errors import GeodataError
from geodata.network.arrays import constant
from geodata.network.polylines import access_mm, standing
from geodata.network.port import SnappedPoint
from geodata.network.roads import Floats, Ints, Longs, Roads, slices
from geodata.network.states import MM_PER_DM, NO_STATE, StateGraph


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Several snapped points, p of them, as arrays.

    Attributes
    ----------
    edge : (p,). done_ms : (p, 2) driving time from the start of the edge to the point, FORWARD and BACKWARD; -1 where
        that direction is closed. done_dm : (p, 2) likewise, decimetres.
    access_s, access_mm : (p,) on foot between door and road.
    lonlat : (p, 2) the doors.
    """

    edge: Longs
    done_ms: Longs
    done_dm: Longs
    access_s: Longs
    access_mm: Longs
    lonlat: Floats

    def __len__(self) -> int:
        return len(self.edge)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaysIn:
    """Every state that some place is reached in, sorted by place.

    Attributes
    ----------
    place, state : (w,). ms, dm : (w,) from the start of the state to the place.
    """

    place: Longs
    state: Ints
    ms: Longs
    dm: Longs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaysOut:
    """The first turns of a route from one place: the states that follow its edge, each once, by the best direction.

    Attributes
    ----------
    state : (w,). ms, dm : (w,) from the place to the start of the state, its turn included.
    direction : (w,) in which the place's own edge is left.
    """

    state: Ints
    ms: Longs
    dm: Longs
    direction: Longs


def places(roads: Roads, points: Sequence[SnappedPoint]) -> Places:
    """Measure where snapped points stand.

    Raises
    ------
    GeodataError
        When a point was snapped on another network.
    """
    columns = _numbers(points)
    edge, fraction = columns[:, 0].astype(np.int64), columns[:, 1].copy()
    done_ms, done_dm, astray = standing(
        edge,
        fraction,
        constant(roads.forward_ms),
        constant(roads.backward_ms),
        constant(roads.length_mm),
        MM_PER_DM,
    )
    if astray >= 0:
        msg = f"A snapped point lies on edge {edge[astray]}; this network has {roads.edge_count}. Snap it here first."
        raise GeodataError(msg)
    return Places(
        edge=edge,
        done_ms=done_ms,
        done_dm=done_dm,
        access_s=columns[:, 2].astype(np.int64),
        access_mm=access_mm(columns[:, 3:].copy()),
        lonlat=columns[:, 3:5],
    )


def _numbers(points: Sequence[SnappedPoint]) -> Floats:
    """Numbers of points, (p, 7), by way of one list: seven arrays would take three times as long."""
    row: list[float] = []
    for door, road, edge, fraction, _, access_s, _, _ in points:
        row += (edge, fraction, access_s, door.lon, door.lat, road.lon, road.lat)
    return np.array(row, dtype=np.float64).reshape(-1, 7)


def ways_in(graph: StateGraph, there: Places) -> WaysIn:
    """List the states that each place is reached in."""
    directed = (there.edge[:, None] * 2 + [0, 1]).ravel()
    starts = graph.target_start[directed].astype(np.int64)
    ends = graph.target_start[directed + 1].astype(np.int64)
    row = np.repeat(np.arange(len(directed)), ends - starts)
    return WaysIn(
        place=row // 2,
        state=graph.target_state[slices(starts, ends)],
        ms=there.done_ms.ravel()[row],
        dm=there.done_dm.ravel()[row],
    )


def ways_out(graph: StateGraph, here: Places) -> WaysOut:
    """List the states that follow the edge of one place. Its own edge is among them where it can be come back to."""
    own = graph.source_state[here.edge[0]]
    directions = np.flatnonzero((own != NO_STATE) & (here.done_ms[0] >= 0))
    states = own[directions]
    starts, ends = graph.arc_start[states].astype(np.int64), graph.arc_start[states + 1].astype(np.int64)
    arcs, direction = slices(starts, ends), np.repeat(directions, ends - starts)
    is_open = graph.arc_ms[arcs] >= 0
    arcs, direction = arcs[is_open], direction[is_open]
    state = graph.arc_to[arcs]
    ms = graph.ms[own[direction]] - here.done_ms[0, direction] + graph.arc_ms[arcs]
    dm = graph.dm[own[direction]] - here.done_dm[0, direction]
    order = np.lexsort((direction, dm, ms, state))
    best = order[np.unique(state[order], return_index=True)[1]]
    return WaysOut(state=state[best], ms=ms[best], dm=dm[best], direction=direction[best])

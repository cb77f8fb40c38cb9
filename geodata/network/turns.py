"""What it costs to turn from one edge into another: by the angle, for turning round, for traffic signals.

The formula is OSRM's (profiles/car.lua, process_turn): a sigmoid of the angle that reaches the whole cost where one
turns right round. Going straight on is free, and so is every node where only two edges meet.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from geodata.coords import great_circle_array_m
from geodata.network.roads import CLOSED, OPEN_BACKWARD, OPEN_FORWARD, Flags, Floats, Ints, Longs, Roads, TurnCosts

#: How far along an edge one looks to see where it leads, metres: past the junction itself. Roads are drawn along their
#: middle, so half of the other road's width and the curve of the corner lie before that. Of 10, 15, 20 and 30 m this
#: one makes durations that differ least from OSRM's on four extracts together (tests/benchmarks/network/agreement).
SIGHT_M: Final = 15.0
#: Less than this is straight on, degrees.
STRAIGHT_DEG: Final = 15.0
#: Angles are rounded, so that right round is the same to both sides whatever the last digit of a sine says.
ANGLE_DECIMALS: Final = 3


def bearings(roads: Roads) -> Floats:
    """Degrees clockwise from north in which each edge leads away from its tail and from its head, (m, 2).

    An edge of length 0 (a barrier) leads where the edge behind it leads.
    """
    shape, start = np.asarray(roads.shape_lonlat), np.asarray(roads.shape_start)
    along = np.concatenate([[0.0], np.cumsum(great_circle_array_m(shape[:-1], shape[1:]))])
    first, last = start[:-1], start[1:] - 1
    sight = np.minimum(SIGHT_M, along[last] - along[first])
    away = np.column_stack(
        [
            _bearing(shape[first], _seen(shape, along, along[first] + sight, first, last)),
            _bearing(shape[last], _seen(shape, along, along[last] - sight, first, last)),
        ]
    )
    barriers = np.flatnonzero(np.asarray(roads.way_osm) == 0)
    if len(barriers):
        real = np.flatnonzero(np.asarray(roads.way_osm) != 0)
        behind = np.zeros(roads.node_count)
        behind[roads.tail[real]], behind[roads.head[real]] = away[real, 0], away[real, 1]
        away[barriers] = np.column_stack([behind[roads.head[barriers]], behind[roads.tail[barriers]]])
    return away


def turn_angles(away: Floats, before: Ints, after: Ints) -> Floats:
    """Degrees of turns between directed edges (edge * 2 + direction): 0 straight on, 90 right, -90 left, 180 back.

    Parameters
    ----------
    away : see `bearings`.
    """
    by_directed = away.ravel()
    turned = np.round(by_directed[after] - by_directed[before ^ 1] - 180.0, ANGLE_DECIMALS)
    angle: Floats = 180.0 - (180.0 - turned) % 360.0  # in (-180, 180]
    return angle


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turns:
    """Pairs of directed edges (edge * 2 + direction) that meet.

    Attributes
    ----------
    before, after : (a,) sorted by before.
    degree : (a,) how many edges meet there. is_back : (a,) one turns round. is_end : (a,) the road ends there for those
        who come along it: no other edge leaves, or an open road goes on as one that keeps through traffic out, or
        behind a gate.
    is_spare : (a,) one turns round where the road goes on, and may do so only while it is closed there.
    """

    before: Ints
    after: Ints
    degree: Ints
    is_back: Flags
    is_end: Flags
    is_spare: Flags

    def only(self, chosen: Flags) -> "Turns":
        """Return some of them."""
        return Turns(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def possible_turns(roads: Roads) -> Turns:
    """List every pair of edges that are open and meet; where roads end is told by those that were open once."""
    was_open = roads.open_directions()
    is_open = np.column_stack([was_open & OPEN_FORWARD, was_open & OPEN_BACKWARD]).ravel() > 0
    ends_only = np.repeat(np.asarray(roads.ends_only), 2)
    start = np.column_stack([roads.tail, roads.head]).ravel()
    end = np.column_stack([roads.head, roads.tail]).ravel()
    usable = np.flatnonzero(is_open).astype(np.int32)
    by_start = usable[np.argsort(start[usable], kind="stable")]
    leaving = np.searchsorted(start[by_start], np.arange(roads.node_count + 1))
    exits = np.diff(leaving)[end[usable]]
    before = np.repeat(usable, exits)
    offset = np.arange(len(before)) - np.repeat(np.cumsum(exits) - exits, exits)
    after = by_start[leaving[end[before]] + offset]
    is_back = after == before ^ 1
    is_barrier = np.repeat(np.asarray(roads.way_osm) == 0, 2)
    goes_on = ~is_back & (ends_only[before] | ~ends_only[after]) & (is_barrier[before] | ~is_barrier[after])
    # Of a road that is closed in one direction both ends count: it is there, only one may not drive it.
    edges = np.flatnonzero(was_open)
    degree = np.bincount(np.concatenate([roads.tail[edges], roads.head[edges]]), minlength=roads.node_count)
    is_end = np.bincount(before[goes_on], minlength=len(is_open))[before] == 0
    met = degree[end[before]].astype(np.int32)
    turns = Turns(
        before=before,
        after=after,
        degree=met,
        is_back=is_back,
        is_end=is_end,
        is_spare=is_back & ~is_end & (met == 2) & ~is_barrier[before],
    )
    if roads.was_open is None:
        return turns
    open_now = np.column_stack([roads.forward_ms, roads.backward_ms]).ravel() != CLOSED
    return turns.only(open_now[before] & open_now[after])


def dead_ends(roads: Roads) -> Flags:
    """Say beyond which directed edges, (2 m,), no other one is open now."""
    is_open = np.column_stack([roads.forward_ms, roads.backward_ms]).ravel() != CLOSED
    start = np.column_stack([roads.tail, roads.head]).ravel()
    end = np.column_stack([roads.head, roads.tail]).ravel()
    leaving = np.bincount(start[is_open], minlength=roads.node_count)
    back = is_open.reshape(-1, 2)[:, ::-1].ravel()
    dead: Flags = leaving[end] == back
    return dead


def allowed_turns(roads: Roads, *, anywhere: bool = False, spare: bool = False) -> Turns:
    """List the turns that one may take.

    One turns round where the road ends, and at junctions. Where two edges meet the road goes on, and one can turn
    round there no more than anywhere else along it; but for those who come to what is closed now.

    Parameters
    ----------
    anywhere : one turns round wherever edges meet.
    spare : all that turn round before an edge that can be closed, be it closed or not.
    """
    turns = possible_turns(roads)
    # Who is past the bar of a gate is through: turning round there would be a way round a turn restriction.
    in_barrier = np.asarray(roads.way_osm)[turns.before // 2] == 0
    allowed = ~turns.is_back | (~in_barrier & (turns.is_end | (turns.degree != 2))) | anywhere
    if spare:
        allowed |= turns.is_spare
    elif roads.was_open is not None:
        allowed |= turns.is_spare & dead_ends(roads)[turns.before]
    pairs = [pair for pair in roads.forbidden_sequences() if len(pair) == 2]
    if pairs:
        forbidden = np.array(pairs, dtype=np.int64) @ [2 * roads.edge_count, 1]
        allowed &= ~np.isin(turns.before.astype(np.int64) * (2 * roads.edge_count) + turns.after, forbidden)
    return turns.only(allowed)


def turn_ms(roads: Roads, turns: Turns) -> Ints:
    """Milliseconds of turns."""
    costs = roads.turn_costs
    by_angle = _by_angle(turn_angles(bearings(roads), turns.before, turns.after), costs)
    ms = np.where(turns.degree > 2, by_angle, 0.0)
    round_ms = np.where(turns.is_end | turns.is_spare, costs.dead_end_ms, costs.turn_ms + costs.u_turn_ms)
    ms = np.where(turns.is_back, round_ms, ms)
    met = np.where(turns.before & 1, roads.tail[turns.before // 2], roads.head[turns.before // 2])
    ms += (roads.node_signal[met] >> (turns.before & 1) & 1) * costs.signal_ms
    whole: Ints = np.rint(ms).astype(np.int32)
    return whole


def _by_angle(angle: Floats, costs: TurnCosts) -> Floats:
    bias = costs.bias_permille / 1000
    right = 1 + np.exp(6.5 * bias - 13 / bias * np.abs(angle) / 180)
    left = 1 + np.exp(6.5 / bias - 13 * bias * np.abs(angle) / 180)
    ms: Floats = np.where(np.abs(angle) < STRAIGHT_DEG, 0.0, costs.turn_ms / np.where(angle >= 0, right, left))
    return ms


def _seen(shape: Floats, along: Floats, at: Floats, first: Longs, last: Longs) -> Floats:
    """Points of the polylines at given lengths, where `along` is the length of all of them one after the other."""
    after = np.clip(np.searchsorted(along, at, side="left"), first + 1, last)
    step = along[after] - along[after - 1]
    share = np.clip((at - along[after - 1]) / np.maximum(step, 1e-9), 0, 1)[:, None]
    points: Floats = shape[after - 1] + share * (shape[after] - shape[after - 1])
    return points


def _bearing(start: Floats, end: Floats) -> Floats:
    step = end - start
    east = step[:, 0] * np.cos(np.radians((start[:, 1] + end[:, 1]) / 2))
    degrees: Floats = np.degrees(np.arctan2(east, step[:, 1]))
    return degrees

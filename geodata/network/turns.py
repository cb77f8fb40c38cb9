"""What it costs to turn from one edge into another: by the angle, for turning round, for traffic signals.

The formula is OSRM's (profiles/car.lua, process_turn): a sigmoid of the angle that reaches the whole cost where one
turns right round. Going straight on is free, and so is every node where only two edges meet.
"""

from typing import Final

import numpy as np

from geodata.coords import great_circle_array_m
from geodata.network.roads import Floats, Ints, Longs, Roads, TurnCosts

#: How far along an edge one looks to see where it leads, metres: past the drawing of the junction itself.
SIGHT_M: Final = 10.0
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


def turn_ms(roads: Roads, before: Ints, after: Ints, exits: Longs) -> Ints:
    """Milliseconds of turns between directed edges that meet.

    Parameters
    ----------
    before, after : (a,) directed edges, edge * 2 + direction.
    exits : (a,) how many directed edges leave the node where they meet.
    """
    costs = roads.turn_costs
    met = np.where(before & 1, roads.tail[before // 2], roads.head[before // 2])
    degree = np.bincount(np.concatenate([roads.tail, roads.head]), minlength=roads.node_count)[met]
    is_back = after == before ^ 1
    by_angle = _by_angle(turn_angles(bearings(roads), before, after), costs)
    ms = np.where(degree > 2, by_angle, 0.0)
    ms = np.where(is_back, np.where(exits == 1, costs.dead_end_ms, costs.turn_ms + costs.u_turn_ms), ms)
    has_signal = (roads.node_signal[met] >> (before & 1)) & 1
    whole: Ints = np.rint(ms + has_signal * costs.signal_ms).astype(np.int32)
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

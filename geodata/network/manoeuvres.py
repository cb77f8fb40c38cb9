"""Kernel that divides a route into the steps of a route sheet: where the road has another name, or turns."""

import math
from typing import Final, NamedTuple

import numpy as np

from geodata.coords import EARTH_RADIUS_M
from geodata.network.jit import kernel
from geodata.network.roads import FERRY, ROAD, ROUNDABOUT, Flags, Floats, Ints, Longs
from geodata.network.turns import SIGHT_M, STRAIGHT_DEG

#: Turns by number; steps.TURNS has their words.
START: Final = 0
STRAIGHT: Final = 1
SLIGHT_LEFT: Final = 2
LEFT: Final = 3
SHARP_LEFT: Final = 4
SLIGHT_RIGHT: Final = 5
RIGHT: Final = 6
SHARP_RIGHT: Final = 7
U_TURN: Final = 8
AT_ROUNDABOUT: Final = 9
ON_FERRY: Final = 10

_SLIGHT_DEG: Final = 45.0
_SHARP_DEG: Final = 135.0
#: A road that keeps its name and turns this much where one might go on otherwise is a step, degrees.
_BEND_DEG: Final = 60.0
_M_PER_DEGREE: Final = math.pi / 180 * EARTH_RADIUS_M


class Driven(NamedTuple):
    """What the states and edges of a network are; see StateGraph and Roads."""

    edge: Ints
    forward: Flags
    ms: Ints
    dm: Ints
    arc_start: Ints
    arc_to: Ints
    arc_ms: Ints
    name: Ints
    kind: "np.ndarray[tuple[int], np.dtype[np.uint8]]"
    way_osm: Longs
    shape_start: Longs
    lonlat: Floats


class Steps(NamedTuple):
    """Where n steps begin: turn, name (n,) int32; ms, dm (n + 1,) int64 from the start of the route, and its end."""

    turn: Ints
    name: Ints
    ms: Longs
    dm: Longs


@kernel
def _driven_to(driven: Driven, state: int, at_end: bool) -> tuple[float, float]:
    """Where one drives at the start or at the end of a state, seen over SIGHT_M: metres east and north."""
    edge = driven.edge[state]
    first, last = driven.shape_start[edge], driven.shape_start[edge + 1] - 1
    # From the end of the polyline that is asked for, one looks along it.
    from_last = driven.forward[state] == at_end
    here, step = (last, -1) if from_last else (first, 1)
    narrow = math.cos(math.radians(driven.lonlat[here, 1]))
    east, north, left = 0.0, 0.0, SIGHT_M
    at = here
    while left > 0 and first <= at + step <= last:
        wide = (driven.lonlat[at + step, 0] - driven.lonlat[at, 0]) * narrow * _M_PER_DEGREE
        high = (driven.lonlat[at + step, 1] - driven.lonlat[at, 1]) * _M_PER_DEGREE
        length = math.sqrt(wide * wide + high * high)
        share = min(1.0, left / length) if length > 0 else 1.0
        east, north = east + share * wide, north + share * high
        left -= length
        at += step
    return (-east, -north) if at_end else (east, north)


@kernel
def _angle(driven: Driven, before: int, after: int) -> float:
    """Degrees that one turns between two states: 0 straight on, 90 right, -90 left."""
    a_east, a_north = _driven_to(driven, before, True)
    b_east, b_north = _driven_to(driven, after, False)
    return math.degrees(math.atan2(b_east * a_north - b_north * a_east, a_east * b_east + a_north * b_north))


@kernel
def _by_angle(angle: float) -> int:
    """Turn by its degrees, to the right above 0."""
    size = abs(angle)
    if size < STRAIGHT_DEG:
        return STRAIGHT
    if size < _SLIGHT_DEG:
        return SLIGHT_RIGHT if angle > 0 else SLIGHT_LEFT
    if size < _SHARP_DEG:
        return RIGHT if angle > 0 else LEFT
    return SHARP_RIGHT if angle > 0 else SHARP_LEFT


@kernel
def _has_choice(driven: Driven, state: int) -> bool:
    """Whether two other edges or more follow a state."""
    other = -1
    for arc in range(driven.arc_start[state], driven.arc_start[state + 1]):
        edge = driven.edge[driven.arc_to[arc]]
        if edge != driven.edge[state] and edge != other:
            if other >= 0:
                return True
            other = edge
    return False


@kernel
def _turn(driven: Driven, before: int, junction: int, after: int) -> int:
    """Turn with which a step begins, or -1 where the step before goes on.

    before : state of the last road. junction : the state before `after`, another one where a barrier lies between.
    """
    a, b = driven.edge[before], driven.edge[after]
    if driven.kind[b] != ROAD:
        if driven.kind[b] == driven.kind[a]:
            return -1
        return ON_FERRY if driven.kind[b] == FERRY else AT_ROUNDABOUT
    if a == b and driven.forward[before] != driven.forward[after]:
        return U_TURN
    has_choice = _has_choice(driven, junction)
    renamed = driven.name[a] != driven.name[b] and (has_choice or driven.name[b] > 0)
    if renamed or driven.kind[a] != ROAD:
        return _by_angle(_angle(driven, before, after))
    angle = _angle(driven, before, after) if has_choice else 0.0
    return _by_angle(angle) if abs(angle) >= _BEND_DEG else -1


@kernel
def _arc_ms(driven: Driven, state: int, to: int) -> int:
    """Least cost of turning from a state into another."""
    least = -1
    for arc in range(driven.arc_start[state], driven.arc_start[state + 1]):
        if driven.arc_to[arc] == to and (least < 0 or driven.arc_ms[arc] < least):
            least = driven.arc_ms[arc]
    return max(least, 0)


@kernel
def divided(states: Ints, from_ms: int, from_dm: int, to_ms: int, to_dm: int, driven: Driven) -> Steps:
    """Divide a route into steps.

    Parameters
    ----------
    states : (r,) that are driven. from_ms, from_dm : from the start of the first one to the place where the route
        begins. to_ms, to_dm : from the start of the last one to the place where it ends.
    """
    count = len(states)
    turn, name = np.empty(count, np.int32), np.empty(count, np.int32)
    at_ms, at_dm = np.empty(count + 1, np.int64), np.empty(count + 1, np.int64)
    turn[0], name[0], at_ms[0], at_dm[0] = START, driven.name[driven.edge[states[0]]], 0, 0
    steps, before = 1, states[0]
    ms, dm = -from_ms, -from_dm
    for index in range(1, count):
        state, junction = states[index], states[index - 1]
        ms += driven.ms[junction] + _arc_ms(driven, junction, state)
        dm += driven.dm[junction]
        edge = driven.edge[state]
        if driven.way_osm[edge] == 0:
            continue
        new = _turn(driven, before, junction, state)
        leaves_roundabout = driven.kind[driven.edge[before]] == ROUNDABOUT and driven.kind[edge] == ROAD
        if leaves_roundabout and turn[steps - 1] == AT_ROUNDABOUT:
            name[steps - 1] = driven.name[edge]
        elif new >= 0:
            turn[steps], name[steps], at_ms[steps], at_dm[steps] = new, driven.name[edge], ms, dm
            steps += 1
        before = state
    at_ms[steps], at_dm[steps] = ms + to_ms, dm + to_dm
    return Steps(turn[:steps], name[:steps], at_ms[: steps + 1], at_dm[: steps + 1])

"""Where a visit fits best: positions beside the visits that go well with it, and empty vehicles."""

from math import log

from routing.engines.compiled import kernel
from routing.engines.hybrid.chance import uniform
from routing.engines.hybrid.layout import (
    BLINK,
    CLASS,
    COUNT,
    DRIVING,
    FROZEN,
    INDEX,
    LAST_PINNED,
    LATE,
    LATE_BESIDE,
    LEAVE,
    LEG,
    LIMITED,
    LOAD,
    LOOK,
    MAX_DRIVING,
    MAX_LOAD,
    MAX_VISITS,
    NEVER,
    NEXT,
    PINNED,
    PLACE,
    PREV,
    PROFILE,
    ROUTE,
    SEEN,
    SERVICE,
    SETUP,
    TOO_MUCH,
    State,
    World,
)
from routing.engines.hybrid.routes import end_of_service, start_of

_ENOUGH = 20
_FEW = 20
_BLINKS = 100  # one position of so many is overlooked (Christiaens, Vanden Berghe 2020: 1 %)


@kernel
def keeps_limits(world: World, state: State, v: int, a: int, r: int, more: int) -> bool:
    """Whether visit counts, driving time, fixed positions and frozen visits let v stand behind a."""
    vehicle, route = world.vehicle, state.route
    if route[r, COUNT] >= vehicle[r, MAX_VISITS] or route[r, DRIVING] + more > vehicle[r, MAX_DRIVING]:
        return False
    if route[r, LOAD] + world.load[v] > vehicle[r, MAX_LOAD]:
        return False
    if not world.rules[PINNED]:
        return True
    index = 0 if state.node[a, PREV] < 0 else state.node[a, INDEX] + 1
    if index < vehicle[r, FROZEN] or index <= route[r, LAST_PINNED]:
        return False
    return bool(world.position[v] < 0 or world.position[v] == index)


@kernel
def extra_travel(world: World, state: State, v: int, a: int, limit: int) -> int:
    """Seconds on the road that v costs more behind a; TOO_MUCH when not below the limit or not in time."""
    node = state.node
    r, b = node[a, ROUTE], node[a, NEXT]
    profile = world.vehicle[r, PROFILE]
    place_a, place_v, place_b = node[a, PLACE], node[v, PLACE], node[b, PLACE]
    there = world.backward[profile, place_v, place_a]
    onward = world.duration[profile, place_v, place_b]
    more: int = there + onward - node[a, LEG]
    if more >= limit:
        return TOO_MUCH
    work = node[v, SERVICE]
    if place_a != place_v:
        work += node[v, SETUP]
    leave = end_of_service(world.window, node, v, node[a, LEAVE] + there, work)
    if leave == NEVER:
        return TOO_MUCH
    if leave + onward > (node[b, LATE] if place_b != place_v else node[b, LATE_BESIDE]):
        return TOO_MUCH
    if world.rules[LIMITED] and not keeps_limits(world, state, v, a, r, more):
        return TOO_MUCH
    return more


@kernel
def _blinks(state: State) -> bool:
    state.tally[BLINK] -= 1
    if state.tally[BLINK] > 0:
        return False
    state.tally[BLINK] = 1 + int(-log(1.0 - uniform(state.chance)) * _BLINKS)
    return True


@kernel
def best_place_of_all(world: World, state: State, v: int, limit: int) -> tuple[int, int]:
    """Find where v costs least, looking everywhere."""
    node = state.node
    best, behind = limit, -1
    for r in range(world.vehicle.shape[0]):
        if not world.able[v, world.vehicle[r, CLASS]]:
            continue
        a = start_of(world, r)
        while node[a, NEXT] >= 0:
            if _blinks(state):
                a = node[a, NEXT]
                continue
            more = extra_travel(world, state, v, a, best)
            if more < best:
                best, behind = more, a
            a = node[a, NEXT]
    return (best if behind >= 0 else TOO_MUCH), behind


@kernel
def best_place(world: World, state: State, v: int, limit: int) -> tuple[int, int]:
    """Find where v costs least: extra travel and the node to stand behind, (TOO_MUCH, -1) when nowhere below the limit.

    Now and then a position is overlooked, so that the same visits do not always come back to the same places.
    """
    node = state.node
    best, behind = limit, -1
    state.tally[LOOK] += 1
    look = state.tally[LOOK]
    looked = 0
    for side in range(2):
        beside = world.before if side == 0 else world.after
        enough = _ENOUGH * (side + 1)
        for k in range(beside.shape[1]):
            u = beside[v, k]
            if u < 0 or looked >= enough:
                break
            r = node[u, ROUTE]
            if r < 0 or not world.able[v, world.vehicle[r, CLASS]]:
                continue
            a = u if side == 0 else node[u, PREV]
            if node[a, SEEN] == look or _blinks(state):
                continue
            node[a, SEEN] = look
            looked += 1
            more = extra_travel(world, state, v, a, best)
            if more < best:
                best, behind = more, a
    for c in range(state.spares.shape[0]):
        if state.spares[c] > 0 and world.able[v, c] and not _blinks(state):
            a = start_of(world, state.spare[world.member_from[c]])
            more = extra_travel(world, state, v, a, best)
            if more < best:
                best, behind = more, a
    if looked < _FEW:
        return best_place_of_all(world, state, v, limit)
    return (best if behind >= 0 else TOO_MUCH), behind

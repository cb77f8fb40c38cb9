"""Where a visit fits best: positions beside the visits that go well with it, and empty vehicles."""

from math import log

from routing.engines.compiled import inlined, kernel
from routing.engines.hybrid.chance import uniform
from routing.engines.hybrid.departures import extra_cost
from routing.engines.hybrid.layout import (
    BEHIND,
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
    NEXT,
    OPENS,
    PINNED,
    PLACE,
    PREV,
    PROFILE,
    ROUTE,
    SEEN,
    SERVICE,
    SETUP,
    SHORT,
    SHORTED,
    TIMED,
    TOO_MUCH,
    TOUCHES,
    TRAVEL_WEIGHT,
    WAITING_WEIGHT,
    State,
    World,
)
from routing.engines.hybrid.routes import start_of
from routing.engines.hybrid.times import end_of_service, needs_setup

_ENOUGH = 10  # positions that are looked at on either side; twice as many for a mandatory visit
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
    index = state.node[a, INDEX] + 1
    if index < vehicle[r, FROZEN] or index <= route[r, LAST_PINNED]:
        return False
    return bool(world.position[v] < 0 or world.position[v] == index)


@kernel
def extra_travel(world: World, state: State, v: int, a: int, limit: int) -> int:
    """Seconds on the road that v costs more behind a; TOO_MUCH when not below the limit or not in time."""
    node = state.node
    there = world.backward[world.vehicle[node[a, ROUTE], PROFILE], node[v, PLACE], node[a, PLACE]]
    return travel_from(world, state, v, a, there, limit)


@kernel
def travel_between(world: World, state: State, v: int, a: int, b: int, there: int, saved: int, limit: int) -> int:
    """Seconds on the road that v between a and b costs more than `saved`; TOO_MUCH when not below the limit or late.

    Figures of the matrix are far away in memory: whatever can be told without the way onward is told first.

    Parameters
    ----------
    there : seconds from a to v.
    """
    node = state.node
    if there - saved >= limit:
        return TOO_MUCH
    place_v, place_b = node[v, PLACE], node[b, PLACE]
    work = node[v, SERVICE]
    if needs_setup(node, a, v):
        work += node[v, SETUP]
    leave = end_of_service(world.window, node, v, node[a, LEAVE] + there, work)
    late = node[b, LATE] if place_b != place_v else node[b, LATE_BESIDE]
    if leave > late:  # NEVER too
        return TOO_MUCH
    onward = world.duration[world.vehicle[node[a, ROUTE], PROFILE], place_v, place_b]
    more: int = there + onward - saved
    return TOO_MUCH if more >= limit or leave + onward > late else more


@kernel
def travel_from(world: World, state: State, v: int, a: int, there: int, limit: int) -> int:
    """Do as `extra_travel` where the way there is known."""
    node = state.node
    more = travel_between(world, state, v, a, node[a, NEXT], there, node[a, LEG], limit)
    if more < limit and world.rules[LIMITED] and not keeps_limits(world, state, v, a, node[a, ROUTE], more):
        return TOO_MUCH
    return more


@kernel
def travel_to(world: World, state: State, v: int, a: int, onward: int, limit: int) -> int:
    """Do as `extra_travel` where the way onward is known."""
    node = state.node
    b = node[a, NEXT]
    if onward - node[a, LEG] >= limit:
        return TOO_MUCH
    late = node[b, LATE] if node[b, PLACE] != node[v, PLACE] else node[b, LATE_BESIDE]
    if max(node[a, LEAVE], node[v, OPENS]) + node[v, SERVICE] + onward > late:
        return TOO_MUCH
    return extra_travel(world, state, v, a, limit)


@kernel
def _blinks(state: State) -> bool:
    state.tally[BLINK] -= 1
    if state.tally[BLINK] > 0:
        return False
    state.tally[BLINK] = 1 + int(-log(1.0 - uniform(state.chance)) * _BLINKS)
    return True


@kernel
def _shortlist(state: State, more: int, a: int) -> int:
    """Keep a position if it is among the cheapest by travel; return what the next one has to beat."""
    short, count = state.short, state.tally[SHORTED]
    if count == SHORT:
        count -= 1
    at = count
    while at > 0 and short[0, at - 1] > more:
        short[0, at], short[1, at] = short[0, at - 1], short[1, at - 1]
        at -= 1
    short[0, at], short[1, at] = more, a
    state.tally[SHORTED] = count + 1
    return int(short[0, SHORT - 1]) if count + 1 == SHORT else TOO_MUCH


@kernel
def _best_of_short(world: World, state: State, v: int, limit: int) -> int:
    """Find the position of the shortlist that costs least, all times included; -1 when none is below the limit."""
    best, behind = limit, -1
    for k in range(state.tally[SHORTED]):
        if not world.rules[WAITING_WEIGHT] and state.short[0, k] * world.rules[TRAVEL_WEIGHT] >= best:
            break
        cost = extra_cost(world, state, v, state.short[1, k])
        if cost < best:
            best, behind = cost, state.short[1, k]
    return int(behind)


@kernel
def _nothing_yet(world: World, state: State, limit: int) -> int:
    """Begin to look for a place; return the extra travel to beat. Where times count, the shortlist decides."""
    state.tally[SHORTED] = 0
    state.tally[BEHIND] = -1
    weight = world.rules[TRAVEL_WEIGHT]
    return TOO_MUCH if world.rules[TIMED] or weight == 0 else int((limit + weight - 1) // weight)


@kernel
def _considered(world: World, state: State, a: int, more: int, best: int) -> int:
    """Take the position behind a, which costs so much more travel, if it is better; return what there is to beat."""
    if more >= best:
        return best
    if world.rules[TIMED]:
        return _shortlist(state, more, a)
    state.tally[BEHIND] = a
    return more


@inlined
def _considered_along(world: World, state: State, v: int, r: int, best: int) -> int:
    """Take the best position on a route if it is better; return what there is to beat."""
    node = state.node
    a = start_of(world, r)
    while node[a, NEXT] >= 0:
        if not _blinks(state):
            best = _considered(world, state, a, extra_travel(world, state, v, a, best), best)
        a = node[a, NEXT]
    return best


@kernel
def best_place_of_all(world: World, state: State, v: int, limit: int) -> int:
    """Find the node behind which v costs least, looking everywhere; -1 when nowhere below the limit."""
    best = _nothing_yet(world, state, limit)
    for r in range(world.vehicle.shape[0]):
        if world.able[v, world.vehicle[r, CLASS]]:
            best = _considered_along(world, state, v, r, best)
    return _best_of_short(world, state, v, limit) if world.rules[TIMED] else int(state.tally[BEHIND])


@kernel
def best_place_on_touched(world: World, state: State, v: int, limit: int) -> int:
    """Find the node behind which v costs least on the routes of this step; -1 when nowhere below the limit."""
    best = _nothing_yet(world, state, limit)
    for t in range(state.tally[TOUCHES]):
        r = state.touched[t]
        if world.able[v, world.vehicle[r, CLASS]]:
            best = _considered_along(world, state, v, r, best)
    return _best_of_short(world, state, v, limit) if world.rules[TIMED] else int(state.tally[BEHIND])


@inlined
def best_place(world: World, state: State, v: int, limit: int) -> int:
    """Find the node behind which v costs least; -1 when nowhere below the limit.

    Positions beside visits that go well with v are looked at, and empty vehicles; all, where those are few. Now and
    then a position is overlooked, so that the same visits do not always come back to the same places.
    """
    node = state.node
    best = _nothing_yet(world, state, limit)
    state.tally[LOOK] = (state.tally[LOOK] + 1) & 0x7FFFFFFF
    look = state.tally[LOOK]
    looked = 0
    enough = _ENOUGH if world.optional[v] else 2 * _ENOUGH
    one_profile = world.duration.shape[0] == 1
    for side in range(2):
        beside = world.before if side == 0 else world.after
        for k in range(beside.shape[1]):
            u = beside[v, k]
            if u < 0 or looked >= enough * (side + 1):
                break
            r = node[u, ROUTE]
            if r < 0 or not world.able[v, world.vehicle[r, CLASS]]:
                continue
            a = u if side == 0 else node[u, PREV]
            if node[a, SEEN] == look or _blinks(state):
                continue
            node[a, SEEN] = look
            looked += 1
            if not one_profile:
                more = extra_travel(world, state, v, a, best)
            elif side == 0:
                more = travel_from(world, state, v, a, world.from_before[v, k], best)
            else:
                more = travel_to(world, state, v, a, world.to_after[v, k], best)
            best = _considered(world, state, a, more, best)
    if looked < enough:
        return best_place_of_all(world, state, v, limit)
    for c in range(state.spares.shape[0]):
        if state.spares[c] > 0 and world.able[v, c] and not _blinks(state):
            a = start_of(world, state.spare[world.member_from[c]])
            best = _considered(world, state, a, extra_travel(world, state, v, a, best), best)
    return _best_of_short(world, state, v, limit) if world.rules[TIMED] else int(state.tally[BEHIND])

"""Where a visit fits best: positions beside the visits that go well with it, and empty vehicles."""

from math import log

from routing.engines.compiled import inlined, kernel
from routing.engines.hybrid.beside import are_plain, considered_at_once
from routing.engines.hybrid.chance import below, uniform
from routing.engines.hybrid.departures import extra_cost
from routing.engines.hybrid.detours import extra_travel, travel_from, travel_to
from routing.engines.hybrid.layout import (
    BEHIND,
    BLINK,
    CLASS,
    LATE,
    LATE_BESIDE,
    LEAVE,
    LOOK,
    NEXT,
    OPENS,
    PREV,
    SEEN,
    SERVICE,
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

_ENOUGH = 10  # positions that are looked at on either side; twice as many for a mandatory visit
_BLINKS = 100  # one position of so many is overlooked (Christiaens, Vanden Berghe 2020: 1 %)


@kernel
def _draw_blink(state: State) -> None:
    """Draw how many positions are looked at until the next one is overlooked."""
    state.tally[BLINK] = 1 + int(-log(1.0 - uniform(state.chance)) * _BLINKS)


@kernel
def _blinks(state: State) -> bool:
    state.tally[BLINK] -= 1
    if state.tally[BLINK] > 0:
        return False
    _draw_blink(state)
    return True


@kernel
def _without_blinked(state: State, count: int) -> int:
    """Overlook one of those picked now and then; return how many are left."""
    state.tally[BLINK] -= count
    if state.tally[BLINK] > 0:
        return count
    _draw_blink(state)
    state.picked[below(state.chance, count)] = state.picked[count - 1]
    return count - 1


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
    opens, work = node[v, OPENS], node[v, SERVICE]
    a = start_of(world, r)
    b = node[a, NEXT]
    while b >= 0:
        # Most routes are full: whether there is time for the work alone is told without a look at the matrix.
        latest = max(node[b, LATE], node[b, LATE_BESIDE])
        if not _blinks(state) and max(node[a, LEAVE], opens) + work <= latest:
            best = _considered(world, state, a, extra_travel(world, state, v, a, best), best)
        a, b = b, node[b, NEXT]
    return best


@inlined
def _considered_idle(world: World, state: State, v: int, best: int) -> None:
    """Take an empty vehicle if it is better."""
    for c in range(state.spares.shape[0]):
        if state.spares[c] > 0 and world.able[v, c] and not _blinks(state):
            a = start_of(world, state.spare[world.member_from[c]])
            best = _considered(world, state, a, extra_travel(world, state, v, a, best), best)


@kernel
def best_place_of_all(world: World, state: State, v: int, limit: int) -> int:
    """Find the node behind which v costs least, looking everywhere; -1 when nowhere below the limit."""
    best = _nothing_yet(world, state, limit)
    for r in range(world.vehicle.shape[0]):
        if world.able[v, world.vehicle[r, CLASS]]:
            best = _considered_along(world, state, v, r, best)
    return _best_of_short(world, state, v, limit) if world.rules[TIMED] else int(state.tally[BEHIND])


@inlined
def best_place_on_touched(world: World, state: State, v: int, limit: int) -> int:
    """Find the node behind which v costs least on the routes of this step; -1 when nowhere below the limit."""
    best = _nothing_yet(world, state, limit)
    for t in range(state.tally[TOUCHES]):
        r = state.touched[t]
        if world.able[v, world.vehicle[r, CLASS]]:
            best = _considered_along(world, state, v, r, best)
    _considered_idle(world, state, v, best)
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
    able, by, picked = world.able, state.by, state.picked
    one_profile = world.duration.shape[0] == 1
    is_plain = are_plain(world, state, v)
    for side in range(2):
        beside = world.before if side == 0 else world.after
        most = enough * (side + 1)
        k, width = 0, beside.shape[1]
        while k < width and looked < most:
            # Who is served at all is picked first, without a branch: whether one is cannot be foretold.
            count, wanted = 0, most - looked
            while k < width and count < wanted:
                u = beside[v, k]
                if u < 0:
                    width = k
                    break
                picked[count] = k
                count += able[v, by[u]]
                k += 1
            if is_plain and count > 0:
                count = _without_blinked(state, count)
                best, new = considered_at_once(world, state, v, side == 1, count, look, best)
                looked += new
                continue
            for p in range(count):
                at = picked[p]
                u = beside[v, at]
                a = u if side == 0 else node[u, PREV]
                if node[a, SEEN] == look or _blinks(state):
                    continue
                node[a, SEEN] = look
                looked += 1
                if not one_profile:
                    more = extra_travel(world, state, v, a, best)
                elif side == 0:
                    more = travel_from(world, state, v, a, world.from_before[v, at], best)
                else:
                    more = travel_to(world, state, v, a, world.to_after[v, at], best)
                best = _considered(world, state, a, more, best)
    if looked < enough:
        return best_place_of_all(world, state, v, limit)
    _considered_idle(world, state, v, best)
    return _best_of_short(world, state, v, limit) if world.rules[TIMED] else int(state.tally[BEHIND])

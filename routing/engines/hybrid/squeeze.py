"""Squeezing: a handful of neighbouring visits goes to another route, where those worth least make room for it."""

from routing.engines.compiled import kernel
from routing.engines.hybrid.chance import below, uniform
from routing.engines.hybrid.detours import extra_travel
from routing.engines.hybrid.layout import (
    CLASS,
    COUNT,
    LEG,
    NEXT,
    PLACE,
    PREV,
    PROFILE,
    ROUTE,
    SERVICE,
    TOO_MUCH,
    TRAVEL_WEIGHT,
    State,
    World,
)
from routing.engines.hybrid.memory import touch
from routing.engines.hybrid.routes import link, start_of
from routing.engines.hybrid.ruin import loosen, mend, take_off

_MOST_TOGETHER = 8
_PASSING = 0.4


@kernel
def squeeze(world: World, state: State, seed: int) -> None:
    """Move visits around the seed to another route, as many as fit after others have been taken off there."""
    target = _target(world, state, seed)
    if target < 0:
        return
    own = state.node[seed, ROUTE]
    if own >= 0:
        touch(world, state, own)
    touch(world, state, target)
    count = _gather(world, state, seed, target)
    if own >= 0:
        mend(world, state, own)
    work_s = 0.0
    for k in range(count):
        work_s += state.node[state.loose[k], SERVICE]
    _make_room(world, state, target, work_s * (0.5 + uniform(state.chance)))
    for k in range(count):
        behind = place_in(world, state, state.loose[k], target)
        if behind >= 0:
            link(world, state, state.loose[k], behind, target)
            mend(world, state, target)


@kernel
def _target(world: World, state: State, seed: int) -> int:
    """Draw a route near the seed, not its own, whose vehicle may serve it; -1 when there is none."""
    own, chosen = state.node[seed, ROUTE], -1
    for k in range(world.near.shape[1]):
        u = world.near[seed, k]
        if u < 0:
            break
        r = state.node[u, ROUTE]
        if r < 0 or r == own or not world.able[seed, world.vehicle[r, CLASS]]:
            continue
        if r == chosen:  # drawn already, and passed by
            continue
        chosen = r
        if uniform(state.chance) >= _PASSING:
            break
    return int(chosen)


@kernel
def _gather(world: World, state: State, seed: int, target: int) -> int:
    """Take up a few visits around the seed that are absent or on its route; return how many."""
    node, own = state.node, state.node[seed, ROUTE]
    together = 1 + below(state.chance, _MOST_TOGETHER)
    count = 0
    for k in range(-1, min(2 * together, world.near.shape[1])):
        u = seed if k < 0 else world.near[seed, k]
        if u < 0 or count == together:
            break
        r = node[u, ROUTE]
        if (r >= 0 and r != own) or not world.able[u, world.vehicle[target, CLASS]]:
            continue
        if r >= 0 and take_off(world, state, u) == 0:
            continue
        loosen(state, u)
        count += 1
    return count


@kernel
def _make_room(world: World, state: State, r: int, seconds: float) -> None:
    """Take visits off a route until so much of its time is free: those that are worth little for their time."""
    node = state.node
    while seconds > 0.0 and state.route[r, COUNT] > 0:
        x = _least_worth(world, state, r)
        if x < 0:
            break
        seconds -= node[x, SERVICE] + node[node[x, PREV], LEG]
        take_off(world, state, x)
    mend(world, state, r)


@kernel
def _least_worth(world: World, state: State, r: int) -> int:
    """Draw a visit of a route that is worth little for its time; -1 when all of them are frozen."""
    node, duration = state.node, world.duration[world.vehicle[r, PROFILE]]
    least, chosen = 0.0, -1
    x = node[start_of(world, r), NEXT]
    while node[x, NEXT] >= 0:
        if not world.frozen[x]:
            a, b = node[x, PREV], node[x, NEXT]
            saved_s = node[a, LEG] + node[x, LEG] - duration[node[a, PLACE], node[b, PLACE]]
            worth = float(world.prize[x] - world.rules[TRAVEL_WEIGHT] * saved_s)
            worth /= max(1.0, float(node[x, SERVICE] + saved_s))
            worth *= 0.3 + uniform(state.chance)
            if chosen < 0 or worth < least:
                least, chosen = worth, x
        x = node[x, NEXT]
    return int(chosen)


@kernel
def place_in(world: World, state: State, v: int, r: int) -> int:
    """Find the node of a route behind which v costs least travel; -1 when it fits nowhere."""
    best, behind = TOO_MUCH, -1
    a = start_of(world, r)
    while state.node[a, NEXT] >= 0:
        more = extra_travel(world, state, v, a, best)
        if more < best:
            best, behind = more, a
        a = state.node[a, NEXT]
    return int(behind)

"""Displacing: a visit that is left over takes the place of one worth less, and that one of another, and so on.

Without it, a route that is given to another village loses the best visits of the old one with the poorest: only many
later steps could put them on routes that still go there.
"""

from routing.engines.compiled import inlined, kernel
from routing.engines.hybrid.chance import uniform
from routing.engines.hybrid.departures import settle
from routing.engines.hybrid.detours import keeps_limits_instead, travel_between
from routing.engines.hybrid.eject import ejection
from routing.engines.hybrid.layout import (
    LEG,
    LIMITED,
    LOOSE,
    NEXT,
    PLACE,
    PREV,
    PROFILE,
    ROUTE,
    STAMP,
    TIMED,
    TOO_MUCH,
    TOTAL,
    TRAVEL_WEIGHT,
    State,
    World,
)
from routing.engines.hybrid.memory import touch
from routing.engines.hybrid.places import best_place_on_touched
from routing.engines.hybrid.recreate import insert
from routing.engines.hybrid.routes import link, retime, unlink

_WIDTH = 40  # neighbours whose places are looked at


@kernel
def _gain(world: World, state: State, v: int, u: int, least: int) -> int:
    """Tell what the plan gains by travel and penalties when v takes the place of u; `least` when not more, or never."""
    node, weight = state.node, world.rules[TRAVEL_WEIGHT]
    a = node[u, PREV]
    worth = world.prize[v] - world.prize[u]
    limit = TOO_MUCH if weight == 0 else (worth - least + weight - 1) // weight
    there = world.backward[world.vehicle[node[u, ROUTE], PROFILE], node[v, PLACE], node[a, PLACE]]
    more = travel_between(world, state, v, a, node[u, NEXT], there, node[a, LEG] + node[u, LEG], limit)
    if more >= limit or (world.rules[LIMITED] and not keeps_limits_instead(world, state, v, u, more)):
        return least
    return int(max(least, worth - weight * more))


@inlined
def _in_its_place(world: World, state: State, v: int) -> int:
    """Find the neighbour by which the plan gains most when v takes its place; -1 when by none."""
    best, chosen = 0, -1
    count = 0
    for k in range(min(_WIDTH, world.near.shape[1])):
        u = world.near[v, k]
        if u < 0:
            break
        state.picked[count] = u
        count += world.able[v, state.by[u]] & (world.prize[u] < world.prize[v])
    for k in range(count):
        u = state.picked[k]
        if not world.optional[u] or world.frozen[u] or world.position[u] >= 0:
            continue
        gain = _gain(world, state, v, u, best)
        if gain > best:
            best, chosen = gain, u
    return int(chosen)


@kernel
def _exchange(world: World, state: State, u: int, v: int, behind: int) -> None:
    r = state.node[u, ROUTE]
    unlink(world, state, u)
    link(world, state, v, behind, r)
    retime(world, state, r)


@inlined
def _takes_over(world: World, state: State, v: int, u: int, behind: int) -> bool:
    """Put v on the route that u leaves; where the cost depends on the clock, only if that gains something indeed."""
    r, before, old = state.node[u, ROUTE], state.tally[TOTAL], state.node[u, PREV]
    touch(world, state, r)
    _exchange(world, state, u, v, behind)
    if not world.rules[TIMED] or (settle(world, state, r) and state.tally[TOTAL] < before):
        return True
    _exchange(world, state, v, u, old)
    settle(world, state, r)
    return False


@inlined
def _finds_room(world: World, state: State, v: int) -> bool:
    """Insert a displaced visit on a route that this step has changed, if there is room for it."""
    behind = best_place_on_touched(world, state, v, world.prize[v])
    if behind < 0:
        return False
    insert(world, state, v, behind)
    return True


@inlined
def _displace(world: World, state: State, v: int) -> None:
    while v >= 0:
        u = _in_its_place(world, state, v)
        behind = state.node[u, PREV] if u >= 0 else -1
        if u < 0:
            u, behind = ejection(world, state, v)
        if u < 0 or not _takes_over(world, state, v, u, behind):
            return
        v = -1 if _finds_room(world, state, u) else u


@inlined
def displace_all(world: World, state: State, share: float) -> None:
    """Displace for each visit that this step has taken off and not put back.

    Parameters
    ----------
    share : how often it is done for an absent one that the step has tried too; who makes room for it may find room
        where the step has left some.
    """
    stamp = state.tally[STAMP]
    for k in range(state.tally[LOOSE]):
        v = state.loose[k]
        if state.node[v, ROUTE] >= 0 or not world.optional[v] or world.position[v] >= 0:
            continue
        if state.recruited[v] != stamp or uniform(state.chance) < share:
            _displace(world, state, v)

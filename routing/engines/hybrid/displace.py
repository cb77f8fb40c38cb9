"""Displacing: a visit that is left over takes the place of a neighbour worth less, and that one of another, and so on.

Without it, a route that is given to another village loses the best visits of the old one with the poorest: only many
later steps could put them on routes that still go there.
"""

from routing.engines.compiled import inlined, kernel
from routing.engines.hybrid.departures import settle
from routing.engines.hybrid.detours import travel_between
from routing.engines.hybrid.layout import (
    DRIVING,
    LEG,
    LIMITED,
    LOAD,
    LOOSE,
    MAX_DRIVING,
    MAX_LOAD,
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
from routing.engines.hybrid.routes import link, retime, unlink

_WIDTH = 40  # neighbours whose places are looked at


@kernel
def _keeps_limits(world: World, state: State, v: int, u: int, more: int) -> bool:
    """Whether driving time and load let v stand in the place of u; the count of visits stays."""
    r = state.node[u, ROUTE]
    return bool(
        state.route[r, DRIVING] + more <= world.vehicle[r, MAX_DRIVING]
        and state.route[r, LOAD] + world.load[v] - world.load[u] <= world.vehicle[r, MAX_LOAD]
    )


@kernel
def _gain(world: World, state: State, v: int, u: int, least: int) -> int:
    """Tell what the plan gains by travel and penalties when v takes the place of u; `least` when not more, or never."""
    node, weight = state.node, world.rules[TRAVEL_WEIGHT]
    a = node[u, PREV]
    worth = world.prize[v] - world.prize[u]
    limit = TOO_MUCH if weight == 0 else (worth - least + weight - 1) // weight
    there = world.backward[world.vehicle[node[u, ROUTE], PROFILE], node[v, PLACE], node[a, PLACE]]
    more = travel_between(world, state, v, a, node[u, NEXT], there, node[a, LEG] + node[u, LEG], limit)
    if more >= limit or (world.rules[LIMITED] and not _keeps_limits(world, state, v, u, more)):
        return least
    return int(max(least, worth - weight * more))


@kernel
def _replace(world: World, state: State, u: int, v: int) -> None:
    r, a = state.node[u, ROUTE], state.node[u, PREV]
    unlink(world, state, u)
    link(world, state, v, a, r)
    retime(world, state, r)


@inlined
def _takes_place(world: World, state: State, v: int, u: int) -> bool:
    """Put v in the place of u; where the cost depends on the clock, only if that gains something indeed."""
    r, before = state.node[u, ROUTE], state.tally[TOTAL]
    touch(world, state, r)
    _replace(world, state, u, v)
    if not world.rules[TIMED] or (settle(world, state, r) and state.tally[TOTAL] < before):
        return True
    _replace(world, state, v, u)
    settle(world, state, r)
    return False


@inlined
def _displace(world: World, state: State, v: int) -> None:
    while v >= 0:
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
        v = chosen if chosen >= 0 and _takes_place(world, state, v, chosen) else -1


@inlined
def displace_all(world: World, state: State) -> None:
    """Displace for each visit that this step has taken off and not put back."""
    stamp = state.tally[STAMP]
    for k in range(state.tally[LOOSE]):
        v = state.loose[k]
        if state.node[v, ROUTE] < 0 and state.recruited[v] != stamp and world.optional[v] and world.position[v] < 0:
            _displace(world, state, v)

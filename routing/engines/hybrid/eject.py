"""Ejection: a visit goes to its best place on a route while another one, elsewhere on it, makes room.

Who is worth least seldom stands where there is need of room: it may be in another village.
"""

from routing.engines.compiled import inlined, kernel
from routing.engines.hybrid.detours import keeps_limits_instead, travel_saved
from routing.engines.hybrid.layout import (
    LATE,
    LATE_BESIDE,
    LEAVE,
    LEG,
    LIMITED,
    LOAD,
    MAX_LOAD,
    NEVER,
    NEXT,
    PINNED,
    PLACE,
    PREV,
    PROFILE,
    ROUTE,
    SERVICE,
    SETUP,
    TOO_MUCH,
    TRAVEL_WEIGHT,
    State,
    World,
)
from routing.engines.hybrid.routes import start_of
from routing.engines.hybrid.times import end_of_service, latest_start, needs_setup

_WIDTH = 40  # neighbours among which one is looked for that is on a route for the visit


@kernel
def ejection(world: World, state: State, v: int) -> tuple[int, int]:
    """Find by what the plan gains most, travel and penalties, when v joins the route of its nearest neighbour on one.

    Returns
    -------
    The optional visit that is to leave the route, -1 for none; and the node behind which v stands then, not beside it.
    """
    node = state.node
    best, out, behind = 0, -1, -1
    r = _nearest_route(world, state, v)
    if r < 0 or world.rules[PINNED]:
        return out, behind
    least = _losses(world, state, v, r)
    a = start_of(world, r)
    while node[a, NEXT] >= 0:
        worth = world.prize[v] - world.rules[TRAVEL_WEIGHT] * _detour(world, state, v, a, r)
        if worth - least > best:
            loss, x = _out_after(world, state, v, a, r, worth - best)
            if x >= 0:
                best, out, behind = worth - loss, x, a
            loss, x = _out_before(world, state, v, a, r, worth - best)
            if x >= 0:
                best, out, behind = worth - loss, x, a
        a = node[a, NEXT]
    if out >= 0 and world.rules[LIMITED]:
        more = _detour(world, state, v, behind, r) - travel_saved(world, state, out)
        if not keeps_limits_instead(world, state, v, out, more):
            return -1, -1
    return int(out), int(behind)


@inlined
def _nearest_route(world: World, state: State, v: int) -> int:
    for k in range(min(_WIDTH, world.near.shape[1])):
        u = world.near[v, k]
        if u < 0:
            break
        if world.able[v, state.by[u]]:
            return int(state.node[u, ROUTE])
    return -1


@kernel
def _way(world: World, state: State, a: int, b: int, r: int) -> int:
    return int(world.duration[world.vehicle[r, PROFILE], state.node[a, PLACE], state.node[b, PLACE]])


@inlined
def _there(world: World, state: State, v: int, a: int, r: int) -> int:
    return int(world.backward[world.vehicle[r, PROFILE], state.node[v, PLACE], state.node[a, PLACE]])


@inlined
def _detour(world: World, state: State, v: int, a: int, r: int) -> int:
    node = state.node
    return int(_there(world, state, v, a, r) + _way(world, state, v, node[a, NEXT], r) - node[a, LEG])


@inlined
def _losses(world: World, state: State, v: int, r: int) -> int:
    """Write into `State.key` what the plan loses when a visit of r makes room for v; return the least."""
    node, key = state.node, state.key
    least = TOO_MUCH
    room = world.vehicle[r, MAX_LOAD] - state.route[r, LOAD] - world.load[v]
    x = node[start_of(world, r), NEXT]
    while node[x, NEXT] >= 0:
        loss = TOO_MUCH
        if world.optional[x] and world.prize[x] < world.prize[v] and room + world.load[x] >= 0:
            loss = world.prize[x] - world.rules[TRAVEL_WEIGHT] * travel_saved(world, state, x)
            least = min(least, loss)
        key[x] = loss
        x = node[x, NEXT]
    return int(least)


@inlined
def _out_after(world: World, state: State, v: int, a: int, r: int, limit: int) -> tuple[int, int]:
    """Find who is to leave the route after v, which stands behind a, so that all others after it are in time.

    Returns
    -------
    What that loses, and the visit; the limit and -1 when none loses less.
    """
    node, key, window = state.node, state.key, world.window
    chosen = -1
    before, x = v, node[a, NEXT]
    leg = _way(world, state, v, x, r)
    work = node[v, SERVICE] + (node[v, SETUP] if needs_setup(node, a, v) else 0)
    leave = end_of_service(window, node, v, node[a, LEAVE] + _there(world, state, v, a, r), work)
    while leave < NEVER and node[x, NEXT] >= 0:
        after = node[x, NEXT]
        if before != v and key[x] < limit:
            late = node[after, LATE if needs_setup(node, before, after) else LATE_BESIDE]
            if leave + _way(world, state, before, after, r) <= late:
                limit, chosen = int(key[x]), x
        work = node[x, SERVICE] + (node[x, SETUP] if needs_setup(node, before, x) else 0)
        leave = end_of_service(window, node, x, leave + leg, work)
        before, x, leg = x, after, node[x, LEG]
    return int(limit), int(chosen)


@inlined
def _out_before(world: World, state: State, v: int, a: int, r: int, limit: int) -> tuple[int, int]:
    """Find who is to leave the route before v, which stands behind a, so that v and all after it are in time.

    Returns
    -------
    As `_out_after`.
    """
    node, key, window = state.node, state.key, world.window
    chosen = -1
    x, after = v, node[a, NEXT]
    leg, late, beside = _way(world, state, v, after, r), node[after, LATE], node[after, LATE_BESIDE]
    before, leg_before = a, _there(world, state, v, a, r)
    while True:
        over = (beside if node[x, PLACE] == node[after, PLACE] else late) - leg
        beside = late = latest_start(window, node, x, over, node[x, SERVICE])
        if node[x, SETUP] > 0:
            late = latest_start(window, node, x, over, node[x, SERVICE] + node[x, SETUP])
        if beside < 0 or node[before, PREV] < 0:
            break
        after, x, leg = x, before, leg_before
        before = node[x, PREV]
        leg_before = node[before, LEG]
        if after != v and key[x] < limit:
            arrival = node[before, LEAVE] + _way(world, state, before, after, r)
            if arrival <= (late if needs_setup(node, before, after) else beside):
                limit, chosen = int(key[x]), x
    return int(limit), int(chosen)

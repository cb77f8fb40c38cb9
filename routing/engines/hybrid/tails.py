"""Exchange of tails: two routes of one class go on where the other went (2-opt*, Potvin, Rousseau 1995)."""

from routing.engines.compiled import inlined, kernel
from routing.engines.hybrid.layout import (
    CLASS,
    COST,
    COUNT,
    DRIVING,
    LATE,
    LATE_BESIDE,
    LEAVE,
    LEG,
    LIMITED,
    LOAD,
    MAX_DRIVING,
    MAX_LOAD,
    MAX_VISITS,
    NEXT,
    PINNED,
    PLACE,
    PREV,
    PROFILE,
    ROUTE,
    TIMED,
    TOTAL,
    TOUCHES,
    TRAVEL_WEIGHT,
    State,
    World,
)
from routing.engines.hybrid.memory import touch
from routing.engines.hybrid.routes import end_of, join, retime, start_of, vacate

_WIDTH = 20  # visits tried as the next one of each


@kernel
def _on_time(state: State, a: int, leg: int, b: int) -> bool:
    node = state.node
    late = node[b, LATE_BESIDE] if node[a, PLACE] == node[b, PLACE] else node[b, LATE]
    return bool(node[a, LEAVE] + leg <= late)


@kernel
def _keeps_limits(world: World, state: State, a: int, there: int, b: int, back: int) -> bool:
    """Whether both routes keep their limits when the tails behind a and b change places."""
    node, route, vehicle = state.node, state.route, world.vehicle
    r, q = node[a, ROUTE], node[b, ROUTE]
    count, load, driving, other_driving = 0, 0, 0, 0
    x = node[a, NEXT]
    while node[x, NEXT] >= 0:
        count += 1
        load += world.load[x]
        driving += node[x, LEG]
        x = node[x, NEXT]
    x = node[b, NEXT]
    while node[x, NEXT] >= 0:
        count -= 1
        load -= world.load[x]
        other_driving += node[x, LEG]
        x = node[x, NEXT]
    moved = other_driving - driving
    return bool(
        route[r, COUNT] - count <= vehicle[r, MAX_VISITS]
        and route[q, COUNT] + count <= vehicle[q, MAX_VISITS]
        and route[r, LOAD] - load <= vehicle[r, MAX_LOAD]
        and route[q, LOAD] + load <= vehicle[q, MAX_LOAD]
        and route[r, DRIVING] + moved + there - node[a, LEG] <= vehicle[r, MAX_DRIVING]
        and route[q, DRIVING] - moved + back - node[b, LEG] <= vehicle[q, MAX_DRIVING]
    )


@kernel
def _recount(world: World, state: State, r: int) -> None:
    """Take stock of a route whose chain has changed."""
    node, route = state.node, state.route
    count, load, driving = 0, 0, 0
    x = start_of(world, r)
    while node[x, NEXT] >= 0:
        driving += node[x, LEG]
        x = node[x, NEXT]
        if node[x, NEXT] >= 0:
            node[x, ROUTE] = r
            count += 1
            load += world.load[x]
    if route[r, COUNT] > 0 and count == 0:
        vacate(world, state, r)
    cost = world.rules[TRAVEL_WEIGHT] * driving
    state.tally[TOTAL] += cost - route[r, COST]
    route[r, COUNT], route[r, LOAD], route[r, DRIVING], route[r, COST] = count, load, driving, cost


@kernel
def _exchange(world: World, state: State, a: int, b: int) -> None:
    node = state.node
    r, q = node[a, ROUTE], node[b, ROUTE]
    touch(world, state, r)
    touch(world, state, q)
    end_r, end_q = end_of(world, r), end_of(world, q)
    first, other = node[a, NEXT], node[b, NEXT]
    last, other_last = node[end_r, PREV], node[end_q, PREV]
    join(world, state, a, other, r)
    join(world, state, other_last, end_r, r)
    if first == end_r:
        join(world, state, b, end_q, q)
    else:
        join(world, state, b, first, q)
        join(world, state, last, end_q, q)
    for each in (r, q):
        _recount(world, state, each)
        retime(world, state, each)


@inlined
def _improved(world: World, state: State, a: int) -> bool:
    """Find for a visit the tail of another route with which both become shorter, and exchange."""
    node = state.node
    r = node[a, ROUTE]
    profile, kind = world.vehicle[r, PROFILE], world.vehicle[r, CLASS]
    first = node[a, NEXT]
    for k in range(min(_WIDTH, world.after.shape[1])):
        w = world.after[a, k]
        if w < 0:
            return False
        q = node[w, ROUTE]
        if q < 0 or q == r or world.vehicle[q, CLASS] != kind:
            continue
        b = node[w, PREV]
        if world.to_after[a, k] >= node[a, LEG] + node[b, LEG]:
            continue
        there = world.duration[profile, node[a, PLACE], node[w, PLACE]]
        back = 0
        if node[b, PREV] >= 0 or node[first, NEXT] >= 0:
            back = world.duration[profile, node[b, PLACE], node[first, PLACE]]
        more = there + back - node[a, LEG] - node[b, LEG]
        if more >= 0 or not _on_time(state, a, there, w) or not _on_time(state, b, back, first):
            continue
        if world.rules[LIMITED] and not _keeps_limits(world, state, a, there, b, back):
            continue
        _exchange(world, state, a, b)
        return True
    return False


@kernel
def improve_tails(world: World, state: State) -> None:
    """Exchange tails of the touched routes as long as that makes them shorter."""
    node = state.node
    if world.rules[TIMED] or world.rules[PINNED]:
        return
    t = 0
    while t < state.tally[TOUCHES]:
        x = node[start_of(world, state.touched[t]), NEXT]
        while node[x, NEXT] >= 0:
            again = _improved(world, state, x)
            x = node[start_of(world, state.touched[t]), NEXT] if again else node[x, NEXT]
        t += 1

"""Exchange of tails: two routes go on where the other went (2-opt*, Potvin, Rousseau 1995)."""

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
    NEVER,
    NEXT,
    PINNED,
    PLACE,
    PREV,
    PROFILE,
    ROUTE,
    SERVICE,
    SETUP,
    TIMED,
    TOTAL,
    TOUCHES,
    TRAVEL_WEIGHT,
    State,
    World,
)
from routing.engines.hybrid.memory import touch
from routing.engines.hybrid.routes import end_of, join, retime, start_of, vacate, way
from routing.engines.hybrid.times import end_of_service, needs_setup

_WIDTH = 20  # visits tried as the next one of each


@kernel
def _on_time(state: State, a: int, leg: int, b: int) -> bool:
    node = state.node
    late = node[b, LATE_BESIDE] if node[a, PLACE] == node[b, PLACE] else node[b, LATE]
    return bool(node[a, LEAVE] + leg <= late)


@kernel
def _keeps_limits(
    world: World, state: State, a: int, there: int, b: int, back: int, home: int, other_home: int
) -> bool:
    """Whether both routes keep their limits when the tails behind a and b change places.

    Parameters
    ----------
    home, other_home : seconds that the last ways of the new routes of a and b take more than before.
    """
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
        and route[r, DRIVING] + moved + there - node[a, LEG] + home <= vehicle[r, MAX_DRIVING]
        and route[q, DRIVING] - moved + back - node[b, LEG] + other_home <= vehicle[q, MAX_DRIVING]
    )


@kernel
def _can_go_on(world: World, state: State, a: int, leg: int, b: int, r: int) -> bool:
    """Whether the vehicle of r, which has a, may serve b and what follows it in time, and be home in time.

    For a tail from a vehicle of another class, whose latest arrivals say nothing of this one.
    """
    node, home = state.node, end_of(world, r)
    leave, before, x = node[a, LEAVE], a, b
    while node[x, NEXT] >= 0:
        if not world.able[x, world.vehicle[r, CLASS]]:
            return False
        work = node[x, SERVICE]
        if needs_setup(node, before, x):
            work += node[x, SETUP]
        leave = end_of_service(world.window, node, x, leave + leg, work)
        if leave == NEVER:
            return False
        leg, before, x = node[x, LEG], x, node[x, NEXT]
    return bool(leave + way(world, state, before, home, r) <= node[home, LATE])


@kernel
def _home_anew(world: World, state: State, b: int, r: int) -> int:
    """Seconds that the vehicle of r takes home from the last visit behind b more than the one that now does."""
    node = state.node
    home, now = end_of(world, r), end_of(world, node[b, ROUTE])
    last = node[now, PREV]
    if last == b or node[home, PLACE] == node[now, PLACE]:
        return 0
    return int(way(world, state, last, home, r) - node[last, LEG])


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
            state.by[x] = world.vehicle[r, CLASS]
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


@kernel
def _can_exchange(world: World, state: State, a: int, there: int, b: int, back: int) -> bool:
    """Whether both vehicles may drive on where the other went, and both become shorter together.

    Parameters
    ----------
    there, back : seconds from a to what follows b, and from b to what follows a or home.
    """
    node = state.node
    r, q = node[a, ROUTE], node[b, ROUTE]
    first, other = node[a, NEXT], node[b, NEXT]
    home, other_home = 0, 0
    if world.vehicle[q, CLASS] == world.vehicle[r, CLASS]:
        if not _on_time(state, a, there, other) or not _on_time(state, b, back, first):
            return False
    else:
        home, other_home = _home_anew(world, state, b, r), _home_anew(world, state, a, q)
        if there + back + home + other_home >= node[a, LEG] + node[b, LEG]:
            return False
        if not _can_go_on(world, state, a, there, other, r) or not _can_go_on(world, state, b, back, first, q):
            return False
    return not world.rules[LIMITED] or _keeps_limits(world, state, a, there, b, back, home, other_home)


@inlined
def _improved(world: World, state: State, a: int) -> bool:
    """Find for a visit the tail of another route with which both become shorter, and exchange."""
    node = state.node
    r, first = node[a, ROUTE], node[a, NEXT]
    profile, own_home = world.vehicle[r, PROFILE], node[end_of(world, r), PLACE]
    for k in range(min(_WIDTH, world.after.shape[1])):
        w = world.after[a, k]
        if w < 0:
            return False
        q = node[w, ROUTE]
        if q < 0 or q == r:
            continue
        b = node[w, PREV]
        if world.to_after[a, k] >= node[a, LEG] + node[b, LEG] or world.vehicle[q, PROFILE] != profile:
            continue
        there = world.duration[profile, node[a, PLACE], node[w, PLACE]]
        home = end_of(world, q)
        back = way(world, state, b, first if node[first, NEXT] >= 0 else home, q)
        if there + back >= node[a, LEG] + node[b, LEG] and node[home, PLACE] == own_home:
            continue
        if _can_exchange(world, state, a, there, b, back):
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

"""Chains of visits: linking and unlinking, the lists of idle vehicles and absent visits."""

from routing.engines.compiled import kernel
from routing.engines.hybrid.layout import (
    ABSENT,
    CLASS,
    COST,
    COUNT,
    DRIVING,
    INDEX,
    LAST_PINNED,
    LATE,
    LEAVE,
    LEG,
    LOAD,
    NEXT,
    PINNED,
    PLACE,
    PREV,
    PROFILE,
    ROUTE,
    TIMED,
    TOTAL,
    TRAVEL_WEIGHT,
    State,
    World,
)
from routing.engines.hybrid.times import backward, forward


@kernel
def count_places(world: World, state: State, r: int) -> None:
    """Give the visits of a route their numbers and find the last one that must stay where it is."""
    node = state.node
    x, index, last = node[start_of(world, r), NEXT], 0, -1
    while node[x, NEXT] >= 0:
        node[x, INDEX] = index
        if world.position[x] >= 0:
            last = index
        index += 1
        x = node[x, NEXT]
    state.route[r, LAST_PINNED] = last


@kernel
def start_of(world: World, r: int) -> int:
    """Node where the route starts."""
    return int(world.prize.shape[0] + r)


@kernel
def end_of(world: World, r: int) -> int:
    """Node where the route ends."""
    return int(world.prize.shape[0] + world.vehicle.shape[0] + r)


@kernel
def retime(world: World, state: State, r: int) -> int:
    """Set all times of a route; return the node that cannot be served in time, or -1."""
    late = forward(world.window, state.node, state.node[start_of(world, r), NEXT], False)
    if late < 0:
        backward(world.window, state.node, state.node[end_of(world, r), PREV], False)
        if world.rules[PINNED]:
            count_places(world, state, r)
    return late


@kernel
def leave_absent(state: State, v: int) -> None:
    """Take a visit from the list of those on no route."""
    last = state.absent[state.tally[ABSENT] - 1]
    at = state.absent_at[v]
    state.absent[at] = last
    state.absent_at[last] = at
    state.tally[ABSENT] -= 1


@kernel
def become_absent(state: State, v: int) -> None:
    """Put a visit on the list of those on no route."""
    state.absent[state.tally[ABSENT]] = v
    state.absent_at[v] = state.tally[ABSENT]
    state.tally[ABSENT] += 1


@kernel
def _swap_spares(state: State, at: int, other: int) -> None:
    r, q = state.spare[at], state.spare[other]
    state.spare[at], state.spare[other] = q, r
    state.spare_at[r], state.spare_at[q] = other, at


@kernel
def occupy(world: World, state: State, r: int) -> None:
    """Take a vehicle from the empty ones of its class."""
    c = world.vehicle[r, CLASS]
    state.spares[c] -= 1
    _swap_spares(state, state.spare_at[r], world.member_from[c] + state.spares[c])


@kernel
def vacate(world: World, state: State, r: int) -> None:
    """Put a vehicle back among the empty ones of its class."""
    c = world.vehicle[r, CLASS]
    _swap_spares(state, state.spare_at[r], world.member_from[c] + state.spares[c])
    state.spares[c] += 1


@kernel
def way(world: World, state: State, a: int, b: int, r: int) -> int:
    """Seconds on the road from a to b for the vehicle of r. An empty day has none."""
    node = state.node
    if node[a, PREV] < 0 and node[b, NEXT] < 0:
        return 0
    return int(world.duration[world.vehicle[r, PROFILE], node[a, PLACE], node[b, PLACE]])


@kernel
def join(world: World, state: State, a: int, b: int, r: int) -> int:
    """Let b follow a on route r; return the seconds on the road between them."""
    node = state.node
    node[a, NEXT] = b
    node[b, PREV] = a
    node[a, LEG] = leg = way(world, state, a, b, r)
    return leg


@kernel
def link(world: World, state: State, v: int, a: int, r: int) -> None:
    """Put an absent visit behind a, without timing the route again."""
    node = state.node
    b = node[a, NEXT]
    old = node[a, LEG]
    node[v, ROUTE] = r
    state.by[v] = world.vehicle[r, CLASS]
    node[v, LEAVE] = -1
    node[v, LATE] = -2
    node[v, NEXT] = b
    node[v, PREV] = a
    more = join(world, state, a, v, r) + join(world, state, v, b, r) - old
    route = state.route
    route[r, DRIVING] += more
    route[r, LOAD] += world.load[v]
    route[r, COUNT] += 1
    if route[r, COUNT] == 1:
        occupy(world, state, r)
    leave_absent(state, v)
    state.tally[TOTAL] -= world.prize[v]
    if not world.rules[TIMED]:
        route[r, COST] += world.rules[TRAVEL_WEIGHT] * more
        state.tally[TOTAL] += world.rules[TRAVEL_WEIGHT] * more


@kernel
def unlink(world: World, state: State, v: int) -> None:
    """Take a visit off its route, without timing the route again."""
    node, route = state.node, state.route
    r = node[v, ROUTE]
    a, b = node[v, PREV], node[v, NEXT]
    more = -node[a, LEG] - node[v, LEG]
    more += join(world, state, a, b, r)
    node[v, ROUTE] = -1
    state.by[v] = state.spares.shape[0]
    route[r, DRIVING] += more
    route[r, LOAD] -= world.load[v]
    route[r, COUNT] -= 1
    if route[r, COUNT] == 0:
        vacate(world, state, r)
    become_absent(state, v)
    state.tally[TOTAL] += world.prize[v]
    if not world.rules[TIMED]:
        route[r, COST] += world.rules[TRAVEL_WEIGHT] * more
        state.tally[TOTAL] += world.rules[TRAVEL_WEIGHT] * more

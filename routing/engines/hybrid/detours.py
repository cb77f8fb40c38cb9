"""What a visit costs more on the road, and whether it can be made in time, between two others."""

from routing.engines.compiled import inlined, kernel
from routing.engines.hybrid.layout import (
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
    SERVICE,
    SETUP,
    TOO_MUCH,
    State,
    World,
)
from routing.engines.hybrid.routes import way
from routing.engines.hybrid.times import end_of_service, needs_setup


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
def keeps_limits_instead(world: World, state: State, v: int, u: int, more: int) -> bool:
    """Whether driving time and load let v join the route that u leaves; the count of visits stays."""
    r = state.node[u, ROUTE]
    return bool(
        state.route[r, DRIVING] + more <= world.vehicle[r, MAX_DRIVING]
        and state.route[r, LOAD] + world.load[v] - world.load[u] <= world.vehicle[r, MAX_LOAD]
    )


@inlined
def travel_saved(world: World, state: State, x: int) -> int:
    """Seconds on the road that its route saves without x."""
    node = state.node
    a, b = node[x, PREV], node[x, NEXT]
    return int(node[a, LEG] + node[x, LEG] - way(world, state, a, b, node[x, ROUTE]))


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

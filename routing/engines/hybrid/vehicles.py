"""Vehicles that go elsewhere: one to visits that are left over, or two on each other's routes.

Which vehicle goes where is settled while it is hot: few visits that move on their own never give a whole route away.
"""

from routing.engines.compiled import kernel
from routing.engines.hybrid.chance import below, uniform
from routing.engines.hybrid.layout import (
    ABSENT,
    CLASS,
    COUNT,
    LOOSE,
    PREV,
    ROUTE,
    SERVICE,
    State,
    World,
)
from routing.engines.hybrid.memory import touch
from routing.engines.hybrid.recreate import insert_if_it_fits, sort_by_key
from routing.engines.hybrid.routes import end_of, link
from routing.engines.hybrid.ruin import any_used, count_used, mend, remove_route
from routing.engines.hybrid.squeeze import place_in

_CANDIDATES = 2  # times as many visits are tried as the vehicle has had
_MISSES = 6  # the vehicle is full when more of them have found no place
_SETTING_OUT_S = 100.0  # what a visit takes besides its service, to compare what their time is worth


@kernel
def _empty(world: World, state: State, r: int) -> None:
    """Take all visits off a route but those that are frozen."""
    touch(world, state, r)
    remove_route(world, state, r)
    mend(world, state, r)


@kernel
def relocate(world: World, state: State, seed: int) -> int:
    """Take all visits off some vehicle and fill it with those left over around the seed, or around any absent one.

    Return where that was, or -1 when nothing could be done.
    """
    chance, tally = state.chance, state.tally
    used = count_used(state)
    if tally[ABSENT] == 0 or used == 0:
        return -1
    if state.node[seed, ROUTE] >= 0:
        seed = state.absent[below(chance, tally[ABSENT])]
    r = any_used(state, below(chance, used))
    if not world.able[seed, world.vehicle[r, CLASS]]:
        return -1
    count = _left_over(world, state, seed, r)
    _empty(world, state, r)
    misses = 0
    for k in range(count):
        v = state.order[k]
        behind = place_in(world, state, v, r)
        if behind >= 0:
            link(world, state, v, behind, r)
            mend(world, state, r)
        else:
            misses += 1
            if misses > _MISSES:
                break
    return int(seed)


@kernel
def _left_over(world: World, state: State, seed: int, r: int) -> int:
    """List optional absent visits for a vehicle, the nearest to the seed, by about what their time is worth.

    Return how many; they are in `State.order`.
    """
    order, key, near = state.order, state.key, world.near
    most = _CANDIDATES * (state.route[r, COUNT] + 2)
    count = 0
    for k in range(-1, near.shape[1]):
        u = seed if k < 0 else near[seed, k]
        if u < 0 or count == most:
            break
        if state.node[u, ROUTE] >= 0 or not world.optional[u] or world.position[u] >= 0:
            continue
        if not world.able[u, world.vehicle[r, CLASS]]:
            continue
        worth = float(world.prize[u]) / (state.node[u, SERVICE] + _SETTING_OUT_S)
        order[count], key[count] = u, -worth * (0.5 + uniform(state.chance))
        count += 1
    sort_by_key(order, key, count)
    return count


@kernel
def swap(world: World, state: State, seed: int) -> bool:
    """Let the vehicle of the seed and any of another class drive each other's routes, as far as they can.

    Return whether that could be tried.
    """
    r = state.node[seed, ROUTE]
    if r < 0:
        return False
    q = any_used(state, below(state.chance, count_used(state)))
    if world.vehicle[q, CLASS] == world.vehicle[r, CLASS]:
        return False
    _empty(world, state, r)
    own = state.tally[LOOSE]
    _empty(world, state, q)
    for k in range(state.tally[LOOSE]):
        _append(world, state, state.loose[k], q if k < own else r)
    return True


@kernel
def _append(world: World, state: State, v: int, r: int) -> None:
    """Put a visit at the end of a route if its vehicle may serve it and can."""
    if world.position[v] >= 0 or not world.able[v, world.vehicle[r, CLASS]]:
        return
    insert_if_it_fits(world, state, v, state.node[end_of(world, r), PREV])

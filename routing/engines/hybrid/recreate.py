"""Greedy insertion of loose visits in changing orders, optional ones for a while above their prize."""

import numpy as np

from routing.engines.compiled import inlined, kernel
from routing.engines.hybrid.chance import below, uniform
from routing.engines.hybrid.departures import extra_cost, laid_out_cost, lay_out, settle
from routing.engines.hybrid.detours import extra_travel, travel_saved
from routing.engines.hybrid.layout import (
    ABSENT,
    COST,
    COSTS_TIME,
    LOOSE,
    NEXT,
    PINNED,
    PREV,
    ROUTE,
    SERVICE,
    STAMP,
    TIMED,
    TOO_MUCH,
    TOUCHES,
    TRAVEL_WEIGHT,
    Floats,
    Ints,
    State,
    World,
)
from routing.engines.hybrid.memory import touch
from routing.engines.hybrid.places import best_place, best_place_of_all, best_place_on_touched
from routing.engines.hybrid.routes import count_places, link, start_of, unlink
from routing.engines.hybrid.ruin import loosen, mend
from routing.engines.hybrid.times import backward, forward

_RANDOM, _PRIZE, _FAR, _CLOSE, _SHORT, _OPENS, _CLOSES, _WORTH = range(8)
#: How often each order is drawn: Christiaens and Vanden Berghe's weights, the prize in the place of their demand.
_ORDERS = np.array(
    [_RANDOM] * 4 + [_PRIZE] * 3 + [_WORTH] * 3 + [_FAR] * 2 + [_CLOSE] + [_SHORT] * 2 + [_OPENS] * 2 + [_CLOSES] * 2,
    dtype=np.int32,
)


@inlined
def sort_by_key(visits: Ints, key: Floats, count: int) -> None:
    """Sort the first visits of a list by their keys, the lowest first."""
    for k in range(1, count):
        v, value = visits[k], key[k]
        at = k
        while at > 0 and key[at - 1] > value:
            visits[at], key[at] = visits[at - 1], key[at - 1]
            at -= 1
        visits[at], key[at] = v, value


@inlined
def sort_loose(world: World, state: State) -> None:
    """Put the loose visits into the order in which they are inserted: drawn anew each time."""
    loose, key, count = state.loose, state.key, state.tally[LOOSE]
    order = _ORDERS[below(state.chance, _ORDERS.shape[0])]
    figures = world.figures
    for k in range(count):
        v = loose[k]
        if order == _PRIZE:
            key[k] = -float(world.prize[v])
        elif order == _WORTH:
            key[k] = -float(world.prize[v]) / (state.node[v, SERVICE] + 1.0)
        elif order == _FAR:
            key[k] = -figures[v, 0]
        elif order == _CLOSE:
            key[k] = figures[v, 0]
        elif order == _SHORT:
            key[k] = figures[v, 1]
        elif order == _OPENS:
            key[k] = figures[v, 2]
        elif order == _CLOSES:
            key[k] = -figures[v, 3]
        else:
            key[k] = uniform(state.chance)
    sort_by_key(loose, key, count)


@kernel
def recruit_one(state: State, v: int) -> None:
    """Have an absent visit inserted in this step."""
    if state.loose_stamp[v] != state.tally[STAMP]:
        state.recruited[v] = state.tally[STAMP]
        loosen(state, v)


@kernel
def recruit(world: World, state: State, seed: int, depth: int, most: int) -> None:
    """Have absent visits near the removed ones inserted too: their chance has come."""
    node, near = state.node, world.near
    removed = state.tally[LOOSE]
    if removed == state.tally[ABSENT]:
        return
    width = min(depth, near.shape[1])
    if node[seed, ROUTE] < 0:
        recruit_one(state, seed)
    for j in range(width):
        u = near[seed, j]
        if u >= 0 and node[u, ROUTE] < 0:
            recruit_one(state, u)
    for k in range(removed):
        v = state.loose[k]
        for j in range(width):
            u = near[v, j]
            if u < 0 or state.tally[LOOSE] >= removed + most:
                break
            if node[u, ROUTE] < 0:
                recruit_one(state, u)


@inlined
def insert(world: World, state: State, v: int, a: int) -> None:
    """Put a visit behind a and time what changes."""
    node = state.node
    r = node[a, ROUTE]
    touch(world, state, r)
    link(world, state, v, a, r)
    forward(world.window, node, v, True)
    backward(world.window, node, v, True)
    if world.rules[PINNED]:
        count_places(world, state, r)
    if world.rules[TIMED]:
        settle(world, state, r)


@kernel
def insert_if_it_fits(world: World, state: State, v: int, a: int) -> None:
    """Put a visit behind a if limits and times allow it; whether the vehicle may serve it is known."""
    if extra_travel(world, state, v, a, TOO_MUCH) < TOO_MUCH and (
        not world.rules[TIMED] or extra_cost(world, state, v, a) < TOO_MUCH
    ):
        insert(world, state, v, a)


@inlined
def recreate(world: World, state: State, generosity: float) -> None:
    """Insert the loose visits one by one where they cost least, if that is worth `generosity` times their prize."""
    sort_loose(world, state)
    for k in range(state.tally[LOOSE]):
        v = state.loose[k]
        if state.node[v, ROUTE] >= 0:
            continue
        limit = TOO_MUCH
        if world.optional[v]:
            limit = int(generosity * world.prize[v]) + 1
        if state.recruited[v] == state.tally[STAMP]:
            # There was no room for it before this step: if there is now, then where others were taken off, or where
            # an empty vehicle pays for several.
            behind = best_place_on_touched(world, state, v, limit)
        else:
            behind = best_place(world, state, v, limit)
        if behind < 0 and not world.optional[v]:
            behind = best_place_of_all(world, state, v, limit)
        if behind >= 0:
            insert(world, state, v, behind)


@kernel
def _pays(world: World, state: State, x: int) -> bool:
    """Whether a visit just inserted is worth all that it costs, times included."""
    r, a = state.node[x, ROUTE], state.node[x, PREV]
    unlink(world, state, x)
    cost = laid_out_cost(world, state, lay_out(world, state, r, -1, -1), r)
    link(world, state, x, a, r)
    return bool(cost == TOO_MUCH or state.route[r, COST] - cost <= world.prize[x])


@inlined
def drop_unpaid(world: World, state: State) -> None:
    """Take off optional visits of the touched routes that cost more than leaving them out."""
    node = state.node
    for t in range(state.tally[TOUCHES]):
        r = state.touched[t]
        x = node[start_of(world, r), NEXT]
        dropped = False
        while node[x, NEXT] >= 0:
            onward = node[x, NEXT]
            if world.optional[x] and not world.frozen[x]:
                paid = world.rules[TRAVEL_WEIGHT] * travel_saved(world, state, x) <= world.prize[x]
                if paid and world.vehicle[r, COSTS_TIME] and state.loose_stamp[x] == state.tally[STAMP]:
                    paid = _pays(world, state, x)
                    dropped = True
                if not paid:
                    unlink(world, state, x)
                    dropped = True
            x = onward
        if dropped:
            mend(world, state, r)

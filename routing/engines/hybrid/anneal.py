"""The search itself: ruin, recreate, accept by simulated annealing, remember the best and every good route."""

from math import log

import numpy as np

from routing.engines.compiled import entry, inlined, kernel
from routing.engines.hybrid.chance import below, mixed, uniform
from routing.engines.hybrid.departures import settle
from routing.engines.hybrid.displace import displace_all
from routing.engines.hybrid.habits import Habits
from routing.engines.hybrid.layout import (
    BEST,
    CLASS,
    COST,
    COUNT,
    FOUND,
    LOOSE,
    NEAR,
    NEXT,
    NODE_COLUMNS,
    PARTNERS,
    PREV,
    ROUTE,
    ROUTE_COLUMNS,
    STALE,
    STAMP,
    STEPS,
    TIMED,
    TOTAL,
    TOUCHES,
    UNDO,
    VEHICLE_COLUMNS,
    Ints,
    State,
    World,
)
from routing.engines.hybrid.memory import go_back, keep_best, touch
from routing.engines.hybrid.recreate import drop_unpaid, insert_if_it_fits, recreate, recruit
from routing.engines.hybrid.routes import end_of, link, retime, start_of
from routing.engines.hybrid.ruin import loosen, ruin
from routing.engines.hybrid.squeeze import squeeze
from routing.engines.hybrid.tails import improve_tails
from routing.engines.hybrid.vehicles import relocate, swap


@kernel
def begin_step(state: State) -> None:
    """Forget the step before."""
    tally = state.tally
    tally[STAMP] += 1
    tally[TOUCHES] = 0
    tally[LOOSE] = 0
    tally[UNDO] = 0


@kernel
def keep_found(world: World, state: State) -> None:
    """Write the touched routes down for the pool, each once, as long as there is room."""
    node, found, hashes = state.node, state.found, state.hashes
    mask = np.uint64(hashes.shape[0] - 1)
    for t in range(state.tally[TOUCHES]):
        r = state.touched[t]
        count = state.route[r, COUNT]
        if count == 0 or state.tally[FOUND] + count + 3 > found.shape[0]:
            continue
        word = np.uint64(world.vehicle[r, 0])
        x = node[start_of(world, r), NEXT]
        while node[x, NEXT] >= 0:
            word = mixed(word ^ np.uint64(x))
            x = node[x, NEXT]
        slot = int(word & mask)
        if hashes[slot] == word:
            continue
        hashes[slot] = word
        at = state.tally[FOUND]
        found[at], found[at + 1], found[at + 2] = r, count, state.route[r, COST]
        at += 3
        x = node[start_of(world, r), NEXT]
        while node[x, NEXT] >= 0:
            found[at] = x
            at += 1
            x = node[x, NEXT]
        state.tally[FOUND] = at


@kernel
def accepted(world: World, state: State) -> None:
    """Mark what differs from the best plan, and make this one the best if it is better."""
    tally = state.tally
    for t in range(tally[TOUCHES]):
        state.route[state.touched[t], STALE] = 1
    if tally[TOTAL] < tally[BEST]:
        tally[BEST] = tally[TOTAL]
        keep_best(world, state)


@entry
def load(world: World, state: State, r: int, visits: Ints) -> None:
    """Give an empty vehicle these visits in this order, without those that are taken or do not fit."""
    begin_step(state)
    touch(world, state, r)
    for k in range(visits.shape[0]):
        v = visits[k]
        a = state.node[end_of(world, r), PREV]
        if state.node[v, ROUTE] >= 0 or not world.able[v, world.vehicle[r, CLASS]]:
            continue
        if world.frozen[v]:
            link(world, state, v, a, r)
            retime(world, state, r)
        else:
            insert_if_it_fits(world, state, v, a)
    if world.rules[TIMED]:
        settle(world, state, r)


@entry
def construct(world: World, state: State) -> None:
    """Insert every absent visit that fits, in one of the orders of `recreate`."""
    begin_step(state)
    for v in range(world.prize.shape[0]):
        if state.node[v, ROUTE] < 0:
            loosen(state, v)
    recreate(world, state, 1.0)
    drop_unpaid(world, state)
    accepted(world, state)
    keep_found(world, state)


@inlined
def _ruin_in_some_way(world: World, state: State, seed: int, habits: Habits) -> int:
    """Make room around a seed in one of the ways; return the seed, or the absent visit in its place."""
    chance = state.chance
    if world.optional[seed]:
        if uniform(chance) < habits.relocated:
            elsewhere = relocate(world, state, seed)
            if elsewhere >= 0:
                return elsewhere
        if uniform(chance) < habits.swapped and swap(world, state, seed):
            return seed
    if uniform(chance) < habits.squeezed:
        squeeze(world, state, seed)
        return seed
    return ruin(world, state, seed, habits)


@inlined
def _are_rows_known(world: World, state: State) -> bool:
    """Whether rows are as long as the layout says. They are; once told so, the compiler multiplies by constants."""
    return bool(
        state.node.shape[1] == NODE_COLUMNS
        and state.route.shape[1] == ROUTE_COLUMNS
        and world.vehicle.shape[1] == VEHICLE_COLUMNS
        and world.near.shape[1] == NEAR
        and world.before.shape[1] == PARTNERS
        and world.after.shape[1] == PARTNERS
        and world.from_before.shape[1] == PARTNERS
        and world.to_after.shape[1] == PARTNERS
    )


@kernel
def step(world: World, state: State, seed: int, temperature: float, habits: Habits) -> None:
    """Ruin around a seed and recreate; keep that if it is cheap enough for the temperature (cost units)."""
    tally, chance = state.tally, state.chance
    tally[STEPS] += 1
    if world.prize.shape[0] == 0 or not _are_rows_known(world, state):
        return
    begin_step(state)
    before = tally[TOTAL]
    seed = _ruin_in_some_way(world, state, seed, habits)
    recruit(world, state, seed, habits.depth, habits.most)
    u = uniform(chance)
    recreate(world, state, 1.0 + (habits.generosity - 1.0) * u * u)
    drop_unpaid(world, state)
    displace_all(world, state, habits.displacing)
    if uniform(chance) < (habits.optional_tails if world.optional[seed] else habits.tails):
        improve_tails(world, state)
    if tally[TOTAL] < before - temperature * log(1.0 - uniform(chance)):
        if tally[TOTAL] != before and tally[TOTAL] <= tally[BEST] + habits.slack * temperature:
            keep_found(world, state)
        accepted(world, state)
    else:
        go_back(world, state, before)


@entry
def anneal(world: World, state: State, steps: int, hot: float, cold: float, habits: Habits) -> None:
    """Take so many steps while the temperature falls from hot to cold (cost units)."""
    temperature = hot
    fall = (cold / hot) ** (1.0 / max(1, steps))
    for _ in range(steps):
        step(world, state, below(state.chance, world.prize.shape[0]), temperature, habits)
        temperature *= fall

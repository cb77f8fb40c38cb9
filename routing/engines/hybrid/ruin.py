"""Slack induction by string removals (Christiaens, Vanden Berghe 2020, 10.1287/trsc.2019.0914), and whole routes."""

from routing.engines.compiled import inlined, kernel
from routing.engines.hybrid.chance import below, uniform
from routing.engines.hybrid.departures import settle
from routing.engines.hybrid.habits import Habits
from routing.engines.hybrid.layout import (
    ABSENT,
    COUNT,
    INDEX,
    LOOSE,
    NEXT,
    PASSED,
    PINNED,
    PREV,
    ROUTE,
    STAMP,
    TIMED,
    TOUCHED,
    TOUCHES,
    State,
    World,
)
from routing.engines.hybrid.memory import touch
from routing.engines.hybrid.routes import end_of, retime, start_of, unlink

_SPLIT = 0.5
_ABSENT_SEED = 0.5
_LONGER_GAP = 0.01


@kernel
def loosen(state: State, v: int) -> None:
    """Have a visit inserted in this step."""
    if state.loose_stamp[v] != state.tally[STAMP]:
        state.loose_stamp[v] = state.tally[STAMP]
        state.loose[state.tally[LOOSE]] = v
        state.tally[LOOSE] += 1


@kernel
def take_off(world: World, state: State, v: int) -> int:
    """Take a visit off its route to insert it again; return how many were taken (frozen ones stay)."""
    if world.frozen[v]:
        return 0
    unlink(world, state, v)
    loosen(state, v)
    return 1


@kernel
def remove_string(world: World, state: State, c: int, length: int, gap: int) -> int:
    """Take off `length` visits in a row around c, leaving `gap` of them in the middle; return how many."""
    node = state.node
    r = node[c, ROUTE]
    span = min(length + gap, state.route[r, COUNT])
    left = 0
    x = node[c, PREV]
    while left < span - 1 and node[x, PREV] >= 0:
        left += 1
        x = node[x, PREV]
    right = 0
    x = node[c, NEXT]
    while right < span - 1 and node[x, NEXT] >= 0:
        right += 1
        x = node[x, NEXT]
    back = max(0, span - 1 - right)
    back += below(state.chance, left - back + 1)
    x = c
    for _ in range(back):
        x = node[x, PREV]
    keep_from = below(state.chance, span - gap + 1)
    taken = 0
    for k in range(span):
        onward = node[x, NEXT]
        if k < keep_from or k >= keep_from + gap:
            taken += take_off(world, state, x)
        x = onward
    return taken


@kernel
def remove_route(world: World, state: State, r: int) -> int:
    """Take off all visits of a route; return how many."""
    taken = 0
    x = state.node[start_of(world, r), NEXT]
    while state.node[x, NEXT] >= 0:
        onward = state.node[x, NEXT]
        taken += take_off(world, state, x)
        x = onward
    return taken


@kernel
def count_used(state: State) -> int:
    """Tell how many vehicles have visits."""
    used = 0
    for r in range(state.route.shape[0]):
        used += state.route[r, COUNT] > 0
    return int(used)


@kernel
def any_used(state: State, skipped: int) -> int:
    """Find a used vehicle after skipping so many others."""
    r = 0
    while True:
        if state.route[r, COUNT] > 0:
            if skipped == 0:
                return r
            skipped -= 1
        r += 1


@kernel
def _passes(state: State, r: int, share: float) -> bool:
    """Whether this step leaves a route alone, which is drawn once."""
    if state.route[r, PASSED] == state.tally[STAMP]:
        return True
    if uniform(state.chance) < share:
        state.route[r, PASSED] = state.tally[STAMP]
        return True
    return False


@inlined
def _remove_any_string(world: World, state: State, c: int, longest: float) -> int:
    """Take a string of any length off around c, perhaps a split one; return how many visits."""
    chance, count = state.chance, state.route[state.node[c, ROUTE], COUNT]
    length = min(count, 1 + int(uniform(chance) * min(float(count), longest)))
    gap = 0
    if length > 1 and length < count and uniform(chance) < _SPLIT:
        gap = 1
        while length + gap < count and uniform(chance) < _LONGER_GAP:
            gap += 1
    return int(remove_string(world, state, c, length, gap))


@inlined
def ruin(world: World, state: State, seed: int, habits: Habits) -> int:
    """Take visits off routes near the seed: strings of them, or whole routes; `removed` on average.

    Return the seed, or the absent visit that is to have a chance in its place.
    """
    removed = habits.removed
    chance, tally = state.chance, state.tally
    served = world.prize.shape[0] - tally[ABSENT]
    if served == 0:
        return seed
    used = count_used(state)
    mean_length = served / used
    whole = uniform(chance) < habits.whole_share
    longest = min(habits.longest, mean_length)
    if whole:
        routes = 1 + below(chance, 1 + int(2.0 * removed / mean_length))
    else:
        routes = 1 + int(uniform(chance) * max(0.0, 4.0 * removed / (1.0 + longest) - 1.0))
    near = world.near
    taken = 0
    if whole and uniform(chance) < habits.away:
        r = any_used(state, below(chance, used))
        touch(world, state, r)
        taken += remove_route(world, state, r)
        routes = min(routes - 1, 1)
        if uniform(chance) < _ABSENT_SEED:
            seed = state.absent[below(chance, tally[ABSENT])]
    for k in range(-1, near.shape[1]):
        c = seed if k < 0 else near[seed, k]
        if c < 0 or routes == 0:
            break
        r = state.node[c, ROUTE]
        if r < 0 or state.route[r, TOUCHED] == tally[STAMP]:
            continue
        if k >= 0 and _passes(state, r, habits.passing):
            continue
        touch(world, state, r)
        routes -= 1
        if whole:
            taken += remove_route(world, state, r)
            if taken > 3 * removed:
                break
            continue
        taken += _remove_any_string(world, state, c, longest)
    for t in range(tally[TOUCHES]):
        mend(world, state, state.touched[t])
    return int(seed)


@kernel
def out_of_place(world: World, state: State, r: int) -> int:
    """Find the first visit that does not stand where it is pinned to; -1 when all do."""
    node = state.node
    x = node[start_of(world, r), NEXT]
    while node[x, NEXT] >= 0:
        if world.position[x] >= 0 and world.position[x] != node[x, INDEX]:
            return int(x)
        x = node[x, NEXT]
    return -1


@kernel
def mend(world: World, state: State, r: int) -> None:
    """Time a route again and take off what no longer fits.

    Roads rounded to seconds may be shorter by a detour, and pinned visits move up.
    """
    node = state.node
    while True:
        x = retime(world, state, r)
        if x < 0 and world.rules[PINNED]:
            x = out_of_place(world, state, r)
        if x < 0:
            if not world.rules[TIMED] or settle(world, state, r):
                return
            x = end_of(world, r)
        if node[x, NEXT] < 0:
            x = node[x, PREV]
        if take_off(world, state, x) == 0:
            return

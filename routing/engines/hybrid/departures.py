"""When to leave: the departures of `routing.departure`, over arrays, and what the best of them costs."""

from routing.engines.compiled import entry, kernel
from routing.engines.hybrid.clock import times_cost
from routing.engines.hybrid.layout import (
    BREAKS,
    COST,
    COSTS_TIME,
    DUE_DURATION,
    DUE_EARLIEST,
    FIRST_BREAK,
    FIRST_WINDOW,
    HORIZON,
    MAX_WORK,
    NEXT,
    PLACE,
    PROFILE,
    REST_AFTER,
    REST_LATEST,
    ROUTE,
    SERVICE,
    SETUP,
    SHIFT_END,
    SHIFT_START,
    TOO_MUCH,
    TOTAL,
    TRAVEL_WEIGHT,
    WAITING_WEIGHT,
    WINDOWS,
    Ints,
    Longs,
    State,
    World,
)
from routing.engines.hybrid.routes import end_of, start_of
from routing.engines.hybrid.times import latest_start, needs_setup


@kernel
def lay_out(world: World, state: State, r: int, v: int, behind: int) -> int:
    """Write the day of a route down in State.day, with v behind a node of it unless v is -1; return its visits."""
    node, day = state.node, state.day
    profile, visits = world.vehicle[r, PROFILE], world.prize.shape[0]
    a, count = start_of(world, r), 0
    while True:
        x = node[behind, NEXT] if a == v else node[a, NEXT]
        if v >= 0 and a == behind:
            x = v
        day[1, count] = world.duration[profile, node[a, PLACE], node[x, PLACE]]
        if x >= visits:
            return count
        day[0, count] = x
        day[2, count] = node[x, SERVICE] + (node[x, SETUP] if needs_setup(node, a, x) else 0)
        count += 1
        a = x


@kernel
def just_in_time(window: Ints, node: Ints, day: Longs, stop: int, start: int) -> int:
    """When to leave at the latest for the work at a stop to begin at `start`, -1 for never; breaks are left aside."""
    for k in range(stop, 0, -1):
        start = latest_start(window, node, day[0, k - 1], start - day[1, k], day[2, k - 1])
        if start < 0:
            return -1
    return int(start - day[1, 0])


@kernel
def _tried(world: World, node: Ints, day: Longs, count: int, r: int, departure: int, best: int) -> int:
    if departure <= world.vehicle[r, SHIFT_START] or departure > world.vehicle[r, SHIFT_END]:
        return best
    return min(best, times_cost(world, node, day, count, r, departure))


@kernel
def _is_soft(world: World, node: Ints, day: Longs, count: int) -> bool:
    for k in range(count):
        first = node[day[0, k], FIRST_WINDOW]
        for w in range(first, first + node[day[0, k], WINDOWS]):
            if world.window[w, 1] > world.window[w, 2]:
                return True
    return False


@kernel
def _least_around_rests(world: World, node: Ints, day: Longs, count: int, r: int, departure: int, best: int) -> int:
    """Try a departure, and earlier by the length of one or more consecutive breaks."""
    best = _tried(world, node, day, count, r, departure, best)
    first = world.vehicle[r, FIRST_BREAK]
    last = first + world.vehicle[r, BREAKS]
    for k in range(first, last):
        rested = 0
        for later in range(k, last):
            rested += world.rest[later, DUE_DURATION]
            best = _tried(world, node, day, count, r, departure - rested, best)
    return best


@kernel
def _least_at_rests(world: World, node: Ints, day: Longs, count: int, r: int, best: int) -> int:
    """Try the moments at which breaks at home are over, and those from which one can begin within its hours of work."""
    rest, free = world.rest, 0
    first = world.vehicle[r, FIRST_BREAK]
    for k in range(first, first + world.vehicle[r, BREAKS]):
        if rest[k, REST_AFTER] < HORIZON:
            best = _tried(world, node, day, count, r, rest[k, DUE_EARLIEST] - rest[k, REST_AFTER], best)
            best = _tried(world, node, day, count, r, rest[k, REST_LATEST] + 1, best)
        else:
            free = max(free, rest[k, DUE_EARLIEST]) + rest[k, DUE_DURATION]
            best = _tried(world, node, day, count, r, free, best)
    return best


@kernel
def least_times_cost(world: World, state: State, count: int, r: int, limit: int) -> int:
    """Cost of the times of the day in State.day with its best departure; TOO_MUCH when it cannot be driven.

    The search ends early at a departure that costs no more than `limit`.
    """
    node, day, window = state.node, state.day, world.window
    best = times_cost(world, node, day, count, r, world.vehicle[r, SHIFT_START])
    if best <= limit:
        return best
    resting = world.vehicle[r, BREAKS] > 0
    if (
        not resting
        and world.vehicle[r, MAX_WORK] == HORIZON
        and world.rules[WAITING_WEIGHT] == 0
        and not _is_soft(world, node, day, count)
    ):
        return best
    for stop in range(count):
        v, work = day[0, stop], day[2, stop]
        first = node[v, FIRST_WINDOW]
        for w in range(first, first + node[v, WINDOWS]):
            for soft in range(2 if window[w, 1] > window[w, 2] else 1):
                start = window[w, 2] - work if soft else window[w, 0]
                if start < window[w, 0] or start > window[w, 1] - work:
                    continue
                departure = just_in_time(window, node, day, stop, start)
                if departure >= 0:
                    best = _least_around_rests(world, node, day, count, r, departure, best)
                    if best <= limit:
                        return best
    if resting:
        best = _least_at_rests(world, node, day, count, r, best)
    return best


@kernel
def laid_out_cost(world: World, state: State, count: int, r: int) -> int:
    """Cost of the route in State.day, TOO_MUCH when it cannot be driven."""
    if count == 0:
        return 0
    travel = 0
    for k in range(count + 1):
        travel += state.day[1, k]
    limit = 0 if world.vehicle[r, COSTS_TIME] else TOO_MUCH - 1
    times = least_times_cost(world, state, count, r, limit)
    return TOO_MUCH if times >= TOO_MUCH else int(times + world.rules[TRAVEL_WEIGHT] * travel)


@kernel
def settle(world: World, state: State, r: int) -> bool:
    """Bring the cost of a route up to date; False when it cannot be driven."""
    cost = laid_out_cost(world, state, lay_out(world, state, r, -1, -1), r)
    if cost == TOO_MUCH:
        return False
    state.tally[TOTAL] += cost - state.route[r, COST]
    state.route[r, COST] = cost
    return True


@kernel
def extra_cost(world: World, state: State, v: int, behind: int) -> int:
    """Tell what v costs more behind a node, penalties aside; TOO_MUCH when it cannot be driven."""
    r = state.node[behind, ROUTE]
    cost = laid_out_cost(world, state, lay_out(world, state, r, v, behind), r)
    return TOO_MUCH if cost == TOO_MUCH else int(cost - state.route[r, COST])


@entry
def sequence_cost(world: World, state: State, r: int, visits: Ints) -> int:
    """Tell what a route of these visits would cost; TOO_MUCH when its times cannot be kept. The plan stays as it is."""
    node, day = state.node, state.day
    profile = world.vehicle[r, PROFILE]
    a = start_of(world, r)
    for k in range(visits.shape[0]):
        x = visits[k]
        day[0, k] = x
        day[1, k] = world.duration[profile, node[a, PLACE], node[x, PLACE]]
        day[2, k] = node[x, SERVICE] + (node[x, SETUP] if needs_setup(node, a, x) else 0)
        a = x
    day[1, visits.shape[0]] = world.duration[profile, node[a, PLACE], node[end_of(world, r), PLACE]]
    return laid_out_cost(world, state, visits.shape[0], r)

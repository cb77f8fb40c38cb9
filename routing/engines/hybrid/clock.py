"""What the times of a day cost: the clock of `routing.clock`, over arrays.

A day is laid out in three rows of a scratch array: visits, seconds on the road to each (and home), work at each.
"""

from routing.engines.compiled import kernel
from routing.engines.hybrid.layout import (
    BREAKS,
    DUE_DURATION,
    DUE_EARLIEST,
    DUE_LATEST,
    DUE_WITHIN,
    FIRST_BREAK,
    FIRST_WINDOW,
    HORIZON,
    LATENESS_WEIGHT,
    MAX_WORK,
    NEVER,
    OVERTIME_AFTER,
    OVERTIME_WEIGHT,
    REST_AFTER,
    REST_LATEST,
    SHIFT_END,
    TOO_MUCH,
    WAITING_WEIGHT,
    WINDOWS,
    Ints,
    Longs,
    World,
)
from routing.engines.hybrid.times import end_of_service


@kernel
def taken_at_home(world: World, r: int, departure: int) -> int:
    """Count the breaks that are over at home before the departure."""
    rest, free = world.rest, 0
    first = world.vehicle[r, FIRST_BREAK]
    for k in range(first, first + world.vehicle[r, BREAKS]):
        if rest[k, REST_AFTER] < HORIZON:
            over = rest[k, REST_LATEST] < departure
        else:
            free = max(free, rest[k, DUE_EARLIEST]) + rest[k, DUE_DURATION]
            over = free <= departure
        if not over:
            return int(k - first)
    return int(world.vehicle[r, BREAKS])


@kernel
def lateness(window: Ints, node: Ints, v: int, start: int, end: int) -> int:
    """Seconds after the end of the window that holds the work where they are fewest."""
    least = HORIZON
    first = node[v, FIRST_WINDOW]
    for w in range(first, first + node[v, WINDOWS]):
        if window[w, 0] <= start and end <= window[w, 1]:
            least = min(least, max(0, end - window[w, 2]))
    return least


@kernel
def times_cost(world: World, node: Ints, day: Longs, count: int, r: int, departure: int) -> int:  # noqa: C901, PLR0912 one walk
    """Weighted waiting, lateness and overtime of a day that begins then; TOO_MUCH when it cannot be driven."""
    rest, rules, vehicle = world.rest, world.rules, world.vehicle
    first = vehicle[r, FIRST_BREAK]
    last = first + vehicle[r, BREAKS]
    due = first + taken_at_home(world, r, departure)
    shift_end = vehicle[r, SHIFT_END]
    now, rested, waiting, late = departure, 0, 0, 0
    for k in range(count):
        v, left, work = day[0, k], day[1, k], day[2, k]
        reached, rested_here = -1, 0
        while True:
            arrival = now + left
            end = end_of_service(world.window, node, v, arrival, work)
            if end == NEVER:
                return TOO_MUCH
            start = end - work
            if due == last:
                break
            begin = max(arrival, rest[due, DUE_EARLIEST])
            bound = min(rest[due, DUE_LATEST], departure + rested + rest[due, DUE_WITHIN])
            if begin > bound or begin + rest[due, DUE_DURATION] > start:
                if end <= bound:
                    break
                begin = min(begin, bound)
                if begin < max(now, rest[due, DUE_EARLIEST]):
                    return TOO_MUCH
            if begin < arrival:
                left -= begin - now
            else:
                if reached < 0:
                    reached = arrival
                left = 0
                rested_here += rest[due, DUE_DURATION]
            now = begin + rest[due, DUE_DURATION]
            rested += rest[due, DUE_DURATION]
            due += 1
        if end > shift_end:
            return TOO_MUCH
        waiting += start - (arrival if reached < 0 else reached) - rested_here
        late += lateness(world.window, node, v, start, end)
        now = end
    left = day[1, count]
    while due < last:
        bound = min(rest[due, DUE_LATEST], departure + rested + rest[due, DUE_WITHIN])
        if now + left <= bound:
            break
        if bound < max(now, rest[due, DUE_EARLIEST]):
            return TOO_MUCH
        left -= bound - now
        now = bound + rest[due, DUE_DURATION]
        rested += rest[due, DUE_DURATION]
        due += 1
    now += left
    if now > shift_end or now - departure - rested > vehicle[r, MAX_WORK]:
        return TOO_MUCH
    overtime = max(0, now - vehicle[r, OVERTIME_AFTER])
    return int(rules[WAITING_WEIGHT] * waiting + rules[LATENESS_WEIGHT] * late + rules[OVERTIME_WEIGHT] * overtime)

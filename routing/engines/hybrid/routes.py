"""Chains of visits: linking and unlinking, earliest leaving and latest arriving times, going back a step."""

from routing.engines.compiled import kernel
from routing.engines.hybrid.layout import (
    ABSENT,
    CLASS,
    CLOSES,
    COST,
    COUNT,
    DRIVING,
    FIRST_WINDOW,
    INDEX,
    LAST_PINNED,
    LATE,
    LATE_BESIDE,
    LEAVE,
    LEG,
    LOAD,
    NEVER,
    NEXT,
    OPENS,
    PINNED,
    PLACE,
    PREV,
    PROFILE,
    ROUTE,
    SERVICE,
    SETUP,
    STALE,
    STAMP,
    TIMED,
    TOTAL,
    TOUCHED,
    TOUCHES,
    TRAVEL_WEIGHT,
    UNDO,
    UNDO_HEAD,
    WINDOWS,
    Ints,
    State,
    World,
)


@kernel
def end_of_service(window: Ints, node: Ints, x: int, arrival: int, work: int) -> int:
    """When x is left at the earliest if one arrives then and works so long; NEVER when no window holds it."""
    if node[x, WINDOWS] == 1:
        end: int = max(arrival, node[x, OPENS]) + work
        return end if end <= node[x, CLOSES] else NEVER
    first = node[x, FIRST_WINDOW]
    for w in range(first, first + node[x, WINDOWS]):
        end = max(arrival, window[w, 0]) + work
        if end <= window[w, 1]:
            return end
    return NEVER


@kernel
def latest_start(window: Ints, node: Ints, x: int, over: int, work: int) -> int:
    """When work at x can begin at the latest to be over by then; -1 when in no window."""
    if node[x, WINDOWS] == 1:
        start = min(over, node[x, CLOSES]) - work
        return start if start >= node[x, OPENS] else -1
    best = -1
    first = node[x, FIRST_WINDOW]
    for w in range(first, first + node[x, WINDOWS]):
        start = min(over, window[w, 1]) - work
        if start >= window[w, 0]:
            best = max(best, start)
    return best


@kernel
def needs_setup(node: Ints, before: int, x: int) -> bool:
    """Whether one comes to x from another place, or from the start of the day."""
    return bool(node[before, PLACE] != node[x, PLACE] or node[before, INDEX] < 0)


@kernel
def forward(window: Ints, node: Ints, x: int, stop_early: bool) -> int:
    """Set the leaving times from x on, until nothing changes if so told; return who cannot be served, or -1."""
    while True:
        before = node[x, PREV]
        work = node[x, SERVICE]
        if needs_setup(node, before, x):
            work += node[x, SETUP]
        leave = end_of_service(window, node, x, node[before, LEAVE] + node[before, LEG], work)
        if leave == NEVER:
            return x
        if stop_early and leave == node[x, LEAVE]:
            return -1
        node[x, LEAVE] = leave
        x = node[x, NEXT]
        if x < 0:
            return -1


@kernel
def backward(window: Ints, node: Ints, x: int, stop_early: bool) -> None:
    """Set the latest arrivals from x back to the first visit, until nothing changes any more if so told."""
    while node[x, PREV] >= 0:
        after = node[x, NEXT]
        if node[after, PLACE] == node[x, PLACE]:
            over = node[after, LATE_BESIDE] - node[x, LEG]
        else:
            over = node[after, LATE] - node[x, LEG]
        late = latest_start(window, node, x, over, node[x, SERVICE] + node[x, SETUP])
        beside = late
        if node[x, SETUP] > 0:
            beside = latest_start(window, node, x, over, node[x, SERVICE])
        if stop_early and late == node[x, LATE] and beside == node[x, LATE_BESIDE]:
            return
        node[x, LATE] = late
        node[x, LATE_BESIDE] = beside
        x = node[x, PREV]


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
def _leave_absent(state: State, v: int) -> None:
    last = state.absent[state.tally[ABSENT] - 1]
    at = state.absent_at[v]
    state.absent[at] = last
    state.absent_at[last] = at
    state.tally[ABSENT] -= 1


@kernel
def _become_absent(state: State, v: int) -> None:
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
def join(world: World, state: State, a: int, b: int, r: int) -> int:
    """Let b follow a on route r; return the seconds on the road between them. An empty day has none."""
    node = state.node
    node[a, NEXT] = b
    node[b, PREV] = a
    leg = 0
    if node[a, PREV] >= 0 or node[b, NEXT] >= 0:
        leg = world.duration[world.vehicle[r, PROFILE], node[a, PLACE], node[b, PLACE]]
    node[a, LEG] = leg
    return leg


@kernel
def link(world: World, state: State, v: int, a: int, r: int) -> None:
    """Put an absent visit behind a, without timing the route again."""
    node = state.node
    b = node[a, NEXT]
    old = node[a, LEG]
    node[v, ROUTE] = r
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
    _leave_absent(state, v)
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
    route[r, DRIVING] += more
    route[r, LOAD] -= world.load[v]
    route[r, COUNT] -= 1
    if route[r, COUNT] == 0:
        vacate(world, state, r)
    _become_absent(state, v)
    state.tally[TOTAL] += world.prize[v]
    if not world.rules[TIMED]:
        route[r, COST] += world.rules[TRAVEL_WEIGHT] * more
        state.tally[TOTAL] += world.rules[TRAVEL_WEIGHT] * more


@kernel
def touch(world: World, state: State, r: int) -> None:
    """Remember a route as it was before this step."""
    tally, route, undo = state.tally, state.route, state.undo
    if route[r, TOUCHED] == tally[STAMP]:
        return
    route[r, TOUCHED] = tally[STAMP]
    state.touched[tally[TOUCHES]] = r
    tally[TOUCHES] += 1
    at = tally[UNDO]
    undo[at] = r
    undo[at + 1] = route[r, COUNT]
    undo[at + 2] = route[r, COST]
    undo[at + 3] = route[r, DRIVING]
    undo[at + 4] = route[r, LOAD]
    at += UNDO_HEAD
    x = state.node[start_of(world, r), NEXT]
    while state.node[x, NEXT] >= 0:
        undo[at] = x
        at += 1
        x = state.node[x, NEXT]
    tally[UNDO] = at


@kernel
def go_back(world: World, state: State, total: int) -> None:
    """Undo this step: every touched route becomes what it was, the plan costs `total` again."""
    tally, route, undo, node = state.tally, state.route, state.undo, state.node
    for t in range(tally[TOUCHES]):
        r = state.touched[t]
        x = node[start_of(world, r), NEXT]
        while node[x, NEXT] >= 0:
            node[x, ROUTE] = -1
            _become_absent(state, x)
            x = node[x, NEXT]
        if route[r, COUNT] > 0:
            vacate(world, state, r)
    at = 0
    while at < tally[UNDO]:
        r, count = undo[at], undo[at + 1]
        route[r, COUNT], route[r, COST], route[r, DRIVING] = count, undo[at + 2], undo[at + 3]
        route[r, LOAD] = undo[at + 4]
        at += UNDO_HEAD
        a, end = start_of(world, r), end_of(world, r)
        for k in range(at, at + count):
            v = undo[k]
            node[v, ROUTE] = r
            node[v, NEXT] = end
            join(world, state, a, v, r)
            _leave_absent(state, v)
            a = v
        join(world, state, a, end, r)
        if count > 0:
            occupy(world, state, r)
        at += count
        retime(world, state, r)
    tally[TOTAL] = total


@kernel
def keep_best(world: World, state: State) -> None:
    """Remember the plan as the best one, copying only routes that changed since the last time."""
    node = state.node
    for r in range(world.vehicle.shape[0]):
        if state.route[r, STALE]:
            state.route[r, STALE] = 0
            x = start_of(world, r)
            while x >= 0:
                state.best_next[x] = node[x, NEXT]
                x = node[x, NEXT]

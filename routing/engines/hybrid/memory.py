"""What a plan was: its routes before a step, to go back to them, and the best one so far."""

from routing.engines.compiled import kernel
from routing.engines.hybrid.layout import (
    ABSENT,
    CLASS,
    COST,
    COUNT,
    DRIVING,
    LOAD,
    NEXT,
    ROUTE,
    STALE,
    STAMP,
    TOTAL,
    TOUCHED,
    TOUCHES,
    UNDO,
    UNDO_HEAD,
    State,
    World,
)
from routing.engines.hybrid.routes import become_absent, end_of, join, leave_absent, occupy, retime, start_of, vacate


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
            state.by[x] = state.spares.shape[0]
            become_absent(state, x)
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
            state.by[v] = world.vehicle[r, CLASS]
            node[v, NEXT] = end
            join(world, state, a, v, r)
            leave_absent(state, v)
            a = v
        join(world, state, a, end, r)
        if count > 0:
            occupy(world, state, r)
        at += count
        retime(world, state, r)
    tally[TOTAL] = total


@kernel
def copy_plan(a: State, b: State) -> None:
    """Have b hold the same plan as a; its best one, and what it counts, stay."""
    a_node, b_node = a.node, b.node
    for x in range(a_node.shape[0]):
        for column in range(a_node.shape[1]):
            b_node[x, column] = a_node[x, column]
    for r in range(a.route.shape[0]):
        for column in range(a.route.shape[1]):
            b.route[r, column] = a.route[r, column]
        b.route[r, STALE] = 1
        b.spare[r] = a.spare[r]
        b.spare_at[r] = a.spare_at[r]
    for v in range(a.absent.shape[0]):
        b.absent[v] = a.absent[v]
        b.absent_at[v] = a.absent_at[v]
        b.by[v] = a.by[v]
    for c in range(a.spares.shape[0]):
        b.spares[c] = a.spares[c]
    b.tally[TOTAL] = a.tally[TOTAL]
    b.tally[ABSENT] = a.tally[ABSENT]


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

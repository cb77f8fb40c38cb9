"""Positions beside visits that have been picked, all considered without branches.

Whether a position is better than the best so far cannot be foretold, and a wrong guess takes a processor as long as
considering the next one.
"""

from routing.engines.compiled import inlined
from routing.engines.hybrid.layout import (
    BEHIND,
    CLOSES,
    INDEX,
    LATE,
    LATE_BESIDE,
    LEAVE,
    LEG,
    LIMITED,
    NEXT,
    OPENS,
    PLACE,
    PREV,
    SEEN,
    SERVICE,
    SETUP,
    TIMED,
    WINDOWS,
    State,
    World,
)


@inlined
def are_plain(world: World, state: State, v: int) -> bool:
    """Whether nothing but one window and the hours of one kind of vehicles says where v can stand."""
    return bool(
        world.duration.shape[0] == 1
        and state.node[v, WINDOWS] == 1
        and not world.rules[LIMITED]
        and not world.rules[TIMED]
    )


@inlined
def considered_at_once(
    world: World, state: State, v: int, behind: bool, count: int, look: int, best: int
) -> tuple[int, int]:
    """Take the best of the positions picked in a list of neighbours if it is better.

    Parameters
    ----------
    behind : whether v is to stand before these neighbours (`World.after`), not after them.
    count : of `State.picked`.
    look : stamp; positions that bear it are passed by.

    Returns
    -------
    What there is to beat, and how many positions were new.
    """
    node, picked = state.node, state.picked
    place, opens, closes = node[v, PLACE], node[v, OPENS], node[v, CLOSES]
    service, setup = node[v, SERVICE], node[v, SETUP]
    beside = world.after if behind else world.before
    known = world.to_after if behind else world.from_before
    matrix = world.backward if behind else world.duration
    chosen = state.tally[BEHIND]
    new = 0
    for p in range(count):
        at = picked[p]
        u = beside[v, at]
        x = node[u, PREV] if behind else node[u, NEXT]
        one, other = known[v, at], matrix[0, place, node[x, PLACE]]
        a = x if behind else u
        b = u if behind else x
        there = other if behind else one
        onward = one if behind else other
        is_new = node[a, SEEN] != look
        node[a, SEEN] = look
        work = service + (setup if (node[a, PLACE] != place) | (node[a, INDEX] < 0) else 0)
        leave = max(node[a, LEAVE] + there, opens) + work
        late = node[b, LATE] if node[b, PLACE] != place else node[b, LATE_BESIDE]
        more = there + onward - node[a, LEG]
        is_better = is_new & (leave <= closes) & (leave + onward <= late) & (more < best)
        best = more if is_better else best
        chosen = a if is_better else chosen
        new += is_new
    state.tally[BEHIND] = chosen
    return best, new

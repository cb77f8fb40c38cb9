"""Earliest leaving and latest arriving times along a chain of visits."""

from routing.engines.compiled import kernel
from routing.engines.hybrid.layout import (
    CLOSES,
    FIRST_WINDOW,
    INDEX,
    LATE,
    LATE_BESIDE,
    LEAVE,
    LEG,
    NEVER,
    NEXT,
    OPENS,
    PLACE,
    PREV,
    SERVICE,
    SETUP,
    WINDOWS,
    Ints,
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

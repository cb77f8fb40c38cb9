"""When a service ends at the earliest and must begin at the latest, for the label kernels."""

from routing.engines.bound.arrays import Ints, Legs
from routing.engines.compiled import entry, kernel


@kernel
def earliest_end(legs: Legs, visit: int, arrival_s: int, block_s: int) -> int:
    """Earliest END of a service after an arrival, -1 when no window is left."""
    best = -1
    for w in range(legs.window_of[visit], legs.window_of[visit + 1]):
        end_s = max(arrival_s, legs.window_start_s[w]) + block_s
        if end_s <= legs.window_end_s[w] and (best < 0 or end_s < best):
            best = end_s
    return best


@kernel
def latest_start(legs: Legs, visit: int, by_s: int, block_s: int) -> int:
    """Latest start of a service that ends by `by_s`, -1 when no window allows it."""
    best = -1
    for w in range(legs.window_of[visit], legs.window_of[visit + 1]):
        start_s = min(by_s, legs.window_end_s[w]) - block_s
        if start_s >= legs.window_start_s[w] and start_s > best:
            best = start_s
    return best


@kernel
def latest_end(legs: Legs, visit: int, by_s: int) -> int:
    """Latest moment up to `by_s` that lies in a window, -1 when there is none."""
    best = -1
    for w in range(legs.window_of[visit], legs.window_of[visit + 1]):
        end_s = min(by_s, legs.window_end_s[w])
        if end_s >= legs.window_start_s[w] and end_s > best:
            best = end_s
    return best


@entry
def spread(legs: Legs, way_s: Ints, alone_s: Ints) -> None:
    """Set first_s, last_s, earliest_s and latest_s, and cut all legs of visits that cannot be served.

    Parameters
    ----------
    way_s, alone_s : int64 (n,), the way from the start (-1 where there is none), and setup and service of a first stop.
    """
    n = len(way_s)
    for i in range(n):
        legs.travel_s[i, i] = -1
        if way_s[i] >= 0:
            legs.first_s[i] = earliest_end(legs, i, way_s[i], alone_s[i])
        if legs.home_s[i] >= 0:
            legs.last_s[i] = latest_end(legs, i, legs.horizon_s - legs.home_s[i])
        legs.earliest_s[i], legs.latest_s[i] = legs.first_s[i], legs.last_s[i]
    while _spread_by_a_leg(legs):
        pass
    for i in range(n):
        if legs.earliest_s[i] < 0 or legs.latest_s[i] < legs.earliest_s[i]:
            legs.earliest_s[i] = legs.latest_s[i] = legs.first_s[i] = legs.last_s[i] = -1
            for j in range(n):
                legs.travel_s[i, j] = legs.travel_s[j, i] = -1


@kernel
def _spread_by_a_leg(legs: Legs) -> bool:
    changed = False
    for flat in range(legs.travel_s.size):
        i, j = divmod(flat, len(legs.first_s))
        if legs.travel_s[i, j] < 0:
            continue
        if legs.earliest_s[i] >= 0:
            end_s = earliest_end(legs, j, legs.earliest_s[i] + legs.travel_s[i, j], legs.block_s[i, j])
            if end_s >= 0 and (legs.earliest_s[j] < 0 or end_s < legs.earliest_s[j]):
                legs.earliest_s[j], changed = end_s, True
        if legs.latest_s[j] >= 0:
            start_s = latest_start(legs, j, legs.latest_s[j], legs.block_s[i, j])
            end_s = latest_end(legs, i, start_s - legs.travel_s[i, j])
            if start_s >= 0 and end_s > legs.latest_s[i]:
                legs.latest_s[i], changed = end_s, True
    return changed

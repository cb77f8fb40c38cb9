"""Which visits go well together: nearby ones, and ones that may well follow each other in time."""

import numpy as np

from routing.engines.compiled import entry, kernel
from routing.engines.hybrid.layout import CLOSED, Floats, Ints, Longs

_WAITING = 0.2  # of a second of travel, as in Vidal et al. 2013 (10.1016/j.cor.2012.07.018)


def side_by_side(durations_s: Ints, places: list[int]) -> list[int]:
    """Order places so that near ones come one after another: from each to the nearest that is left.

    What a step reads of the matrix then lies close together in memory; in any other order nearly every figure comes
    from another line of the cache.
    """
    if not places:
        return []
    size = len(places)
    row_of, is_left, ordered = np.array(places), np.ones(size, bool), np.zeros(size, np.intp)
    for at in range(size):
        is_left[ordered[at]] = False
        if at + 1 < size:
            way_s = durations_s[row_of[ordered[at]], row_of]
            ordered[at + 1] = np.argmin(np.where(is_left, way_s, np.inf))
    return [places[at] for at in ordered]


@kernel
def _keep_nearest(rows: Ints, v: int, scores: Floats, count: int, u: int, score: float) -> int:
    """Insert u into a row sorted by score, if it is among the nearest; return how many there are."""
    width = rows.shape[1]
    if count == width:
        if score >= scores[width - 1]:
            return count
        count -= 1
    at = count
    while at > 0 and scores[at - 1] > score:
        rows[v, at], scores[at] = rows[v, at - 1], scores[at - 1]
        at -= 1
    rows[v, at], scores[at] = u, score
    return count + 1


@kernel
def _shortest_leg(duration: Ints, a: int, b: int) -> int:
    leg = CLOSED
    for p in range(duration.shape[0]):
        leg = min(leg, duration[p, a, b])
    return int(leg)


@entry
def nearby(duration: Ints, place: Ints, near: Ints, scores: Floats) -> None:
    """List the nearest visits of each, by the shorter way between the two in any profile.

    Parameters
    ----------
    near : (visits, width) to fill; it is full of -1.
    scores : (width,) to work with.
    """
    visits = place.shape[0]
    for v in range(visits):
        count = 0
        for u in range(visits):
            if u == v:
                continue
            score = CLOSED
            for p in range(duration.shape[0]):
                score = min(score, duration[p, place[v], place[u]], duration[p, place[u], place[v]])
            if score < CLOSED:
                count = _keep_nearest(near, v, scores, count, u, float(score))


@entry
def partners(
    duration: Ints,
    place: Ints,
    work: Ints,
    opens: Ints,
    closes: Ints,
    classes: Longs,
    before: bool,
    beside: Ints,
    legs: Ints,
    scores: Floats,
) -> None:
    """List for each visit who goes well just before (or just after) it: near in space and time, best first.

    Parameters
    ----------
    work : (visits,) seconds of service and setup.
    opens, closes : (visits,) the first start and the last end of any window.
    classes : (visits,) bits of the vehicle classes that may serve the visit.
    beside : (visits, width) to fill; it is full of -1.
    legs : (visits, width) to fill: seconds on the road between the two, in the profile where it takes least.
    scores : (width,) to work with.
    """
    visits = place.shape[0]
    for v in range(visits):
        count = 0
        for u in range(visits):
            if u == v or not classes[u] & classes[v]:
                continue
            a, b = (u, v) if before else (v, u)
            leg = _shortest_leg(duration, place[a], place[b])
            if leg >= CLOSED or opens[a] + work[a] + leg + work[b] > closes[b]:
                continue
            waiting = max(0, opens[b] - closes[a] - leg)
            count = _keep_nearest(beside, v, scores, count, u, leg + _WAITING * waiting)
        for k in range(count):
            a, b = (beside[v, k], v) if before else (v, beside[v, k])
            legs[v, k] = _shortest_leg(duration, place[a], place[b])

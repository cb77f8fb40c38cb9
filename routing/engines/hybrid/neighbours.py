"""Which visits go well together: nearby ones, and ones that may well follow each other in time."""

from typing import NamedTuple

import numpy as np

from routing.engines.compiled import entry, kernel
from routing.engines.hybrid.layout import CLOSED, NEAR, PARTNERS, Floats, Ints, Longs

_WAITING = 0.2  # of a second of travel, as in Vidal et al. 2013 (10.1016/j.cor.2012.07.018)


class Neighbours(NamedTuple):
    """Visits beside each visit, best first, each row full of -1 behind them.

    Attributes
    ----------
    near : (visits, NEAR) the nearest.
    before, after : (visits, PARTNERS) who goes well just before it, and just after it.
    from_before, to_after : (visits, PARTNERS) seconds on the road between the two, 0 behind them.
    """

    near: Ints
    before: Ints
    after: Ints
    from_before: Ints
    to_after: Ints


def neighbours(duration: Ints, backward: Ints, place: Ints, work: Ints, hours: Ints, classes: Longs) -> Neighbours:
    """Find the neighbours of all visits.

    Parameters
    ----------
    duration, backward, place : as of World.
    work : (visits,) seconds of service.
    hours : (visits, 2) the first start and the last end of any window.
    classes : (visits,) bits of the vehicle classes that may serve the visit.
    """
    near, before, after = (np.full((len(place), width), -1, np.int32) for width in (NEAR, PARTNERS, PARTNERS))
    from_before, to_after = np.zeros_like(before), np.zeros_like(after)
    by_row = np.argsort(place, kind="stable").astype(np.int32)
    scores = np.empty(max(NEAR, PARTNERS))
    nearby(duration, backward, place, by_row, near, scores)
    partners(backward, place, by_row, work, hours, classes, True, before, from_before, scores)
    partners(duration, place, by_row, work, hours, classes, False, after, to_after, scores)
    return Neighbours(near, before, after, from_before, to_after)


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
def _outwards(by_row: Ints, at: int, k: int) -> int:
    """Return the k-th of all visits but the one at `at`, seen from there to both sides.

    Those of near rows are near, so most of what is kept comes early.
    """
    before, after = at, by_row.shape[0] - 1 - at
    on_both = min(before, after)
    if k < 2 * on_both:
        away = -(k // 2 + 1) if k % 2 else k // 2 + 1
    else:
        away = -(k - on_both + 1) if before > after else k - on_both + 1
    return int(by_row[at + away])


@kernel
def _keep_nearest(rows: Ints, v: int, scores: Floats, count: int, u: int, score: float) -> int:
    """Insert u into a row sorted by score and visit, if it is among the nearest; return how many there are."""
    width = rows.shape[1]
    if count == width:
        last = scores[width - 1]
        if score > last or (score == last and u > rows[v, width - 1]):
            return count
        count -= 1
    at = count
    while at > 0 and (scores[at - 1] > score or (scores[at - 1] == score and rows[v, at - 1] > u)):
        rows[v, at], scores[at] = rows[v, at - 1], scores[at - 1]
        at -= 1
    rows[v, at], scores[at] = u, score
    return count + 1


@kernel
def _shortest_leg(rows: Ints, b: int) -> int:
    leg = CLOSED
    for p in range(rows.shape[0]):
        leg = min(leg, rows[p, b])
    return int(leg)


@entry
def nearby(duration: Ints, backward: Ints, place: Ints, by_row: Ints, near: Ints, scores: Floats) -> None:
    """List the nearest visits of each, by the shorter way between the two in any profile.

    Parameters
    ----------
    backward : the way from b to a at [profile, a, b]: rows are read through, columns are not.
    by_row : (visits,) all visits, ordered by their places, of which near ones lie side by side.
    near : (visits, width) to fill; it is full of -1.
    scores : (width,) or more, to work with.
    """
    visits = by_row.shape[0]
    for at in range(visits):
        v, count = by_row[at], 0
        there, back = duration[:, place[v]], backward[:, place[v]]
        for k in range(visits - 1):
            u = _outwards(by_row, at, k)
            score = min(_shortest_leg(there, place[u]), _shortest_leg(back, place[u]))
            if score < CLOSED:
                count = _keep_nearest(near, v, scores, count, u, float(score))


@entry
def partners(
    ways: Ints,
    place: Ints,
    by_row: Ints,
    work: Ints,
    hours: Ints,
    classes: Longs,
    before: bool,
    beside: Ints,
    legs: Ints,
    scores: Floats,
) -> None:
    """List for each visit who goes well just before (or just after) it: near in space and time, best first.

    Parameters
    ----------
    ways : seconds from a to b at [profile, a, b]; from b to a for those before.
    by_row : as of `nearby`.
    work, hours, classes : as of `neighbours`.
    beside : (visits, width) to fill; it is full of -1.
    legs : (visits, width) to fill: seconds on the road between the two, in the profile where it takes least.
    scores : (width,) or more, to work with.
    """
    visits, width = beside.shape
    for at in range(visits):
        v, count = by_row[at], 0
        way = ways[:, place[v]]
        for other in range(visits - 1):
            u = _outwards(by_row, at, other)
            leg = _shortest_leg(way, place[u])
            if leg >= CLOSED or (count == width and leg > scores[width - 1]) or not classes[u] & classes[v]:
                continue
            a, b = (u, v) if before else (v, u)
            if hours[a, 0] + work[a] + leg + work[b] > hours[b, 1]:
                continue
            waiting = max(0, hours[b, 0] - hours[a, 1] - leg)
            count = _keep_nearest(beside, v, scores, count, u, leg + _WAITING * waiting)
        for k in range(count):
            legs[v, k] = _shortest_leg(way, place[beside[v, k]])

"""Matrices by a restricted sweep over the hierarchy: kernels.

What is above the sources is swept once from the top down, for a batch of targets side by side (columns): the cost from
a vertex to the columns is the least of its upward arcs, and of what the searches from the targets found there. Vertices
are numbered in postorder, so that on the way down only the rows of a vertex's ancestors are needed, and these have
different depths: the table of costs has one row for each depth and stays in the cache.
Source: Delling, Goldberg, Werneck, "Faster Batched Shortest Paths in Road Networks",
10.4230/OASIcs.ATMOS.2011.52 (RPHAST).

Costs are float64, see metric.COST_PER_MS; infinite where no road leads.
"""

from typing import Final

import numpy as np

from geodata.network.cch.bundles import Entries, Work
from geodata.network.jit import kernel
from geodata.network.roads import Floats, Ints

_NO_ENTRY: Final = -1
#: Indices of long rows are unsigned: numba asks of a signed one whether it counts from the end, which cannot be asked
#: of several columns at once. Tables are flat, because a view of a row costs as much as a dozen columns.
_Index = np.uint64
_ONE: Final = _Index(1)
_TWO: Final = _Index(2)
_THREE: Final = _Index(3)
_FOUR: Final = _Index(4)
#: 1.5 * 2**52: a float64 that is added to this has no digits left behind the point.
_WHOLE: Final = 6755399441055744.0


@kernel
def _relax(
    table: Floats, width: _Index, row: int, first: _Index, last: _Index, arc_row: Ints, arc_cost: Floats
) -> None:
    """Fill a row of the table with the least of some arcs' costs plus the rows that they lead to."""
    here = _Index(row) * width
    if first == last:
        for j in range(width):
            table[here + j] = np.inf
        return
    # Four arcs at a time: a row is read and written once for them.
    rest = (last - first) % _FOUR
    at = first + (rest if rest > 0 else _FOUR)
    a, w = _Index(arc_row[first]) * width, arc_cost[first]
    b, x = _Index(arc_row[min(first + _ONE, last - _ONE)]) * width, arc_cost[min(first + _ONE, last - _ONE)]
    c, y = _Index(arc_row[min(first + _TWO, last - _ONE)]) * width, arc_cost[min(first + _TWO, last - _ONE)]
    d, z = _Index(arc_row[at - _ONE]) * width, arc_cost[at - _ONE]
    if rest == _ONE:
        for j in range(width):
            table[here + j] = table[a + j] + w
    elif rest == _TWO:
        for j in range(width):
            table[here + j] = min(table[a + j] + w, table[b + j] + x)
    else:
        for j in range(width):
            ab, cd = min(table[a + j] + w, table[b + j] + x), min(table[c + j] + y, table[d + j] + z)
            table[here + j] = min(ab, cd)
    while at < last:
        a, w = _Index(arc_row[at]) * width, arc_cost[at]
        b, x = _Index(arc_row[at + _ONE]) * width, arc_cost[at + _ONE]
        c, y = _Index(arc_row[at + _TWO]) * width, arc_cost[at + _TWO]
        d, z = _Index(arc_row[at + _THREE]) * width, arc_cost[at + _THREE]
        for j in range(width):
            ab, cd = min(table[a + j] + w, table[b + j] + x), min(table[c + j] + y, table[d + j] + z)
            table[here + j] = min(table[here + j], min(ab, cd))  # noqa: PLW3301 of three, numba compares one by one
        at += _FOUR


@kernel
def _rounded(value: float) -> float:
    """Round to the nearest whole number, halves to the even one; for 0 <= value < 2**51.

    Unlike rint, two additions are done for several columns at once.
    """
    return (value + _WHOLE) - _WHOLE


@kernel
def _finish(
    best: Floats,
    mine: _Index,
    source: _Index,
    begin: _Index,
    end: _Index,
    work: Work,
    per_ms: float,
    unreachable: float,
    seconds: Ints,
    metres: Ints,
) -> None:
    """Turn costs from one source to the columns begin .. end - 1 into whole seconds and metres, door to door."""
    lon, lat = work.sources.lon[source], work.sources.lat[source]
    access_s, access_mm = work.sources.access_s[source], work.sources.access_mm[source]
    to_lon, to_lat, to_s, to_mm = work.targets.lon, work.targets.lat, work.targets.access_s, work.targets.access_mm
    cells = source * _Index(len(to_lon))
    for j in range(begin, end):
        cost = best[mine + j - begin]
        reached = cost < np.inf
        c = cost if reached else 0.0
        ms = np.floor(c / per_ms)
        mm = (c - ms * per_ms) * 100.0
        s = _rounded(ms / 1000.0) + (access_s + to_s[j])
        m = _rounded((mm + (access_mm + to_mm[j])) / 1000.0)
        away = 0.0 if (lon == to_lon[j]) & (lat == to_lat[j]) else 1.0
        seconds[cells + j] = np.int32((s if reached else unreachable) * away)
        metres[cells + j] = np.int32((m if reached else unreachable) * away)


@kernel
def _read(table: Floats, here: _Index, cost: float, best: Floats, mine: _Index, width: _Index, is_first: bool) -> None:
    """Enter a row of the table, from a tap, in the costs of a source; the first tap overwrites what was there."""
    if is_first:
        for j in range(width):
            c = table[here + j] + cost
            # Less than nothing: the target lies behind the source on the same edge.
            best[mine + j] = c if c >= 0 else np.inf
    else:
        for j in range(width):
            c = table[here + j] + cost
            best[mine + j] = min(best[mine + j], c if c >= 0 else np.inf)


@kernel
def fill(
    left: int,
    right: int,
    entries: Entries,
    work: Work,
    table: Floats,
    per_ms: float,
    unreachable: float,
    seconds: Ints,
    metres: Ints,
) -> None:
    """Fill the columns left .. right - 1 of a matrix, side by side.

    Parameters
    ----------
    entries : of these columns. table : (height * columns, which are rounded up to a multiple of 8, or more,)
        overwritten.
    seconds, metres : (sources * targets,) written; a source without taps is left out.
    """
    restricted, taps, ways_round = work.restricted, work.taps, work.ways_round
    side_by_side = (right - left + 7) // 8 * 8
    width, best = _Index(side_by_side), np.empty(taps.open_at_once * side_by_side)
    rest, slot = taps.per_source.copy(), np.empty(len(taps.per_source), np.int32)
    free, free_count = np.arange(taps.open_at_once), taps.open_at_once
    for at in range(len(restricted.row)):
        first, last = _Index(restricted.first[at]), _Index(restricted.first[at + 1])
        _relax(table, width, restricted.row[at], first, last, restricted.arc_row, restricted.arc_cost)
        here = _Index(restricted.row[at]) * width
        for link in range(restricted.link_first[at], restricted.link_first[at + 1]):
            entry = entries.latest[restricted.link_number[link]]
            while entry != _NO_ENTRY:
                cell = here + _Index(entries.column[entry])
                table[cell] = min(table[cell], entries.cost[entry] + restricted.link_cost[link])
                entry = entries.before[entry]
        for tap in range(taps.start[at], taps.start[at + 1]):
            source = taps.source[tap]
            is_first = rest[source] == taps.per_source[source]
            if is_first:
                free_count -= 1
                slot[source] = free[free_count]
            mine = _Index(slot[source]) * width
            _read(table, here, taps.cost[tap], best, mine, width, is_first)
            rest[source] -= 1
            if rest[source] > 0:
                continue
            for index in range(ways_round.start[source], ways_round.start[source + 1]):
                j = ways_round.column[index] - left
                if 0 <= j < right - left:
                    best[mine + _Index(j)] = min(best[mine + _Index(j)], ways_round.cost[index])
            of, begin, end = _Index(source), _Index(left), _Index(right)
            _finish(best, mine, of, begin, end, work, per_ms, unreachable, seconds, metres)
            free[free_count] = slot[source]
            free_count += 1

"""Matrices by a restricted sweep over the hierarchy: kernels.

The search from each target runs backwards and upwards once, for a batch of targets side by side (columns). What is
above the sources is then swept once from the top down: the cost from a vertex to the columns is the least of its
upward arcs. Vertices are numbered in postorder, so that on the way down only the rows of a vertex's ancestors are
needed, and these have different depths: the table of costs has one row for each depth and stays in the cache.
Sources: Delling, Goldberg, Werneck, "Faster Batched Shortest Paths in Road Networks",
10.4230/OASIcs.ATMOS.2011.52 (RPHAST); Dibbelt, Strasser, Wagner, 10.1145/2886843, section 8 (elimination tree query).

Costs are float64, see metric.COST_PER_MS; infinite where no road leads.
"""

from typing import Final

import numpy as np

from geodata.network.cch.bundles import Arcs, Doors, Restricted, Seeds, Taps, Tree, Work
from geodata.network.jit import kernel
from geodata.network.roads import Floats, Ints

NO_VERTEX: Final = -1
_NO_ENTRY: Final = -1
#: 1.5 * 2**52: a float64 that is added to this has no digits left behind the point.
_WHOLE: Final = 6755399441055744.0


@kernel
def restrict(arcs: Arcs, tree: Tree, vertices: Ints) -> Restricted:
    """Cut out what searches upwards from the given vertices (t,), or -1 for none, can meet."""
    n = len(tree.depth)
    met = np.zeros((n // 8 + 1) * 8, np.uint8)
    stack = np.empty(n, np.int32)
    height, count, arc_count = 0, 0, 0
    for vertex in vertices:
        if vertex >= 0 and met[vertex] == 0:
            met[vertex] = 1
            stack[height] = vertex
            height += 1
    while height > 0:
        height -= 1
        v = stack[height]
        count += 1
        arc_count += arcs.start[v + 1] - arcs.start[v]
        for arc in range(arcs.start[v], arcs.start[v + 1]):
            u = arcs.head[arc]
            if met[u] == 0:
                met[u] = 1
                stack[height] = u
                height += 1
    place = np.empty(n, np.int32)
    row, first = np.empty(count, np.int32), np.zeros(count + 1, np.int32)
    arc_row, arc_cost = np.empty(arc_count, np.int32), np.empty(arc_count, np.float64)
    count, arc_count = 0, 0
    eights = met.view(np.uint64)
    for eight in range(len(eights) - 1, -1, -1):
        if eights[eight] == 0:
            continue
        for v in range(8 * eight + 7, 8 * eight - 1, -1):
            if met[v] == 0:
                continue
            place[v] = count
            row[count] = tree.depth[v]
            for arc in range(arcs.start[v], arcs.start[v + 1]):
                arc_row[arc_count] = tree.depth[arcs.head[arc]]
                arc_cost[arc_count] = arcs.cost[arc]
                arc_count += 1
            count += 1
            first[count] = arc_count
    return Restricted(met, place, row, first, arc_row, arc_cost)


@kernel
def taps_by_place(vertex: Ints, cost: Floats, restricted: Restricted) -> Taps:
    """Sort the sources' taps by place. vertex, cost: (sources, 2), one for each direction of the edge; -1 for none."""
    places = len(restricted.row)
    sources, directions = vertex.shape
    start, per_source = np.zeros(places + 1, np.int32), np.zeros(sources, np.int32)
    for source in range(sources):
        for direction in range(directions):
            if vertex[source, direction] >= 0:
                start[restricted.place[vertex[source, direction]] + 1] += 1
                per_source[source] += 1
    for place in range(places):
        start[place + 1] += start[place]
    upcoming = start[:places].copy()
    tap_source, tap_cost = np.empty(start[places], np.int32), np.empty(start[places], np.float64)
    for source in range(sources):
        for direction in range(directions):
            if vertex[source, direction] >= 0:
                place = restricted.place[vertex[source, direction]]
                tap_source[upcoming[place]] = source
                tap_cost[upcoming[place]] = cost[source, direction]
                upcoming[place] += 1
    return Taps(start, tap_source, tap_cost, per_source)


@kernel
def _meeting(vertices: Ints, parent: Ints) -> int:
    """Lowest common ancestor of some vertices, NO_VERTEX when they are in different trees."""
    common = int(vertices[0])
    for vertex in vertices[1:]:
        other = vertex
        while common != other:
            # Ancestors have higher numbers.
            if common < other:
                common = int(parent[common])
            else:
                other = parent[other]
            if min(common, other) == NO_VERTEX:
                return NO_VERTEX
    return common


@kernel
def _search_columns(
    begin: int, end: int, seeds: Seeds, tree: Tree, arcs: Arcs, restricted: Restricted, label: Floats, latest: Ints
) -> tuple[Ints, Ints, Floats]:
    """Search backwards and upwards from the seeds of the columns begin .. end - 1.

    Parameters
    ----------
    label : (height,) infinite, and infinite again afterwards.
    latest : (c,) _NO_ENTRY, written: the newest entry of each place.

    Returns
    -------
    column, before, cost (e,) : entries, each with the one before it at the same place.
    """
    most = 0
    for seed in range(seeds.start[begin], seeds.start[end]):
        most += tree.depth[seeds.vertex[seed]] + 1
    column, before, cost = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.float64)
    count = 0
    for j in range(begin, end):
        first, last = seeds.start[j], seeds.start[j + 1]
        if first == last:
            continue
        common = _meeting(seeds.vertex[first:last], tree.parent)
        # From each seed to where all their ways meet, and then once from there to the root.
        for seed in range(first, last + 1):
            v, until = common, NO_VERTEX
            if seed < last:
                v, until = seeds.vertex[seed], common
                label[tree.depth[v]] = min(label[tree.depth[v]], seeds.cost[seed])
            while v != until:
                row = tree.depth[v]
                d = label[row]
                label[row] = np.inf
                if d < np.inf:
                    for arc in range(arcs.start[v], arcs.start[v + 1]):
                        above = tree.depth[arcs.head[arc]]
                        label[above] = min(label[above], d + arcs.cost[arc])
                    if restricted.met[v]:
                        place = restricted.place[v]
                        column[count] = j - begin
                        cost[count] = d
                        before[count] = latest[place]
                        latest[place] = count
                        count += 1
                v = tree.parent[v]
    return column, before, cost


@kernel
def _relax(table: Floats, row: int, first: int, last: int, arc_row: Ints, arc_cost: Floats) -> None:
    """Fill a row of the table with the least of some arcs' costs plus the rows that they lead to."""
    here = table[row]
    if first == last:
        here[:] = np.inf
        return
    # Four arcs at a time: a row is read and written once for them.
    index = first + (last - first) % 4
    if index == first:
        index = first + 4
    a, w = table[arc_row[first]], arc_cost[first]
    b, x = table[arc_row[min(first + 1, index - 1)]], arc_cost[min(first + 1, index - 1)]
    c, y = table[arc_row[min(first + 2, index - 1)]], arc_cost[min(first + 2, index - 1)]
    d, z = table[arc_row[index - 1]], arc_cost[index - 1]
    if index == first + 1:
        for j in range(len(here)):
            here[j] = a[j] + w
    elif index == first + 2:
        for j in range(len(here)):
            here[j] = min(a[j] + w, d[j] + z)
    else:
        for j in range(len(here)):
            ab, cd = min(a[j] + w, b[j] + x), min(c[j] + y, d[j] + z)
            here[j] = min(ab, cd)
    while index < last:
        a, w = table[arc_row[index]], arc_cost[index]
        b, x = table[arc_row[index + 1]], arc_cost[index + 1]
        c, y = table[arc_row[index + 2]], arc_cost[index + 2]
        d, z = table[arc_row[index + 3]], arc_cost[index + 3]
        for j in range(len(here)):
            ab, cd = min(a[j] + w, b[j] + x), min(c[j] + y, d[j] + z)
            here[j] = min(here[j], min(ab, cd))  # noqa: PLW3301 numba's min of three is not done four columns at once
        index += 4


@kernel
def _rounded(value: float) -> float:
    """Round to the nearest whole number, halves to the even one; for 0 <= value < 2**51.

    Unlike rint, two additions are done for several columns at once.
    """
    return (value + _WHOLE) - _WHOLE


@kernel
def _finish(
    cost: Floats,
    source: int,
    begin: int,
    end: int,
    sources: Doors,
    targets: Doors,
    per_ms: float,
    unreachable: float,
    seconds: Ints,
    metres: Ints,
) -> None:
    """Turn costs from one source to the columns begin .. end - 1 into whole seconds and metres, door to door."""
    lon, lat = sources.lon[source], sources.lat[source]
    access_s, access_mm = sources.access_s[source], sources.access_mm[source]
    to_lon, to_lat = targets.lon[begin:end], targets.lat[begin:end]
    to_s, to_mm = targets.access_s[begin:end], targets.access_mm[begin:end]
    row_s, row_m = seconds[source, begin:end], metres[source, begin:end]
    for j in range(end - begin):
        reached = cost[j] < np.inf
        c = cost[j] if reached else 0.0
        ms = np.floor(c / per_ms)
        mm = (c - ms * per_ms) * 100.0
        s = _rounded(ms / 1000.0) + (access_s + to_s[j])
        m = _rounded((mm + (access_mm + to_mm[j])) / 1000.0)
        away = 0.0 if (lon == to_lon[j]) & (lat == to_lat[j]) else 1.0
        row_s[j] = np.int32((s if reached else unreachable) * away)
        row_m[j] = np.int32((m if reached else unreachable) * away)


@kernel
def _read(here: Floats, cost: float, best: Floats, is_first: bool) -> None:
    """Enter a row of the table, from a tap, in the costs of a source; the first tap overwrites what was there."""
    if is_first:
        for j in range(len(here)):
            # Less than nothing: the target lies behind the source on the same edge.
            best[j] = here[j] + cost if here[j] + cost >= 0 else np.inf
    else:
        for j in range(len(here)):
            best[j] = min(best[j], here[j] + cost if here[j] + cost >= 0 else np.inf)


@kernel
def fill(
    begin: int, end: int, width: int, work: Work, per_ms: float, unreachable: float, seconds: Ints, metres: Ints
) -> None:
    """Fill the columns begin .. end - 1 of a matrix, `width` at a time.

    Parameters
    ----------
    seconds, metres : (sources, columns) int32, written; a source without taps is left out.
    """
    tree, restricted, taps, ways_round = work.tree, work.restricted, work.taps, work.ways_round
    label, latest = np.full(tree.height, np.inf), np.full(len(restricted.row), _NO_ENTRY, np.int32)
    table, best = np.empty((tree.height, width)), np.empty((len(taps.per_source), width))
    for left in range(begin, end, width):
        right = min(end, left + width)
        column, before, cost = _search_columns(left, right, work.seeds, tree, work.arcs, restricted, label, latest)
        rest = taps.per_source.copy()
        for at in range(len(restricted.row)):
            row, first = restricted.row[at], restricted.first[at]
            _relax(table, row, first, restricted.first[at + 1], restricted.arc_row, restricted.arc_cost)
            here = table[row]
            entry = latest[at]
            latest[at] = _NO_ENTRY
            while entry != _NO_ENTRY:
                here[column[entry]] = min(here[column[entry]], cost[entry])
                entry = before[entry]
            for tap in range(taps.start[at], taps.start[at + 1]):
                source = taps.source[tap]
                mine = best[source]
                _read(here, taps.cost[tap], mine, rest[source] == taps.per_source[source])
                rest[source] -= 1
                if rest[source] == 0:
                    for cell in range(ways_round.start[source], ways_round.start[source + 1]):
                        j = ways_round.column[cell] - left
                        if 0 <= j < right - left:
                            mine[j] = min(mine[j], ways_round.cost[cell])
                    _finish(mine, source, left, right, work.sources, work.targets, per_ms, unreachable, seconds, metres)

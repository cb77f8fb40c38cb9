"""Matrices by a restricted sweep over the hierarchy: kernels.

The search from each target runs backwards and upwards once, for a batch of targets side by side (columns). What is
above the sources is then swept once from the top down: the cost from a vertex to the columns is the least of its
upward arcs. Vertices are numbered in postorder, so that on the way down only the rows of a vertex's ancestors are
needed, and these have different depths: the table of costs has one row for each depth and stays in the cache.
Sources: Delling, Goldberg, Werneck, "Faster Batched Shortest Paths in Road Networks",
10.4230/OASIcs.ATMOS.2011.52 (RPHAST); Dibbelt, Strasser, Wagner, 10.1145/2886843, section 8 (elimination tree query).

Costs are float64, see metric.COST_PER_MS; infinite where no road leads.
"""

import numpy as np

from geodata.network.jit import kernel

NO_VERTEX = -1
NO_ENTRY = -1


@kernel
def restrict(start, head, cost, depth, tap_vertex):
    """Cut out what searches upwards from the given vertices can meet, highest vertex first.

    Parameters
    ----------
    start (n + 1,) int32, head (k,) int32, cost (k,) float64 : upward arcs. depth (n,) int32.
    tap_vertex : (t,) int32, -1 for none.

    Returns
    -------
    met : (n + 8,) uint8, 1 for the vertices that are there. place : (n,) int32, their numbers c from the top; not
        defined for others.
    row : (c,) int32, depth of each. first : (c + 1,) int32, arc_row : (a,) int32, arc_cost : (a,) float64, its arcs
        with the depth of their heads.
    """
    n = len(depth)
    met = np.zeros((n // 8 + 1) * 8, np.uint8)
    stack = np.empty(n, np.int32)
    height, count, arcs = 0, 0, 0
    for vertex in tap_vertex:
        if vertex >= 0 and met[vertex] == 0:
            met[vertex] = 1
            stack[height] = vertex
            height += 1
    while height > 0:
        height -= 1
        v = stack[height]
        count += 1
        arcs += start[v + 1] - start[v]
        for index in range(start[v], start[v + 1]):
            u = head[index]
            if met[u] == 0:
                met[u] = 1
                stack[height] = u
                height += 1
    place = np.empty(n, np.int32)
    row, first = np.empty(count, np.int32), np.zeros(count + 1, np.int32)
    arc_row, arc_cost = np.empty(arcs, np.int32), np.empty(arcs, np.float64)
    count, arcs = 0, 0
    eights = met.view(np.uint64)
    for eight in range(len(eights) - 1, -1, -1):
        if eights[eight] == 0:
            continue
        for v in range(8 * eight + 7, 8 * eight - 1, -1):
            if met[v] == 0:
                continue
            place[v] = count
            row[count] = depth[v]
            for index in range(start[v], start[v + 1]):
                arc_row[arcs] = depth[head[index]]
                arc_cost[arcs] = cost[index]
                arcs += 1
            count += 1
            first[count] = arcs
    return met, place, row, first, arc_row, arc_cost


@kernel
def taps_by_place(tap_vertex, tap_cost, place, count):
    """Sort the sources' taps by place: start (count + 1,) int32, source (t,) int32, cost (t,) float64.

    tap_vertex, tap_cost: (sources, 2), one column for each direction of the edge; -1 for none.
    """
    start = np.zeros(count + 1, np.int32)
    sources, directions = tap_vertex.shape
    for source in range(sources):
        for direction in range(directions):
            if tap_vertex[source, direction] >= 0:
                start[place[tap_vertex[source, direction]] + 1] += 1
    for index in range(count):
        start[index + 1] += start[index]
    upcoming = start[:count].copy()
    tap_source, cost = np.empty(start[count], np.int32), np.empty(start[count], np.float64)
    for source in range(sources):
        for direction in range(directions):
            if tap_vertex[source, direction] >= 0:
                at = place[tap_vertex[source, direction]]
                tap_source[upcoming[at]] = source
                cost[upcoming[at]] = tap_cost[source, direction]
                upcoming[at] += 1
    return start, tap_source, cost


@kernel
def _meeting(vertices, parent):
    """Lowest common ancestor of some vertices, NO_VERTEX when they are in different trees."""
    common = vertices[0]
    for other in vertices[1:]:
        while common != other:
            # Ancestors have higher numbers.
            if common < other:
                common = parent[common]
            else:
                other = parent[other]
            if common == NO_VERTEX or other == NO_VERTEX:
                return NO_VERTEX
    return common


@kernel
def _search_columns(begin, end, seeds, parent, depth, arcs, met, place, label, latest):
    """Search backwards and upwards from the seeds of the columns begin .. end - 1.

    Parameters
    ----------
    seeds : start (columns + 1,) int32, vertex (t,) int32, cost (t,) float64. arcs : start, head, cost as in `restrict`.
    label : (height,) float64, infinite, and infinite again afterwards.
    latest : (c,) int32, NO_ENTRY, written: the newest entry of each place.

    Returns
    -------
    column, before : (e,) int32, cost : (e,) float64 : entries, each with the one before it at the same place.
    """
    seed_start, seed_vertex, seed_cost = seeds
    start, head, cost = arcs
    most = 0
    for index in range(seed_start[begin], seed_start[end]):
        most += depth[seed_vertex[index]] + 1
    column, before, value = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.float64)
    count = 0
    for j in range(begin, end):
        first, last = seed_start[j], seed_start[j + 1]
        if first == last:
            continue
        common = _meeting(seed_vertex[first:last], parent)
        # From each seed to where all their ways meet, and then once from there to the root.
        for index in range(first, last + 1):
            v, until = common, NO_VERTEX
            if index < last:
                v, until = seed_vertex[index], common
                label[depth[v]] = min(label[depth[v]], seed_cost[index])
            while v != until:
                row = depth[v]
                d = label[row]
                label[row] = np.inf
                if d < np.inf:
                    for arc in range(start[v], start[v + 1]):
                        above = depth[head[arc]]
                        label[above] = min(label[above], d + cost[arc])
                    if met[v]:
                        column[count] = j - begin
                        value[count] = d
                        before[count] = latest[place[v]]
                        latest[place[v]] = count
                        count += 1
                v = parent[v]
    return column, before, value


@kernel
def _relax(table, row, first, last, arc_row, arc_cost):
    """Fill a row of the table with the least of some arcs' costs plus the rows that they lead to."""
    here = table[row]
    if first == last:
        here[:] = np.inf
        return
    index = first
    rest = (last - first) % 4
    if rest == 0:
        rest = 4
    a, w = table[arc_row[index]], arc_cost[index]
    if rest == 1:
        for j in range(len(here)):
            here[j] = a[j] + w
    elif rest == 2:
        b, x = table[arc_row[index + 1]], arc_cost[index + 1]
        for j in range(len(here)):
            here[j] = min(a[j] + w, b[j] + x)
    elif rest == 3:
        b, x = table[arc_row[index + 1]], arc_cost[index + 1]
        c, y = table[arc_row[index + 2]], arc_cost[index + 2]
        for j in range(len(here)):
            here[j] = min(min(a[j] + w, b[j] + x), c[j] + y)
    else:
        b, x = table[arc_row[index + 1]], arc_cost[index + 1]
        c, y = table[arc_row[index + 2]], arc_cost[index + 2]
        d, z = table[arc_row[index + 3]], arc_cost[index + 3]
        for j in range(len(here)):
            here[j] = min(min(a[j] + w, b[j] + x), min(c[j] + y, d[j] + z))
    index += rest
    while index < last:
        a, w = table[arc_row[index]], arc_cost[index]
        b, x = table[arc_row[index + 1]], arc_cost[index + 1]
        c, y = table[arc_row[index + 2]], arc_cost[index + 2]
        d, z = table[arc_row[index + 3]], arc_cost[index + 3]
        for j in range(len(here)):
            here[j] = min(here[j], min(min(a[j] + w, b[j] + x), min(c[j] + y, d[j] + z)))
        index += 4


@kernel
def _rounded(value):
    """Round a float64 to the nearest whole number, halves to the even one; for 0 <= value < 2**51.

    Above 2**52 a float64 has no digits behind the point. Unlike rint, two additions are done for four columns at once.
    """
    return (value + 6755399441055744.0) - 6755399441055744.0  # 1.5 * 2**52


@kernel
def _finish(cost, lon, lat, access_s, access_mm, to_lon, to_lat, to_s, to_mm, per_ms, unreachable, seconds, metres):
    """Turn costs from one source into whole seconds and metres, door to door; all arrays over the columns."""
    for j in range(len(seconds)):
        reached = cost[j] < np.inf
        c = cost[j] if reached else 0.0
        ms = np.floor(c / per_ms)
        mm = (c - ms * per_ms) * 100.0
        s = _rounded(ms / 1000.0) + (access_s + to_s[j])
        m = _rounded((mm + (access_mm + to_mm[j])) / 1000.0)
        away = 0.0 if (lon == to_lon[j]) & (lat == to_lat[j]) else 1.0
        seconds[j] = np.int32((s if reached else unreachable) * away)
        metres[j] = np.int32((m if reached else unreachable) * away)


@kernel
def fill(
    begin,
    end,
    width,
    hierarchy,
    arcs,
    seeds,
    restricted,
    taps,
    ways_round,
    sources,
    targets,
    per_ms,
    unreachable,
    seconds,
    metres,
):
    """Fill the columns begin .. end - 1 of a matrix, `width` at a time.

    Parameters
    ----------
    hierarchy : parent (n,) int32, depth (n,) int32, and the height.
    arcs : start, head, cost of the arcs that are driven downwards, by their lower vertex.
    seeds : of the targets, by column; see `_search_columns`. restricted : as `restrict` returns it.
    taps : of the sources, by place, as `taps_by_place` returns them; each source has as many as `sources` says.
    ways_round : start (sources + 1,) int32, column (p,) int32, cost (p,) float64: costs of single cells that the sweep
        cannot find, for targets that lie behind the source.
    sources : taps (sources,) int32, and lon, lat, access_s, access_mm (sources,) float64.
    targets : lon, lat, access_s, access_mm (columns,) float64.
    seconds, metres : (sources, columns) int32, written.
    """
    parent, depth, height = hierarchy
    met, place, row, first, arc_row, arc_cost = restricted
    tap_start, tap_source, tap_cost = taps
    round_start, round_column, round_cost = ways_round
    tap_count, from_lon, from_lat, from_s, from_mm = sources
    to_lon, to_lat, to_s, to_mm = targets
    label, latest = np.full(height, np.inf), np.full(len(row), NO_ENTRY, np.int32)
    table, best = np.empty((height, width)), np.empty((len(tap_count), width))
    for left in range(begin, end, width):
        right = min(end, left + width)
        columns = right - left
        column, before, value = _search_columns(left, right, seeds, parent, depth, arcs, met, place, label, latest)
        rest = tap_count.copy()
        for at in range(len(row)):
            _relax(table, row[at], first[at], first[at + 1], arc_row, arc_cost)
            here = table[row[at]]
            entry = latest[at]
            latest[at] = NO_ENTRY
            while entry != NO_ENTRY:
                here[column[entry]] = min(here[column[entry]], value[entry])
                entry = before[entry]
            for tap in range(tap_start[at], tap_start[at + 1]):
                source, cost = tap_source[tap], tap_cost[tap]
                mine = best[source]
                if rest[source] == tap_count[source]:
                    for j in range(width):
                        # Less than nothing: the target lies behind the source on the same edge.
                        c = here[j] + cost
                        mine[j] = c if c >= 0 else np.inf
                else:
                    for j in range(width):
                        c = here[j] + cost
                        mine[j] = min(mine[j], c if c >= 0 else np.inf)
                rest[source] -= 1
                if rest[source] == 0:
                    for index in range(round_start[source], round_start[source + 1]):
                        j = round_column[index] - left
                        if 0 <= j < columns:
                            mine[j] = min(mine[j], round_cost[index])
                    _finish(
                        mine,
                        from_lon[source],
                        from_lat[source],
                        from_s[source],
                        from_mm[source],
                        to_lon[left:right],
                        to_lat[left:right],
                        to_s[left:right],
                        to_mm[left:right],
                        per_ms,
                        unreachable,
                        seconds[source, left:right],
                        metres[source, left:right],
                    )

"""What of the hierarchy a matrix needs: kernels that cut out what is above its sources, and sort the sources into it.

Most vertices above the sources are on the way of a few of them only. Those are left out, and what led over them leads
past them. Half of the arcs remain in a small area, and an eighth in a large one; the sweep follows each for every
target.
Source: Delling, Goldberg, Werneck, "Faster Batched Shortest Paths in Road Networks", 10.4230/OASIcs.ATMOS.2011.52
(RPHAST), but for what is left out.
"""

from typing import Final

import numpy as np

from geodata.network.cch.bundles import Arcs, Met, Restricted, Taps, Tree, Words
from geodata.network.jit import kernel
from geodata.network.roads import Floats, Ints

_Bits = np.uint64
_ONE: Final = _Bits(1)


@kernel
def _ones_of(word: np.uint64) -> int:
    """Count the ones of a word; the compiler knows this by sight, and has one instruction for it."""
    word -= (word >> _Bits(1)) & _Bits(0x5555555555555555)
    word = (word & _Bits(0x3333333333333333)) + ((word >> _Bits(2)) & _Bits(0x3333333333333333))
    word = (word + (word >> _Bits(4))) & _Bits(0x0F0F0F0F0F0F0F0F)
    return int((word * _Bits(0x0101010101010101)) >> _Bits(56))


@kernel
def _is_in(bits: Words, vertex: int) -> bool:
    """Whether a vertex is met."""
    return bool((bits[vertex >> 6] >> _Bits(vertex & 63)) & _ONE)


@kernel
def _number(bits: Words, before: Ints, vertex: int) -> int:
    """Which of those that are met, from the lowest one on, a vertex is."""
    return int(before[vertex >> 6]) + _ones_of(bits[vertex >> 6] & ((_ONE << _Bits(vertex & 63)) - _ONE))


@kernel
def meet(arcs: Arcs, tree: Tree, vertices: Ints, few: int) -> Met:
    """Find all that searches upwards from the given vertices (t,), or -1 for none, can meet, and what of it stays.

    Parameters
    ----------
    few : a vertex is left out when not more of those that stay are in the tree below it. The given ones stay.
    """
    n = len(tree.depth)
    bits, before = np.zeros(n // 64 + 1, np.uint64), np.empty(n // 64 + 1, np.int32)
    most = 0
    for vertex in vertices:
        if vertex >= 0:
            bits[vertex >> 6] |= _ONE << _Bits(vertex & 63)
            most += tree.depth[vertex] + 1
    order = np.empty(min(most, n), np.int32)
    count = 0
    # Arcs lead upwards: whatever is met has been marked before it is passed.
    for word in range(len(bits)):
        before[word] = count
        ahead = bits[word]
        while ahead != 0:
            v = 64 * word + _ones_of((ahead & (~ahead + _ONE)) - _ONE)
            order[count] = v
            count += 1
            for arc in range(arcs.start[v], arcs.start[v + 1]):
                bits[arcs.head[arc] >> 6] |= _ONE << _Bits(arcs.head[arc] & 63)
            ahead = bits[word] & ~(((_ONE << _Bits(v & 63)) << _ONE) - _ONE)
    above, below = np.empty(count, np.int32), np.zeros(count, np.int32)
    stays, all_stay = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    for vertex in vertices:
        if vertex >= 0:
            stays[_number(bits, before, vertex)] = True
    arcs_at_most = 0
    for x in range(count):
        v = order[x]
        all_stay[x] = below[x] > few
        stays[x] |= all_stay[x]
        if stays[x]:
            below[x] += 1
        arcs_at_most += (1 if stays[x] else below[x]) * (arcs.start[v + 1] - arcs.start[v])
        up = tree.parent[v]
        while up >= 0 and not _is_in(bits, up):
            up = tree.parent[up]
        above[x] = -1
        if up >= 0:
            above[x] = _number(bits, before, up)
            below[above[x]] += below[x]
    return Met(bits, before, order[:count], above, stays, all_stay, below, arcs_at_most)


@kernel
def cut_out(arcs: Arcs, tree: Tree, met: Met) -> Restricted:
    """Join each vertex that stays to those above it that stay, by searching upwards over those that do not."""
    count, places, links = len(met.order), 0, 0
    for x in range(count):
        places += met.stays[x]
        links += 1 if met.stays[x] else met.below[x]
    place = np.empty(count, np.int32)
    row, first, link_first = np.empty(places, np.int32), np.zeros(places + 1, np.int32), np.zeros(places + 1, np.int32)
    arc_row, arc_cost = np.empty(met.arcs_at_most, np.int32), np.empty(met.arcs_at_most)
    link_number, link_cost = np.empty(links, np.int32), np.empty(links)
    label, found = np.full(tree.height, np.inf), np.empty(tree.height + 1, np.int32)
    here, arc_count, links = 0, 0, 0
    for x in range(count - 1, -1, -1):
        if not met.stays[x]:
            continue
        place[x] = here
        row[here] = tree.depth[met.order[x]]
        label[row[here]] = 0.0
        found_count = 0
        y = x
        while y >= 0 and (y == x or not met.all_stay[y]):
            v = met.order[y]
            cost = label[tree.depth[v]]
            if cost < np.inf and (y == x or not met.stays[y]):
                label[tree.depth[v]] = np.inf
                link_number[links], link_cost[links] = y, cost
                links += 1
                for arc in range(arcs.start[v], arcs.start[v + 1]):
                    up = tree.depth[arcs.head[arc]]
                    before = label[up]
                    found[found_count] = up
                    found_count += 1 if before == np.inf else 0
                    label[up] = min(before, cost + arcs.cost[arc])
            y = met.above[y]
        for index in range(found_count):
            cost = label[found[index]]
            if cost < np.inf:
                arc_row[arc_count], arc_cost[arc_count] = found[index], cost
                label[found[index]] = np.inf
                arc_count += 1
        here += 1
        first[here], link_first[here] = arc_count, links
    return Restricted(
        place,
        link_first,
        link_number[:links],
        link_cost[:links],
        row,
        first,
        arc_row[:arc_count],
        arc_cost[:arc_count],
    )


@kernel
def taps_by_place(vertex: Ints, cost: Floats, met: Met, restricted: Restricted) -> Taps:
    """Sort the sources' taps by place. vertex, cost: (sources, 2), one for each direction of the edge; -1 for none."""
    places = len(restricted.row)
    sources, directions = vertex.shape
    start, per_source = np.zeros(places + 1, np.int32), np.zeros(sources, np.int32)
    for source in range(sources):
        for direction in range(directions):
            if vertex[source, direction] >= 0:
                start[restricted.place[_number(met.bits, met.before, vertex[source, direction])] + 1] += 1
                per_source[source] += 1
    for place in range(places):
        start[place + 1] += start[place]
    upcoming = start[:places].copy()
    tap_source, tap_cost = np.empty(start[places], np.int32), np.empty(start[places])
    for source in range(sources):
        for direction in range(directions):
            if vertex[source, direction] >= 0:
                place = restricted.place[_number(met.bits, met.before, vertex[source, direction])]
                tap_source[upcoming[place]] = source
                tap_cost[upcoming[place]] = cost[source, direction]
                upcoming[place] += 1
    return Taps(start, tap_source, tap_cost, per_source, _open_at_once(tap_source, per_source))


@kernel
def _open_at_once(tap_source: Ints, per_source: Ints) -> int:
    """Count the sources that are between their first tap and their last, at most."""
    rest = per_source.copy()
    now, most = 0, 0
    for source in tap_source:
        now += 1 if rest[source] == per_source[source] else 0
        most = max(most, now)
        rest[source] -= 1
        now -= 1 if rest[source] == 0 else 0
    return most

"""The searches from a matrix's targets, backwards and upwards: kernels.

Each passes the ancestors of the vertices that it begins in. Those of places near to each other are the same from where
they meet, and have the most arcs there: a few columns are searched side by side. The ancestors of one vertex have
different depths, so a table of labels has one row for each depth and one lane for each column.
Source: Dibbelt, Strasser, Wagner, 10.1145/2886843, section 8 (elimination tree query).
"""

from typing import Final, NamedTuple

import numpy as np

from geodata.network.cch.bundles import Arcs, Entries, Met, Seeds, Tree
from geodata.network.jit import kernel
from geodata.network.roads import Floats, Ints, Longs

_NO_VERTEX: Final = -1
_NO_ENTRY: Final = -1
_NOT_MET: Final = -1
#: Columns that are searched side by side: as many as keep their labels in the nearest cache.
_LANES: Final = 16
#: Lanes that a core adds to at once.
_STEP: Final = 8
#: As in sweep: of signed indices numba asks whether they count from the end.
_Index = np.uint64


class _Searches(NamedTuple):
    """What the searches of some columns share: label (height * _LANES,) float64, infinite where none has come to."""

    tree: Tree
    arcs: Arcs
    met: Met
    label: Floats
    entries: Entries


@kernel
def search(begin: int, end: int, seeds: Seeds, tree: Tree, arcs: Arcs, met: Met) -> Entries:
    """Search from the seeds of the columns begin .. end - 1 along arcs that are driven downwards."""
    columns, most = end - begin, 0
    common = np.full(columns, _NO_VERTEX, np.int32)
    for j in range(columns):
        first, last = seeds.start[begin + j], seeds.start[begin + j + 1]
        if first < last:
            common[j] = _meeting(seeds.vertex[first:last].min(), seeds.vertex[first:last].max(), tree.parent)
        for seed in range(first, last):
            most += tree.depth[seeds.vertex[seed]] + 1
    latest = np.full(len(met.order), _NO_ENTRY, np.int32)
    entries = Entries(latest, np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most))
    # From the left to the right in the tree, so that those below one vertex are side by side.
    order: Longs = np.argsort(common)
    label = np.full(tree.height * _LANES, np.inf)
    searches = _Searches(tree, arcs, met, label, entries)
    count = 0
    for left in range(0, columns, _LANES):
        members = order[left : left + _LANES]
        start: Ints = common[members]
        for lane in range(len(members)):
            for seed in range(seeds.start[begin + members[lane]], seeds.start[begin + members[lane] + 1]):
                v, until = seeds.vertex[seed], common[members[lane]]
                cell = tree.depth[v] * _LANES + lane
                label[cell] = min(label[cell], seeds.cost[seed])
                count = _climb_alone(v, until, lane, members[lane], searches, count)
        count = _climb_from(start, members, searches, count)
    return entries


@kernel
def _meeting(lowest: int, highest: int, parent: Ints) -> int:
    """Lowest common ancestor of two vertices and all that are numbered between them, or _NO_VERTEX.

    Subtrees are ranges of numbers: it is the first ancestor of the lowest one that is not below the highest one.
    """
    v = lowest
    while v != _NO_VERTEX and v < highest:
        v = int(parent[v])
    return v


@kernel
def _enter(number: int, column: int, cost: float, entries: Entries, count: int) -> int:
    """Enter the cost of a column at a vertex, the newest there; how many entries then."""
    entries.column[count], entries.cost[count] = column, cost
    entries.before[count] = entries.latest[number]
    entries.latest[number] = count
    return count + 1


@kernel
def _number(vertex: int, met: Met) -> int:
    """Say which of those above the sources a vertex is, see bundles.Met, or _NOT_MET.

    In restriction likewise: kernels that call each other stand in one file, see jit.
    """
    word, bit = met.bits[vertex >> 6], _Index(vertex & 63)
    if (word >> bit) & _Index(1) == 0:
        return _NOT_MET
    ones = word & ((_Index(1) << bit) - _Index(1))
    # This is known to the compiler, which has one instruction for it.
    ones -= (ones >> _Index(1)) & _Index(0x5555555555555555)
    ones = (ones & _Index(0x3333333333333333)) + ((ones >> _Index(2)) & _Index(0x3333333333333333))
    ones = (ones + (ones >> _Index(4))) & _Index(0x0F0F0F0F0F0F0F0F)
    return int(met.before[vertex >> 6]) + int((ones * _Index(0x0101010101010101)) >> _Index(56))


@kernel
def _climb_from(start: Ints, members: Longs, searches: _Searches, count: int) -> int:
    """Search upwards from one labelled vertex for each of some lanes, ascending, or _NO_VERTEX; how many entries then.

    Where the ways of two lanes meet, they go on together.
    """
    parent, lanes = searches.tree.parent, len(start)
    beyond = len(parent)
    # Vertices that ways have come to, each above the next one, and the first lane of each: it shares the way with all
    # up to the next one's.
    at, first_lane = np.empty(lanes, np.int32), np.empty(lanes, np.int32)
    ways = 0
    for lane in range(lanes + 1):
        # Nothing goes on past the ways that are still to come.
        upcoming = start[lane] if lane < lanes else beyond
        while ways > 0:
            v, outer = int(at[ways - 1]), at[ways - 2] if ways > 1 else beyond
            if v == outer:
                ways -= 1
                continue
            if v >= upcoming:
                break
            until, first = _meeting(v, min(outer, upcoming), parent), first_lane[ways - 1]
            these = members[first:lane]
            if len(these) == 1:
                count = _climb_alone(v, until, first, these[0], searches, count)
            else:
                count = _climb_together(v, until, first, these, searches, count)
            at[ways - 1] = until
            if until == _NO_VERTEX:
                ways -= 1
        if lane < lanes and upcoming != _NO_VERTEX:
            at[ways], first_lane[ways] = upcoming, lane
            ways += 1
    return count


@kernel
def _climb_alone(v: int, until: int, lane: int, column: int, searches: _Searches, count: int) -> int:
    """Search upwards in one lane from a vertex to another one above it, or _NO_VERTEX; how many entries then."""
    tree, arcs, met, label, entries = searches
    while v != until:
        cell = tree.depth[v] * _LANES + lane
        cost = label[cell]
        label[cell] = np.inf
        if cost < np.inf:
            for arc in range(arcs.start[v], arcs.start[v + 1]):
                above = tree.depth[arcs.head[arc]] * _LANES + lane
                label[above] = min(label[above], cost + arcs.cost[arc])
            x = _number(v, met)
            if x != _NOT_MET:
                count = _enter(x, column, cost, entries, count)
        v = tree.parent[v]
    return count


@kernel
def _climb_together(v: int, until: int, first: int, members: Longs, searches: _Searches, count: int) -> int:
    """Search upwards likewise for some columns, which have all come to v, in the lanes from the first one on."""
    tree, arcs, met, label, entries = searches
    last = first + len(members)
    begin = first // _STEP * _STEP
    width = _Index((last - begin + _STEP - 1) // _STEP * _STEP)
    here = np.full(_LANES, np.inf)
    while v != until:
        least = np.inf
        for lane in range(first, last):
            cell = tree.depth[v] * _LANES + lane
            here[lane - begin] = label[cell]
            least = min(least, label[cell])
            label[cell] = np.inf
        if least < np.inf:
            for arc in range(arcs.start[v], arcs.start[v + 1]):
                above, cost = _Index(tree.depth[arcs.head[arc]] * _LANES + begin), arcs.cost[arc]
                # The lanes beside them have infinite costs here, and keep theirs.
                for lane in range(width):
                    label[above + lane] = min(label[above + lane], here[lane] + cost)
            x = _number(v, met)
            if x != _NOT_MET:
                for lane in range(first, last):
                    if here[lane - begin] < np.inf:
                        count = _enter(x, members[lane - first], here[lane - begin], entries, count)
        v = tree.parent[v]
    return count

"""Shortest path trees by SciPy's Dijkstra: fastest first, and of equally fast paths the shortest.

That second rule makes the length of an answer a fact of the network and not of the algorithm, so that any other
engine can be held to it exactly. Durations are whole milliseconds in float64, exact up to 2**53.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.network.places import Entries, Places
from geodata.network.roads import Floats, Ints, Longs
from geodata.network.search import NO_STATE, SearchGraph


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tree:
    """Fastest paths from one point to every state.

    Attributes
    ----------
    ms, mm : (states,) infinite where no road leads.
    previous : (states,) the state before, or `root` where the point itself is before.
    """

    ms: Floats
    mm: Floats
    previous: Ints
    root: int

    @property
    def size_bytes(self) -> int:
        """Memory that the tree takes."""
        return self.ms.nbytes + self.mm.nbytes + self.previous.nbytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Best:
    """The best way from one point to each of several, (p,): what driving costs, and how the last edge is entered.

    `entry` is a column of `ways_in`, or DIRECT where both points are on one edge and it is driven directly.
    """

    ms: Floats
    mm: Floats
    entry: Longs


#: Entry of a route that never leaves its edge.
DIRECT: Final = -1


def shortest_path_tree(graph: SearchGraph, out: Entries) -> Tree:
    """Search from the one point whose ways out are given."""
    chosen = out.state[0] != NO_STATE
    seeds, first = np.unique(out.state[0][chosen], return_index=True)
    # A loop edge leads to one node both ways: the faster one seeds it, of equally fast ones the shorter.
    seed_ms, seed_mm = out.ms[0][chosen], out.mm[0][chosen]
    for index, seed in enumerate(seeds):
        same = np.flatnonzero(out.state[0][chosen] == seed)
        first[index] = same[np.lexsort((seed_mm[same], seed_ms[same]))[0]]
    root = graph.state_count
    to_state = np.concatenate([graph.to_state, seeds.astype(np.int32)])
    row_start = np.concatenate([graph.row_start, np.array([len(to_state)], dtype=np.int32)])
    ms = np.concatenate([graph.ms, seed_ms[first]])
    mm = np.concatenate([graph.mm, seed_mm[first]])
    shape = (root + 1, root + 1)
    reached_ms = dijkstra(csr_array((ms, to_state, row_start), shape=shape), indices=root)
    # Arcs that lie on some fastest path. Milliseconds grow along them, so the shortest of them form a tree.
    row = np.repeat(np.arange(root + 1), np.diff(row_start))
    tight = reached_ms[row] + ms == reached_ms[to_state]
    tight &= np.isfinite(reached_ms[row])
    tight_start = np.concatenate([[0], np.cumsum(tight)])[row_start].astype(np.int32)
    fastest = csr_array((mm[tight], to_state[tight], tight_start), shape=shape)
    reached_mm, previous = dijkstra(fastest, indices=root, return_predecessors=True)
    return Tree(ms=reached_ms[:root], mm=reached_mm[:root], previous=previous[:root], root=root)


def best_ways(tree: Tree, source: Places, targets: Places, into: Entries) -> Best:
    """Choose among the ways in to each target, and the direct way where both are on one edge."""
    reached = into.state != NO_STATE
    state = np.where(reached, into.state, 0)
    ms = np.where(reached, tree.ms[state] + into.ms, np.inf)
    mm = np.where(reached, tree.mm[state] + into.mm, np.inf)
    least = ms.min(axis=1, initial=np.inf)
    mm = np.where(ms == least[:, None], mm, np.inf)
    entry = np.argmin(mm, axis=1)
    rows = np.arange(len(targets))
    direct_ms, direct_mm = _direct(source, targets)
    shorter = (direct_ms == least) & (direct_mm < mm[rows, entry])
    direct = (direct_ms < least) | shorter
    return Best(
        ms=np.where(direct, direct_ms, least),
        mm=np.where(direct, direct_mm, mm[rows, entry]),
        entry=np.where(direct, DIRECT, entry),
    )


def _direct(source: Places, targets: Places) -> tuple[Floats, Floats]:
    """Cost of staying on the edge, infinite where the points are on two edges or its direction is closed."""
    same = targets.edge == source.edge[0]
    mm = (targets.from_tail_mm - source.from_tail_mm[0]).astype(np.float64)
    ahead_ms = (targets.from_tail_ms - source.from_tail_ms[0]).astype(np.float64)
    back_ms = (source.to_tail_ms[0] - targets.to_tail_ms).astype(np.float64)
    forward = same & (mm >= 0) & (targets.from_tail_ms >= 0) & (ahead_ms >= 0)
    backward = same & (mm <= 0) & (targets.to_tail_ms >= 0) & (back_ms >= 0)
    ms = np.minimum(np.where(forward, ahead_ms, np.inf), np.where(backward, back_ms, np.inf))
    return ms, np.where(np.isfinite(ms), np.abs(mm), np.inf)

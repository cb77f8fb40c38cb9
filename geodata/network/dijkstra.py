"""Shortest path trees by SciPy's Dijkstra over the states: fastest first, and of equally fast paths the shortest.

That second rule makes the length of an answer a fact of the network and not of the algorithm, so that any other
engine can be held to it exactly. Durations are whole milliseconds in float64, exact up to 2**53.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.network.places import Places, WaysIn, WaysOut
from geodata.network.roads import CLOSED, Floats, Ints, Longs
from geodata.network.states import StateGraph


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arcs:
    """The arcs of a state graph as SciPy takes them: what it costs to drive a state's edge and turn into the next."""

    start: Ints
    to_state: Ints
    row: Ints
    ms: Floats
    dm: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tree:
    """Fastest paths from one point to the start of every state.

    Attributes
    ----------
    ms, dm : (states,) infinite where no road leads.
    previous : (states,) the state before, or `root` where the point's own edge is before.
    """

    ms: Floats
    dm: Floats
    previous: Ints
    root: int

    @property
    def size_bytes(self) -> int:
        """Memory that the tree takes."""
        return self.ms.nbytes + self.dm.nbytes + self.previous.nbytes

    def states_to(self, state: int) -> list[int]:
        """States from the first one after the root to the given one."""
        states = [state]
        while (before := int(self.previous[states[-1]])) != self.root:
            states.append(before)
        return states[::-1]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Best:
    """The best way from one point to each of several, (p,): what driving costs, and the state that it ends in.

    `state` is DIRECT where both points are on one edge and it is driven directly.
    """

    ms: Floats
    dm: Floats
    state: Longs


#: State of a route that never leaves its edge.
DIRECT: Final = -1


def arcs_of(graph: StateGraph) -> Arcs:
    """Lay the costs of states and turns on the arcs that are open."""
    row = np.repeat(np.arange(graph.state_count, dtype=np.int32), np.diff(graph.arc_start))
    is_open = (graph.ms[row] != CLOSED) & (graph.arc_ms >= 0)
    row = row[is_open]
    return Arcs(
        start=np.searchsorted(row, np.arange(graph.state_count + 1)).astype(np.int32),
        to_state=graph.arc_to[is_open],
        row=row,
        ms=graph.ms[row].astype(np.float64) + graph.arc_ms[is_open],
        dm=graph.dm[row].astype(np.float64),
    )


def shortest_path_tree(arcs: Arcs, out: WaysOut) -> Tree:
    """Search from the one point whose ways out are given."""
    root = len(arcs.start) - 1
    to_state = np.concatenate([arcs.to_state, out.state])
    start = np.concatenate([arcs.start, np.array([len(to_state)], dtype=np.int32)])
    row = np.concatenate([arcs.row, np.full(len(out.state), root, dtype=np.int32)])
    ms, dm = np.concatenate([arcs.ms, out.ms]), np.concatenate([arcs.dm, out.dm])
    shape = (root + 1, root + 1)
    reached_ms = dijkstra(csr_array((ms, to_state, start), shape=shape), indices=root)
    # Arcs that lie on some fastest path. No state is entered again for nothing, so the shortest of them form a tree.
    tight = np.isfinite(reached_ms[row]) & (reached_ms[row] + ms == reached_ms[to_state])
    tight_start = np.concatenate([[0], np.cumsum(tight)])[start].astype(np.int32)
    fastest = csr_array((dm[tight], to_state[tight], tight_start), shape=shape)
    reached_dm, previous = dijkstra(fastest, indices=root, return_predecessors=True)
    return Tree(ms=reached_ms[:root], dm=reached_dm[:root], previous=previous[:root], root=root)


def best_ways(tree: Tree, source: Places, targets: Places, into: WaysIn) -> Best:
    """Choose among the states that each target is reached in, and the direct way where both are on one edge."""
    ms, dm = tree.ms[into.state] + into.ms, tree.dm[into.state] + into.dm
    order = np.lexsort((dm, ms, into.place))
    reached, first = np.unique(into.place[order], return_index=True)
    chosen = order[first]
    best_ms, best_dm = _direct(source, targets)
    state = np.full(len(targets), DIRECT, dtype=np.int64)
    is_better = (ms[chosen] < best_ms[reached]) | ((ms[chosen] == best_ms[reached]) & (dm[chosen] < best_dm[reached]))
    reached, chosen = reached[is_better], chosen[is_better]
    best_ms[reached], best_dm[reached], state[reached] = ms[chosen], dm[chosen], into.state[chosen]
    return Best(ms=best_ms, dm=best_dm, state=state)


def _direct(source: Places, targets: Places) -> tuple[Floats, Floats]:
    """Cost of staying on the edge, infinite where the points are on two edges or its direction is closed."""
    ms, dm = (targets.done_ms - source.done_ms[0]), (targets.done_dm - source.done_dm[0])
    possible = (targets.edge == source.edge[0])[:, None] & (targets.done_ms >= 0) & (ms >= 0) & (dm >= 0)
    by_direction = np.where(possible, ms, np.inf)
    least: Floats = by_direction.min(axis=1, initial=np.inf)
    tied = possible & (by_direction == least[:, None])
    return least, np.where(tied, dm, np.inf).min(axis=1, initial=np.inf)

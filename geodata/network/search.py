"""The search graph: a plain directed graph in which ends-only edges lie at the two ends of a route and nowhere else."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.network.roads import CLOSED, Flags, Floats, Ints, Longs, Roads

#: Stands where a node has no state of that kind.
NO_STATE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchGraph:
    """States and arcs, in compressed rows.

    A route is ends-only edges, then open edges, then ends-only edges; each part may be empty. So a node that an
    ends-only edge touches has up to three states: `leaving` (only ends-only edges so far), `open` (its own index)
    and `arriving` (only ends-only edges from now on). Of parallel arcs only the fastest is kept, of those the
    shortest, so that an arc is known by its two states.

    Attributes
    ----------
    row_start : (states + 1,) where the arcs of each state begin in the arrays of arcs.
    to_state, ms, mm : (arcs,) sorted by state and to_state. ms and mm are whole numbers.
    edge, forward : (arcs,) the drawn edge, and whether it is driven as drawn.
    leaving, arriving : (nodes,) state, or NO_STATE. has_open : (nodes,) whether open edges touch the node.
    """

    row_start: Ints
    to_state: Ints
    ms: Floats
    mm: Floats
    edge: Ints
    forward: Flags
    leaving: Ints
    arriving: Ints
    has_open: Flags

    @property
    def state_count(self) -> int:
        """Number of states."""
        return len(self.row_start) - 1

    def arc_between(self, state: int, to_state: int) -> int:
        """Index of the arc between two states that are joined."""
        first, last = self.row_start[state], self.row_start[state + 1]
        return int(first + np.searchsorted(self.to_state[first:last], to_state))


def search_graph(roads: Roads) -> SearchGraph:
    """Lay the three kinds of states over the roads."""
    edges, forward, tails, heads, ms = _directed(roads)
    restricted = np.asarray(roads.ends_only)[edges]
    has_open = _touched(roads.node_count, tails, heads, ~restricted)
    leaving, arriving = _extra_states(roads.node_count, _touched(roads.node_count, tails, heads, restricted))
    into_open, out_of_open = restricted & has_open[heads], restricted & has_open[tails]
    parts = [
        (~restricted, tails, heads),
        (restricted, leaving[tails], leaving[heads]),
        (into_open, leaving[tails], heads),
        (out_of_open, tails, arriving[heads]),
        (restricted, arriving[tails], arriving[heads]),
    ]
    state = np.concatenate([from_state[chosen] for chosen, from_state, _ in parts])
    to_state = np.concatenate([into[chosen] for chosen, _, into in parts])
    arc = np.concatenate([np.flatnonzero(chosen) for chosen, _, _ in parts])
    mm = np.asarray(roads.length_mm)[edges]
    order = np.lexsort((mm[arc], ms[arc], to_state, state))
    state, to_state, arc = state[order], to_state[order], arc[order]
    first = np.ones(len(arc), dtype=bool)
    first[1:] = (state[1:] != state[:-1]) | (to_state[1:] != to_state[:-1])
    state, to_state, arc = state[first], to_state[first], arc[first]
    states = roads.node_count + 2 * int((leaving != NO_STATE).sum())
    return SearchGraph(
        row_start=np.searchsorted(state, np.arange(states + 1)).astype(np.int32),
        to_state=to_state.astype(np.int32),
        ms=ms[arc].astype(np.float64),
        mm=mm[arc].astype(np.float64),
        edge=edges[arc].astype(np.int32),
        forward=forward[arc],
        leaving=leaving,
        arriving=arriving,
        has_open=has_open,
    )


def _directed(roads: Roads) -> tuple[Longs, Flags, Ints, Ints, Ints]:
    """Edge, whether as drawn, tail, head and milliseconds of each direction that is open."""
    ahead, back = np.flatnonzero(roads.forward_ms != CLOSED), np.flatnonzero(roads.backward_ms != CLOSED)
    forward = np.concatenate([np.ones(len(ahead), dtype=bool), np.zeros(len(back), dtype=bool)])
    return (
        np.concatenate([ahead, back]),
        forward,
        np.concatenate([roads.tail[ahead], roads.head[back]]),
        np.concatenate([roads.head[ahead], roads.tail[back]]),
        np.concatenate([roads.forward_ms[ahead], roads.backward_ms[back]]),
    )


def _touched(nodes: int, tails: Ints, heads: Ints, chosen: Flags) -> Flags:
    touched = np.zeros(nodes, dtype=bool)
    touched[tails[chosen]] = touched[heads[chosen]] = True
    return touched


def _extra_states(nodes: int, touched: Flags) -> tuple[Ints, Ints]:
    count = int(touched.sum())
    leaving = np.full(nodes, NO_STATE, dtype=np.int32)
    arriving = leaving.copy()
    leaving[touched] = nodes + np.arange(count)
    arriving[touched] = nodes + count + np.arange(count)
    return leaving, arriving

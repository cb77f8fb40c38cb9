"""The search graph: a state is one drawn edge in one direction, an arc the turn from one into the next."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.network.roads import CLOSED, Flags, Ints, Longs, Roads
from geodata.network.sequences import with_sequences
from geodata.network.turns import Turns, allowed_turns, dead_ends, turn_ms

#: Stands in `arc_ms` where one may not turn round now: the way ahead is open.
NO_TURN: Final = -1
#: Stands where a route cannot begin in a direction of an edge.
NO_STATE: Final = -1
#: Directions of a drawn edge, as column of `source_state` and as last digit of a directed edge.
FORWARD: Final = 0
BACKWARD: Final = 1
MM_PER_DM: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StateGraph:
    """States and arcs in compressed rows: s states, a arcs, over m drawn edges.

    A label is what it costs to enter a state, at the start of its edge; to follow an arc from state u costs
    `ms[u] + arc_ms` and `dm[u]`. Costs are compared as (ms, dm): fastest first, of equally fast the shortest.

    A route is ends-only edges, then open edges, then ends-only edges; each part may be empty. So an ends-only edge
    has two states for each direction: one `leaving` (no open edge yet) and one `arriving` (no open edge any more).
    Where a turn restriction spans three edges or more, the edges in the middle have copies of their states, which
    remember where one came from. An arc may lead from a state to itself: at a loop edge.

    Attributes
    ----------
    edge : (s,) drawn edge. forward : (s,) driven as drawn.
    ms : (s,) milliseconds from its start to its end, >= 1. dm : (s,) decimetres.
    arc_start : (s + 1,) where the arcs of each state begin. arc_to : (a,) states. arc_ms : (a,) of the turn, >= 0, or
        NO_TURN.
    spare_arc : (k,) arcs that turn round before an edge that can be closed; spare_ms : (k,) what they cost when it is.
    source_state : (m, 2) the state that a route which starts on an edge begins in, FORWARD and BACKWARD; or NO_STATE.
    target_start : (2 m + 1,), target_state : (t,) : the states that a route may end in, by `edge * 2 + direction`.
    """

    edge: Ints
    forward: Flags
    ms: Ints
    dm: Ints
    arc_start: Ints
    arc_to: Ints
    arc_ms: Ints
    spare_arc: Ints
    spare_ms: Ints
    source_state: Ints
    target_start: Ints
    target_state: Ints

    @property
    def state_count(self) -> int:
        """Number of states."""
        return len(self.edge)

    @property
    def arc_count(self) -> int:
        """Number of arcs."""
        return len(self.arc_to)


def decimetres(length_mm: Ints) -> Ints:
    """Length of edges as the search adds it up."""
    return np.rint(np.asarray(length_mm) / MM_PER_DM).astype(np.int32)


def state_graph(roads: Roads, *, turn_anywhere: bool = False, spare_turns: bool = False) -> StateGraph:
    """Lay the states and turns over the roads.

    Parameters
    ----------
    turn_anywhere : for asking what is connected: one may turn round wherever edges meet, and turns cost nothing.
    spare_turns : for weighing again with other edges closed: arcs that turn round before those are there, as NO_TURN.
    """
    edges = roads.edge_count
    ms = np.column_stack([roads.forward_ms, roads.backward_ms]).ravel()  # by edge * 2 + direction
    doubled = np.repeat(np.asarray(roads.ends_only), 2)
    count = np.where(ms == CLOSED, 0, np.where(doubled, 2, 1))
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    directed = np.repeat(np.arange(2 * edges, dtype=np.int32), count)
    turns = allowed_turns(roads, anywhere=turn_anywhere, spare=spare_turns)
    cost = np.zeros(len(turns.before), dtype=np.int32) if turn_anywhere else turn_ms(roads, turns)
    if spare_turns:
        cost = np.where(turns.is_spare, ~cost, cost)  # below 0, so that they are known again behind the layers
    arcs = _layered(turns, cost, doubled, first)
    sequences = [sequence for sequence in roads.forbidden_sequences() if len(sequence) > 2]
    if sequences:
        directed, arcs = with_sequences(sequences, first, directed, arcs)
    from_state, to_state, arc_ms = arcs
    spare_arc = np.flatnonzero(arc_ms < 0).astype(np.int32)
    spare_ms = ~arc_ms[spare_arc]
    if spare_turns:
        is_needed = dead_ends(roads)[directed[from_state[spare_arc]]]
        arc_ms[spare_arc] = np.where(is_needed, spare_ms, NO_TURN)
    by_edge = np.argsort(directed, kind="stable").astype(np.int32)
    return StateGraph(
        edge=directed // 2,
        forward=directed % 2 == FORWARD,
        ms=ms[directed].astype(np.int32),
        dm=decimetres(roads.length_mm)[directed // 2],
        arc_start=np.searchsorted(from_state, np.arange(len(directed) + 1)).astype(np.int32),
        arc_to=to_state,
        arc_ms=arc_ms,
        spare_arc=spare_arc,
        spare_ms=spare_ms,
        source_state=np.where(count > 0, first[:-1], NO_STATE).astype(np.int32).reshape(edges, 2),
        target_start=np.searchsorted(directed[by_edge], np.arange(2 * edges + 1)).astype(np.int32),
        target_state=by_edge,
    )


def _layered(turns: Turns, cost: Ints, ends_only: Flags, first: Ints) -> tuple[Ints, Ints, Ints]:
    """Make arcs between states of turns between directed edges, sorted by the first state."""
    before, after = turns.before, turns.after
    arriving = ends_only[after] & ~ends_only[before]
    both = np.flatnonzero(ends_only[after] & ends_only[before])
    from_state = np.concatenate([first[before], first[before[both]] + 1])
    to_state = np.concatenate([first[after] + arriving, first[after[both]] + 1]).astype(np.int32)
    order: Longs = np.argsort(from_state, kind="stable")
    return from_state[order], to_state[order], np.concatenate([cost, cost[both]])[order]

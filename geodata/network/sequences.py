"""Forbidden sequences of three edges and more: states that remember how their edge was come to.

The copies are those of the Aho-Corasick automaton of the sequences: one for every proper beginning of a sequence, on
its last edge. Source: Aho, Corasick, "Efficient string matching", Communications of the ACM 18 (1975).
"""

import numpy as np

from geodata.network.roads import Ints

#: From state, to state and cost of each arc, sorted by the first.
Arcs = tuple[Ints, Ints, Ints]
Sequence = tuple[int, ...]


def with_sequences(sequences: list[Sequence], first: Ints, directed: Ints, arcs: Arcs) -> tuple[Ints, Arcs]:
    """Add the copies of states, and lead the arcs through them.

    Parameters
    ----------
    sequences : of three directed edges and more. Those of two are no arcs already.
    first : (directed edges + 1,) the first state of each directed edge; others follow it, one per layer.
    directed : (states,) the directed edge of each state.

    Returns
    -------
    The directed edges of all states, the copies behind the others; and the arcs.
    """
    forbidden = set(sequences)
    beginnings = sorted({sequence[:length] for sequence in sequences for length in range(2, len(sequence))})
    copies: dict[tuple[Sequence, int], int] = {}
    for beginning in beginnings:
        for layer in range(int(first[beginning[-1] + 1] - first[beginning[-1]])):
            copies[beginning, layer] = len(directed) + len(copies)
    from_state, to_state, cost = arcs
    starts = np.searchsorted(from_state, np.arange(len(directed) + 1))
    added: list[tuple[int, int, int]] = []
    for (beginning, layer), copy in copies.items():
        original = int(first[beginning[-1]]) + layer
        for arc in range(int(starts[original]), int(starts[original + 1])):
            goal = _goal((*beginning, int(directed[to_state[arc]])), int(to_state[arc]), forbidden, copies, first)
            if goal is not None:
                added.append((copy, goal, int(cost[arc])))
    to_state = to_state.copy()
    for edge in {beginning[0] for beginning in beginnings}:
        for arc in range(int(starts[first[edge]]), int(starts[first[edge + 1]])):
            goal = _goal((edge, int(directed[to_state[arc]])), int(to_state[arc]), forbidden, copies, first)
            if goal is not None:
                to_state[arc] = goal
    more = np.array(added, dtype=np.int32).reshape(-1, 3)
    owners = np.array([beginning[-1] for beginning, _ in copies], dtype=np.int32)
    return np.concatenate([directed, owners]), (
        np.concatenate([from_state, more[:, 0]]),
        np.concatenate([to_state, more[:, 1]]),
        np.concatenate([cost, more[:, 2]]),
    )


def _goal(
    driven: Sequence, state: int, forbidden: set[Sequence], copies: dict[tuple[Sequence, int], int], first: Ints
) -> int | None:
    """Return the state after what was driven: a copy that remembers the most of it, or `state`; None when forbidden."""
    layer = state - int(first[driven[-1]])
    ends = [driven[start:] for start in range(len(driven) - 1)]
    if any(end in forbidden for end in ends):
        return None
    return next((copies[end, layer] for end in ends if (end, layer) in copies), state)

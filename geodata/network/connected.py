"""Keeping what is connected: every edge that stays can be reached from the main network and leads back to it."""

from dataclasses import replace
from typing import Final

import numpy as np

from geodata.network.joined import attached, largest
from geodata.network.roads import CLOSED, EDGE_ARRAYS, Flags, Ints, Roads, packed, renumbered, slices
from geodata.network.states import NO_STATE, state_graph

#: Arrays of Roads with one item per edge, but for those that are renumbered.
_EDGE_COLUMNS: Final = tuple(name for name in EDGE_ARRAYS if name not in {"tail", "head"})


def connected(roads: Roads) -> tuple[Roads, Flags] | None:
    """Keep the largest network of open edges that all lead to each other, and what hangs on it in both directions.

    Turn restrictions count. An open edge outside that network which is reached and left through ends-only edges (a
    residential street behind a private gate) can be no part of a through route: it becomes ends-only.

    Returns
    -------
    The roads without the others and without the nodes that only they touch, and which edges were dropped; None when
    nothing is connected.
    """
    keep: Flags = (np.asarray(roads.forward_ms) != CLOSED) | (np.asarray(roads.backward_ms) != CLOSED)
    # A road that goes on as one that leads nowhere ends there: one may turn round. That is known once the other is
    # gone. So what one could not reach or leave by turning round anywhere goes first.
    for turn_anywhere in (True, False):
        while True:
            open_roads = _closed(roads, ~keep)
            core, found = _core(open_roads, turn_anywhere=turn_anywhere)
            if found is None:
                return None
            ends_only = np.asarray(roads.ends_only) | ~(core[:, 0] | core[:, 1])
            graph = state_graph(replace(open_roads, ends_only=ends_only), turn_anywhere=turn_anywhere)
            root = int(graph.source_state[found])
            kept = keep & attached(graph, (graph.arc_start, graph.arc_to), leaving=[root], arriving=[root])
            if (kept == keep).all():
                break
            keep = kept  # what was dropped may have been the way to something else
    return without(replace(roads, ends_only=ends_only), ~keep), ~keep


def _closed(roads: Roads, closed: Flags) -> Roads:
    """Close edges in both directions."""
    return replace(
        roads,
        forward_ms=np.where(closed, CLOSED, roads.forward_ms).astype(np.int32),
        backward_ms=np.where(closed, CLOSED, roads.backward_ms).astype(np.int32),
    )


def _core(roads: Roads, *, turn_anywhere: bool) -> tuple[Flags, tuple[int, int] | None]:
    """Find the longest network of open edges; see `largest`."""
    graph = state_graph(_closed(roads, roads.ends_only), turn_anywhere=turn_anywhere)
    return largest(graph, (graph.arc_start, graph.arc_to), roads, graph.source_state != NO_STATE)


def without(roads: Roads, dropped: Flags) -> Roads:
    """Drop edges, the nodes that nothing else touches, and the restrictions that they are part of."""
    keep = ~dropped
    used = np.zeros(roads.node_count, dtype=bool)
    used[roads.tail[keep]] = used[roads.head[keep]] = True
    node = renumbered(used)
    start = np.asarray(roads.shape_start)
    forbidden_start, forbidden = packed(_kept_sequences(roads, keep))
    return replace(
        roads,
        node_lonlat=roads.node_lonlat[used],
        node_osm=roads.node_osm[used],
        node_signal=roads.node_signal[used],
        tail=node[roads.tail[keep]],
        head=node[roads.head[keep]],
        shape_start=np.concatenate([[0], np.cumsum(np.diff(start)[keep])]).astype(np.int64),
        shape_lonlat=roads.shape_lonlat[slices(start[:-1][keep], start[1:][keep])],
        forbidden_start=forbidden_start,
        forbidden=forbidden,
        **{name: getattr(roads, name)[keep] for name in _EDGE_COLUMNS},
    )


def _kept_sequences(roads: Roads, keep: Flags) -> list[tuple[int, ...]]:
    """Forbidden sequences of edges that stay, by their new numbers."""
    number: Ints = renumbered(keep)
    return [
        tuple(2 * int(number[piece // 2]) + piece % 2 for piece in sequence)
        for sequence in roads.forbidden_sequences()
        if all(keep[piece // 2] for piece in sequence)
    ]

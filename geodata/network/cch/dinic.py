"""Maximum flow between two ends of a part of a graph: kernels that count the fewest edges that part them.

Source: Dinic, "Algorithm for solution of a problem of maximum flow in networks with power estimation" (1970).

`room` (a,) int8 is what flow an arc has room for: 1 each way at first. `mark` (n,) uint8 is SOURCE at one end of the
cell, SINK at the other, 0 between.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.network.cch.bundles import Bytes
from geodata.network.jit import kernel
from geodata.network.roads import Ints

SOURCE: Final = 1
SINK: Final = 2

Rooms = NDArray[np.int8]


class Cell(NamedTuple):
    """A part of the graph in compressed rows, n nodes and a arcs, two for each edge.

    first (n + 1,) int32, head (a,) int32, and twin (a,) int32, the arc that is the same edge from the other side.
    """

    first: Ints
    head: Ints
    twin: Ints


@kernel
def _levels(cell: Cell, room: Rooms, mark: Bytes, level: Ints, queue: Ints) -> bool:
    """Count arcs with room from the sources; whether a sink is reached. level, queue: (n,) written."""
    tail_of_queue = 0
    for v in range(len(mark)):
        level[v] = -1
        if mark[v] == SOURCE:
            level[v] = 0
            queue[tail_of_queue] = v
            tail_of_queue += 1
    reached = False
    at = 0
    while at < tail_of_queue:
        u = queue[at]
        at += 1
        if mark[u] == SINK:
            reached = True
            continue
        for arc in range(cell.first[u], cell.first[u + 1]):
            v = cell.head[arc]
            if room[arc] > 0 and level[v] < 0:
                level[v] = level[u] + 1
                queue[tail_of_queue] = v
                tail_of_queue += 1
    return reached


@kernel
def _augment(source: int, cell: Cell, room: Rooms, mark: Bytes, level: Ints, upcoming: Ints, path: Ints) -> bool:
    """Push one unit from a source to a sink along the levels; whether there was a way.

    upcoming: (n,) the next arc to try of each node. path: (n + 1,) scratch, arcs.
    """
    length = 0
    u = source
    while mark[u] != SINK:
        arc = upcoming[u]
        while arc < cell.first[u + 1] and not (room[arc] > 0 and level[cell.head[arc]] == level[u] + 1):
            arc += 1
        upcoming[u] = arc
        if arc < cell.first[u + 1]:
            path[length] = arc
            length += 1
            u = cell.head[arc]
        elif length == 0:
            return False
        else:
            length -= 1
            u = cell.head[cell.twin[path[length]]]
            upcoming[u] += 1
    for step in range(length):
        room[path[step]] -= 1
        room[cell.twin[path[step]]] += 1
    return True


@kernel
def max_flow(cell: Cell, room: Rooms, mark: Bytes, limit: int, level: Ints, queue: Ints) -> int:
    """Edges that must be cut between sources and sinks; counting stops at `limit`."""
    n = len(mark)
    upcoming, path = np.empty(n, np.int32), np.empty(n + 1, np.int32)
    flow = 0
    while _levels(cell, room, mark, level, queue):
        upcoming[:] = cell.first[:n]
        for source in range(n):
            if mark[source] == SOURCE:
                while _augment(source, cell, room, mark, level, upcoming, path):
                    flow += 1
                    if flow >= limit:
                        return flow
    return flow


@kernel
def residual_side(cell: Cell, room: Rooms, mark: Bytes, end: int, side: Bytes, queue: Ints) -> int:
    """Mark in `side` (n,) uint8 what still reaches the end that is given; how many nodes that is."""
    count = 0
    for v in range(len(mark)):
        side[v] = 0
        if mark[v] == end:
            side[v] = 1
            queue[count] = v
            count += 1
    at = 0
    while at < count:
        u = queue[at]
        at += 1
        for arc in range(cell.first[u], cell.first[u + 1]):
            free = room[arc] if end == SOURCE else room[cell.twin[arc]]
            v = cell.head[arc]
            if free > 0 and side[v] == 0:
                side[v] = 1
                queue[count] = v
                count += 1
    return count

"""Kernels that tell what is connected in a directed graph: strongly connected components, and what can be reached.

A graph of n vertices in compressed rows: `arc_start` (n + 1,) int32, `arc_to` (a,) int32.
Source: Tarjan, "Depth-First Search and Linear Graph Algorithms", 10.1137/0201010.
"""

import numpy as np

from geodata.network.jit import kernel
from geodata.network.roads import Flags, Ints


@kernel
def strong_components(arc_start: Ints, arc_to: Ints) -> Ints:
    """Give each vertex the number of its strongly connected component, from 0 on without gaps: (n,) int32.

    A component has a higher number than those that can be reached from it.
    """
    n = len(arc_start) - 1
    component = np.full(n, -1, np.int32)
    # When a vertex was first seen, and the earliest one on the stack that it leads to; 0: not seen yet.
    seen, lowest = np.zeros(n, np.int32), np.zeros(n, np.int32)
    path, stack, upcoming = np.empty(n, np.int32), np.empty(n, np.int32), arc_start[:n].copy()
    count = clock = stacked = 0
    for root in range(n):
        if seen[root] > 0:
            continue
        path[0] = root
        depth = 1
        while depth > 0:
            v = path[depth - 1]
            if seen[v] == 0:
                clock += 1
                seen[v] = lowest[v] = clock
                stack[stacked] = v
                stacked += 1
            if upcoming[v] < arc_start[v + 1]:
                u = arc_to[upcoming[v]]
                if seen[u] == 0:
                    path[depth] = u  # and the arc is looked at again once u is done
                    depth += 1
                    continue
                if component[u] < 0:
                    lowest[v] = min(lowest[v], lowest[u])
                upcoming[v] += 1
                continue
            depth -= 1
            if lowest[v] == seen[v]:
                while True:
                    stacked -= 1
                    component[stack[stacked]] = count
                    if stack[stacked] == v:
                        break
                count += 1
    return component


@kernel
def reachable(arc_start: Ints, arc_to: Ints, root: int) -> Flags:
    """Whether each vertex can be reached from `root`, itself included: (n,) bool."""
    reached = np.zeros(len(arc_start) - 1, np.bool_)
    queue = np.empty(len(arc_start) - 1, np.int32)
    queue[0] = root
    reached[root] = True
    at, end = 0, 1
    while at < end:
        v = queue[at]
        at += 1
        for arc in range(arc_start[v], arc_start[v + 1]):
            u = arc_to[arc]
            if not reached[u]:
                reached[u] = True
                queue[end] = u
                end += 1
    return reached


@kernel
def turned_round(arc_start: Ints, arc_to: Ints) -> tuple[Ints, Ints]:
    """Return the graph with every arc the other way round: (n + 1,) int32 and (a,) int32."""
    n = len(arc_start) - 1
    start = np.zeros(n + 1, np.int32)
    for arc in range(len(arc_to)):
        start[arc_to[arc] + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    place, to = start[:n].copy(), np.empty(len(arc_to), np.int32)
    for v in range(n):
        for arc in range(arc_start[v], arc_start[v + 1]):
            to[place[arc_to[arc]]] = v
            place[arc_to[arc]] += 1
    return start, to

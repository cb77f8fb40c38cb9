"""Contraction of a graph in a given order, without weights: kernels.

Vertices are numbered by rank, 0 is contracted first. Arcs are taken without direction.
Sources: Liu, "The Role of Elimination Trees in Sparse Factorization", 10.1137/0611010 (tree, postorder, fill);
Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", 10.1145/2886843.
"""

from typing import Final

import numpy as np

from geodata.network.jit import kernel
from geodata.network.roads import Ints, Longs

NO_VERTEX: Final = -1
NO_SLOT: Final = -1


@kernel
def neighbours(rank: Ints, arc_start: Ints, arc_to: Ints, upper: bool) -> tuple[Longs, Ints]:
    """Neighbours of each vertex on one side of it, with repeats: start (s + 1,) int64, neighbour (k,) int32.

    Parameters
    ----------
    rank : (s,) int32, vertex of each state. arc_start : (s + 1,) int32, arc_to : (a,) int32.
    upper : bool, neighbours of higher rank, else of lower.
    """
    n = len(rank)
    start = np.zeros(n + 1, np.int64)
    for state in range(n):
        for arc in range(arc_start[state], arc_start[state + 1]):
            u, v = rank[state], rank[arc_to[arc]]
            if u != v:
                start[(min(u, v) if upper else max(u, v)) + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    place = start[:n].copy()
    neighbour = np.empty(start[n], np.int32)
    for state in range(n):
        for arc in range(arc_start[state], arc_start[state + 1]):
            u, v = rank[state], rank[arc_to[arc]]
            if u != v:
                low, high = min(u, v), max(u, v)
                owner, other = (low, high) if upper else (high, low)
                neighbour[place[owner]] = other
                place[owner] += 1
    return start, neighbour


@kernel
def elimination_tree(start: Longs, neighbour: Ints) -> Ints:
    """Parent of each vertex in the elimination tree, (n,) int32; NO_VERTEX at a root. Takes lower neighbours."""
    n = len(start) - 1
    parent = np.full(n, NO_VERTEX, np.int32)
    ancestor = np.full(n, NO_VERTEX, np.int32)
    for v in range(n):
        for index in range(start[v], start[v + 1]):
            u = neighbour[index]
            while u != NO_VERTEX and u != v:  # noqa: PLR1714 numba
                above = ancestor[u]
                ancestor[u] = v
                if above == NO_VERTEX:
                    parent[u] = v
                u = above
    return parent


@kernel
def postorder(parent: Ints) -> Ints:
    """Renumber the vertices so that each subtree is a range that ends with its root: (n,) int32."""
    n = len(parent)
    child, sibling = np.full(n, NO_VERTEX, np.int32), np.full(n, NO_VERTEX, np.int32)
    roots = np.empty(n, np.int32)
    root_count = 0
    for v in range(n - 1, -1, -1):
        if parent[v] == NO_VERTEX:
            roots[root_count] = v
            root_count += 1
        else:
            sibling[v] = child[parent[v]]
            child[parent[v]] = v
    number = np.empty(n, np.int32)
    stack = np.empty(n, np.int32)
    count = 0
    for index in range(root_count - 1, -1, -1):
        stack[0] = roots[index]
        height = 1
        while height > 0:
            v = stack[height - 1]
            if child[v] != NO_VERTEX:
                stack[height] = child[v]
                child[v] = sibling[child[v]]
                height += 1
            else:
                number[v] = count
                count += 1
                height -= 1
    return number


@kernel
def depths(parent: Ints) -> Ints:
    """Count the steps from each vertex up to the root of its tree: (n,) int32."""
    n = len(parent)
    depth = np.zeros(n, np.int32)
    for v in range(n - 1, -1, -1):
        if parent[v] != NO_VERTEX:
            depth[v] = depth[parent[v]] + 1
    return depth


@kernel
def chordal_completion(start: Longs, neighbour: Ints, parent: Ints) -> tuple[Longs, Ints]:
    """Upper neighbours of each vertex once all below it are contracted: up_start (n + 1,) int64, up_head (u,) int32.

    Takes upper neighbours, and the elimination tree of the same numbering. The heads of a vertex are sorted.
    """
    n = len(parent)
    up_start = np.zeros(n + 1, np.int64)
    up_head = np.empty(max(16, 3 * len(neighbour)), np.int32)
    child, sibling = np.full(n, NO_VERTEX, np.int32), np.full(n, NO_VERTEX, np.int32)
    seen_by = np.full(n, NO_VERTEX, np.int32)
    found = np.empty(n, np.int32)
    total = 0
    for v in range(n):
        count = 0
        seen_by[v] = v
        for index in range(start[v], start[v + 1]):
            u = neighbour[index]
            if seen_by[u] != v:
                seen_by[u] = v
                found[count] = u
                count += 1
        below = child[v]
        while below != NO_VERTEX:
            for index in range(up_start[below], up_start[below + 1]):
                u = up_head[index]
                if seen_by[u] != v:
                    seen_by[u] = v
                    found[count] = u
                    count += 1
            below = sibling[below]
        if total + count > len(up_head):
            longer = np.empty(len(up_head) + len(up_head) // 2 + count, np.int32)
            longer[:total] = up_head[:total]
            up_head = longer
        up_head[total : total + count] = np.sort(found[:count])
        total += count
        up_start[v + 1] = total
        if parent[v] != NO_VERTEX:
            sibling[v] = child[parent[v]]
            child[parent[v]] = v
    return up_start, up_head[:total].copy()


@kernel
def arc_slots(rank: Ints, arc_start: Ints, arc_to: Ints, up_start: Longs, up_head: Ints) -> Ints:
    """Find where each arc of the states lies in the hierarchy: (a,) int32.

    That is twice the index in up_head, and 1 more if it is driven downwards; NO_SLOT from a state to itself.
    """
    slot = np.empty(len(arc_to), np.int32)
    for state in range(len(rank)):
        for arc in range(arc_start[state], arc_start[state + 1]):
            u, v = rank[state], rank[arc_to[arc]]
            if u == v:
                slot[arc] = NO_SLOT
                continue
            low, high = min(u, v), max(u, v)
            first, last = up_start[low], up_start[low + 1]
            while first < last:
                middle = (first + last) // 2
                if up_head[middle] < high:
                    first = middle + 1
                else:
                    last = middle
            slot[arc] = 2 * first + (1 if u > v else 0)
    return slot

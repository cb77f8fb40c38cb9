"""Nested dissection by inertial flow: kernels that rank the edges of an undirected graph.

A cell of the graph is cut in two where few edges lie between its two ends in one of four directions (maximum flow
between the outermost quarters of its nodes); the cut edges get the highest ranks, and both parts are cut further.
Source: Schild, Sommer, "On Balanced Separators in Road Networks", 10.1007/978-3-319-20086-6_22 (inertial flow).
"""

import numpy as np

from geodata.network.cch.bundles import Bytes
from geodata.network.cch.dinic import SINK, SOURCE, Cell, max_flow, residual_side
from geodata.network.jit import kernel
from geodata.network.roads import Floats, Ints


@kernel
def _bisect(cell: Cell, x: Floats, y: Floats, balance: float) -> Bytes:
    """Cut a connected cell in two, in the best of four directions: (n,) uint8, 1 on one side.

    x, y: (n,) float64. balance: share of the nodes at either end that are not cut off from each other.
    """
    n = len(x)
    best = np.zeros(n, np.uint8)
    best_score = np.inf
    best_flow = 1 << 30
    level, queue = np.empty(n, np.int32), np.empty(n, np.int32)
    mark, side = np.empty(n, np.uint8), np.empty(n, np.uint8)
    room = np.empty(len(cell.head), np.int8)
    outer = max(1, int(n * balance))
    for direction in range(4):
        if direction == 0:
            key = x.copy()
        elif direction == 1:
            key = y.copy()
        elif direction == 2:
            key = x + y
        else:
            key = x - y
        along = np.argsort(key)
        mark[:] = 0
        mark[along[:outer]] = SOURCE
        mark[along[n - outer :]] = SINK
        room[:] = 1
        flow = max_flow(cell, room, mark, best_flow + 1, level, queue)
        if flow > best_flow:
            continue
        near_sink = residual_side(cell, room, mark, SINK, side, queue)
        near_source = residual_side(cell, room, mark, SOURCE, side, queue)
        size = near_source
        if abs(n - 2 * near_sink) < abs(n - 2 * near_source):
            size = residual_side(cell, room, mark, SINK, side, queue)
        score = flow / min(size, n - size)
        if score < best_score:
            best_score = score
            best_flow = flow
            best[:] = side
    return best


@kernel
def _rows(edges: Ints, tail: Ints, head: Ints, local: Ints, n: int) -> Cell:
    """Put a cell's edges in compressed rows, without loops."""
    first = np.zeros(n + 1, np.int32)
    for edge in edges:
        u, v = local[tail[edge]], local[head[edge]]
        if u != v:
            first[u + 1] += 1
            first[v + 1] += 1
    for v in range(n):
        first[v + 1] += first[v]
    place = first[:n].copy()
    row_head, twin = np.empty(first[n], np.int32), np.empty(first[n], np.int32)
    for edge in edges:
        u, v = local[tail[edge]], local[head[edge]]
        if u != v:
            there, back = place[u], place[v]
            row_head[there], row_head[back] = v, u
            twin[there], twin[back] = back, there
            place[u] += 1
            place[v] += 1
    return Cell(first, row_head, twin)


@kernel
def _components(cell: Cell, component: Ints, queue: Ints) -> int:
    """Give each connected component of a cell a number, in `component` (n,) int32; how many there are."""
    n = len(component)
    component[:] = -1
    count = 0
    for start in range(n):
        if component[start] >= 0:
            continue
        component[start] = count
        queue[0] = start
        at, end = 0, 1
        while at < end:
            u = queue[at]
            at += 1
            for arc in range(cell.first[u], cell.first[u + 1]):
                v = cell.head[arc]
                if component[v] < 0:
                    component[v] = count
                    queue[end] = v
                    end += 1
        count += 1
    return count


@kernel
def _grouped(items: Ints, group: Ints, groups: int, scratch: Ints) -> Ints:
    """Sort `items` in place by `group` (both (k,) int32), stable; where each group starts: (groups + 1,) int32."""
    start = np.zeros(groups + 1, np.int32)
    for index in range(len(items)):
        start[group[index] + 1] += 1
    for index in range(groups):
        start[index + 1] += start[index]
    place = start[:groups].copy()
    for index in range(len(items)):
        scratch[place[group[index]]] = items[index]
        place[group[index]] += 1
    items[:] = scratch[: len(items)]
    return start


@kernel
def edge_ranks(n: int, tail: Ints, head: Ints, x: Floats, y: Floats, balance: float) -> Ints:
    """Rank of each edge of a graph, a permutation: (m,) int32, the highest rank in the first cut.

    Parameters
    ----------
    n : nodes. tail, head : (m,) int32; loops and parallel edges may be there.
    x, y : (n,) float64, places on a plane. balance : see `_bisect`.
    """
    m = len(tail)
    rank = np.empty(m, np.int32)
    rest = m
    nodes, edges = np.arange(n).astype(np.int32), np.arange(m).astype(np.int32)
    local = np.empty(n, np.int32)
    scratch, group = np.empty(max(n, m), np.int32), np.empty(max(n, m), np.int32)
    cells = [(0, n, 0, m)]
    while len(cells) > 0:
        node_from, node_to, edge_from, edge_to = cells.pop()
        size, edge_count = node_to - node_from, edge_to - edge_from
        mine, own = nodes[node_from:node_to], edges[edge_from:edge_to]
        if edge_count == 0:
            continue
        if size <= 2 or edge_count == 1:
            for edge in own:
                rest -= 1
                rank[edge] = rest
            continue
        for index in range(size):
            local[mine[index]] = index
        cell = _rows(own, tail, head, local, size)
        part = np.empty(size, np.int32)
        parts = _components(cell, part, scratch)
        if parts == 1:
            part[:] = _bisect(cell, x[mine], y[mine], balance)
            parts = 2
        # Edges of the cut are grouped behind those of the parts.
        for index in range(edge_count):
            u, v = part[local[tail[own[index]]]], part[local[head[own[index]]]]
            group[index] = u if u == v else parts
        edge_start = _grouped(own, group, parts + 1, scratch)
        for edge in own[edge_start[parts] :]:
            rest -= 1
            rank[edge] = rest
        node_start = _grouped(mine, part, parts, scratch)
        for index in range(parts):
            node_range = (node_from + node_start[index], node_from + node_start[index + 1])
            edge_range = (edge_from + edge_start[index], edge_from + edge_start[index + 1])
            cells.append(node_range + edge_range)
    return rank

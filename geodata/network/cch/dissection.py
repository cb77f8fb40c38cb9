"""Nested dissection by inertial flow: kernels that rank the edges of an undirected graph.

A cell of the graph is cut in two where few edges lie between its two ends in one of four directions (maximum flow
between the outermost quarters of its nodes); the cut edges get the highest ranks, and both parts are cut further.
Sources: Schild, Sommer, "On Balanced Separators in Road Networks", 10.1007/978-3-319-20086-6_22 (inertial flow);
Dinic, "Algorithm for solution of a problem of maximum flow in networks with power estimation" (1970).

Inside a cell the graph is in compressed rows: `first` (n + 1,) int32, `head` (a,) int32, and `twin` (a,) int32, the arc
that is the same edge from the other side. `room` (a,) int8 is what flow an arc has room for: 1 each way at first.
`mark` (n,) uint8 is SOURCE at one end of the cell, SINK at the other, 0 between.
"""

import numpy as np

from geodata.network.jit import kernel

SOURCE = 1
SINK = 2


@kernel
def _levels(first, head, room, mark, level, queue):
    """Count arcs with room from the sources; whether a sink is reached. level, queue: (n,) int32, written."""
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
        for arc in range(first[u], first[u + 1]):
            v = head[arc]
            if room[arc] > 0 and level[v] < 0:
                level[v] = level[u] + 1
                queue[tail_of_queue] = v
                tail_of_queue += 1
    return reached


@kernel
def _augment(source, first, head, twin, room, mark, level, upcoming, path):
    """Push one unit from a source to a sink along the levels; whether there was a way.

    upcoming: (n,) int32, the next arc to try of each node. path: (n + 1,) int32 scratch, arcs.
    """
    length = 0
    u = source
    while mark[u] != SINK:
        arc = upcoming[u]
        while arc < first[u + 1] and not (room[arc] > 0 and level[head[arc]] == level[u] + 1):
            arc += 1
        upcoming[u] = arc
        if arc < first[u + 1]:
            path[length] = arc
            length += 1
            u = head[arc]
        elif length == 0:
            return False
        else:
            length -= 1
            u = head[twin[path[length]]]
            upcoming[u] += 1
    for step in range(length):
        room[path[step]] -= 1
        room[twin[path[step]]] += 1
    return True


@kernel
def _max_flow(first, head, twin, room, mark, limit, level, queue, upcoming, path):
    """Edges that must be cut between sources and sinks; counting stops at `limit`."""
    n = len(mark)
    flow = 0
    while _levels(first, head, room, mark, level, queue):
        upcoming[:] = first[:n]
        for source in range(n):
            if mark[source] == SOURCE:
                while _augment(source, first, head, twin, room, mark, level, upcoming, path):
                    flow += 1
                    if flow >= limit:
                        return flow
    return flow


@kernel
def _residual_side(first, head, twin, room, mark, end, side, queue):
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
        for arc in range(first[u], first[u + 1]):
            free = room[arc] if end == SOURCE else room[twin[arc]]
            v = head[arc]
            if free > 0 and side[v] == 0:
                side[v] = 1
                queue[count] = v
                count += 1
    return count


@kernel
def _bisect(first, head, twin, x, y, balance):
    """Cut a connected cell in two, in the best of four directions: (n,) uint8, 1 on one side.

    x, y: (n,) float64. balance: share of the nodes at either end that are not cut off from each other.
    """
    n = len(x)
    best = np.zeros(n, np.uint8)
    best_score = np.inf
    best_flow = 1 << 30
    level, queue, upcoming = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    path = np.empty(n + 1, np.int32)
    mark, side = np.empty(n, np.uint8), np.empty(n, np.uint8)
    room = np.empty(len(head), np.int8)
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
        flow = _max_flow(first, head, twin, room, mark, best_flow + 1, level, queue, upcoming, path)
        if flow > best_flow:
            continue
        near_sink = _residual_side(first, head, twin, room, mark, SINK, side, queue)
        near_source = _residual_side(first, head, twin, room, mark, SOURCE, side, queue)
        size = near_source
        if abs(n - 2 * near_sink) < abs(n - 2 * near_source):
            size = _residual_side(first, head, twin, room, mark, SINK, side, queue)
        score = flow / min(size, n - size)
        if score < best_score:
            best_score = score
            best_flow = flow
            best[:] = side
    return best


@kernel
def _rows(edges, tail, head, local, n):
    """Put a cell's edges in compressed rows, without loops: first, head, twin (see above)."""
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
    return first, row_head, twin


@kernel
def _components(first, head, component, queue):
    """Number the connected components of a cell in `component` (n,) int32; how many there are."""
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
            for arc in range(first[u], first[u + 1]):
                v = head[arc]
                if component[v] < 0:
                    component[v] = count
                    queue[end] = v
                    end += 1
        count += 1
    return count


@kernel
def _grouped(items, group, groups, scratch):
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
def edge_ranks(n, tail, head, x, y, balance):
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
        first, row_head, twin = _rows(own, tail, head, local, size)
        part = np.empty(size, np.int32)
        parts = _components(first, row_head, part, scratch)
        if parts == 1:
            part[:] = _bisect(first, row_head, twin, x[mine], y[mine], balance)
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
            cells.append(
                (
                    node_from + node_start[index],
                    node_from + node_start[index + 1],
                    edge_from + edge_start[index],
                    edge_from + edge_start[index + 1],
                )
            )
    return rank

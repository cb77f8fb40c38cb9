"""Single routes: searches upwards from both ends along the elimination tree, and the unpacking of shortcuts; kernels.

A search from a vertex passes its ancestors only, which have different depths: labels are kept by depth.
Source: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", 10.1145/2886843, section 8.

`out_arcs` and `in_arcs` are the arrays of a metric: start (n + 1,) int32, head (k,) int32, cost (k,) float64,
via (k,) int32.
"""

import numpy as np

from geodata.network.jit import kernel

NO_VERTEX = -1
NO_VIA = -1


@kernel
def _climb(vertex, cost, arcs, parent, depth, label, chain, origin):
    """Search upwards from one vertex.

    label (height,) float64, chain (height,) int32, origin (height,) int32 : written up to the depth of the vertex:
    cost of the ancestor at each depth, that ancestor, and the depth that its cost comes from.
    """
    start, head, arc_cost, _ = arcs
    label[: depth[vertex] + 1] = np.inf
    label[depth[vertex]] = cost
    v = vertex
    while v != NO_VERTEX:
        row = depth[v]
        chain[row] = v
        d = label[row]
        if d < np.inf:
            for arc in range(start[v], start[v + 1]):
                above = depth[head[arc]]
                if d + arc_cost[arc] < label[above]:
                    label[above] = d + arc_cost[arc]
                    origin[above] = row
        v = parent[v]


@kernel
def ways_round(state, from_cost, to_cost, vertex, parent, depth, height, out_arcs, in_arcs, graph, per_ms):
    """Cheapest routes that leave a state at its end and lead to a place on the same drawn edge: (p,) float64.

    Parameters
    ----------
    state : (p,) int32, equal ones side by side. from_cost : (p,) float64 that is added.
    to_cost : (p, 2) float64 that is added where the route ends in either direction of the edge, infinite for closed.
    vertex : (s,) int32. graph : edge (s,), ms (s,), dm (s,), arc_start (s + 1,), arc_to (a,), arc_ms (a,),
        target_start (2 m + 1,), target_state (t,) int32.
    """
    edge, ms, dm, arc_start, arc_to, arc_ms, target_start, target_state = graph
    answer = np.full(len(state), np.inf)
    there, back = np.empty(height), np.empty(height)
    up, down, origin = np.empty(height, np.int32), np.empty(height, np.int32), np.empty(height, np.int32)
    around = np.empty(0)
    for index in range(len(state)):
        start = state[index]
        first, last = target_start[2 * edge[start]], target_start[2 * edge[start] + 2]
        if index == 0 or start != state[index - 1]:
            around = np.full(last - first, np.inf)
            for arc in range(arc_start[start], arc_start[start + 1]):
                after = vertex[arc_to[arc]]
                cost = (float(ms[start]) + float(arc_ms[arc])) * per_ms + dm[start]
                _climb(after, cost, out_arcs, parent, depth, there, up, origin)
                for end in range(first, last):
                    home = vertex[target_state[end]]
                    _climb(home, 0.0, in_arcs, parent, depth, back, down, origin)
                    for row in range(min(depth[home], depth[after]) + 1):
                        if up[row] != down[row]:
                            break
                        around[end - first] = min(around[end - first], there[row] + back[row])
        for end in range(first, last):
            direction = 0 if end < target_start[2 * edge[start] + 1] else 1
            cost = from_cost[index] + around[end - first] + to_cost[index, direction]
            answer[index] = min(answer[index], cost)
    return answer


@kernel
def _find(arcs, low, high):
    """Index of the arc of a lower vertex that has the given head."""
    start, head = arcs[0], arcs[1]
    first, last = start[low], start[low + 1]
    while first < last:
        middle = (first + last) // 2
        if head[middle] < high:
            first = middle + 1
        else:
            last = middle
    return first


@kernel
def _unpack(packed, out_arcs, in_arcs):
    """Replace each shortcut of a list of vertices by the vertices it leads over."""
    path = [packed[0]]
    for index in range(len(packed) - 1):
        # The ends of the arcs that are still ahead, the next one last.
        ahead = [packed[index + 1]]
        u = packed[index]
        while len(ahead) > 0:
            v = ahead[-1]
            via = out_arcs[3][_find(out_arcs, u, v)] if u < v else in_arcs[3][_find(in_arcs, v, u)]
            if via == NO_VIA:
                path.append(v)
                u = ahead.pop()
            else:
                ahead.append(via)
    return path


@kernel
def cheapest_route(from_vertex, from_cost, to_vertex, to_cost, parent, depth, height, out_arcs, in_arcs):
    """Cheapest route of at least no cost from one of several vertices to one of several others.

    Parameters
    ----------
    from_vertex, to_vertex : (k,), (l,) int32. from_cost, to_cost : (k,), (l,) float64 that are added to the route.

    Returns
    -------
    cost, infinite when there is no route; index in from_vertex; index in to_vertex; vertices, (r,) int32.
    """
    there, back = np.empty((len(from_vertex), height)), np.empty((len(to_vertex), height))
    up, down = np.empty(there.shape, np.int32), np.empty(back.shape, np.int32)
    up_origin, down_origin = np.empty(there.shape, np.int32), np.empty(back.shape, np.int32)
    for i in range(len(from_vertex)):
        _climb(from_vertex[i], from_cost[i], out_arcs, parent, depth, there[i], up[i], up_origin[i])
    for j in range(len(to_vertex)):
        _climb(to_vertex[j], to_cost[j], in_arcs, parent, depth, back[j], down[j], down_origin[j])
    best, best_i, best_j, top = np.inf, 0, 0, 0
    for i in range(len(from_vertex)):
        for j in range(len(to_vertex)):
            for row in range(min(depth[from_vertex[i]], depth[to_vertex[j]]) + 1):
                if up[i, row] != down[j, row]:
                    break
                cost = there[i, row] + back[j, row]
                # Less than nothing: the target lies behind the source on the same edge.
                if 0 <= cost < best:
                    best, best_i, best_j, top = cost, i, j, row
    if best == np.inf:
        return best, 0, 0, np.empty(0, np.int32)
    packed = [up[best_i, top]]
    row = top
    while row != depth[from_vertex[best_i]]:
        row = up_origin[best_i, row]
        packed.append(up[best_i, row])
    packed.reverse()
    row = top
    while row != depth[to_vertex[best_j]]:
        row = down_origin[best_j, row]
        packed.append(down[best_j, row])
    return best, best_i, best_j, np.array(_unpack(packed, out_arcs, in_arcs))

"""Single routes: searches upwards from both ends along the elimination tree, and the unpacking of shortcuts; kernels.

A search from a vertex passes its ancestors only, which have different depths: labels are kept by depth.
Source: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", 10.1145/2886843, section 8.
"""

from typing import Final

import numpy as np

from geodata.network.cch.bundles import Arcs, Seeds, States, Tree
from geodata.network.jit import kernel
from geodata.network.roads import Floats, Ints, Longs

_NO_VERTEX: Final = -1
_NO_VIA: Final = -1


@kernel
def _climb(vertex: int, cost: float, arcs: Arcs, tree: Tree, label: Floats, chain: Ints, origin: Ints) -> None:
    """Search upwards from one vertex.

    label (height,) float64, chain (height,) int32, origin (height,) int32 : written up to the depth of the vertex:
    cost of the ancestor at each depth, that ancestor, and the depth that its cost comes from.
    """
    label[: tree.depth[vertex] + 1] = np.inf
    label[tree.depth[vertex]] = cost
    v = vertex
    while v != _NO_VERTEX:
        row = tree.depth[v]
        chain[row] = v
        d = label[row]
        if d < np.inf:
            for arc in range(arcs.start[v], arcs.start[v + 1]):
                above = tree.depth[arcs.head[arc]]
                if d + arcs.cost[arc] < label[above]:
                    label[above] = d + arcs.cost[arc]
                    origin[above] = row
        v = tree.parent[v]


@kernel
def ways_round(
    state: Ints,
    from_cost: Floats,
    to_cost: Floats,
    vertex: Ints,
    tree: Tree,
    out_arcs: Arcs,
    in_arcs: Arcs,
    graph: States,
    per_ms: float,
) -> Floats:
    """Cheapest routes that leave a state at its end and lead to a place on the same drawn edge: (p,).

    Parameters
    ----------
    state : (p,) equal ones side by side. from_cost : (p,) that is added.
    to_cost : (p, 2) that is added where the route ends in either direction of the edge, infinite for a closed one.
    vertex : (s,) of each state.
    """
    answer = np.full(len(state), np.inf)
    most = 1
    for one in state:
        most = max(most, graph.target_start[2 * graph.edge[one] + 2] - graph.target_start[2 * graph.edge[one]])
    there, up, origin = np.empty(tree.height), np.empty(tree.height, np.int32), np.empty(tree.height, np.int32)
    back, down = np.empty((most, tree.height)), np.empty((most, tree.height), np.int32)
    around = np.empty(most)
    for index in range(len(state)):
        start, edge = state[index], graph.edge[state[index]]
        first, last = graph.target_start[2 * edge], graph.target_start[2 * edge + 2]
        if index == 0 or start != state[index - 1]:
            around[:] = np.inf
            for end in range(first, last):
                home = vertex[graph.target_state[end]]
                _climb(home, 0.0, in_arcs, tree, back[end - first], down[end - first], origin)
            for arc in range(graph.arc_start[start], graph.arc_start[start + 1]):
                if graph.arc_ms[arc] < 0:
                    continue
                after = vertex[graph.arc_to[arc]]
                cost = (float(graph.ms[start]) + float(graph.arc_ms[arc])) * per_ms + graph.dm[start]
                _climb(after, cost, out_arcs, tree, there, up, origin)
                for end in range(first, last):
                    here, least = end - first, np.inf
                    for row in range(min(tree.depth[vertex[graph.target_state[end]]], tree.depth[after]) + 1):
                        if up[row] != down[here, row]:
                            break
                        least = min(least, there[row] + back[here, row])
                    around[here] = min(around[here], least)
        for end in range(first, last):
            direction = 0 if end < graph.target_start[2 * edge + 1] else 1
            cost = from_cost[index] + around[end - first] + to_cost[index, direction]
            answer[index] = min(answer[index], cost)
    return answer


@kernel
def begins(states: Ints, vertex: Ints, done_ms: Longs, done_dm: Longs, per_ms: float) -> Seeds:
    """Where a route may begin on one edge, as the seeds of one place.

    Parameters
    ----------
    states : (2,) of the edge's directions, negative where a direction has none. vertex : (s,) of each state.
    done_ms, done_dm : (2,) from where one enters the edge to the place; -1 ms where a direction is closed.
    """
    found, costs, count = np.empty(2, np.int32), np.empty(2), 0
    for direction in range(2):
        if states[direction] >= 0 and done_ms[direction] >= 0:
            found[count] = vertex[states[direction]]
            costs[count] = -done_ms[direction] * per_ms - done_dm[direction]
            count += 1
    return Seeds(np.array([0, count], np.int32), found[:count], costs[:count])


@kernel
def ends(starts: Ints, target_state: Ints, vertex: Ints, done_ms: Longs, done_dm: Longs, per_ms: float) -> Seeds:
    """Where a route may end on one edge, likewise. starts : (3,) of the two directions' states in `target_state`."""
    size = starts[2] - starts[0]
    found, costs, count = np.empty(size, np.int32), np.empty(size), 0
    for direction in range(2):
        if done_ms[direction] >= 0:
            for index in range(starts[direction], starts[direction + 1]):
                found[count] = vertex[target_state[index]]
                costs[count] = done_ms[direction] * per_ms + done_dm[direction]
                count += 1
    return Seeds(np.array([0, count], np.int32), found[:count], costs[:count])


@kernel
def _find(arcs: Arcs, low: int, high: int) -> int:
    """Index of the arc between two vertices, the lower one first."""
    first, last = int(arcs.start[low]), int(arcs.start[low + 1])
    while first < last:
        middle = (first + last) // 2
        if arcs.head[middle] < high:
            first = middle + 1
        else:
            last = middle
    return first


@kernel
def _unpack(packed: list[int], out_arcs: Arcs, in_arcs: Arcs) -> list[int]:
    """Replace each shortcut of a list of vertices by the vertices it leads over."""
    path = [packed[0]]
    for index in range(len(packed) - 1):
        # The ends of the arcs that are still ahead, the next one last.
        ahead = [packed[index + 1]]
        u = packed[index]
        while len(ahead) > 0:
            v = ahead[-1]
            via = out_arcs.via[_find(out_arcs, u, v)] if u < v else in_arcs.via[_find(in_arcs, v, u)]
            if via == _NO_VIA:
                path.append(v)
                u = ahead.pop()
            else:
                ahead.append(via)
    return path


@kernel
def cheapest_route(sources: Seeds, targets: Seeds, tree: Tree, out_arcs: Arcs, in_arcs: Arcs) -> tuple[float, Ints]:
    """Cheapest route of at least no cost from one of several vertices to one of several others.

    Parameters
    ----------
    sources, targets : seeds of one place each.

    Returns
    -------
    cost, infinite when there is no route; vertices, (r,) int32.
    """
    begins, ends = sources.vertex, targets.vertex
    there, back = np.empty((len(begins), tree.height)), np.empty((len(ends), tree.height))
    up, down = np.empty(there.shape, np.int32), np.empty(back.shape, np.int32)
    up_origin, down_origin = np.empty(there.shape, np.int32), np.empty(back.shape, np.int32)
    for i in range(len(begins)):
        _climb(begins[i], sources.cost[i], out_arcs, tree, there[i], up[i], up_origin[i])
    for j in range(len(ends)):
        _climb(ends[j], targets.cost[j], in_arcs, tree, back[j], down[j], down_origin[j])
    best, best_i, best_j, top = np.inf, 0, 0, 0
    for i in range(len(begins)):
        for j in range(len(ends)):
            for row in range(min(tree.depth[begins[i]], tree.depth[ends[j]]) + 1):
                if up[i, row] != down[j, row]:
                    break
                cost = there[i, row] + back[j, row]
                # Less than nothing: the target lies behind the source on the same edge.
                if 0 <= cost < best:
                    best, best_i, best_j, top = cost, i, j, row
    if best == np.inf:
        return best, np.empty(0, np.int32)
    packed = [up[best_i, top]]
    row = top
    while row != tree.depth[begins[best_i]]:
        row = up_origin[best_i, row]
        packed.append(up[best_i, row])
    packed.reverse()
    row = top
    while row != tree.depth[ends[best_j]]:
        row = down_origin[best_j, row]
        packed.append(down[best_j, row])
    return best, np.array(_unpack(packed, out_arcs, in_arcs))

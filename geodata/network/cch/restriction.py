"""What of the hierarchy a matrix needs: kernels that cut out what is above its sources, and sort the sources into it.

Source: Delling, Goldberg, Werneck, "Faster Batched Shortest Paths in Road Networks", 10.4230/OASIcs.ATMOS.2011.52
(RPHAST).
"""

import numpy as np

from geodata.network.cch.bundles import Arcs, Restricted, Taps, Tree
from geodata.network.jit import kernel
from geodata.network.roads import Floats, Ints


@kernel
def restrict(arcs: Arcs, tree: Tree, vertices: Ints) -> Restricted:
    """Cut out what searches upwards from the given vertices (t,), or -1 for none, can meet."""
    n = len(tree.depth)
    met = np.zeros((n // 8 + 1) * 8, np.uint8)
    stack = np.empty(n, np.int32)
    height, count, arc_count = 0, 0, 0
    for vertex in vertices:
        if vertex >= 0 and met[vertex] == 0:
            met[vertex] = 1
            stack[height] = vertex
            height += 1
    while height > 0:
        height -= 1
        v = stack[height]
        count += 1
        arc_count += arcs.start[v + 1] - arcs.start[v]
        for arc in range(arcs.start[v], arcs.start[v + 1]):
            u = arcs.head[arc]
            if met[u] == 0:
                met[u] = 1
                stack[height] = u
                height += 1
    place = np.empty(n, np.int32)
    row, first = np.empty(count, np.int32), np.zeros(count + 1, np.int32)
    arc_row, arc_cost = np.empty(arc_count, np.int32), np.empty(arc_count, np.float64)
    count, arc_count = 0, 0
    eights = met.view(np.uint64)
    for eight in range(len(eights) - 1, -1, -1):
        if eights[eight] == 0:
            continue
        for v in range(8 * eight + 7, 8 * eight - 1, -1):
            if met[v] == 0:
                continue
            place[v] = count
            row[count] = tree.depth[v]
            for arc in range(arcs.start[v], arcs.start[v + 1]):
                arc_row[arc_count] = tree.depth[arcs.head[arc]]
                arc_cost[arc_count] = arcs.cost[arc]
                arc_count += 1
            count += 1
            first[count] = arc_count
    return Restricted(met, place, row, first, arc_row, arc_cost)


@kernel
def taps_by_place(vertex: Ints, cost: Floats, restricted: Restricted) -> Taps:
    """Sort the sources' taps by place. vertex, cost: (sources, 2), one for each direction of the edge; -1 for none."""
    places = len(restricted.row)
    sources, directions = vertex.shape
    start, per_source = np.zeros(places + 1, np.int32), np.zeros(sources, np.int32)
    for source in range(sources):
        for direction in range(directions):
            if vertex[source, direction] >= 0:
                start[restricted.place[vertex[source, direction]] + 1] += 1
                per_source[source] += 1
    for place in range(places):
        start[place + 1] += start[place]
    upcoming = start[:places].copy()
    tap_source, tap_cost = np.empty(start[places], np.int32), np.empty(start[places], np.float64)
    for source in range(sources):
        for direction in range(directions):
            if vertex[source, direction] >= 0:
                place = restricted.place[vertex[source, direction]]
                tap_source[upcoming[place]] = source
                tap_cost[upcoming[place]] = cost[source, direction]
                upcoming[place] += 1
    return Taps(start, tap_source, tap_cost, per_source)

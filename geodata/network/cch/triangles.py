"""Customization of a contraction hierarchy: kernels over its triangles.

The hierarchy is (u,) arcs in compressed rows, `up_start` (n + 1,) int64 and `up_head` (u,) int32, sorted. `up` and
`down` (u,) float64 are the costs of an arc driven from its lower to its higher vertex and back, infinite where it
cannot be driven. `up_via` and `down_via` (u,) int32 are the vertices that arcs lead over.
Source: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", 10.1145/2886843, sections 6 and 7.
"""

from typing import Final

import numpy as np

from geodata.network.cch.bundles import Arcs
from geodata.network.jit import kernel
from geodata.network.roads import Floats, Ints, Longs

#: The arc is no shortcut: it is an arc of the state graph.
NO_VIA: Final = -1
#: A path over higher vertices is cheaper: no search needs the arc.
REMOVED: Final = -2


@kernel
def initial_costs(
    slot: Ints, arc_start: Ints, arc_ms: Ints, ms: Ints, dm: Ints, per_ms: float, up: Floats, down: Floats
) -> None:
    """Enter the arcs of the state graph; of parallel ones the cheapest.

    slot: (a,) int32, see elimination.arc_slots. arc_start (s + 1,), arc_ms (a,), ms and dm (s,) int32. per_ms: what a
    millisecond counts in decimetres. Where `ms` is 0 the state is closed, where `arc_ms` is below 0 the turn.
    """
    up[:] = np.inf
    down[:] = np.inf
    for state in range(len(ms)):
        if ms[state] == 0:
            continue
        for arc in range(arc_start[state], arc_start[state + 1]):
            if slot[arc] < 0 or arc_ms[arc] < 0:
                continue
            cost = (float(ms[state]) + float(arc_ms[arc])) * per_ms + dm[state]
            index = slot[arc] >> 1
            if slot[arc] & 1:
                down[index] = min(down[index], cost)
            else:
                up[index] = min(up[index], cost)


@kernel
def customize_basic(up_start: Longs, up_head: Ints, up: Floats, down: Floats, up_via: Ints, down_via: Ints) -> None:
    """Make each arc as cheap as the cheapest path between its ends over vertices that are lower than both."""
    up_via[:] = NO_VIA
    down_via[:] = NO_VIA
    for v in range(len(up_start) - 1):
        first, last = up_start[v], up_start[v + 1]
        for i in range(first, last - 1):
            from_a, to_a = down[i], up[i]
            side = up_start[up_head[i]]
            for j in range(i + 1, last):
                while up_head[side] != up_head[j]:
                    side += 1
                if from_a + up[j] < up[side]:
                    up[side] = from_a + up[j]
                    up_via[side] = v
                if down[j] + to_a < down[side]:
                    down[side] = down[j] + to_a
                    down_via[side] = v


@kernel
def customize_perfect(up_start: Longs, up_head: Ints, up: Floats, down: Floats, up_via: Ints, down_via: Ints) -> None:
    """Make each arc as cheap as any path between its ends; arcs that become cheaper by that are REMOVED.

    An arc that is equally cheap stays, so that the two arcs that a shortcut was made of stay as long as it does.
    """
    for v in range(len(up_start) - 2, -1, -1):
        first, last = up_start[v], up_start[v + 1]
        for i in range(first, last):
            side = up_start[up_head[i]]
            for j in range(i + 1, last):
                while up_head[side] != up_head[j]:
                    side += 1
                a_to_b, b_to_a = up[side], down[side]
                if up[j] + b_to_a < up[i]:
                    up[i] = up[j] + b_to_a
                    up_via[i] = REMOVED
                if up[i] + a_to_b < up[j]:
                    up[j] = up[i] + a_to_b
                    up_via[j] = REMOVED
                if a_to_b + down[j] < down[i]:
                    down[i] = a_to_b + down[j]
                    down_via[i] = REMOVED
                if b_to_a + down[i] < down[j]:
                    down[j] = b_to_a + down[i]
                    down_via[j] = REMOVED


@kernel
def kept(up_start: Longs, up_head: Ints, cost: Floats, via: Ints) -> Arcs:
    """Keep the arcs of one direction that a search needs."""
    n = len(up_start) - 1
    count = 0
    for index in range(len(cost)):
        if via[index] != REMOVED and cost[index] < np.inf:
            count += 1
    start = np.zeros(n + 1, np.int32)
    head, kept_via = np.empty(count, np.int32), np.empty(count, np.int32)
    kept_cost = np.empty(count, np.float64)
    count = 0
    for v in range(n):
        for index in range(up_start[v], up_start[v + 1]):
            if via[index] != REMOVED and cost[index] < np.inf:
                head[count] = up_head[index]
                kept_cost[count] = cost[index]
                kept_via[count] = via[index]
                count += 1
        start[v + 1] = count
    return Arcs(start, head, kept_cost, kept_via)

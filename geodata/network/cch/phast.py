"""From one place to every state by one sweep over the whole hierarchy; kernel.

What lies above the seeds is searched upwards in the order of the ranks. Every vertex is then passed once from the top
down, and takes the least over its upper neighbours. Twice through the arcs, and no queue.
Source: Delling, Goldberg, Nowatzyk, Werneck, "PHAST: Hardware-accelerated shortest path trees",
10.1016/j.jpdc.2012.02.007.
"""

import numpy as np

from geodata.network.cch.bundles import Arcs
from geodata.network.jit import kernel
from geodata.network.roads import Floats, Ints


@kernel
def one_to_all(seed_vertex: Ints, seed_cost: Floats, out_arcs: Arcs, in_arcs: Arcs) -> Floats:
    """Cost of the cheapest route into every vertex: (n,) float64, infinite where no road leads.

    Parameters
    ----------
    seed_vertex : (k,) int32, where routes may begin. seed_cost : (k,) float64, what each begins with.
    """
    count = len(out_arcs.start) - 1
    label = np.full(count, np.inf)
    for seed in range(len(seed_vertex)):
        label[seed_vertex[seed]] = min(label[seed_vertex[seed]], seed_cost[seed])
    for v in range(count):
        if label[v] < np.inf:
            for arc in range(out_arcs.start[v], out_arcs.start[v + 1]):
                u = out_arcs.head[arc]
                label[u] = min(label[u], label[v] + out_arcs.cost[arc])
    for v in range(count - 1, -1, -1):
        for arc in range(in_arcs.start[v], in_arcs.start[v + 1]):
            label[v] = min(label[v], label[in_arcs.head[arc]] + in_arcs.cost[arc])
    return label

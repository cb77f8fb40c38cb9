"""Many to many: from snapped points to the arrays of the sweep, batches over threads, and back to a matrix."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from geodata.network.cch import columns, sweep, updown
from geodata.network.cch.bundles import Cells, Doors, Seeds, States, Work
from geodata.network.cch.metric import COST_PER_MS, Metric
from geodata.network.cch.restriction import restrict, taps_by_place
from geodata.network.cch.topology import Topology
from geodata.network.places import Places, ways_in
from geodata.network.port import UNREACHABLE, RoadMatrix
from geodata.network.roads import Floats, Ints, Longs, slices
from geodata.network.states import NO_STATE, StateGraph

#: Targets are searched side by side, as many as keep the table of their costs in the cache of a core, and this many at
#: most.
WIDTH: Final = 512
TABLE_BYTES: Final = 704 * 1024
_LANES: Final = 8
#: A vertex of the hierarchy is left out of the sweep when it has at most so many others below it, see restriction.
#: With more, the sweep has fewer arcs to follow, and there is more to cut out, and more to enter for each target.
FEW: Final = 8
_NO_VERTEX: Final = -1
#: Cells of a matrix that no page of memory is smaller than.
_CELLS_OF_A_PAGE: Final = 4096 // np.dtype(np.int32).itemsize


def many_to_many(
    topology: Topology, metric: Metric, graph: StateGraph, here: Places, there: Places, *, threads: int
) -> RoadMatrix:
    """Fastest durations from each place to each other, and the lengths of those same routes."""
    shape = len(here), len(there)
    # In one piece, so that numpy soon asks for large pages of memory: to take small ones is slower than to fill them.
    both = np.empty((2, *shape), dtype=np.int32)
    seconds, metres = both
    if 0 in shape:
        return RoadMatrix(durations_s=seconds, lengths_m=metres)
    vertex, cost = taps(topology, graph, here)
    restricted = restrict(metric.out_arcs, topology.tree, vertex.ravel(), FEW)
    by_place = taps_by_place(vertex, cost, restricted)
    into, sources, targets = seeds(topology, graph, there), _doors(here), _doors(there)
    behind = pairs_behind(here, there)
    shares, width = _batches(len(there), threads, topology.height)

    def fill(share: tuple[int, int]) -> None:
        cells = ways_round(topology, metric, graph, here, there, behind.of_columns(*share))
        work = Work(restricted, by_place, cells, sources, targets)
        table, best = np.empty((topology.height, width)), np.empty((by_place.open_at_once, width))
        for left in range(*share, width):
            right = min(left + width, share[1])
            entries = columns.search(left, right, into, topology.tree, metric.in_arcs, restricted)
            sweep.fill(left, right, entries, work, table, best, COST_PER_MS, float(UNREACHABLE), *both.reshape(2, -1))

    if len(shares) == 1:
        fill(shares[0])
    else:
        with ThreadPoolExecutor(len(shares)) as pool:
            _take_pages(pool, len(shares), both)
            list(pool.map(fill, shares))
    if (by_place.per_source == 0).any():
        both[:, by_place.per_source == 0] = UNREACHABLE
    return RoadMatrix(durations_s=seconds, lengths_m=metres)


def _take_pages(pool: ThreadPoolExecutor, threads: int, matrices: Ints) -> None:
    """Take the memory of fresh matrices, in equal parts.

    Threads fill different columns of the same rows. Each would come to a page at about the time that the others do, and
    all of them would wait for the system to clear it, or clear one of their own in vain.
    """

    def touch(part: int) -> None:
        first, last = (matrices.size * edge // threads for edge in (part, part + 1))
        matrices.reshape(-1)[first:last:_CELLS_OF_A_PAGE] = 0

    list(pool.map(touch, range(threads)))


def taps(topology: Topology, graph: StateGraph, here: Places) -> tuple[Ints, Floats]:
    """Vertex that a route from each place begins in, for each direction of its edge or -1, and what is added to it.

    Both are (places, 2). What is added is less than nothing: a route that starts in a state enters it at its start.
    """
    state = np.asarray(graph.source_state)[here.edge]
    is_open = (state != NO_STATE) & (here.done_ms >= 0)
    vertex = np.where(is_open, topology.vertex[np.where(is_open, state, 0)], _NO_VERTEX).astype(np.int32)
    return vertex, -cost_of(here.done_ms, here.done_dm)


def seeds(topology: Topology, graph: StateGraph, there: Places) -> Seeds:
    """Vertices that each place is reached in."""
    into = ways_in(graph, there)
    is_open = into.ms >= 0
    start = np.searchsorted(into.place[is_open], np.arange(len(there) + 1)).astype(np.int32)
    return Seeds(start, topology.vertex[into.state[is_open]], cost_of(into.ms[is_open], into.dm[is_open]))


def cost_of(ms: Longs, dm: Longs) -> Floats:
    """Pack whole milliseconds and decimetres into costs."""
    cost: Floats = ms * np.float64(COST_PER_MS) + dm
    return cost


class PairsBehind(NamedTuple):
    """Pairs of places on one edge of which the target lies behind the source in a direction; p of them, by source."""

    source: Longs
    column: Longs
    direction: Longs

    def of_columns(self, begin: int, end: int) -> "PairsBehind":
        """Return those whose target is among some."""
        chosen = (self.column >= begin) & (self.column < end)
        return PairsBehind(self.source[chosen], self.column[chosen], self.direction[chosen])


def pairs_behind(here: Places, there: Places) -> PairsBehind:
    """List the pairs whose route leaves the edge, and may come back to it in the direction that it was left in."""
    by_edge = np.argsort(there.edge, kind="stable")
    first = np.searchsorted(there.edge[by_edge], here.edge, side="left")
    last = np.searchsorted(there.edge[by_edge], here.edge, side="right")
    source, column = np.repeat(np.arange(len(here)), 2 * (last - first)), np.repeat(by_edge[slices(first, last)], 2)
    direction = np.tile([0, 1], len(source) // 2)
    done_here, done_there = cost_of(here.done_ms, here.done_dm), cost_of(there.done_ms, there.done_dm)
    is_open = (here.done_ms >= 0)[source, direction] & (there.done_ms >= 0)[column, direction]
    behind = np.flatnonzero(is_open & (done_there[column, direction] < done_here[source, direction]))
    return PairsBehind(source[behind], column[behind], direction[behind])


def ways_round(
    topology: Topology, metric: Metric, graph: StateGraph, here: Places, there: Places, pairs: PairsBehind
) -> Cells:
    """Find the routes that leave an edge and come back to it.

    The sweep does not see them: it finds the target in the state that the source lies in, at less than no cost.
    One cell may stand twice.
    """
    source, column, direction = pairs
    cost = _around(
        topology,
        metric,
        graph,
        np.asarray(graph.source_state)[here.edge[source], direction],
        -cost_of(here.done_ms[source, direction], here.done_dm[source, direction]),
        np.where(there.done_ms[column] >= 0, cost_of(there.done_ms[column], there.done_dm[column]), np.inf),
    )
    start = np.searchsorted(source, np.arange(len(here) + 1)).astype(np.int32)
    return Cells(start, column.astype(np.int32), cost)


def _around(
    topology: Topology, metric: Metric, graph: StateGraph, state: Ints, from_cost: Floats, to_cost: Floats
) -> Floats:
    """Cost of each way round, see updown.ways_round; in any order of the states."""
    cost = np.zeros(len(state))
    if len(state):
        order = np.argsort(state, kind="stable")
        cost[order] = updown.ways_round(
            state[order],
            from_cost[order],
            to_cost[order],
            topology.vertex,
            topology.tree,
            metric.out_arcs,
            metric.in_arcs,
            States(
                graph.edge,
                graph.ms,
                graph.dm,
                graph.arc_start,
                graph.arc_to,
                graph.arc_ms,
                graph.target_start,
                graph.target_state,
            ),
            COST_PER_MS,
        )
    return cost


def _doors(places: Places) -> Doors:
    lon, lat = np.ascontiguousarray(places.lonlat.T)
    return Doors(lon, lat, places.access_s.astype(np.float64), places.access_mm.astype(np.float64))


def _batches(columns: int, threads: int, height: int) -> tuple[list[tuple[int, int]], int]:
    """Share the columns between threads, and say how many are searched side by side: as few, equally wide batches."""
    threads = max(1, min(threads, -(-columns // _LANES)))
    share = -(-columns // threads)
    widest = TABLE_BYTES // (np.dtype(np.float64).itemsize * max(1, height)) // _LANES * _LANES
    batches = -(-share // max(_LANES, min(WIDTH, widest)))
    width = -(-share // (batches * _LANES)) * _LANES
    edges = [min(columns, part * share) for part in range(threads + 1)]
    return [(begin, end) for begin, end in pairwise(edges) if begin < end], width

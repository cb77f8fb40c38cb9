"""Many to many: from snapped points to the arrays of the sweep, batches over threads, and back to a matrix."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Final, NamedTuple, ParamSpec, TypeVar

import numpy as np

from geodata.network.cch import columns, sweep, updown
from geodata.network.cch.bundles import Cells, Doors, Entries, Restricted, Seeds, States, Taps, Work
from geodata.network.cch.metric import COST_PER_MS, Metric
from geodata.network.cch.restriction import cut_out, meet, taps_by_place
from geodata.network.cch.topology import Topology
from geodata.network.places import Places, ways_in
from geodata.network.port import UNREACHABLE, RoadMatrix
from geodata.network.roads import Floats, Ints, Longs, slices
from geodata.network.states import NO_STATE, StateGraph

P = ParamSpec("P")
T = TypeVar("T")

#: Targets are searched side by side, as many as keep the table of their costs in the cache of a core, and this many at
#: most. About half of its rows are in use.
WIDTH: Final = 1024
TABLE_BYTES: Final = 1408 * 1024
_LANES: Final = 8
#: A matrix with less than this for each thread is made by fewer: it takes as long to share as to make.
CELLS_OF_A_THREAD: Final = 100_000
#: A vertex of the hierarchy is left out of the sweep when it has at most so many others below it, see restriction.
#: With more, the sweep has fewer arcs to follow, and there is more to cut out, and more to enter for each target.
FEW: Final = 8
_NO_VERTEX: Final = -1
#: Threads that come later take less of the memory for the others.
_PARTS_OF_A_THREAD: Final = 4
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
    batches, width = _batches(shape, threads, topology.height)
    threads = min(threads, len(batches))
    # Whoever is ready takes the next one.
    upcoming, untouched = iter(batches), _in_parts(both.reshape(-1), threads)
    searched: deque[tuple[tuple[int, int], Cells, Entries]] = deque()
    with _Here() if threads == 1 else ThreadPoolExecutor(threads - 1) as pool:
        # Another thread looks at what is above the sources, while this one prepares the targets.
        vertex, cost = taps(topology, graph, here)
        meeting = pool.submit(meet, metric.out_arcs, topology.tree, vertex.ravel(), FEW)

        def cut() -> tuple[Restricted, Taps]:
            met = meeting.result()
            restricted = cut_out(metric.out_arcs, topology.tree, met)
            return restricted, taps_by_place(vertex, cost, met, restricted)

        cutting = pool.submit(cut)
        into, sources, targets = seeds(topology, graph, there), _doors(here), _doors(there)
        behind = pairs_behind(here, there)

        def search(batch: tuple[int, int]) -> tuple[tuple[int, int], Cells, Entries]:
            cells = ways_round(topology, metric, graph, here, there, behind.of_columns(*batch))
            return batch, cells, columns.search(*batch, into, topology.tree, metric.in_arcs, meeting.result())

        def fill() -> None:
            for part in untouched:
                part[::_CELLS_OF_A_PAGE] = 0
            table: Floats = np.empty(topology.height * width)
            while True:
                # Instead of waiting, search from more targets.
                while not cutting.done() and (batch := next(upcoming, None)):
                    searched.append(search(batch))
                try:
                    found = searched.popleft()
                except IndexError:
                    if (batch := next(upcoming, None)) is None:
                        return
                    found = search(batch)
                (left, right), cells, entries = found
                work = Work(*cutting.result(), cells, sources, targets)
                sweep.fill(left, right, entries, work, table, COST_PER_MS, float(UNREACHABLE), *both.reshape(2, -1))

        filling = [pool.submit(fill) for _ in range(threads - 1)]
        fill()
        for done in filling:
            done.result()
    is_off = (vertex < 0).all(axis=1)
    if is_off.any():
        both[:, is_off] = UNREACHABLE
    return RoadMatrix(durations_s=seconds, lengths_m=metres)


class _Here(Executor):
    """Does at once what it is given, in the thread that gives it."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def _in_parts(cells: Ints, threads: int) -> Iterator[Ints]:
    """Divide the memory of fresh matrices, so that threads take it before they fill it.

    They fill different columns of the same rows. Each would come to a page at about the time that the others do, and
    all of them would wait for the system to clear it, or clear one of their own in vain.
    """
    return iter(np.array_split(cells, _PARTS_OF_A_THREAD * threads) if threads > 1 else ())


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


def _batches(shape: tuple[int, int], threads: int, height: int) -> tuple[list[tuple[int, int]], int]:
    """Divide the columns into batches, equally wide ones for each thread and as few as may be; and say how wide."""
    rows, count = shape
    threads = max(1, min(threads, rows * count // CELLS_OF_A_THREAD))
    widest = TABLE_BYTES // (np.dtype(np.float64).itemsize * max(1, height)) // _LANES * _LANES
    batches = threads * -(-count // (threads * max(_LANES, min(WIDTH, widest))))
    width = -(-count // (batches * _LANES)) * _LANES
    return [(left, min(count, left + width)) for left in range(0, count, width)], width

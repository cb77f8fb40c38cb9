"""A road network that is searched by SciPy's Dijkstra: the oracle that any faster engine is held to."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.coords import LonLat
from geodata.errors import NoRouteError
from geodata.network.corners import Corners
from geodata.network.dijkstra import DIRECT, Arcs, Best, Tree, arcs_of, best_ways, shortest_path_tree
from geodata.network.places import Places, places, ways_in, ways_out
from geodata.network.port import REACH_CELL_M, UNREACHABLE, OffNetwork, RoadMatrix, RoadPath, SnappedPoint
from geodata.network.roads import Floats, Ints, Longs, Roads
from geodata.network.snap import DEFAULT_LIMIT_M, Snapper
from geodata.network.states import BACKWARD, FORWARD, MM_PER_DM, StateGraph, state_graph
from geodata.network.steps import route_steps
from geodata.network.trace import route_line

if TYPE_CHECKING:
    import shapely

#: Memory for the trees of recent sources, bytes, so that the paths after a matrix cost no second search.
TREE_CACHE_BYTES: Final = 128 * 1024 * 1024


class DijkstraRoadNetwork:
    """The RoadNetwork port over built roads; see geodata.network.port. It may be shared between threads.

    Durations are rounded once: rint(milliseconds of driving / 1000), plus the whole seconds on foot at both ends.
    Lengths are rounded once: rint((100 x decimetres of driving + millimetres on foot) / 1000).
    Of equally fast paths the shortest is taken.

    Parameters
    ----------
    snap_limit_m : beyond this distance from a road a point is off the network.
    """

    def __init__(self, roads: Roads, *, snap_limit_m: int = DEFAULT_LIMIT_M) -> None:
        self._roads = roads
        self._snap_limit_m = snap_limit_m
        self._trees: OrderedDict[tuple[int, float], Tree] = OrderedDict()
        self._trees_lock = threading.Lock()

    @property
    def profile(self) -> str:
        """The vehicle: "car" or "motorcycle"."""
        return self._roads.profile

    @property
    def roads(self) -> Roads:
        """The edges that are searched and drawn."""
        return self._roads

    @cached_property
    def _graph(self) -> StateGraph:
        return state_graph(self._roads)

    @cached_property
    def _arcs(self) -> Arcs:
        return arcs_of(self._graph)

    @cached_property
    def _corners(self) -> Corners:
        return Corners(self._roads)

    @cached_property
    def _snapper(self) -> Snapper:
        return Snapper(self._roads, limit_m=self._snap_limit_m)

    def snap(
        self, points: Sequence[LonLat], *, streets: Sequence[str | None] | None = None
    ) -> list[SnappedPoint | OffNetwork]:
        """Find the nearest usable edge for each point; see RoadNetwork.snap."""
        return self._snapper.snap(points, streets=streets)

    def matrix(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> RoadMatrix:
        """Fastest durations, and the lengths of those same paths; see RoadNetwork.matrix."""
        return self._corners.matrix(sources, targets, self._matrix)

    def _matrix(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> RoadMatrix:
        there = places(self._roads, targets)
        into = ways_in(self._graph, there)
        durations = np.zeros((len(sources), len(targets)), dtype=np.int32)
        lengths = np.zeros_like(durations)
        for row, source in enumerate(sources):
            here = places(self._roads, [source])
            best = best_ways(self._tree(source, here), here, there, into)
            durations[row], lengths[row] = _door_to_door(here, there, best)
        return RoadMatrix(durations_s=durations, lengths_m=lengths)

    def path(self, source: SnappedPoint, target: SnappedPoint) -> RoadPath:
        """Trace the fastest path between two points; see RoadNetwork.path."""
        if source.point == target.point:
            return RoadPath(duration_s=0, length_m=0, access_s=0, line=(source.point, target.point))
        return self._corners.path(source, target, self._path)

    def _path(self, source: SnappedPoint, target: SnappedPoint) -> RoadPath:
        here, there = places(self._roads, [source]), places(self._roads, [target])
        into = ways_in(self._graph, there)
        tree = self._tree(source, here)
        best = best_ways(tree, here, there, into)
        durations, lengths = _door_to_door(here, there, best)
        if durations[0] == UNREACHABLE:
            msg = f"No road that a {self.profile} may use joins these two points."
            raise NoRouteError(msg)
        states = self._states(tree, here, there, best)
        first, last = (FORWARD if self._graph.forward[state] else BACKWARD for state in (states[0], states[-1]))
        return RoadPath(
            duration_s=int(durations[0]),
            length_m=int(lengths[0]),
            access_s=source.access_s + target.access_s,
            line=route_line(self._roads, self._graph, states, source, target),
            steps=route_steps(
                self._roads,
                self._graph,
                states,
                begins=(int(here.done_ms[0, first]), int(here.done_dm[0, first])),
                ends=(int(there.done_ms[0, last]), int(there.done_dm[0, last])),
            ),
        )

    def reachable(self, start: SnappedPoint, *, limit_s: int, cell_m: int = REACH_CELL_M) -> "shapely.MultiPolygon":
        """Trace the area of the doors that are reached in time; see ReachingNetwork.reachable."""
        from geodata.network.reach import area_within, entered_ms  # noqa: PLC0415 shapely: only who traces loads it

        tree = self._tree(start, places(self._roads, [start]))
        entered = entered_ms(self._roads, self._graph, tree.ms)
        return area_within(self._roads, entered, start, limit_s=limit_s, cell_m=cell_m)

    def _states(self, tree: Tree, here: Places, there: Places, best: Best) -> Ints:
        """States of the best route, from the one that the source lies in."""
        own = self._graph.source_state[here.edge[0]]
        last = int(best.state[0])
        if last == DIRECT:
            is_ahead = (there.done_ms[0] - here.done_ms[0] == best.ms[0]) & (here.done_ms[0] >= 0)
            is_ahead &= there.done_dm[0] - here.done_dm[0] == best.dm[0]
            return np.array([own[np.argmax(is_ahead)]], dtype=np.int32)
        states = tree.states_to(last)
        out = ways_out(self._graph, here)
        direction = int(out.direction[np.searchsorted(out.state, states[0])])
        return np.array([own[direction], *states], dtype=np.int32)

    def _tree(self, source: SnappedPoint, here: Places) -> Tree:
        key = (source.edge, source.fraction)
        with self._trees_lock:
            if key in self._trees:
                self._trees.move_to_end(key)
                return self._trees[key]
        tree = shortest_path_tree(self._arcs, ways_out(self._graph, here))
        with self._trees_lock:
            self._trees[key] = tree
            while len(self._trees) > max(1, TREE_CACHE_BYTES // max(1, tree.size_bytes)):
                self._trees.popitem(last=False)
        return tree


def _door_to_door(here: Places, there: Places, best: Best) -> tuple[Ints, Ints]:
    """Whole seconds and metres from one door to several, UNREACHABLE where no road leads."""
    reached = np.isfinite(best.ms)
    same_door = (there.lonlat == here.lonlat[0]).all(axis=1)

    def whole(driven: Floats, on_foot: Longs) -> Ints:
        column = np.rint(np.where(reached, driven, 0) / 1000) + on_foot
        return np.where(same_door, 0, np.where(reached, column, UNREACHABLE)).astype(np.int32)

    return whole(best.ms, here.access_s[0] + there.access_s), whole(
        best.dm * MM_PER_DM + here.access_mm[0] + there.access_mm, np.zeros_like(there.access_mm)
    )

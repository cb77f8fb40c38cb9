"""The road network that plans are made with: matrices and paths over a customizable contraction hierarchy."""

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geodata.coords import LonLat
from geodata.errors import NoRouteError
from geodata.network.cch.all_states import entry_ms
from geodata.network.cch.hierarchy import Hierarchy, build_hierarchy, reweighed
from geodata.network.cch.matrix import many_to_many
from geodata.network.cch.route import find_route, in_ms_and_dm
from geodata.network.corners import Corners
from geodata.network.joined import edges_around, main_edges, open_arcs
from geodata.network.places import places
from geodata.network.port import REACH_CELL_M, UNREACHABLE, OffNetwork, RoadMatrix, RoadPath, SnappedPoint
from geodata.network.roads import Flags, Roads
from geodata.network.snap import DEFAULT_LIMIT_M, Snapper
from geodata.network.states import BACKWARD, FORWARD, MM_PER_DM
from geodata.network.steps import route_steps
from geodata.network.trace import route_line

if TYPE_CHECKING:
    import shapely


class CchRoadNetwork:
    """The RoadNetwork port over a hierarchy; see geodata.network.port. It may be shared between threads.

    It answers with the same whole seconds and metres as DijkstraRoadNetwork, which says how they are rounded.

    Parameters
    ----------
    hierarchy : of these roads, built when it is not given.
    snap_limit_m : beyond this distance from a road a point is off the network.
    threads : how many threads one matrix may use.
    joined : the edges that doors may be set on, see Snapper; None: every one that is open. held : points that are set
        already.
    """

    def __init__(
        self,
        roads: Roads,
        *,
        hierarchy: Hierarchy | None = None,
        snap_limit_m: int = DEFAULT_LIMIT_M,
        threads: int = 1,
        joined: Flags | None = None,
        held: Mapping[LonLat, SnappedPoint] | None = None,
    ) -> None:
        if threads < 1:
            msg = f"Road network: threads must be >= 1, got {threads}."
            raise ValueError(msg)
        self._roads = roads
        self._hierarchy = build_hierarchy(roads) if hierarchy is None else hierarchy
        self._snap_limit_m = snap_limit_m
        self._threads = threads
        self._joined = joined
        self._held = held or {}

    @property
    def profile(self) -> str:
        """The vehicle, by the name of its profile."""
        return self._roads.profile

    @property
    def roads(self) -> Roads:
        """The edges that are searched and drawn."""
        return self._roads

    @property
    def hierarchy(self) -> Hierarchy:
        """What is searched."""
        return self._hierarchy

    @cached_property
    def _corners(self) -> Corners:
        return Corners(self._roads, joined=self._joined)

    @cached_property
    def _snapper(self) -> Snapper:
        return Snapper(self._roads, limit_m=self._snap_limit_m, joined=self._joined)

    def with_weights(self, roads: Roads) -> "CchRoadNetwork":
        """Return the network with other durations of the same edges, in a fraction of a second.

        Parameters
        ----------
        roads : these roads with other `forward_ms` and `backward_ms`, CLOSED where one may not drive now. What turns
            cost stays.

        Raises
        ------
        GeodataError
            When the edges are others, or a direction is open that was closed before.
        """
        return CchRoadNetwork(
            roads,
            hierarchy=reweighed(self._hierarchy, roads),
            snap_limit_m=self._snap_limit_m,
            threads=self._threads,
        )

    def around(self, starts: Sequence[LonLat]) -> "CchRoadNetwork":
        """Set doors only where one gets to from some of the starts, and back; see ReachingNetwork.around.

        It costs nothing on an ordinary day, else a few searches of the state graph, most of them once for the day.
        """
        if self._roads.was_open is None:
            return self
        main, on_main_alone = self._main_of_the_day
        found = on_main_alone.snap(starts)
        left = [start.point for start in found if isinstance(start, OffNetwork)]
        if not left:
            return on_main_alone
        anywhere = self._joined_to(np.ones(self._roads.edge_count, dtype=bool)).snap(left)
        pieces = [start.edge for start in anywhere if isinstance(start, SnappedPoint)]
        on_main = {start.point: start for start in found if isinstance(start, SnappedPoint)}
        graph = self._hierarchy.graph
        joined = edges_around(graph, open_arcs(graph), self._roads, pieces)
        # A start that can walk to the main network does so, though it may be nearer to a piece that another one is in.
        return self._joined_to(joined | main if on_main or not pieces else joined, held=on_main)

    @cached_property
    def _main_of_the_day(self) -> "tuple[Flags, CchRoadNetwork]":
        """Find the edges of the longest network that is left by closed ways, and set doors on those alone."""
        graph = self._hierarchy.graph
        main = main_edges(graph, open_arcs(graph), self._roads)
        return main, self._joined_to(main)

    def _joined_to(self, joined: Flags, *, held: Mapping[LonLat, SnappedPoint] | None = None) -> "CchRoadNetwork":
        return CchRoadNetwork(
            self._roads,
            hierarchy=self._hierarchy,
            snap_limit_m=self._snap_limit_m,
            threads=self._threads,
            joined=joined,
            held=held,
        )

    def snap(
        self, points: Sequence[LonLat], *, streets: Sequence[str | None] | None = None
    ) -> list[SnappedPoint | OffNetwork]:
        """Find the nearest usable edge for each point; see RoadNetwork.snap."""
        found = self._snapper.snap(points, streets=streets)
        return [self._held.get(point, one) for point, one in zip(points, found, strict=True)] if self._held else found

    def matrix(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> RoadMatrix:
        """Fastest durations, and the lengths of those same paths; see RoadNetwork.matrix."""
        return self._corners.matrix(sources, targets, self._matrix)

    def _matrix(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> RoadMatrix:
        here = places(self._roads, sources)
        there = here if targets is sources else places(self._roads, targets)
        hierarchy = self._hierarchy
        return many_to_many(hierarchy.topology, hierarchy.metric, hierarchy.graph, here, there, threads=self._threads)

    def one_to_many(self, source: SnappedPoint, targets: Sequence[SnappedPoint]) -> RoadMatrix:
        """Return the matrix of one row."""
        return self.matrix([source], targets)

    def nearest(self, source: SnappedPoint, targets: Sequence[SnappedPoint], *, count: int) -> list[int]:
        """Choose the targets that are reached soonest, by index; those that no road leads to are left out.

        Of equally soon ones the nearer comes first, then the one that stands first.
        """
        row = self.one_to_many(source, targets)
        order = np.lexsort((row.lengths_m[0], row.durations_s[0]))[: max(count, 0)]
        return [int(index) for index in order if row.durations_s[0, index] != UNREACHABLE]

    def reachable(self, start: SnappedPoint, *, limit_s: int, cell_m: int = REACH_CELL_M) -> "shapely.MultiPolygon":
        """Trace the area of the doors that are reached in time; see ReachingNetwork.reachable."""
        from geodata.network.reach import area_within, entered_ms  # noqa: PLC0415 shapely: only who traces loads it

        entered = entered_ms(self._roads, self._hierarchy.graph, entry_ms(self._hierarchy, self._roads, start))
        return area_within(self._roads, entered, start, limit_s=limit_s, cell_m=cell_m)

    def path(self, source: SnappedPoint, target: SnappedPoint) -> RoadPath:
        """Trace the fastest path between two points; see RoadNetwork.path."""
        if source.point == target.point:
            return RoadPath(duration_s=0, length_m=0, access_s=0, line=(source.point, target.point))
        return self._corners.path(source, target, self._path)

    def _path(self, source: SnappedPoint, target: SnappedPoint) -> RoadPath:
        ends = places(self._roads, [source, target])
        route = find_route(self._hierarchy, ends)
        if math.isinf(route.cost):
            msg = f"No road that a {self.profile} may use joins these two points."
            raise NoRouteError(msg)
        ms, dm = in_ms_and_dm(route.cost)
        access_s, access_mm = source.access_s + target.access_s, sum(ends.access_mm.tolist())
        graph, states = self._hierarchy.graph, route.states
        first, last = (FORWARD if graph.forward[state] else BACKWARD for state in (states[0], states[-1]))
        return RoadPath(
            duration_s=round(ms / 1000) + access_s,
            length_m=round((dm * MM_PER_DM + access_mm) / 1000),
            access_s=access_s,
            line=route_line(self._roads, graph, states, source, target),
            steps=route_steps(
                self._roads,
                graph,
                states,
                begins=(int(ends.done_ms[0, first]), int(ends.done_dm[0, first])),
                ends=(int(ends.done_ms[1, last]), int(ends.done_dm[1, last])),
            ),
        )

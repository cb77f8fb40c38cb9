"""Doors at a junction: one who stands at the corner may leave along any of the roads that meet, and come by any.

A door whose nearest place on the roads is a junction is snapped to one edge of several that are equally near. Turns
and turn restrictions between that edge and the others are not for somebody who parks at the corner.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import product
from operator import attrgetter
from typing import Final

import numpy as np

from geodata.errors import NoRouteError
from geodata.network.arrays import Flags, Ints, Longs, constant
from geodata.network.jit import kernel
from geodata.network.port import RoadMatrix, RoadPath, SnappedPoint
from geodata.network.roads import CLOSED, Roads

#: So near to a junction one stands at it, millimetres: places are known to some centimetres.
CORNER_MM: Final = 500
_MIDDLE: Final = 0.5
_EDGE: Final = attrgetter("edge")
_FRACTION: Final = attrgetter("fraction")
#: Where fewer edges meet, no turn costs anything and the road just goes on or ends.
_JUNCTION: Final = 3

MatrixOf = Callable[[Sequence[SnappedPoint], Sequence[SnappedPoint]], RoadMatrix]
PathOf = Callable[[SnappedPoint, SnappedPoint], RoadPath]


class Corners:
    """The junctions of one network, as places to begin and end at.

    Parameters
    ----------
    joined : (m,) on a day with closed ways, the edges that one gets to and away from; None: every one that is open.
    """

    def __init__(self, roads: Roads, *, joined: Flags | None = None) -> None:
        self._roads = roads
        is_open = (np.asarray(roads.forward_ms) != CLOSED) | (np.asarray(roads.backward_ms) != CLOSED)
        self._is_road: Flags = is_open & (np.asarray(roads.way_osm) != 0) & (True if joined is None else joined)

    @cached_property
    def _length_mm(self) -> Ints:
        return np.asarray(self._roads.length_mm)

    @cached_property
    def _ends(self) -> tuple[Ints, Ints]:
        roads = self._roads
        return _ends_by_node(constant(roads.tail), constant(roads.head), roads.node_count)

    def places(self, points: Sequence[SnappedPoint]) -> dict[int, list[SnappedPoint]]:
        """List the places on roads that points at junctions stand at, by index: the ends of the edges that meet there.

        Barriers are no place to stop. Where a road is open to all, one does not begin on another that keeps through
        traffic out: it would be a shortcut.
        """
        corners, nodes = self._at_junctions(points)
        if not len(corners):
            return {}
        found, (start, ends) = {}, self._ends
        for index, node in zip(corners.tolist(), nodes.tolist(), strict=True):
            here = ends[start[node] : start[node + 1]]
            usable = here[self._usable(here // 2)].tolist()
            if usable:
                found[index] = [points[index]._replace(edge=end // 2, fraction=float(end % 2)) for end in usable]
        return found

    def _usable(self, edge: Ints) -> Flags:
        """Say which of the edges at a junction one may begin and end with."""
        is_road: Flags = self._is_road[edge]
        through: Flags = is_road & ~self._roads.ends_only[edge]
        return through if through.any() else is_road

    def _at_junctions(self, points: Sequence[SnappedPoint]) -> tuple[Longs, Longs]:
        """Find the points that stand at junctions: their index and the node."""
        roads, count = self._roads, len(points)
        edge = np.fromiter(map(_EDGE, points), dtype=np.int64, count=count)
        fraction = np.fromiter(map(_FRACTION, points), dtype=np.float64, count=count)
        is_known = (edge >= 0) & (edge < roads.edge_count)
        to_end_mm = np.minimum(fraction, 1 - fraction) * roads.length_mm[np.where(is_known, edge, 0)]
        near = np.flatnonzero(is_known & (to_end_mm < CORNER_MM))
        node = np.where(fraction[near] > _MIDDLE, roads.head[edge[near]], roads.tail[edge[near]])
        start, _ = self._ends
        is_junction = start[node + 1] - start[node] >= _JUNCTION
        return near[is_junction], node[is_junction]

    def _may_stand_at_one(self, point: SnappedPoint) -> bool:
        """Say in a microsecond that a point stands at no junction, as nearly all do."""
        edge, fraction, length_mm = point.edge, point.fraction, self._length_mm
        to_end = fraction if fraction < _MIDDLE else 1 - fraction
        return 0 <= edge < len(length_mm) and bool(to_end * length_mm[edge] < CORNER_MM)

    def matrix(
        self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint], matrix_of: MatrixOf
    ) -> RoadMatrix:
        """Ask for a matrix from and to every place that the points stand at, and keep the best for each pair."""
        here = self.places(sources)
        there = here if targets is sources else self.places(targets)
        if not here and not there:
            return matrix_of(sources, targets)
        rows, more_rows = _in_a_row(sources, here)
        columns, more_columns = (rows, more_rows) if targets is sources else _in_a_row(targets, there)
        whole = matrix_of(rows, columns)
        durations_s, lengths_m = whole.durations_s, whole.lengths_m
        for more, index in enumerate(more_rows, start=len(sources)):
            _keep_better((durations_s[index], lengths_m[index]), (durations_s[more], lengths_m[more]))
        for more, index in enumerate(more_columns, start=len(targets)):
            _keep_better((durations_s[:, index], lengths_m[:, index]), (durations_s[:, more], lengths_m[:, more]))
        shape = slice(len(sources)), slice(len(targets))
        return RoadMatrix(durations_s=durations_s[shape], lengths_m=lengths_m[shape])

    def path(self, source: SnappedPoint, target: SnappedPoint, path_of: PathOf) -> RoadPath:
        """Ask for a path between every two places that the points stand at, and keep the best.

        Raises
        ------
        NoRouteError
            When there is none.
        """
        if not (self._may_stand_at_one(source) or self._may_stand_at_one(target)):
            return path_of(source, target)
        corners = self.places((source, target))
        if not corners:
            return path_of(source, target)
        *others, last = product(corners.get(0, [source]), corners.get(1, [target]))
        found: list[RoadPath] = []
        for pair in others:
            with suppress(NoRouteError):
                found.append(path_of(*pair))
        try:
            found.append(path_of(*last))
        except NoRouteError:
            if not found:
                raise
        return min(found, key=lambda path: (path.duration_s, path.length_m))


@kernel
def _ends_by_node(tail: Ints, head: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Sort the ends of edges by the node that they are at.

    Parameters
    ----------
    tail, head : (m,) int32 nodes of each edge.

    Returns
    -------
    (nodes + 1,) int32, where the ends at each node begin; (2 m,) int32, edge * 2, + 1 for its head: first the tails.
    """
    start, ends = np.zeros(nodes + 1, np.int32), np.empty(2 * len(tail), np.int32)
    for edge in range(len(tail)):
        start[tail[edge] + 1] += 1
        start[head[edge] + 1] += 1
    for node in range(nodes):
        start[node + 1] += start[node]
    upcoming = start[:nodes].copy()
    for edge in range(len(tail)):
        ends[upcoming[tail[edge]]] = 2 * edge
        upcoming[tail[edge]] += 1
    for edge in range(len(head)):
        ends[upcoming[head[edge]]] = 2 * edge + 1
        upcoming[head[edge]] += 1
    return start, ends


def _in_a_row(
    points: Sequence[SnappedPoint], corners: dict[int, list[SnappedPoint]]
) -> tuple[list[SnappedPoint], list[int]]:
    """List one place of each point, and behind them all the others; and whose those are."""
    places, owners = list(points), []
    for index, (first, *others) in corners.items():
        places[index] = first
        places += others
        owners += [index] * len(others)
    return places, owners


def _keep_better(kept: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> None:
    """Put the better cells of another row or column into one: of equally many seconds the fewest metres."""
    is_better = (other[0] < kept[0]) | ((other[0] == kept[0]) & (other[1] < kept[1]))
    for column, better in zip(kept, other, strict=True):
        column[is_better] = better[is_better]

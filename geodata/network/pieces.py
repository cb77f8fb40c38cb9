"""The drawn edges of a network by the way they are of and the OpenStreetMap nodes they join."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from geodata.network.roads import CLOSED, Longs, Roads


class Pieces:
    """Looks up directed edges: edge * 2, + 1 against the drawing.

    Nodes are OpenStreetMap ids here: where a barrier parts a node into several, all of them are one.
    """

    def __init__(self, roads: Roads) -> None:
        self._roads = roads
        self._ways = np.asarray(roads.way_osm)
        self._by_way: Longs = np.argsort(self._ways, kind="stable")
        self._sorted_ways = self._ways[self._by_way]

    def of(self, way: int) -> list[int]:
        """Directed edges of a way, in both directions, open or not."""
        first, last = np.searchsorted(self._sorted_ways, [way, way + 1])
        return [2 * int(edge) + direction for edge in self._by_way[first:last] for direction in (0, 1)]

    def knows(self, way: int) -> bool:
        """Whether a way has edges."""
        return bool(self.of(way))

    def way(self, piece: int) -> int:
        """Id of the way that an edge is of."""
        return int(self._ways[piece // 2])

    def is_open(self, piece: int) -> bool:
        """Whether the vehicle may drive it."""
        column = self._roads.backward_ms if piece & 1 else self._roads.forward_ms
        return int(column[piece // 2]) != CLOSED

    def is_barrier(self, piece: int) -> bool:
        """Whether it is no part of a way."""
        return self.way(piece) == 0

    def start(self, piece: int) -> int:
        """Node of the network that it starts at."""
        return int((self._roads.head if piece & 1 else self._roads.tail)[piece // 2])

    def end(self, piece: int) -> int:
        """Node of the network that it ends at."""
        return self.start(piece ^ 1)

    def _osm(self, node: int) -> int:
        return int(self._roads.node_osm[node])

    def arriving(self, way: int, node: int) -> list[int]:
        """Edges of a way that end at a node."""
        return [piece for piece in self.of(way) if self._osm(self.end(piece)) == node]

    def starting(self, way: int, node: int) -> list[int]:
        """Edges of a way that start at a node."""
        return [piece for piece in self.of(way) if self._osm(self.start(piece)) == node]

    def meet(self, before: int, after: int) -> bool:
        """Whether one starts where the other ends, be there a barrier or not."""
        return self._osm(self.end(before)) == self._osm(self.start(after))

    def leaving(self, piece: int) -> list[int]:
        """Open edges that start where an edge ends, its own way back among them."""
        node = self._osm(self.end(piece))
        first, last = np.searchsorted(self._sorted_ends, [node, node + 1])
        starting = [int(end) for end in self._by_end[first:last]]
        return [end for end in starting if self.is_open(end) and not self.is_barrier(end)]

    @cached_property
    def _by_end(self) -> Longs:
        """Directed edges, sorted by the OpenStreetMap node that they start at."""
        order: Longs = np.argsort(self._start_osm, kind="stable")
        return order

    @cached_property
    def _start_osm(self) -> Longs:
        starts = np.column_stack([self._roads.tail, self._roads.head]).ravel()
        osm: Longs = np.asarray(self._roads.node_osm)[starts]
        return osm

    @cached_property
    def _sorted_ends(self) -> Longs:
        return self._start_osm[self._by_end]

    def go_on(self, pieces: Iterable[int]) -> bool:
        """Whether edges that arrive at one node come from both sides of it along one way."""
        arriving = set(pieces)
        # The edges of a way are drawn one after the other: the next one forward is the way on.
        return any(
            not piece & 1 and piece + 3 in arriving and self.way(piece) == self.way(piece + 3) for piece in arriving
        )

    def joined(self, pieces: Sequence[int]) -> tuple[int, ...] | None:
        """Put the barriers in that are passed between edges that meet; None where one cannot be passed."""
        whole = [pieces[0]]
        for before, after in pairwise(pieces):
            between = self._between(self.end(before), self.start(after))
            if between is None:
                return None
            whole += [*between, after]
        return tuple(whole)

    def _between(self, node: int, goal: int) -> list[int] | None:
        """Barriers from one node to another of the same place: none, one, or two around its middle."""
        if node == goal:
            return []
        for barrier in self._barriers.get(node, ()):
            if self.end(barrier) == goal:
                return [barrier]
            for second in self._barriers.get(self.end(barrier), ()):
                if self.end(second) == goal:
                    return [barrier, second]
        return None

    @cached_property
    def _barriers(self) -> dict[int, list[int]]:
        """Barriers that can be passed, by the node that they start at."""
        by_node: dict[int, list[int]] = {}
        for piece in filter(self.is_open, self.of(0)):
            by_node.setdefault(self.start(piece), []).append(piece)
        return by_node

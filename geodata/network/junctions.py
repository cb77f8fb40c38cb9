"""Cutting ways at their junctions and at barriers into the edges of a network."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.coords import great_circle_array_m
from geodata.network.read import WayBuffers
from geodata.network.roads import CLOSED, ROAD, Flags, Floats, Ints, Longs, slices
from geodata.network.surfaces import NONE
from geodata.network.tables import Access
from geodata.network.usage import NodeUse

MS_PER_S: Final = 1000
MM_PER_M: Final = 1000
_LARGEST: Final = int(np.iinfo(np.int32).max)


@dataclass(slots=True, kw_only=True)
class Edges:
    """Edges on their way to become Roads; the arrays mean what they mean there."""

    node_lonlat: Floats
    node_osm: Longs
    node_signal: NDArray[np.uint8]
    tail: Ints
    head: Ints
    forward_ms: Ints
    backward_ms: Ints
    length_mm: Ints
    ends_only: Flags
    snappable: Flags
    surface: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    way_osm: Longs
    shape_start: Longs
    shape_lonlat: Floats
    name: Ints
    highway: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pieces:
    """Stretches between junctions: way, first and last point in the buffers, length."""

    way: Longs
    first: Longs
    last: Longs
    length_m: Floats
    way_length_m: Floats


def cut_at_junctions(buffers: WayBuffers) -> Edges:
    """Make edges of the ways: one for each stretch between two junctions, way ends, barriers or traffic signals."""
    ref = np.frombuffer(buffers.ref, dtype=np.int64)
    lonlat = np.frombuffer(buffers.lonlat).reshape(-1, 2)
    way_start = np.frombuffer(buffers.start, dtype=np.int64)
    ids, first_seen, node, seen = np.unique(ref, return_index=True, return_inverse=True, return_counts=True)
    obstacle = np.isin(ids, np.fromiter(buffers.nodes, dtype=np.int64, count=len(buffers.nodes)))
    signal = np.zeros(len(ids), dtype=np.uint8)
    known = np.flatnonzero(np.isin(ids, np.fromiter(buffers.signals, dtype=np.int64, count=len(buffers.signals))))
    signal[known] = [buffers.signals[osm] for osm in ids[known].tolist()]
    is_cut = ((seen > 1) | obstacle | (signal > 0))[node]
    is_cut[way_start[:-1]] = is_cut[way_start[1:] - 1] = True
    pieces = _pieces(is_cut, way_start, lonlat)
    forward_ms, backward_ms = _durations_ms(pieces, buffers)
    uses = list(buffers.uses)
    use = np.frombuffer(buffers.use, dtype=np.int32)[pieces.way]
    edges = Edges(
        node_lonlat=lonlat[first_seen],
        node_osm=ids,
        node_signal=signal,
        tail=node[pieces.first].astype(np.int32),
        head=node[pieces.last].astype(np.int32),
        forward_ms=forward_ms,
        backward_ms=backward_ms,
        length_mm=np.clip(np.rint(pieces.length_m * MM_PER_M), 0, _LARGEST).astype(np.int32),
        ends_only=np.array([u.ends_only for u in uses], dtype=bool)[use],
        snappable=np.array([u.snappable for u in uses], dtype=bool)[use],
        surface=np.array([u.surface for u in uses], dtype=np.uint8)[use],
        kind=np.array([u.kind for u in uses], dtype=np.uint8)[use],
        way_osm=np.frombuffer(buffers.osm, dtype=np.int64)[pieces.way],
        shape_start=np.concatenate([[0], np.cumsum(pieces.last + 1 - pieces.first)]).astype(np.int64),
        shape_lonlat=lonlat[slices(pieces.first, pieces.last + 1)],
        name=np.frombuffer(buffers.name, dtype=np.int32)[pieces.way],
        highway=np.frombuffer(buffers.highway, dtype=np.int32)[pieces.way],
    )
    return _part_at_obstacles(edges, np.flatnonzero(obstacle), buffers)


def _pieces(is_cut: Flags, way_start: Longs, lonlat: Floats) -> _Pieces:
    cuts = np.flatnonzero(is_cut)
    way_of_cut = np.searchsorted(way_start, cuts, side="right") - 1
    joined = way_of_cut[:-1] == way_of_cut[1:]
    first, last, way = cuts[:-1][joined], cuts[1:][joined], way_of_cut[:-1][joined]
    # Steps from the end of one way to the start of the next are never inside a piece: they cancel out.
    along = np.concatenate([[0.0], np.cumsum(great_circle_array_m(lonlat[:-1], lonlat[1:]))])
    return _Pieces(
        way=way,
        first=first,
        last=last,
        length_m=along[last] - along[first],
        way_length_m=along[way_start[1:] - 1] - along[way_start[:-1]],
    )


def _durations_ms(pieces: _Pieces, buffers: WayBuffers) -> tuple[Ints, Ints]:
    uses = list(buffers.uses)
    use = np.frombuffer(buffers.use, dtype=np.int32)[pieces.way]

    def column(values: list[float]) -> Floats:
        return np.array(values, dtype=np.float64)[use]

    way_length_m = np.maximum(pieces.way_length_m[pieces.way], 1e-9)
    boarding_s = column([u.boarding_s for u in uses]) * pieces.length_m / way_length_m
    whole_way_s = column([u.whole_way_s for u in uses])

    def one_way(kmh: Floats) -> Ints:
        driving_s = pieces.length_m * 3.6 / np.maximum(kmh, 1e-9)
        seconds = np.where(whole_way_s > 0, whole_way_s * pieces.length_m / way_length_m, driving_s) + boarding_s
        milliseconds = np.clip(np.rint(seconds * MS_PER_S), 1, _LARGEST)
        return np.where(kmh > 0, milliseconds, CLOSED).astype(np.int32)

    return one_way(column([u.forward_kmh for u in uses])), one_way(column([u.backward_kmh for u in uses]))


@dataclass(slots=True, kw_only=True)
class _Additions:
    """What obstacles add: nodes (each a copy of another one) and joining edges (tail, head, ms, ends only)."""

    node_count: int
    copies_of: list[int] = field(default_factory=list)
    joins: list[tuple[int, int, int, bool]] = field(default_factory=list)

    def copy(self, node: int) -> int:
        self.copies_of.append(node)
        return self.node_count + len(self.copies_of) - 1


def _part_at_obstacles(edges: Edges, obstacles: Longs, buffers: WayBuffers) -> Edges:
    """Part the edges that meet at each obstacle, and join them again by edges that cost what passing it costs."""
    ends = np.concatenate([edges.tail, edges.head])
    order = np.argsort(ends, kind="stable")
    bounds = np.searchsorted(ends[order], np.column_stack([obstacles, obstacles + 1]))
    added = _Additions(node_count=len(edges.node_osm))
    for node, (first, last) in zip(obstacles.tolist(), bounds, strict=True):
        here = order[first:last]
        if len(here) > 1:
            ends[here] = _part(node, len(here), buffers.nodes[int(edges.node_osm[node])], added)
    edges.tail, edges.head = ends[: len(edges.tail)], ends[len(edges.tail) :]
    return _with_additions(edges, added)


def _part(node: int, count: int, use: NodeUse, added: _Additions) -> list[int]:
    """Give each of `count` edge ends its own node. Two are joined directly, more of them around `node`."""
    around_node = count > 2 and use.access != Access.CLOSED
    copies = [added.copy(node) for _ in range(count if around_node else count - 1)]
    if use.access != Access.CLOSED:
        # Around the node one passes two joins.
        delay_ms = use.delay_s * MS_PER_S // (2 if around_node else 1)
        ends_only = use.access == Access.ENDS_ONLY
        added.joins.extend((node, copy, max(1, delay_ms), ends_only) for copy in copies)
    return copies if around_node else [node, *copies]


def _with_additions(edges: Edges, added: _Additions) -> Edges:
    copies_of = np.array(added.copies_of, dtype=np.int64)
    joins = np.array(added.joins, dtype=np.int32).reshape(-1, 4)
    zeros = np.zeros(len(joins), dtype=np.int32)
    place = edges.node_lonlat[joins[:, 0]]  # a join starts at the obstacle's own node

    def longer(column: Any, more: Any) -> Any:
        return np.concatenate([column, more.astype(column.dtype)])

    return Edges(
        node_lonlat=np.concatenate([edges.node_lonlat, edges.node_lonlat[copies_of]]),
        node_osm=np.concatenate([edges.node_osm, edges.node_osm[copies_of]]),
        # Signals at a barrier stand at its middle alone: they are waited for once.
        node_signal=longer(edges.node_signal, np.zeros(len(copies_of))),
        tail=longer(edges.tail, joins[:, 0]),
        head=longer(edges.head, joins[:, 1]),
        forward_ms=longer(edges.forward_ms, joins[:, 2]),
        backward_ms=longer(edges.backward_ms, joins[:, 2]),
        length_mm=longer(edges.length_mm, zeros),
        ends_only=longer(edges.ends_only, joins[:, 3]),
        snappable=longer(edges.snappable, zeros),
        surface=longer(edges.surface, np.full(len(joins), NONE)),
        kind=longer(edges.kind, np.full(len(joins), ROAD)),
        way_osm=longer(edges.way_osm, zeros),
        shape_start=longer(edges.shape_start, edges.shape_start[-1] + 2 * np.arange(1, len(joins) + 1)),
        shape_lonlat=np.concatenate([edges.shape_lonlat, np.repeat(place, 2, axis=0)]),
        name=longer(edges.name, zeros),
        highway=longer(edges.highway, zeros),
    )

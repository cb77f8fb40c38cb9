"""Cutting ways at their junctions and at barriers into the edges of a network."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from geodata.coords import great_circle_array_m
from geodata.network.profiles import Profile
from geodata.network.read import WayBuffers
from geodata.network.roads import CLOSED, ROAD, Flags, Floats, Ints, Longs, Roads, packed, slices, texts
from geodata.network.slope import Heights, Slowness, slowness
from geodata.network.surfaces import NONE
from geodata.network.tables import Access
from geodata.network.usage import NodeUse

MS_PER_S: Final = 1000
MM_PER_M: Final = 1000
_LARGEST: Final = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pieces:
    """Stretches between junctions: way, first and last point in the buffers, length; all points' metres along ways."""

    way: Longs
    first: Longs
    last: Longs
    length_m: Floats
    way_length_m: Floats
    along_m: Floats


def cut_at_junctions(buffers: WayBuffers, profile: Profile) -> Roads:
    """Make roads of the ways: an edge for each stretch between two junctions, way ends, barriers or traffic signals.

    They are all that was read, connected or not, and without turn restrictions.
    """
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
    forward_ms, backward_ms = _durations_ms(pieces, _slowness(pieces, ref, way_start, buffers), buffers)
    uses = list(buffers.uses)
    use = np.frombuffer(buffers.use, dtype=np.int32)[pieces.way]
    text_start, text_utf8 = texts(list(buffers.texts))
    forbidden_start, forbidden = packed(())
    roads = Roads(
        profile=profile.name,
        turn_costs=profile.turn_costs,
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
        text_start=text_start,
        text_utf8=text_utf8,
        forbidden_start=forbidden_start,
        forbidden=forbidden,
    )
    return _part_at_obstacles(roads, np.flatnonzero(obstacle), buffers)


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
        along_m=along,
    )


def _slowness(pieces: _Pieces, ref: Longs, way_start: Longs, buffers: WayBuffers) -> Slowness:
    uses = list(buffers.uses)
    use = np.frombuffer(buffers.use, dtype=np.int32)[pieces.way]
    incline = np.array([np.nan if u.incline is None else u.incline for u in uses])[use]
    known = np.flatnonzero(np.isin(ref, np.fromiter(buffers.heights, dtype=np.int64, count=len(buffers.heights))))
    heights = Heights(
        way=np.searchsorted(way_start, known, side="right") - 1,
        along_m=pieces.along_m[known],
        height_m=np.array([buffers.heights[osm] for osm in ref[known].tolist()], dtype=np.float64),
    )
    found = slowness(pieces.along_m[pieces.first], pieces.along_m[pieces.last], incline, heights, buffers.slope)
    is_level = np.array([u.is_level for u in uses], dtype=bool)[use]
    buffers.has_slope = found.is_known & ~is_level
    return Slowness(np.where(is_level, 1.0, found.forward), np.where(is_level, 1.0, found.backward), buffers.has_slope)


def _durations_ms(pieces: _Pieces, slopes: Slowness, buffers: WayBuffers) -> tuple[Ints, Ints]:
    uses = list(buffers.uses)
    use = np.frombuffer(buffers.use, dtype=np.int32)[pieces.way]

    def column(values: list[float]) -> Floats:
        return np.array(values, dtype=np.float64)[use]

    way_length_m = np.maximum(pieces.way_length_m[pieces.way], 1e-9)
    boarding_s = column([u.boarding_s for u in uses]) * pieces.length_m / way_length_m
    whole_way_s = column([u.whole_way_s for u in uses])

    def one_way(kmh: Floats, times: Floats) -> Ints:
        driving_s = pieces.length_m * 3.6 / np.maximum(kmh, 1e-9) * times
        seconds = np.where(whole_way_s > 0, whole_way_s * pieces.length_m / way_length_m, driving_s) + boarding_s
        milliseconds = np.clip(np.rint(seconds * MS_PER_S), 1, _LARGEST)
        return np.where(kmh > 0, milliseconds, CLOSED).astype(np.int32)

    forward_kmh, backward_kmh = column([u.forward_kmh for u in uses]), column([u.backward_kmh for u in uses])
    return one_way(forward_kmh, slopes.forward), one_way(backward_kmh, slopes.backward)


@dataclass(slots=True, kw_only=True)
class _Additions:
    """What obstacles add: nodes (each a copy of another one) and joining edges (tail, head, ms, ends only)."""

    node_count: int
    copies_of: list[int] = field(default_factory=list)
    joins: list[tuple[int, int, int, bool]] = field(default_factory=list)

    def copy(self, node: int) -> int:
        self.copies_of.append(node)
        return self.node_count + len(self.copies_of) - 1


def _part_at_obstacles(roads: Roads, obstacles: Longs, buffers: WayBuffers) -> Roads:
    """Part the edges that meet at each obstacle, and join them again by edges that cost what passing it costs."""
    ends = np.concatenate([roads.tail, roads.head])
    order = np.argsort(ends, kind="stable")
    bounds = np.searchsorted(ends[order], np.column_stack([obstacles, obstacles + 1]))
    added = _Additions(node_count=len(roads.node_osm))
    for node, (first, last) in zip(obstacles.tolist(), bounds, strict=True):
        here = order[first:last]
        if len(here) > 1:
            ends[here] = _part(node, len(here), buffers.nodes[int(roads.node_osm[node])], added)
    parted = replace(roads, tail=ends[: roads.edge_count], head=ends[roads.edge_count :])
    return _with_additions(parted, added)


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


def _with_additions(roads: Roads, added: _Additions) -> Roads:
    copies_of = np.array(added.copies_of, dtype=np.int64)
    joins = np.array(added.joins, dtype=np.int32).reshape(-1, 4)
    zeros = np.zeros(len(joins), dtype=np.int32)
    place = roads.node_lonlat[joins[:, 0]]  # a join starts at the obstacle's own node

    def longer(column: Any, more: Any) -> Any:
        return np.concatenate([column, more.astype(column.dtype)])

    return replace(
        roads,
        node_lonlat=np.concatenate([roads.node_lonlat, roads.node_lonlat[copies_of]]),
        node_osm=np.concatenate([roads.node_osm, roads.node_osm[copies_of]]),
        # Signals at a barrier stand at its middle alone: they are waited for once.
        node_signal=longer(roads.node_signal, np.zeros(len(copies_of))),
        tail=longer(roads.tail, joins[:, 0]),
        head=longer(roads.head, joins[:, 1]),
        forward_ms=longer(roads.forward_ms, joins[:, 2]),
        backward_ms=longer(roads.backward_ms, joins[:, 2]),
        length_mm=longer(roads.length_mm, zeros),
        ends_only=longer(roads.ends_only, joins[:, 3]),
        snappable=longer(roads.snappable, zeros),
        surface=longer(roads.surface, np.full(len(joins), NONE)),
        kind=longer(roads.kind, np.full(len(joins), ROAD)),
        way_osm=longer(roads.way_osm, zeros),
        shape_start=longer(roads.shape_start, roads.shape_start[-1] + 2 * np.arange(1, len(joins) + 1)),
        shape_lonlat=np.concatenate([roads.shape_lonlat, np.repeat(place, 2, axis=0)]),
        name=longer(roads.name, zeros),
        highway=longer(roads.highway, zeros),
    )

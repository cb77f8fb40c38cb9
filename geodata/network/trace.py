"""Tracing: the polyline of a route, made of the very arcs whose costs were added up."""

from itertools import pairwise

import numpy as np

from geodata.coords import LonLat, great_circle_array_m
from geodata.network.dijkstra import DIRECT, Tree
from geodata.network.places import ENTRIES, Entries
from geodata.network.port import SnappedPoint
from geodata.network.roads import Floats, Roads
from geodata.network.search import SearchGraph


def route_line(
    roads: Roads,
    graph: SearchGraph,
    tree: Tree,
    source: SnappedPoint,
    target: SnappedPoint,
    *,
    out: Entries,
    into: Entries,
    entry: int,
) -> tuple[LonLat, ...]:
    """Polyline from door to door.

    Parameters
    ----------
    tree, out : of the source. into : of the target, one row each.
    entry : the way in that was chosen (see dijkstra.Best).
    """
    if entry == DIRECT:
        parts = [_stretch(roads, source.edge, source.fraction, target.fraction)]
    else:
        states = _states_to(tree, int(into.state[0, entry]))
        arcs = [graph.arc_between(*pair) for pair in pairwise(states)]
        parts = [
            _stretch(roads, source.edge, source.fraction, 1.0 if _leaves_over_head(out, states[0]) else 0.0),
            *(_driven(roads, int(graph.edge[arc]), forward=bool(graph.forward[arc])) for arc in arcs),
            _stretch(roads, target.edge, 1.0 if entry < ENTRIES // 2 else 0.0, target.fraction),
        ]
    line = [source.point, source.on_road, *_points(np.concatenate(parts)), target.on_road, target.point]
    return _without_repeats(line)


def _states_to(tree: Tree, state: int) -> list[int]:
    """States from the first after the root to the given one."""
    states = [state]
    while (before := int(tree.previous[states[-1]])) != tree.root:
        states.append(before)
    return states[::-1]


def _leaves_over_head(out: Entries, state: int) -> bool:
    """Whether the first state was reached over the head of the source's edge; as the tree chose its seeds."""
    columns = np.flatnonzero(out.state[0] == state)
    order = np.lexsort((out.mm[0][columns], out.ms[0][columns]))
    return bool(columns[order[0]] < ENTRIES // 2)


def _driven(roads: Roads, edge: int, *, forward: bool) -> Floats:
    return roads.shape(edge) if forward else roads.shape(edge)[::-1]


def _stretch(roads: Roads, edge: int, start: float, end: float) -> Floats:
    """Points of an edge's polyline between two fractions, in the order of driving, without the two places."""
    shape = roads.shape(edge)
    along = np.concatenate([[0.0], np.cumsum(great_circle_array_m(shape[:-1], shape[1:]))])
    share = along / max(float(along[-1]), 1e-9)
    low, high = min(start, end), max(start, end)
    # At an end of the edge its last point belongs to the stretch, else only what lies strictly between.
    inside = (share > low) & (share < high)
    inside[0] |= low == 0.0
    inside[-1] |= high == 1.0
    points = shape[inside]
    return points if start <= end else points[::-1]


def _points(lonlat: Floats) -> list[LonLat]:
    return [LonLat(float(lon), float(lat)) for lon, lat in lonlat]


def _without_repeats(line: list[LonLat]) -> tuple[LonLat, ...]:
    kept = [line[0]] + [point for before, point in pairwise(line) if point != before]
    return tuple(kept) if len(kept) > 1 else (line[0], line[0])

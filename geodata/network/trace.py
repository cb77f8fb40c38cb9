"""Tracing: the polyline of a route, made of the very states whose costs were added up."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from geodata.coords import LonLat, great_circle_array_m
from geodata.network.port import SnappedPoint
from geodata.network.roads import Floats, Roads
from geodata.network.states import FORWARD, StateGraph


def route_line(
    roads: Roads,
    graph: StateGraph,
    source: SnappedPoint,
    target: SnappedPoint,
    *,
    direction: int,
    states: Sequence[int],
) -> tuple[LonLat, ...]:
    """Polyline from door to door.

    Parameters
    ----------
    direction : in which the source's edge is left, FORWARD or BACKWARD.
    states : those that are entered after it; the last one ends at the target. None when the route stays on its edge.
    """
    if states:
        last = states[-1]
        parts = [
            _stretch(roads, source.edge, source.fraction, 1.0 if direction == FORWARD else 0.0),
            *(_driven(roads, int(graph.edge[state]), forward=bool(graph.forward[state])) for state in states[:-1]),
            _stretch(roads, target.edge, 0.0 if graph.forward[last] else 1.0, target.fraction),
        ]
    else:
        parts = [_stretch(roads, source.edge, source.fraction, target.fraction)]
    line = [source.point, source.on_road, *_points(np.concatenate(parts)), target.on_road, target.point]
    return _without_repeats(line)


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

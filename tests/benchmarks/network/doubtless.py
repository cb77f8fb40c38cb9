"""Places on roads where no engine has a choice what to snap them to."""

import numpy as np

from geodata.coords import EARTH_RADIUS_M, LonLat, great_circle_array_m
from geodata.network.arrays import Floats
from geodata.network.port import SnappedPoint
from geodata.network.roads import Roads

#: So near to another road a place may be snapped to either, metres.
ALONE_M = 2.0


def middles(roads: Roads, count: int, *, seed: int) -> list[SnappedPoint]:
    """Return places in the middle of edges that are open to all and longer than 40 m, with no other road beside."""
    chance = np.random.default_rng(seed)
    usable = np.flatnonzero(roads.snappable & ~roads.ends_only & (roads.length_mm > 40_000))
    points: list[SnappedPoint] = []
    for edge in chance.permutation(usable).tolist():
        if len(points) == count:
            break
        shape = roads.shape(edge)
        half = len(shape) // 2
        place = np.round((shape[half - 1] + shape[half]) / 2, 6)
        if metres_to_another(roads, edge, place) > ALONE_M:
            points.append(_at(roads, edge, LonLat(*place.tolist())))
    return points


def metres_to_another(roads: Roads, edge: int, place: Floats) -> float:
    """Return how far it is from a place on an edge, (2,) degrees, to the nearest other edge."""
    start = np.asarray(roads.shape_start)
    narrow = np.array([np.cos(np.radians(place[1])), 1.0]) * np.radians(1) * EARTH_RADIUS_M
    metres = (np.asarray(roads.shape_lonlat) - place) * narrow
    first, step = metres[:-1], np.diff(metres, axis=0)
    is_other = np.ones(len(first), dtype=bool)
    is_other[start[1:-1] - 1] = False  # from the end of one edge to the start of the next
    is_other[start[edge] : start[edge + 1] - 1] = False
    share = np.clip(-(first * step).sum(1) / np.maximum((step**2).sum(1), 1e-9), 0, 1)
    away = np.hypot(*(first + share[:, None] * step).T)
    return float(away[is_other].min())


def _at(roads: Roads, edge: int, place: LonLat) -> SnappedPoint:
    shape = roads.shape(edge)
    half = len(shape) // 2
    steps = great_circle_array_m(shape[:-1], shape[1:])
    fraction = (steps[: half - 1].sum() + steps[half - 1] / 2) / steps.sum()
    return SnappedPoint(
        point=place, on_road=place, edge=edge, fraction=float(fraction), distance_m=0, access_s=0, side="on"
    )

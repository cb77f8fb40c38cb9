"""Reachability: the area of the doors that can be reached within a time, as polygons."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from geodata.coords import EARTH_RADIUS_M, LonLat, great_circle_array_m
from geodata.network.access import DETOUR_FACTOR, WALKABLE_M, WALKING_M_PER_S
from geodata.network.arrays import Floats, Longs
from geodata.network.cone_field import raise_cones
from geodata.network.contour import area_not_negative
from geodata.network.port import REACH_CELL_M, SnappedPoint
from geodata.network.roads import CLOSED, Roads, slices
from geodata.network.states import StateGraph

#: Holes smaller than this are filled, square metres: nobody would see them on a map.
LEAST_HOLE_M2: Final = 10_000
_GEOJSON_DECIMALS: Final = 6
_GEOJSON_DEGREES: Final = 10.0**-_GEOJSON_DECIMALS
#: What is rounded away of a door's time at most: half a second each of the driving and of the access at both ends.
ROUNDED_MS: Final = 1500
#: Straight metres towards a door in a second on foot.
STRAIGHT_M_PER_S: Final = WALKING_M_PER_S / DETOUR_FACTOR


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """Places along the roads, and when each is reached; p of them.

    Attributes
    ----------
    lonlat : (p, 2) degrees. ms : (p,) driving time from the start's place on the road.
    """

    lonlat: Floats
    ms: Floats


def entered_ms(roads: Roads, graph: StateGraph, label_ms: Floats) -> Floats:
    """Say when each drawn edge is first entered, (edges, 2), FORWARD and BACKWARD; infinite where it is not.

    Parameters
    ----------
    label_ms : (states,) what it costs to enter each state, infinite where no road leads: from one search from one
        place to all of them, of whatever engine.
    """
    entered = np.full(2 * roads.edge_count, np.inf)
    np.minimum.at(entered, graph.edge.astype(np.int64) * 2 + ~graph.forward, label_ms)
    return entered.reshape(-1, 2)


def area_within(
    roads: Roads, entered: Floats, start: SnappedPoint, *, limit_s: int, cell_m: int = REACH_CELL_M
) -> shapely.MultiPolygon:
    """Trace the area of the doors that are reached from a start within `limit_s` seconds, door to door.

    It holds the start, and every door that is reached in time and is not farther from its road than one walks
    (WALKABLE_M). What it holds beside those lies near a road that is reached in time: as near as the rest of the
    time allows on foot, and less than three cells more. More time never gives a smaller area. Roads on which one
    cannot stop (motorways, tunnels, ferries) lead on and have no area of their own.

    Parameters
    ----------
    roads : with the durations that were searched.
    entered : from `entered_ms`, for the start's place on the road.
    limit_s : >= 0; the access on foot at both ends counts.
    cell_m : how finely the area is drawn.

    Returns
    -------
    A valid MultiPolygon in degrees; `geojson_coordinates` writes it.

    Raises
    ------
    ValueError
        When `limit_s` is negative or `cell_m` is not positive.
    """
    if limit_s < 0 or cell_m <= 0:
        msg = f"Reachability: limit_s must be >= 0 and cell_m > 0, got {limit_s} and {cell_m}."
        raise ValueError(msg)
    left_ms = (limit_s - start.access_s) * 1000 + ROUNDED_MS
    samples = _samples(roads, entered, start, left_ms, spacing_m=cell_m / 2)
    walk_m = np.minimum((left_ms - samples.ms) / 1000 * STRAIGHT_M_PER_S, WALKABLE_M)
    # A door is less than half a cell farther from the last sample before it than from its road, and the corners of a
    # triangle are less than 1.5 cells from a door in it.
    margin_m = 2 * cell_m
    # The start itself is in the area even when the time is too short to get to the road.
    lonlat = np.concatenate([samples.lonlat, [[start.point.lon, start.point.lat]]])
    radius = np.concatenate([walk_m, [0.0]]) + margin_m
    return _envelope(start.on_road, lonlat, radius, cell_m)


def area_m2(area: shapely.MultiPolygon) -> int:
    """Measure an area in degrees on the sphere, in whole square metres.

    By Lambert's cylindrical projection, which keeps areas: https://doi.org/10.3133/pp1395, page 76.
    """

    def projected(lonlat: Floats) -> Floats:
        return EARTH_RADIUS_M * np.column_stack([np.radians(lonlat[:, 0]), np.sin(np.radians(lonlat[:, 1]))])

    return round(float(shapely.transform(area, projected).area))


def geojson_coordinates(area: shapely.MultiPolygon) -> list[list[list[tuple[float, float]]]]:
    """Write an area as the coordinates of a GeoJSON MultiPolygon (RFC 7946): outer rings run counterclockwise.

    Positions have six decimals of a degree, a decimetre; rounding them leaves the area valid.
    """
    parts = shapely.get_parts(shapely.orient_polygons(shapely.set_precision(area, _GEOJSON_DEGREES)))
    return [[_positions(ring) for ring in (part.exterior, *part.interiors)] for part in parts]


def _positions(ring: shapely.LinearRing) -> list[tuple[float, float]]:
    lonlat = np.round(shapely.get_coordinates(ring), _GEOJSON_DECIMALS)
    return [(lon, lat) for lon, lat in lonlat.tolist()]


def _samples(roads: Roads, entered: Floats, start: SnappedPoint, left_ms: float, *, spacing_m: float) -> Samples:
    """Sample the roads on which one can stop, at most `spacing_m` apart, and keep what is reached in time.

    Where an edge is sampled does not depend on the time, so that more time only adds samples.
    """
    can_stop = np.asarray(roads.snappable)
    reached = np.flatnonzero(can_stop & (entered.min(axis=1) <= left_ms))
    lonlat, edge, fraction = _along(roads, np.union1d(reached, [start.edge]), spacing_m)
    ms = np.full(len(edge), np.inf)
    for direction, column in enumerate((roads.forward_ms, roads.backward_ms)):
        whole_ms = np.asarray(column)[edge].astype(np.float64)
        done = fraction if direction == 0 else 1 - fraction
        ms = np.minimum(ms, entered[edge, direction] + np.where(whole_ms == CLOSED, np.inf, whole_ms * done))
        started = start.fraction if direction == 0 else 1 - start.fraction
        ahead = (edge == start.edge) & (done >= started) & (whole_ms != CLOSED)
        ms = np.minimum(ms, np.where(ahead, whole_ms * (done - started), np.inf))
    kept = ms <= left_ms
    here = np.array([[start.on_road.lon, start.on_road.lat]])
    at_start = left_ms >= 0
    return Samples(
        lonlat=np.concatenate([lonlat[kept], here[:at_start]]), ms=np.concatenate([ms[kept], np.zeros(1)[:at_start]])
    )


def _along(roads: Roads, edges: Longs, spacing_m: float) -> tuple[Floats, Longs, Floats]:
    """Places along edges: their points and what divides each segment evenly. Place, edge and fraction of each."""
    starts, ends = roads.shape_start[edges].astype(np.int64), roads.shape_start[edges + 1].astype(np.int64)
    tails = slices(starts, ends - 1)
    owner = np.repeat(np.arange(len(edges)), ends - 1 - starts)
    shape = np.asarray(roads.shape_lonlat)
    step_m = great_circle_array_m(shape[tails], shape[tails + 1])
    before = np.concatenate([[0.0], np.cumsum(step_m)])
    first = np.searchsorted(owner, np.arange(len(edges)))
    whole_m = np.maximum(np.bincount(owner, step_m, minlength=len(edges)), 1e-9)
    parts = np.maximum(1, np.ceil(step_m / spacing_m)).astype(np.int64) + 1
    segment = np.repeat(np.arange(len(tails)), parts)
    number = np.arange(len(segment)) - np.repeat(np.cumsum(parts) - parts, parts)
    share = number / (parts[segment] - 1)
    along_m = before[:-1][segment] + share * step_m[segment] - before[first[owner[segment]]]
    lonlat = shape[tails[segment]] + share[:, None] * (shape[tails[segment] + 1] - shape[tails[segment]])
    return lonlat, edges[owner[segment]], np.clip(along_m / whole_m[owner[segment]], 0.0, 1.0)


def _envelope(origin: LonLat, lonlat: Floats, radius: Floats, cell_m: int) -> shapely.MultiPolygon:
    """Trace the union of discs. The grid's nodes lie at whole numbers of cells from the origin, whatever the discs."""
    degree_m = math.radians(1) * EARTH_RADIUS_M
    scale = np.array([degree_m * math.cos(math.radians(origin.lat)), degree_m])
    place = (lonlat - [origin.lon, origin.lat]) * scale
    east_scale = np.cos(np.radians(lonlat[:, 1])) / math.cos(math.radians(origin.lat))
    border = (radius.max() / east_scale.min() + 2 * cell_m) // cell_m + 1
    low = np.floor(place.min(axis=0) / cell_m) - border
    columns, rows = (np.ceil(place.max(axis=0) / cell_m) + border - low + 1).astype(int)
    # Below -1.5 cells a node has no neighbour inside, and above 1.5 none outside, so its height does not matter.
    highest = 1.5 * cell_m
    field = np.full((rows, columns), -highest)
    x, y = (place - low * cell_m).T
    raise_cones(np.ascontiguousarray(x), np.ascontiguousarray(y), east_scale, radius, float(cell_m), highest, field)
    parts = [_without_small_holes(part, cell_m) for part in area_not_negative(field).geoms]
    return shapely.transform(
        shapely.MultiPolygon(parts), lambda grid: (grid + low) * cell_m / scale + [origin.lon, origin.lat]
    )


def _without_small_holes(part: shapely.Polygon, cell_m: int) -> shapely.Polygon:
    least = LEAST_HOLE_M2 / cell_m**2
    return shapely.Polygon(part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= least])

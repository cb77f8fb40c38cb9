"""Kernels along polylines: where a door's foot lies on its edge, how far a place stands along it, the line of a route.

Polylines lie one after the other in `lonlat` (k, 2) float64, degrees; `shape_start` (m + 1,) int64 is where that of
each edge begins. Segment p joins points p and p + 1.
"""

import math
from typing import Final

import numpy as np

from geodata.coords import EARTH_RADIUS_M
from geodata.network.arrays import Flags, Floats, Ints, Longs
from geodata.network.jit import kernel

#: Sides of an edge, as it is drawn.
ON: Final = 0
LEFT: Final = 1
RIGHT: Final = 2
#: Shorter than this an edge has no inside, metres.
_NOTHING_M: Final = 1e-9


@kernel
def _metres(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle distance between two points, as in geodata.coords."""
    south, north = math.radians(lat_a), math.radians(lat_b)
    wide = math.sin((math.radians(lon_b) - math.radians(lon_a)) / 2)
    chord = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * wide**2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(chord, 1.0)))


@kernel
def _fraction(segment: int, share: float, first: int, last: int, lonlat: Floats) -> float:
    """Tell how far along its polyline, points first .. last, a place lies: 0 at its first point and 1 at its last."""
    south = math.radians(lonlat[first, 1])
    cos, sin = math.cos(south), math.sin(south)
    before = whole = 0.0
    for point in range(first, last):
        # The cosine of the segment's latitude, by its series around the edge's first: within 1e-6 for 100 km.
        north = math.radians((lonlat[point, 1] + lonlat[point + 1, 1]) / 2) - south
        narrow = cos - north * (sin + north * cos / 2)
        east, up = (lonlat[point + 1, 0] - lonlat[point, 0]) * narrow, lonlat[point + 1, 1] - lonlat[point, 1]
        length = math.sqrt(east * east + up * up)
        if point < segment:
            before += length
        elif point == segment:
            before += length * share
        whole += length
    return min(before / whole, 1.0) if whole > 0 else 0.0


@kernel
def feet(
    doors: Floats,
    places: Floats,
    segments: Longs,
    shares: Floats,
    on_road_m: float,
    owner: Ints,
    shape_start: Longs,
    lonlat: Floats,
) -> tuple[Ints, Floats, Floats, Longs]:
    """Measure the feet of doors on their edges.

    Parameters
    ----------
    doors, places : (d, 2) float64, degrees. segments : (d,) int64, shares : (d,) float64, where the places lie; of a
        negative segment the answers mean nothing.
    on_road_m : a door so near to its foot has no side. owner : (k,) int32, edge of each point.

    Returns
    -------
    edges (d,) int32; fractions of them (d,) float64; metres between door and foot (d,) float64; sides (d,) int64.
    """
    edges, sides = np.empty(len(doors), np.int32), np.empty(len(doors), np.int64)
    fractions, metres = np.empty(len(doors)), np.empty(len(doors))
    for i in range(len(doors)):
        tail = max(segments[i], 0)
        edge = owner[tail]
        edges[i] = edge
        fractions[i] = _fraction(segments[i], shares[i], shape_start[edge], shape_start[edge + 1] - 1, lonlat)
        metres[i] = _metres(doors[i, 0], doors[i, 1], places[i, 0], places[i, 1])
        east, up = lonlat[tail + 1, 0] - lonlat[tail, 0], lonlat[tail + 1, 1] - lonlat[tail, 1]
        is_left = east * (doors[i, 1] - lonlat[tail, 1]) - up * (doors[i, 0] - lonlat[tail, 0]) > 0
        sides[i] = ON if metres[i] <= on_road_m else (LEFT if is_left else RIGHT)
    return edges, fractions, metres, sides


@kernel
def standing(
    edges: Longs, fractions: Floats, forward_ms: Ints, backward_ms: Ints, length_mm: Ints, mm_per_dm: int
) -> tuple[Longs, Longs, int]:
    """Measure how far along their edges places stand, see geodata.network.places: (p, 2) int64 each.

    Parameters
    ----------
    edges : (p,) int64. fractions : (p,) float64. forward_ms, backward_ms, length_mm : (m,) int32, as in Roads.

    Returns
    -------
    milliseconds from where one enters the edge, forward and backward, -1 where that is closed; decimetres likewise; the
    first place on an edge that there is not, where it stops, or -1.
    """
    done_ms, done_dm = np.empty((len(edges), 2), np.int64), np.empty((len(edges), 2), np.int64)
    for i in range(len(edges)):
        edge, fraction = edges[i], fractions[i]
        if not 0 <= edge < len(length_mm):
            return done_ms, done_dm, i
        forward, backward = np.int64(forward_ms[edge]), np.int64(backward_ms[edge])
        # 0 is roads.CLOSED.
        done_ms[i, 0] = -1 if forward == 0 else np.int64(np.rint(forward * fraction))
        done_ms[i, 1] = -1 if backward == 0 else backward - np.int64(np.rint(backward * fraction))
        length = np.int64(np.rint(length_mm[edge] / mm_per_dm))
        done_dm[i, 0] = np.int64(np.rint(length * fraction))
        done_dm[i, 1] = length - done_dm[i, 0]
    return done_ms, done_dm, -1


@kernel
def access_mm(lonlat: Floats) -> Longs:
    """Whole millimetres between door and road. lonlat: (p, 4) float64, both places of each, degrees."""
    found = np.empty(len(lonlat), np.int64)
    for i in range(len(lonlat)):
        metres = _metres(lonlat[i, 0], lonlat[i, 1], lonlat[i, 2], lonlat[i, 3])
        found[i] = np.int64(np.rint(metres * 1000))
    return found


@kernel
def _append(line: Floats, count: int, lon: float, lat: float) -> int:
    """Add a point unless the line is there already; the new number of points."""
    if count > 0 and line[count - 1, 0] == lon and line[count - 1, 1] == lat:
        return count
    line[count, 0], line[count, 1] = lon, lat
    return count + 1


@kernel
def _stretch(lonlat: Floats, first: int, last: int, start: float, end: float, line: Floats, count: int) -> int:
    """Add the points first .. last - 1 that lie between two shares of their polyline, in the order of driving.

    At an end of the edge its last point belongs to the stretch, else only what lies strictly between.
    """
    share = np.zeros(last - first)
    for point in range(first + 1, last):
        share[point - first] = share[point - first - 1] + _metres(
            lonlat[point - 1, 0], lonlat[point - 1, 1], lonlat[point, 0], lonlat[point, 1]
        )
    share /= max(share[-1], _NOTHING_M)
    low, high = min(start, end), max(start, end)
    for step in range(last - first):
        at = step if start <= end else last - first - 1 - step
        inside = low < share[at] < high or (at == 0 and low == 0.0) or (at == last - first - 1 and high == 1.0)
        if inside:
            count = _append(line, count, lonlat[first + at, 0], lonlat[first + at, 1])
    return count


@kernel
def joined(
    edge: Ints, forward: Flags, from_share: float, to_share: float, ends: Floats, shape_start: Longs, lonlat: Floats
) -> Floats:
    """Polyline of a route, (n, 2), of at least two points; of equal neighbours only one stands there.

    Parameters
    ----------
    edge, forward : (r,) what is driven, in order. from_share, to_share : where on the first and on the last edge.
    ends : (4, 2) door, its place on the road, the other door's place on the road, the other door.
    shape_start : (m + 1,), lonlat : (k, 2) as in Roads.
    """
    route = len(edge)
    most = 6
    for index in range(route):
        most += shape_start[edge[index] + 1] - shape_start[edge[index]]
    line = np.empty((most, 2))
    count = _append(line, 0, ends[0, 0], ends[0, 1])
    count = _append(line, count, ends[1, 0], ends[1, 1])
    for index in range(route):
        first, last = shape_start[edge[index]], shape_start[edge[index] + 1]
        if index == 0 or index == route - 1:
            start, end = (0.0, 1.0) if forward[index] else (1.0, 0.0)
            start = from_share if index == 0 else start
            end = to_share if index == route - 1 else end
            count = _stretch(lonlat, first, last, start, end, line, count)
        elif forward[index]:
            for point in range(first, last):
                count = _append(line, count, lonlat[point, 0], lonlat[point, 1])
        else:
            for point in range(last - 1, first - 1, -1):
                count = _append(line, count, lonlat[point, 0], lonlat[point, 1])
    count = _append(line, count, ends[2, 0], ends[2, 1])
    count = _append(line, count, ends[3, 0], ends[3, 1])
    if count == 1:
        line[1] = line[0]
        count = 2
    return line[:count].copy()

"""Kernel that joins the polylines of the edges of a route: from the door over the road to the other door."""

import math
from typing import Final

import numpy as np

from geodata.coords import EARTH_RADIUS_M
from geodata.network.jit import kernel
from geodata.network.roads import Flags, Floats, Ints, Longs

#: Shorter than this an edge has no inside, metres.
_NOTHING_M: Final = 1e-9


@kernel
def _metres(lonlat: Floats, a: int, b: int) -> float:
    """Great-circle distance between two points, as in geodata.coords."""
    lat_a, lat_b = math.radians(lonlat[a, 1]), math.radians(lonlat[b, 1])
    wide = math.sin(math.radians(lonlat[b, 0] - lonlat[a, 0]) / 2)
    chord = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * wide**2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(chord, 1.0)))


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
        share[point - first] = share[point - first - 1] + _metres(lonlat, point - 1, point)
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

"""Kernels that search a uniform grid for the nearest segment, by rings of cells around the door.

For the grid see geodata.network.uniform_grid. Each polyline has a `key` (polylines,) int32, >= 0, or NEVER, and a
`rank` (polylines,) int32: of several at one distance the one of lowest rank is found, then the first.

Distances are measured on a plane through the door: degrees of latitude, and degrees of longitude times the cosine of
the door's latitude. That plane is exact at the door; at a distance d it is off by up to d * tan(latitude) / radius,
which is 1 in 7000 for 500 m at 60 degrees. Of two roads whose distances differ by less than that, the farther may
be taken.
"""

import math
from typing import Final

import numpy as np

from geodata.coords import EARTH_RADIUS_M
from geodata.network.arrays import Flags, Floats, Ints, Longs
from geodata.network.jit import kernel
from geodata.network.uniform_grid import Grid

#: Stands where no segment was found.
NOTHING: Final = -1
#: Wanted key that every key answers to.
ANY: Final = 0
#: Key of polylines that are never found.
NEVER: Final = -1

_M_PER_DEGREE: Final = math.pi / 180 * EARTH_RADIUS_M


@kernel
def nearest_segments(
    doors: Floats, reach_m: Floats, wanted: Ints, grid: Grid, key: Ints, rank: Ints
) -> tuple[Longs, Floats, Floats, Floats]:
    """Find the nearest segment for each door by itself; see `_nearest_segment`.

    Parameters
    ----------
    doors : (d, 2) float64, degrees. reach_m : (d,) float64. wanted : (d,) int32.

    Returns
    -------
    segments (d,) int64, metres (d,) float64, shares (d,) float64, and places (d, 2) float64, degrees; without a segment
    its place is some place.
    """
    segments = np.empty(len(doors), dtype=np.int64)
    metres, shares, places = np.empty(len(doors)), np.empty(len(doors)), np.empty(doors.shape)
    for i in range(len(doors)):
        segments[i], metres[i], shares[i] = _nearest_segment(
            doors[i, 0], doors[i, 1], reach_m[i], wanted[i], grid, key, rank
        )
        tail, share = max(segments[i], 0), shares[i]
        for axis in range(2):
            start, end = grid.lonlat[tail, axis], grid.lonlat[tail + 1, axis]
            places[i, axis] = end if share == 1 else start + share * (end - start)
    return segments, metres, shares, places


@kernel
def any_nearer(doors: Floats, metres: Floats, grid: Grid, key: Ints, rank: Ints) -> Flags:
    """Whether a segment is nearer to each door (d, 2), degrees, than so many metres (d,): (d,) bool."""
    nearer = np.zeros(len(doors), np.bool_)
    for i in range(len(doors)):
        segment, nearest_m, _ = _nearest_segment(doors[i, 0], doors[i, 1], metres[i], ANY, grid, key, rank)
        nearer[i] = segment != NOTHING and nearest_m < metres[i]
    return nearer


@kernel
def _nearest_segment(  # noqa: C901, PLR0912 a kernel is one loop over arrays
    lon: float, lat: float, reach_m: float, wanted: int, grid: Grid, key: Ints, rank: Ints
) -> tuple[int, float, float]:
    """Find the nearest segment of the polylines whose key is the wanted one, by rings of cells around the door.

    Parameters
    ----------
    reach_m : the search ends where everything that is left is farther away. wanted : a key, or ANY.

    Returns
    -------
    segment or NOTHING; metres on the plane, without a segment a lower bound of them; share of the segment, 0 to 1.
    """
    frame, lonlat, owner = grid.frame, grid.lonlat, grid.owner
    columns, rows = int(frame[4]), int(frame[5])
    narrow = math.cos(math.radians(lat))
    fx, fy = (lon - frame[0]) / frame[2], (lat - frame[1]) / frame[3]
    cx, cy = math.floor(fx), math.floor(fy)
    width, height = frame[2] * narrow, frame[3]
    reach = reach_m / _M_PER_DEGREE
    # From outside, rings begin where they touch the grid.
    ring = max(0, -cx, cx - columns + 1, -cy, cy - rows + 1)
    outside = math.hypot(max(-fx, fx - columns, 0.0) * width, max(-fy, fy - rows, 0.0) * height)
    if outside > reach:
        return NOTHING, outside * _M_PER_DEGREE, 0.0
    best, best_square, best_share = NOTHING, np.inf, 0.0
    while True:
        for y in range(max(cy - ring, 0), min(cy + ring, rows - 1) + 1):
            is_whole = abs(y - cy) == ring
            step = 1 if is_whole else 2 * ring
            first = max(cx - ring, 0) if is_whole else cx - ring
            for x in range(first, min(cx + ring, columns - 1) + 1, step):
                if x < 0:
                    continue
                cell = y * columns + x
                for entry in range(grid.cell_start[cell], grid.cell_start[cell + 1]):
                    segment = grid.cell_segment[entry]
                    square, share = _to_segment(lon, lat, narrow, lonlat, segment)
                    if square > best_square:
                        continue
                    line = owner[segment]
                    if key[line] == NEVER or (wanted != ANY and key[line] != wanted):
                        continue
                    if square == best_square:
                        other = owner[best]
                        if (rank[line], segment) >= (rank[other], best):
                            continue
                    best, best_square, best_share = segment, square, share
        left = np.inf
        if cx - ring > 0:
            left = min(left, (fx - (cx - ring)) * width)
        if cx + ring < columns - 1:
            left = min(left, (cx + ring + 1 - fx) * width)
        if cy - ring > 0:
            left = min(left, (fy - (cy - ring)) * height)
        if cy + ring < rows - 1:
            left = min(left, (cy + ring + 1 - fy) * height)
        if best_square < left * left or left > reach or left == np.inf:
            if best == NOTHING:
                return NOTHING, min(left, 360.0) * _M_PER_DEGREE, 0.0
            return best, math.sqrt(best_square) * _M_PER_DEGREE, best_share
        ring += 1


@kernel
def _to_segment(lon: float, lat: float, narrow: float, lonlat: Floats, segment: int) -> tuple[float, float]:
    """Square of the distance to a segment in degrees of latitude, and the share of the segment at its foot."""
    ax, ay = (lonlat[segment, 0] - lon) * narrow, lonlat[segment, 1] - lat
    bx, by = (lonlat[segment + 1, 0] - lon) * narrow, lonlat[segment + 1, 1] - lat
    dx, dy = bx - ax, by - ay
    along = -(ax * dx + ay * dy)
    if along <= 0:
        return ax * ax + ay * ay, 0.0
    square = dx * dx + dy * dy
    if along >= square:
        return bx * bx + by * by, 1.0
    share = along / square
    fx, fy = ax + share * dx, ay + share * dy
    return fx * fx + fy * fy, share

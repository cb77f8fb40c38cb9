"""Kernels of the uniform grid over segments: filling it, the nearest segment by rings, what a line crosses.

Polylines lie one after the other in `lonlat`; segment p joins points p and p + 1. A grid sorts the segments into cells:
those of cell c are `cell_segment[cell_start[c]:cell_start[c + 1]]`, and cells are numbered row by row from the
south-west corner. `frame` is (6,) float64: west, south, width and height of a cell (degrees), columns, rows.
Each polyline has a `key` (polylines,) int32, >= 0, or NEVER, and a `rank` (polylines,) int32: of several at one
distance the one of lowest rank is found, then the first.

Distances are measured on a plane through the door: degrees of latitude, and degrees of longitude times the cosine of
the door's latitude. That plane is exact at the door; at a distance d it is off by up to d * tan(latitude) / radius,
which is 1 in 7000 for 500 m at 60 degrees. Of two roads whose distances differ by less than that, the farther may
be taken.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from geodata.coords import EARTH_RADIUS_M
from geodata.network.arrays import Flags, Floats, Ints, Longs
from geodata.network.jit import kernel

#: Stands where no segment was found.
NOTHING: Final = -1
#: Wanted key that every key answers to.
ANY: Final = 0
#: Key of polylines that are never found.
NEVER: Final = -1

_M_PER_DEGREE: Final = math.pi / 180 * EARTH_RADIUS_M
#: A segment that touches the border of a cell belongs to both, in cells.
_TOUCH: Final = 1e-9


class Grid(NamedTuple):
    """What is searched.

    frame (6,) float64, cell_start (cells + 1,) int64, cell_segment (entries,) int32, lonlat (k, 2) float64, degrees,
    and owner (k,) int32, the polyline of each point.
    """

    frame: Floats
    cell_start: Longs
    cell_segment: Ints
    lonlat: Floats
    owner: Ints


@kernel
def fill_cells(
    segments: Longs, lonlat: Floats, frame: Floats, cursor: Longs, cell_segment: Ints, counting: bool
) -> None:
    """Sort segments into the cells that they touch.

    Parameters
    ----------
    segments : (s,) int64. lonlat : (k, 2) float64, degrees. frame : (6,) float64.
    cursor : (cells,) int64; counting, the segments of each cell are added to it; else it is where the next segment of
        the cell is written, and is moved on.
    cell_segment : (entries,) int32, written unless counting.
    """
    columns, rows = int(frame[4]), int(frame[5])
    for segment in segments:
        ax, ay = (lonlat[segment, 0] - frame[0]) / frame[2], (lonlat[segment, 1] - frame[1]) / frame[3]
        bx, by = (lonlat[segment + 1, 0] - frame[0]) / frame[2], (lonlat[segment + 1, 1] - frame[1]) / frame[3]
        for x in range(_first(min(ax, bx), columns), _last(max(ax, bx), columns) + 1):
            low, high = _rows_in_column(ax, ay, bx, by, x)
            for y in range(_first(low, rows), _last(high, rows) + 1):
                cell = y * columns + x
                if not counting:
                    cell_segment[cursor[cell]] = segment
                cursor[cell] += 1


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
def all_crossed(
    starts: Floats, ends: Floats, where: Flags, passage_m: float, grid: Grid, barrier: Ints, passage: Ints, zeros: Ints
) -> Ints:
    """Say for each line which kinds of barrier it meets: (d,) int32, 0 where it is not asked for; see `_crossed`.

    Parameters
    ----------
    starts, ends : (d, 2) float64, degrees. where : (d,) bool.
    """
    found = np.zeros(len(starts), dtype=np.int32)
    for i in range(len(starts)):
        if where[i]:
            found[i] = _crossed(
                starts[i, 0], starts[i, 1], ends[i, 0], ends[i, 1], passage_m, grid, barrier, passage, zeros
            )
    return found


@kernel
def _crossed(
    ax: float,
    ay: float,
    bx: float,
    by: float,
    passage_m: float,
    grid: Grid,
    barrier: Ints,
    passage: Ints,
    zeros: Ints,
) -> int:
    """Say which kinds of barrier the straight line from a to b (degrees) meets away from any passage, as their bits.

    Parameters
    ----------
    passage_m : a barrier does not count where it is met this near to a passage for its kind.
    grid : over barriers and passages. barrier : (polylines,) int32, the bit of a barrier or 0.
    passage : (bits, polylines) int32, row i for bit 1 << i: 0 where one may pass barriers of that kind, else NEVER.
    zeros : (polylines,) int32.
    """
    frame = grid.frame
    columns, rows = int(frame[4]), int(frame[5])
    cax, cay = (ax - frame[0]) / frame[2], (ay - frame[1]) / frame[3]
    cbx, cby = (bx - frame[0]) / frame[2], (by - frame[1]) / frame[3]
    found = 0
    for x in range(_first(min(cax, cbx), columns), _last(max(cax, cbx), columns) + 1):
        low, high = _rows_in_column(cax, cay, cbx, cby, x)
        for y in range(_first(low, rows), _last(high, rows) + 1):
            cell = y * columns + x
            for entry in range(grid.cell_start[cell], grid.cell_start[cell + 1]):
                segment = grid.cell_segment[entry]
                bit = barrier[grid.owner[segment]]
                if bit == 0 or found & bit:
                    continue
                share = _meeting(ax, ay, bx, by, grid.lonlat, segment)
                if share < 0:
                    continue
                row = 0
                while bit >> (row + 1):
                    row += 1
                x_met, y_met = ax + share * (bx - ax), ay + share * (by - ay)
                way, metres, _ = _nearest_segment(x_met, y_met, passage_m, ANY, grid, passage[row], zeros)
                if way == NOTHING or metres > passage_m:
                    found |= bit
    return found


@kernel
def _first(value: float, count: int) -> int:
    """Index of the first cell that a stretch from `value` touches; `count` when it lies beyond the last."""
    return min(max(math.floor(value - _TOUCH), 0), count)


@kernel
def _last(value: float, count: int) -> int:
    """Index of the last cell that a stretch up to `value` touches; -1 when it lies before the first."""
    return max(min(math.floor(value + _TOUCH), count - 1), -1)


@kernel
def _rows_in_column(ax: float, ay: float, bx: float, by: float, x: int) -> tuple[float, float]:
    """Lowest and highest y of a segment within column x, in cells."""
    if abs(bx - ax) < _TOUCH:
        return min(ay, by), max(ay, by)
    slope = (by - ay) / (bx - ax)
    west, east = max(min(ax, bx), x - _TOUCH), min(max(ax, bx), x + 1 + _TOUCH)
    one, other = ay + slope * (west - ax), ay + slope * (east - ax)
    # Rounding must not lead beyond the segment's ends.
    return max(min(one, other), min(ay, by)), min(max(one, other), max(ay, by))


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


@kernel
def _meeting(ax: float, ay: float, bx: float, by: float, lonlat: Floats, segment: int) -> float:
    """Share of the line from a to b at which it meets a segment, its ends included; -1 where it does not."""
    cx, cy = lonlat[segment, 0], lonlat[segment, 1]
    dx, dy = lonlat[segment + 1, 0] - cx, lonlat[segment + 1, 1] - cy
    turn = (bx - ax) * dy - (by - ay) * dx
    if turn == 0:
        return -1.0
    share = ((cx - ax) * dy - (cy - ay) * dx) / turn
    other = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / turn
    return share if 0 <= share <= 1 and 0 <= other <= 1 else -1.0

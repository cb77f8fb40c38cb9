"""Kernels of the uniform grid over segments: filling it, and what a line meets.

Polylines lie one after the other in `lonlat`; segment p joins points p and p + 1. A grid sorts the segments into cells:
those of cell c are `cell_segment[cell_start[c]:cell_start[c + 1]]`, and cells are numbered row by row from the
south-west corner. `frame` is (6,) float64: west, south, width and height of a cell (degrees), columns, rows.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from geodata.network.arrays import Flags, Floats, Ints, Longs
from geodata.network.jit import kernel

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
def crossings(starts: Floats, ends: Floats, where: Flags, grid: Grid, barrier: Ints) -> tuple[Longs, Ints, Floats]:
    """List where straight lines meet barriers; a segment that touches several cells may stand several times.

    Parameters
    ----------
    starts, ends : (d, 2) float64, degrees. where : (d,) bool, the lines that are asked for.
    barrier : (polylines,) int32, a number above 0, or 0 for what is no barrier.

    Returns
    -------
    lines (c,) int64; barriers (c,) int32, their numbers; places (c, 2) float64, degrees.
    """
    lines, numbers, places = np.empty(8, np.int64), np.empty(8, np.int32), np.empty((8, 2))
    count = 0
    frame = grid.frame
    columns, rows = int(frame[4]), int(frame[5])
    for line in range(len(starts)):
        if not where[line]:
            continue
        ax, ay, bx, by = starts[line, 0], starts[line, 1], ends[line, 0], ends[line, 1]
        cax, cay = (ax - frame[0]) / frame[2], (ay - frame[1]) / frame[3]
        cbx, cby = (bx - frame[0]) / frame[2], (by - frame[1]) / frame[3]
        for x in range(_first(min(cax, cbx), columns), _last(max(cax, cbx), columns) + 1):
            low, high = _rows_in_column(cax, cay, cbx, cby, x)
            for y in range(_first(low, rows), _last(high, rows) + 1):
                cell = y * columns + x
                for entry in range(grid.cell_start[cell], grid.cell_start[cell + 1]):
                    segment = grid.cell_segment[entry]
                    number = barrier[grid.owner[segment]]
                    share = _meeting(ax, ay, bx, by, grid.lonlat, segment) if number != 0 else -1.0
                    if share < 0:
                        continue
                    if count == len(lines):
                        lines, numbers = np.append(lines, lines), np.append(numbers, numbers)
                        places = np.concatenate((places, places))
                    lines[count], numbers[count] = line, number
                    places[count, 0], places[count, 1] = ax + share * (bx - ax), ay + share * (by - ay)
                    count += 1
    return lines[:count], numbers[:count], places[:count]


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

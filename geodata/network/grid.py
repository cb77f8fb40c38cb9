"""A uniform grid over the segments of polylines, as arrays that lie on disk."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.coords import EARTH_RADIUS_M
from geodata.network.arrays import Flags, Floats, Ints, Longs
from geodata.network.uniform_grid import fill_cells

#: Cells are made for this many segments each, on average over the box around them all.
_SEGMENTS_IN_A_CELL: Final = 1.0
#: Smaller cells would hold most segments several times, metres.
_SMALLEST_CELL_M: Final = 30.0
_M_PER_DEGREE: Final = math.pi / 180 * EARTH_RADIUS_M


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmentGrid:
    """Segments by the cells that they touch; see geodata.network.uniform_grid.

    Attributes
    ----------
    frame : (6,) west, south, width and height of a cell (degrees), columns, rows.
    cell_start : (cells + 1,). cell_segment : (entries,) each a segment, by its first point.
    """

    frame: Floats
    cell_start: Longs
    cell_segment: Ints


def segment_grid(start: Longs, lonlat: Floats, chosen: Flags) -> SegmentGrid:
    """Make the grid over some of several polylines.

    Parameters
    ----------
    start : (p + 1,) where each polyline begins in lonlat, (k, 2) degrees. chosen : (p,) those that can be found.
    """
    segments = _segments(start, chosen)
    frame = _frame(lonlat, segments)
    cells = int(frame[4] * frame[5])
    counts = np.zeros(cells, dtype=np.int64)
    nowhere = np.empty(0, dtype=np.int32)
    fill_cells(segments, lonlat, frame, counts, nowhere, True)
    cell_start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    cell_segment = np.empty(int(cell_start[-1]), dtype=np.int32)
    fill_cells(segments, lonlat, frame, cell_start[:-1].copy(), cell_segment, False)
    return SegmentGrid(frame=frame, cell_start=cell_start, cell_segment=cell_segment)


def owners(start: Longs) -> Ints:
    """Polyline of each point."""
    return np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))


def _segments(start: Longs, chosen: Flags) -> Longs:
    """First point of each segment of the chosen polylines."""
    begins = np.repeat(np.asarray(chosen, dtype=bool), np.diff(start))
    begins[np.asarray(start[1:]) - 1] = False
    return np.flatnonzero(begins)


def _frame(lonlat: Floats, segments: Longs) -> Floats:
    if len(segments) == 0:
        return np.array([0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
    ends = np.concatenate([lonlat[segments], lonlat[segments + 1]])
    (west, south), (east, north) = ends.min(axis=0), ends.max(axis=0)
    narrow = max(math.cos(math.radians((south + north) / 2)), 0.01)
    smallest = _SMALLEST_CELL_M / _M_PER_DEGREE
    wide, high = max((east - west) * narrow, smallest), max(north - south, smallest)
    side = max(math.sqrt(wide * high * _SEGMENTS_IN_A_CELL / len(segments)), smallest)
    columns, rows = math.ceil(wide / side), math.ceil(high / side)
    # A long and narrow network has few rows and no more columns than segments.
    return np.array([west, south, side / narrow, side, float(columns), float(rows)])

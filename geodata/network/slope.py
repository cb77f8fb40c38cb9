"""Slopes: what going up and down makes of the speed on a stretch, by heights of points of ways or by their incline.

A tag incline=10% speaks of its whole way. Else the heights of two points of a way say how steep it is between them,
where they lie from LEAST_M to LONGEST_M apart: nearer ones have a rounding of a metre for a slope, and between farther
ones the road may go up and down. A stretch between two junctions has a slope where all of it lies between such points.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from geodata.network.arrays import Flags, Floats, Longs
from geodata.network.tables import Row

LEAST_M: Final = 25.0
LONGEST_M: Final = 1000.0
#: Nobody builds a road steeper than this: one of the heights is wrong. (The steepest street has 35 %.)
STEEPEST_PERCENT: Final = 45.0


class Heights(NamedTuple):
    """Points of known height, k of them in the order of the ways: way, metres along all ways, metres above the sea."""

    way: Longs
    along_m: Floats
    height_m: Floats


class Slowness(NamedTuple):
    """How many times as long stretches take as they would on the flat; 1 where no slope is known."""

    forward: Floats
    backward: Floats
    is_known: Flags


def times_as_long(percent: Floats, table: Mapping[str, Row]) -> Floats:
    """How many times as long slopes take, going up by so many percent; in between two rows by the straight line.

    Parameters
    ----------
    table : percent of slope, as text, below 0 going down -> percent of the speed on the flat.
    """
    if not table:
        return np.ones(len(percent))
    rows = sorted((float(slope), float(row.value)) for slope, row in table.items())
    slopes, speeds = np.array(rows).T
    times: Floats = 100.0 / np.interp(percent, slopes, speeds)
    return times


def slowness(begin_m: Floats, end_m: Floats, incline: Floats, heights: Heights, table: Mapping[str, Row]) -> Slowness:
    """Say how slow stretches are.

    Parameters
    ----------
    begin_m, end_m : (p,) where each stretch begins and ends, metres along all ways.
    incline : (p,) percent in the direction of the way, NaN where it is not tagged.
    heights : of points, in the same metres.
    """
    by_height = _by_height(begin_m, end_m, _thinned(heights), table)
    is_tagged = ~np.isnan(incline)
    percent = np.where(is_tagged, incline, 0.0)
    return Slowness(
        forward=np.where(is_tagged, times_as_long(percent, table), by_height.forward),
        backward=np.where(is_tagged, times_as_long(-percent, table), by_height.backward),
        is_known=is_tagged | by_height.is_known,
    )


def _thinned(heights: Heights) -> Heights:
    """Leave points out that lie too near to the one before; the last one of a way stays and the one before goes."""
    kept: list[int] = []
    ways, along_m = heights.way.tolist(), heights.along_m.tolist()
    for index, (way, at) in enumerate(zip(ways, along_m, strict=True)):
        is_near = bool(kept) and ways[kept[-1]] == way and at - along_m[kept[-1]] < LEAST_M
        if not is_near:
            kept.append(index)
        elif (index + 1 == len(ways) or ways[index + 1] != way) and len(kept) > 1 and ways[kept[-2]] == way:
            kept[-1] = index
    return Heights(heights.way[kept], heights.along_m[kept], heights.height_m[kept])


def _by_height(begin_m: Floats, end_m: Floats, heights: Heights, table: Mapping[str, Row]) -> Slowness:
    count = len(begin_m)
    flat = np.ones(count)
    if len(heights.way) < 2 or not table:
        return Slowness(flat, flat, np.zeros(count, dtype=bool))
    gap_m = np.diff(heights.along_m)
    percent = np.diff(heights.height_m) / np.maximum(gap_m, LEAST_M) * 100
    is_told = (np.diff(heights.way) == 0) & (gap_m >= LEAST_M) & (gap_m <= LONGEST_M)
    is_told &= np.abs(percent) <= STEEPEST_PERCENT
    first = np.searchsorted(heights.along_m, begin_m, side="right") - 1
    last = np.searchsorted(heights.along_m, end_m, side="left")
    untold = np.concatenate([[0], np.cumsum(~is_told)])
    inside = (first >= 0) & (last < len(heights.way)) & (end_m > begin_m)
    is_known = inside & (untold[np.where(inside, last, 0)] == untold[np.where(inside, first, 0)])
    length_m = np.maximum(end_m - begin_m, 1e-9)

    def one_way(slope: Floats) -> Floats:
        times = np.where(is_told, times_as_long(np.where(is_told, slope, 0.0), table), 1.0)
        taken = np.concatenate([[0.0], np.cumsum(gap_m * times)])
        whole = np.interp(end_m, heights.along_m, taken) - np.interp(begin_m, heights.along_m, taken)
        return np.where(is_known, whole / length_m, 1.0)

    return Slowness(one_way(percent), one_way(-percent), is_known)

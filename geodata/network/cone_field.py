"""Kernel of the upper envelope of cones on a grid: how far inside the reach of any point each node lies."""

import math

from geodata.network.arrays import Floats
from geodata.network.jit import kernel


@kernel
def _raise(field: Floats, row: int, column: int, east: float, north: float, radius: float, highest: float) -> None:
    height = radius - math.sqrt(east * east + north * north)
    field[row, column] = max(field[row, column], min(height, highest))


@kernel
def raise_cones(
    x: Floats, y: Floats, east_scale: Floats, radius: Floats, cell: float, highest: float, field: Floats
) -> None:
    """Raise each node of a grid to the highest of the cones above it, or to `highest` where that is less.

    A cone stands on each point: `radius` high at the point, 0 at that distance from it, and so on below 0.

    Parameters
    ----------
    x, y : (p,) float64, the points, in the units of the radius, from the south-west node of the grid.
    east_scale : (p,) float64, length on the ground of one unit of x at the point.
    radius : (p,) float64.
    cell : units between two nodes.
    highest : what is deeper inside than this need not be told apart, and most of a cone is.
    field : (rows, columns) float64, rows from south to north; raised in place. Its lowest value says how far below 0
        a cone is followed.
    """
    rows, columns = field.shape
    lowest = field.min()
    for point in range(len(x)):
        reach = radius[point] - lowest
        scale = east_scale[point]
        first_row = max(0, math.ceil((y[point] - reach) / cell))
        last_row = min(rows - 1, math.floor((y[point] + reach) / cell))
        for row in range(first_row, last_row + 1):
            north = row * cell - y[point]
            half = math.sqrt(max(0.0, reach * reach - north * north)) / scale
            first = max(0, math.ceil((x[point] - half) / cell))
            last = min(columns - 1, math.floor((x[point] + half) / cell))
            deep_first, deep_last = last + 1, last
            deep = radius[point] - highest
            if deep > abs(north):
                half = math.sqrt(deep * deep - north * north) / scale
                deep_first = max(first, math.ceil((x[point] - half) / cell))
                deep_last = max(min(last, math.floor((x[point] + half) / cell)), deep_first - 1)
            for column in range(first, deep_first):
                _raise(field, row, column, (column * cell - x[point]) * scale, north, radius[point], highest)
            for column in range(deep_first, deep_last + 1):
                field[row, column] = highest
            for column in range(deep_last + 1, last + 1):
                _raise(field, row, column, (column * cell - x[point]) * scale, north, radius[point], highest)

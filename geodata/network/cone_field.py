"""Kernel of the upper envelope of cones on a grid: how far inside the reach of any point each node lies."""

import math

from geodata.network.arrays import Floats
from geodata.network.jit import kernel


@kernel
def raise_cones(x: Floats, y: Floats, east_scale: Floats, radius: Floats, cell: float, field: Floats) -> None:
    """Raise each node of a grid to the highest of the cones above it.

    A cone stands on each point: `radius` high at the point, 0 at that distance from it, and so on below 0.

    Parameters
    ----------
    x, y : (p,) float64, the points, in the units of the radius, from the south-west node of the grid.
    east_scale : (p,) float64, length on the ground of one unit of x at the point.
    radius : (p,) float64.
    cell : units between two nodes.
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
            for column in range(first, last + 1):
                east = (column * cell - x[point]) * scale
                height = radius[point] - math.sqrt(east * east + north * north)
                field[row, column] = max(field[row, column], height)

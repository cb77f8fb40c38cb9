"""The area where a field on a grid is not negative, as polygons: marching triangles."""

from typing import Final

import numpy as np
import shapely

from geodata.network.arrays import Flags, Floats

#: The two triangles of a cell of the grid, as (row, column) offsets of their corners. Both have the same diagonal.
_TRIANGLES: Final = (((0, 0), (0, 1), (1, 1)), ((0, 0), (1, 0), (1, 1)))
#: Parts of an edge of the grid that places on it are rounded to.
_PARTS: Final = 2**16


def area_not_negative(field: Floats) -> shapely.MultiPolygon:
    """Trace the area where the field, linear on each triangle of the grid, is >= 0.

    A field that is nowhere lower than another has an area that holds the other's: linear pieces keep that order.

    Parameters
    ----------
    field : (rows, columns), negative all along its border.

    Returns
    -------
    Polygons in units of the grid: x is the column, y the row.
    """
    segments = np.concatenate([_crossings(field, corners) for corners in _TRIANGLES])
    is_point = (segments[:, 0] == segments[:, 1]).all(axis=1)
    area = shapely.build_area(shapely.multilinestrings(shapely.linestrings(segments[~is_point])))
    return shapely.MultiPolygon([part for part in shapely.get_parts(area) if isinstance(part, shapely.Polygon)])


def _crossings(field: Floats, corners: tuple[tuple[int, int], ...]) -> Floats:
    """Segments at height 0 in one of the two triangles of each cell, (s, 2, 2)."""
    rows, columns = field.shape
    height = np.stack([field[r : rows - 1 + r, c : columns - 1 + c] for r, c in corners])
    inside = height >= 0
    row, column = np.nonzero(inside.any(axis=0) & ~inside.all(axis=0))
    height, inside = height[:, row, column], inside[:, row, column]
    places = np.stack([np.column_stack([column + c, row + r]) for r, c in corners]).astype(np.float64)
    # Each edge of a triangle is cut in the same order of its ends in both triangles that it belongs to, so that the
    # two segments that meet there end in the very same point.
    pairs = ((0, 1), (1, 2), (0, 2))
    cut = np.stack([inside[a] != inside[b] for a, b in pairs])
    points = np.stack([_cut(height[a], height[b], places[a], places[b], cut[i]) for i, (a, b) in enumerate(pairs)])
    first = np.argmax(cut, axis=0)
    second = 2 - np.argmax(cut[::-1], axis=0)
    which = np.arange(len(row))
    return np.stack([points[first, which], points[second, which]], axis=1)


def _cut(a: Floats, b: Floats, place_a: Floats, place_b: Floats, wanted: Flags) -> Floats:
    share = np.where(wanted, a / np.where(wanted, a - b, 1.0), 0.5)
    # Rounded, a place stays the same number wherever the grid begins; and it never falls on a node.
    share = np.clip(np.rint(share * _PARTS), 1, _PARTS - 1) / _PARTS
    cut: Floats = place_a + share[:, None] * (place_b - place_a)
    return cut

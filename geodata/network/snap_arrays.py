"""What snapping needs beside the roads, as arrays that lie on disk: grids over the segments, and the surroundings."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.network.arrays import Bytes, Flags, Floats, Ints, Longs
from geodata.network.grid import owners, segment_grid
from geodata.network.surroundings import Lines


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SnapArrays:
    """Grids over the roads' segments and over the lines around them; they fit one set of drawn edges.

    Attributes
    ----------
    road_owner : edge of each point of Roads.shape_lonlat. road_frame, road_cell_start, road_cell_segment : the grid
        over the edges that one could snap to when the network was built; see geodata.network.grid.
    line_start, line_lonlat, line_kind : see geodata.network.surroundings. line_owner, line_frame, line_cell_start,
        line_cell_segment : likewise.
    """

    road_owner: Ints
    road_frame: Floats
    road_cell_start: Longs
    road_cell_segment: Ints
    line_start: Longs
    line_lonlat: Floats
    line_kind: Bytes
    line_owner: Ints
    line_frame: Floats
    line_cell_start: Longs
    line_cell_segment: Ints


#: The arrays of SnapArrays by name, with dtype and number of columns (0: one-dimensional).
SNAP_ARRAYS: Final[dict[str, tuple[str, int]]] = {
    "road_owner": ("int32", 0),
    "road_frame": ("float64", 0),
    "road_cell_start": ("int64", 0),
    "road_cell_segment": ("int32", 0),
    "line_start": ("int64", 0),
    "line_lonlat": ("float64", 2),
    "line_kind": ("uint8", 0),
    "line_owner": ("int32", 0),
    "line_frame": ("float64", 0),
    "line_cell_start": ("int64", 0),
    "line_cell_segment": ("int32", 0),
}


def snap_arrays(shape_start: Longs, shape_lonlat: Floats, snappable: Flags, lines: Lines) -> SnapArrays:
    """Make the grids over the edges that one can snap to, and over the lines around them."""
    road = segment_grid(shape_start, shape_lonlat, snappable)
    line = segment_grid(lines.start, lines.lonlat, np.ones(len(lines.kind), dtype=bool))
    return SnapArrays(
        road_owner=owners(shape_start),
        road_frame=road.frame,
        road_cell_start=road.cell_start,
        road_cell_segment=road.cell_segment,
        line_start=lines.start,
        line_lonlat=lines.lonlat,
        line_kind=lines.kind,
        line_owner=owners(lines.start),
        line_frame=line.frame,
        line_cell_start=line.cell_start,
        line_cell_segment=line.cell_segment,
    )

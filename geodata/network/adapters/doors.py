"""What every adapter over HTTP adds to the answers of its server: doors, and the way to them on foot."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.coords import LonLat, great_circle_array_m, great_circle_m, lonlat_array
from geodata.network.access import access_seconds, distance_flags
from geodata.network.port import UNREACHABLE, OffNetwork, RoadMatrix, RoadPath, SnappedPoint
from geodata.network.snap import ON_ROAD_M

#: Stands in SnappedPoint.edge: a server does not number its edges for others.
UNNUMBERED: Final = -1
#: Stands in SnappedPoint.side where the server does not tell.
UNKNOWN_SIDE: Final = "unknown"
#: How far a server may move a point that it snapped itself before, metres. It covers its rounding of coordinates.
HOLD_M: Final = 5

Seconds = NDArray[np.float64]
Metres = NDArray[np.float64]


def door(
    point: LonLat, on_road: LonLat, *, limit_m: int, side: str = UNKNOWN_SIDE, fraction: float = 0.0
) -> SnappedPoint | OffNetwork:
    """Make the answer to a snap, by the rules of the port."""
    distance_m = great_circle_m(point, on_road)
    if distance_m > limit_m:
        return OffNetwork(point=point, distance_m=max(limit_m + 1, math.floor(distance_m + 0.5)), limit_m=limit_m)
    return SnappedPoint(
        point=point,
        on_road=on_road,
        edge=UNNUMBERED,
        fraction=fraction,
        distance_m=math.floor(distance_m + 0.5),
        access_s=int(access_seconds(np.array([distance_m]))[0]),
        side="on" if distance_m <= ON_ROAD_M else side,
        flags=distance_flags(math.floor(distance_m + 0.5)),
    )


def nowhere(point: LonLat, *, limit_m: int) -> OffNetwork:
    """Make the answer where the server found no road; how far it looked is its own affair, so: beyond the limit."""
    return OffNetwork(point=point, distance_m=limit_m + 1, limit_m=limit_m)


def blocks(rows: int, columns: int, size: int) -> Iterator[tuple[slice, slice]]:
    """Cut a matrix into parts of at most `size` rows and `size` columns."""
    for row in range(0, rows, size):
        for column in range(0, columns, size):
            yield slice(row, min(row + size, rows)), slice(column, min(column + size, columns))


def matrix_of_tables(
    sources: Sequence[SnappedPoint],
    targets: Sequence[SnappedPoint],
    size: int,
    table: Callable[[Sequence[SnappedPoint], Sequence[SnappedPoint]], tuple[Seconds, Metres]],
) -> RoadMatrix:
    """Put a matrix together from tables of at most `size` rows and columns; see `door_to_door` for what they hold."""
    driven_s = np.full((len(sources), len(targets)), np.nan)
    driven_m = driven_s.copy()
    for rows, columns in blocks(len(sources), len(targets), size):
        driven_s[rows, columns], driven_m[rows, columns] = table(sources[rows], targets[columns])
    return door_to_door(sources, targets, driven_s, driven_m)


def door_to_door(
    sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint], driven_s: Seconds, driven_m: Metres
) -> RoadMatrix:
    """Add the parts on foot, round once, and write UNREACHABLE and 0 where they belong.

    Parameters
    ----------
    driven_s, driven_m : (sources, targets); a cell that is NaN in either of them cannot be reached.
    """
    reached = np.isfinite(driven_s) & np.isfinite(driven_m)
    walk_s = np.add.outer([p.access_s for p in sources], [p.access_s for p in targets])
    walk_m = np.add.outer(_on_foot_m(sources), _on_foot_m(targets))
    from_door, to_door = lonlat_array([p.point for p in sources]), lonlat_array([p.point for p in targets])
    same_door = (from_door[:, None, :] == to_door[None, :, :]).all(axis=2)

    def cells(values: NDArray[np.float64]) -> NDArray[np.int32]:
        return np.where(same_door, 0, np.where(reached, values, UNREACHABLE)).astype(np.int32)

    return RoadMatrix(
        durations_s=cells(np.rint(np.where(reached, driven_s, 0)) + walk_s),
        lengths_m=cells(np.rint(np.where(reached, driven_m, 0) + walk_m)),
    )


def drawn(
    source: SnappedPoint, target: SnappedPoint, *, driven_s: float, driven_m: float, road: Sequence[LonLat]
) -> RoadPath:
    """Make the answer to a path: the same figures as `door_to_door`, and the line from door to door."""
    cell = door_to_door([source], [target], np.array([[driven_s]]), np.array([[driven_m]]))
    line = [source.point, source.on_road, *road, target.on_road, target.point]
    kept = [line[0]] + [point for before, point in pairwise(line) if point != before]
    return RoadPath(
        duration_s=int(cell.durations_s[0, 0]),
        length_m=int(cell.lengths_m[0, 0]),
        access_s=source.access_s + target.access_s,
        line=tuple(kept) if len(kept) > 1 else (line[0], line[0]),
    )


def stay(point: LonLat) -> RoadPath:
    """Make the path from a door to itself."""
    return RoadPath(duration_s=0, length_m=0, access_s=0, line=(point, point))


def _on_foot_m(points: Sequence[SnappedPoint]) -> Metres:
    return great_circle_array_m(lonlat_array([p.point for p in points]), lonlat_array([p.on_road for p in points]))

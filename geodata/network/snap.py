"""Snapping: the nearest place on a usable road, by true segments, for each point by itself."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from geodata.coords import EARTH_RADIUS_M, LonLat, great_circle_array_m, lonlat_array
from geodata.network.port import OffNetwork, SnappedPoint
from geodata.network.roads import Flags, Floats, Longs, Roads, slices

#: Beyond this a point is reported as off the network, metres.
DEFAULT_LIMIT_M: Final = 500
#: Walking speed from the road to a door, metres per second: the pace that 85 % of adults under 65 keep.
#: Source: Knoblauch, Pietrucha, Nitzburg, "Field Studies of Pedestrian Walking Speed and Start-Up Time",
#: Transportation Research Record 1538 (1996), 10.1177/0361198196153800104.
WALKING_M_PER_S: Final = 1.25
#: Nearer than this to the line of the road, a point has no side, metres.
ON_ROAD_M: Final = 2.0
#: Where the Mercator projection ends, degrees.
_MERCATOR_LAT: Final = 85.0


def mercator(lonlat: Floats) -> Floats:
    """Project degrees to spherical Mercator. It is conformal: what is nearest on the ground is nearest on the plane.

    Both columns are in metres at the equator; on the ground a plane metre is cos(lat) metres.
    """
    lat = np.radians(np.clip(lonlat[:, 1], -_MERCATOR_LAT, _MERCATOR_LAT))
    return np.column_stack([np.radians(lonlat[:, 0]), np.arctanh(np.sin(lat))]) * EARTH_RADIUS_M


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Feet:
    """The nearest place on its edge for each of several points."""

    lonlat: Floats
    fraction: Floats
    is_left: Flags


class Snapper:
    """Index of the edges that one can snap to.

    Parameters
    ----------
    limit_m : beyond this distance a point is off the network.
    """

    def __init__(self, roads: Roads, *, limit_m: int = DEFAULT_LIMIT_M) -> None:
        if limit_m < 0:
            msg = f"Snapping: limit_m must be >= 0, got {limit_m}."
            raise ValueError(msg)
        self._roads = roads
        self._limit_m = limit_m
        self._edges = np.flatnonzero(roads.snappable)
        steps_m = great_circle_array_m(roads.shape_lonlat[:-1], roads.shape_lonlat[1:])
        # Measured once for the whole network, so that a point's fraction cannot depend on the points beside it.
        self._along_m = np.concatenate([[0.0], np.cumsum(steps_m)])
        starts, ends = roads.shape_start[:-1][self._edges], roads.shape_start[1:][self._edges]
        points = mercator(np.asarray(roads.shape_lonlat)[slices(starts, ends)])
        owner = np.repeat(np.arange(len(self._edges)), ends - starts)
        self._tree = shapely.STRtree(shapely.linestrings(points, indices=owner))

    def snap(self, points: Sequence[LonLat]) -> list[SnappedPoint | OffNetwork]:
        """Snap each point; see RoadNetwork.snap."""
        if not points:
            return []
        doors = lonlat_array(points)
        edges = self._nearest(doors)
        feet = self._feet(doors, edges)
        distances = great_circle_array_m(doors, feet.lonlat)
        return [
            self._answer(point, int(edge), LonLat(*map(float, foot)), float(fraction), float(distance), bool(left))
            for point, edge, foot, fraction, distance, left in zip(
                points, edges, feet.lonlat, feet.fraction, distances, feet.is_left, strict=True
            )
        ]

    def _nearest(self, doors: Floats) -> Longs:
        """Nearest edge of each door. Of several at one distance: one that is open to all, then the first."""
        geometries = shapely.points(mercator(doors))
        (door, found), distance = self._tree.query_nearest(geometries, return_distance=True, all_matches=True)
        edge = self._edges[found]
        order = np.lexsort((edge, np.asarray(self._roads.ends_only)[edge], distance, door))
        first = np.unique(door[order], return_index=True)[1]
        nearest: Longs = edge[order][first]
        return nearest

    def _feet(self, doors: Floats, edges: Longs) -> _Feet:
        """Drop a perpendicular on the nearest segment of each door's edge."""
        roads = self._roads
        starts, ends = roads.shape_start[edges], roads.shape_start[edges + 1]
        tails = slices(starts, ends - 1)
        owner = np.repeat(np.arange(len(edges)), ends - 1 - starts)
        a_deg, b_deg = roads.shape_lonlat[tails], roads.shape_lonlat[tails + 1]
        a, door = mercator(a_deg), mercator(doors)[owner]
        step = mercator(b_deg) - a
        square = np.maximum((step**2).sum(axis=1), 1e-18)
        share = np.clip(((door - a) * step).sum(axis=1) / square, 0, 1)
        off = np.hypot(*(a + share[:, None] * step - door).T)
        order = np.lexsort((np.arange(len(owner)), off, owner))
        best = order[np.unique(owner[order], return_index=True)[1]]
        along_m = self._along_m
        reached_m = along_m[tails[best]] + share[best] * (along_m[tails[best] + 1] - along_m[tails[best]])
        total_m = along_m[ends - 1] - along_m[starts]
        turn = step[best, 0] * (door - a)[best, 1] - step[best, 1] * (door - a)[best, 0]
        return _Feet(
            lonlat=a_deg[best] + share[best, None] * (b_deg[best] - a_deg[best]),
            fraction=np.clip((reached_m - along_m[starts]) / np.maximum(total_m, 1e-9), 0, 1),
            is_left=turn > 0,
        )

    def _answer(
        self, point: LonLat, edge: int, foot: LonLat, fraction: float, distance_m: float, is_left: bool
    ) -> SnappedPoint | OffNetwork:
        if distance_m > self._limit_m:
            return OffNetwork(point=point, distance_m=math.floor(distance_m + 0.5), limit_m=self._limit_m)
        side = "on" if distance_m <= ON_ROAD_M else ("left" if is_left else "right")
        return SnappedPoint(
            point=point,
            on_road=foot,
            edge=edge,
            fraction=fraction,
            distance_m=math.floor(distance_m + 0.5),
            access_s=math.floor(distance_m / WALKING_M_PER_S + 0.5),
            side=side,
        )

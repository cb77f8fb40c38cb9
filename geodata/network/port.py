"""The RoadNetwork port: snap, matrix and path together, so that what is drawn is what was costed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from geodata.coords import LonLat

#: Stands in a RoadMatrix where no road joins two points.
UNREACHABLE: Final = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnappedPoint:
    """A door or a depot, and the place on the road where one leaves the vehicle.

    Attributes
    ----------
    point : the door, as given.
    on_road : the nearest point on the nearest usable edge.
    edge : index of that edge in the network (its direction of drawing).
    fraction : how far along that edge, 0 at its start and 1 at its end.
    distance_m : metres from the door to `on_road`, straight.
    access_s : seconds on foot for that distance.
    side : "left" or "right" of the edge as drawn, "on" within two metres of it.
    """

    point: LonLat
    on_road: LonLat
    edge: int
    fraction: float
    distance_m: int
    access_s: int
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OffNetwork:
    """A point too far from any usable road. It is reported, never moved."""

    point: LonLat
    distance_m: int
    limit_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadMatrix:
    """Travel from each source (row) to each target (column), door to door.

    Both arrays are int32 of shape (sources, targets). They hold UNREACHABLE together, and 0 where
    source and target are the same point. They include the access on foot at both ends, so that a
    cell equals the RoadPath between the same two points.
    """

    durations_s: NDArray[np.int32]
    lengths_m: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadPath:
    """One leg as it is travelled and drawn, door to door.

    Attributes
    ----------
    duration_s, length_m : equal to the RoadMatrix cell of the same two points.
    access_s : the part of duration_s that is on foot, both ends together.
    line : the polyline from door to door, at least two points.
    """

    duration_s: int
    length_m: int
    access_s: int
    line: tuple[LonLat, ...]


class RoadNetwork(Protocol):
    """The roads of one area as one kind of vehicle may use them."""

    @property
    def profile(self) -> str:
        """The vehicle: "car" or "motorcycle"."""

    def snap(self, points: Sequence[LonLat]) -> list[SnappedPoint | OffNetwork]:
        """Find the nearest usable edge for each point; the answer keeps the order of `points`.

        A point's answer does not depend on the other points.
        """

    def matrix(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> RoadMatrix:
        """Fastest durations, and the lengths of those same fastest paths."""

    def path(self, source: SnappedPoint, target: SnappedPoint) -> RoadPath:
        """Trace the fastest path between two points.

        Raises
        ------
        NoRouteError
            When no road joins them.
        """

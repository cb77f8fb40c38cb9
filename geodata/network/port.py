"""The RoadNetwork port: snap, matrix and path together, so that what is drawn is what was costed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from geodata.coords import LonLat

if TYPE_CHECKING:
    import shapely

#: Metres between two nodes of the grid that a reachable area is traced on.
REACH_CELL_M: Final = 25
#: Stands in a RoadMatrix where no road joins two points.
UNREACHABLE: Final = int(np.iinfo(np.int32).max)


class SnapFlag(StrEnum):
    """What is worth knowing about the way between a door and its road; the figures are in geodata.network.access."""

    FAR = "far_from_road"  # a long way on foot
    STRAIGHT_LINE = "straight_line"  # off the network: too far to walk, estimated along the straight line
    WATER = "water_between"  # the straight line meets a river, a canal or a shore, and no bridge is near
    MOTORWAY = "motorway_between"
    RAILWAY = "railway_between"
    ISLAND = "nearest_was_island"  # a nearer road exists, and the rest of the network cannot be reached from it
    STREET = "street_preferred"  # the nearest road bears another name than the address's street; this one bears it
    CLOSED = "nearest_closed_today"  # a nearer road is closed on that day, or cut off by what is


class Turn(StrEnum):
    """What one does where a step begins. Within 15 degrees is straight on, from 45 on a turn, from 135 on sharp."""

    START = "start"
    STRAIGHT = "straight"
    SLIGHT_LEFT = "slight_left"
    LEFT = "left"
    SHARP_LEFT = "sharp_left"
    SLIGHT_RIGHT = "slight_right"
    RIGHT = "right"
    SHARP_RIGHT = "sharp_right"
    U_TURN = "u_turn"
    ROUNDABOUT = "roundabout"  # enter it, and leave it for the road that the step names
    FERRY = "ferry"
    ARRIVE = "arrive"


class Step(NamedTuple):
    """One line of a route sheet: turn, and follow a road.

    Attributes
    ----------
    turn : a word of Turn. The first step has "start" and the last one, of no length, "arrive".
    name : of the road, or its number; empty where it has none.
    length_m, duration_s : until the next step begins. Those of all steps add up to what is driven.
    """

    turn: str
    name: str
    length_m: int
    duration_s: int


class SnappedPoint(NamedTuple):
    """A door or a depot, and the place on the road where one leaves the vehicle.

    A tuple, because thousands are made for a matrix, and a frozen dataclass takes four times as long to make. Name the
    fields all the same.

    Attributes
    ----------
    point : the door, as given.
    on_road : the nearest point on the chosen usable edge, which is the nearest one unless a street was asked for.
    edge : index of that edge in the network (its direction of drawing).
    fraction : how far along that edge, 0 at its start and 1 at its end.
    distance_m : metres from the door to `on_road`, straight.
    access_s : seconds for that distance, a detour included: on foot, and what is too far to walk on unmapped ways.
    side : "left" or "right" of the edge as drawn, "on" within two metres of it.
    flags : words of SnapFlag, in its order.
    """

    point: LonLat
    on_road: LonLat
    edge: int
    fraction: float
    distance_m: int
    access_s: int
    side: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OffNetwork:
    """A point so far from any usable road that not even an estimate makes sense. It is reported, never moved.

    Attributes
    ----------
    distance_m : metres to the nearest road, or fewer: the search ends beyond the limit.
    is_closed_off : a road is near, and it is closed on that day or cut off by what is; no other is in walking distance.
    """

    point: LonLat
    distance_m: int
    limit_m: int
    is_closed_off: bool = False


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
    steps : the route sheet; empty for a way to the same door, and where a server is not asked for one.
    """

    duration_s: int
    length_m: int
    access_s: int
    line: Sequence[LonLat]
    steps: Sequence[Step] = ()


class RoadNetwork(Protocol):
    """The roads of one area as one kind of vehicle may use them."""

    @property
    def profile(self) -> str:
        """The vehicle, by the name of its profile."""

    def snap(
        self, points: Sequence[LonLat], *, streets: Sequence[str | None] | None = None
    ) -> list[SnappedPoint | OffNetwork]:
        """Find the nearest usable edge for each point; the answer keeps the order of `points`.

        A point's answer does not depend on the other points. A point that no road is near is snapped too, and flagged;
        only beyond a limit of many kilometres it is OffNetwork.

        Parameters
        ----------
        streets : for each point the street of its address, or None; an edge of that name is preferred to a nearer one
            of another name, within reason. A network that does not know names may ignore it.
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


class ReachingNetwork(RoadNetwork, Protocol):
    """Roads that are searched here, and not by a server: it is known when each of them is reached."""

    def around(self, starts: Sequence[LonLat]) -> "ReachingNetwork":
        """Return the same roads, with doors set only where one gets to from some of the starts, and back.

        Where no ways are closed, that is everywhere. Else a door whose nearest road is closed or cut off is set on the
        nearest other one, flagged, when that is in walking distance and no water, motorway or railway lies between;
        otherwise it is OffNetwork and `is_closed_off`. A start is itself set on the largest network that it can walk
        to, and where there is none, on the piece of road that it is at.
        """

    def reachable(self, start: SnappedPoint, *, limit_s: int, cell_m: int = REACH_CELL_M) -> "shapely.MultiPolygon":
        """Trace the area of the doors that are reached from a start within `limit_s` seconds, door to door.

        See geodata.network.reach.area_within for what it holds.

        Raises
        ------
        ValueError
            When `limit_s` is negative or `cell_m` is not positive.
        """

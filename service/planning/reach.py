"""What is reached from one place in time: set it on a road, search all roads from there, trace the area."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from geodata.area.bounds import MARGIN_DEGREES
from geodata.area.meta import AreaMeta
from geodata.area.roads_today import RoadsToday
from geodata.coords import BoundingBox, LonLat
from geodata.network.port import OffNetwork, ReachingNetwork
from geodata.network.reach import area_m2, geojson_coordinates
from service.planning.errors import PlanningError, UnknownSeasonError, UnknownVehicleError
from service.planning.plan import AppliedRoads
from service.planning.roads import applied_roads

#: The longest that may be asked for: half a shift, and already farther than any one day's round.
MAX_MINUTES: Final = 120
#: Metres between two nodes of the grid that the area is traced on, up to an hour and beyond: what a screen can show.
_CELL_M: Final = 50
_WIDE_CELL_M: Final = 100
_HOUR: Final = 60
#: Degrees of latitude end here.
_POLE: Final = 90

#: Rings of each polygon, the outer one first; longitude, latitude.
Polygons = list[list[list[tuple[float, float]]]]


class RoadsOfOneDay(Protocol):
    """What it needs of geodata's NetworkToday."""

    @property
    def missing_ways(self) -> frozenset[int]:
        """Ways of the day that they do not have."""

    def around(self, starts: Sequence[LonLat]) -> ReachingNetwork:
        """Return the roads, with doors set where one gets to from these starts, and back."""


class ReachArea(Protocol):
    """What it needs of a geodata Area."""

    @property
    def meta(self) -> AreaMeta:
        """What the area is."""

    def network(self, profile: str) -> ReachingNetwork:
        """Return the roads as one vehicle may use them."""

    def network_today(self, profile: str, today: RoadsToday) -> RoadsOfOneDay:
        """Return the roads as one vehicle may use them on a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The area of the doors that are reached in time.

    `access_s` is the way on foot from the start to its road, which counts; `flags` are words of SnapFlag about it.
    `is_at_edge` says that the area comes to the edge of the map, and may go on where there is none.
    """

    polygons: Polygons
    area_m2: int
    access_s: int
    flags: tuple[str, ...]
    is_at_edge: bool
    roads: AppliedRoads | None


class OutOfAreaError(PlanningError):
    """A place that is not on the area's map."""

    pointer = "/location"
    code = "location_out_of_area"


class SwappedLocationError(OutOfAreaError):
    """A place that is on the area's map once its two numbers are exchanged."""

    code = "location_swapped"


class NoRoadNearError(PlanningError):
    """A place that no road of the vehicle comes near."""

    pointer = "/location"
    code = "off_network"


class ClosedOffError(NoRoadNearError):
    """A place whose roads are closed on the day, or cut off by what is."""

    code = "roads_closed"


def reach(area: ReachArea, *, location: LonLat, vehicle: str, minutes: int, today: RoadsToday | None = None) -> Reach:
    """Trace the area of the doors that are reached from a place within some minutes.

    Parameters
    ----------
    today : what is different on the roads; None on an ordinary day.

    Raises
    ------
    UnknownVehicleError, UnknownSeasonError, OutOfAreaError, NoRoadNearError
        When it cannot be said; none repeats the place.
    """
    if vehicle not in area.meta.profiles:
        msg = f"This area has no roads for that vehicle. It has: {', '.join(area.meta.profiles)}."
        raise UnknownVehicleError(msg, pointers=("/vehicle",))
    if today is not None and today.season not in {None, *(known := area.meta.seasons.get(vehicle, {}))}:
        msg = f"season must be one that the vehicle knows: {', '.join(known) or 'it knows none'}."
        raise UnknownSeasonError(msg)
    _check_location(location, area.meta.bbox)
    network, roads = _network(area, location, vehicle, today)
    [start] = network.snap([location])
    if isinstance(start, OffNetwork) and start.is_closed_off:
        msg = "Closed ways cut the location off, and no other road is in walking distance. Check roads.closed_ways."
        raise ClosedOffError(msg)
    if isinstance(start, OffNetwork):
        msg = (
            f"No road that this vehicle may use is within {start.limit_m // 1000} km. "
            "Check the location, or start from a place at a road."
        )
        raise NoRoadNearError(msg)
    cell_m = _CELL_M if minutes <= _HOUR else _WIDE_CELL_M
    reached = network.reachable(start, limit_s=minutes * 60, cell_m=cell_m)
    return Reach(
        polygons=geojson_coordinates(reached),
        area_m2=area_m2(reached),
        access_s=start.access_s,
        flags=start.flags,
        is_at_edge=_is_at_edge(reached.bounds, area.meta.bbox),
        roads=roads,
    )


def _check_location(location: LonLat, box: BoundingBox) -> None:
    if location in box:
        return
    if abs(location.lon) <= _POLE and LonLat(location.lat, location.lon) in box:
        msg = (
            "Latitude and longitude are exchanged: the other way round the location lies on this area's map. "
            "Give the latitude as lat and the longitude as lon."
        )
        raise SwappedLocationError(msg)
    msg = "The location lies outside this area's map. Check it, or ask an area that covers it."
    raise OutOfAreaError(msg)


def _network(
    area: ReachArea, location: LonLat, vehicle: str, today: RoadsToday | None
) -> tuple[ReachingNetwork, AppliedRoads | None]:
    if today is None:
        return area.network(vehicle), None
    derived = area.network_today(vehicle, today)
    return derived.around([location]), applied_roads(today, derived.missing_ways)


def _is_at_edge(bounds: tuple[float, float, float, float], box: BoundingBox) -> bool:
    """Whether west, south, east and north of what is reached come to where the map's roads end."""
    west, south, east, north = bounds
    return (
        west < box.west + MARGIN_DEGREES
        or south < box.south + MARGIN_DEGREES
        or east > box.east - MARGIN_DEGREES
        or north > box.north - MARGIN_DEGREES
    )

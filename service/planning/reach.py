"""What is reached from one place in time: set it on a road, search all roads from there, trace the area."""

from dataclasses import dataclass
from typing import Final, Protocol

from geodata.area.meta import AreaMeta
from geodata.coords import LonLat
from geodata.network.port import OffNetwork, ReachingNetwork
from geodata.network.reach import area_m2, geojson_coordinates
from service.planning.errors import PlanningError, UnknownVehicleError

#: The longest that may be asked for: half a shift, and already farther than any one day's round.
MAX_MINUTES: Final = 120
#: Metres between two nodes of the grid that the area is traced on, up to an hour and beyond: what a screen can show.
_CELL_M: Final = 50
_WIDE_CELL_M: Final = 100
_HOUR: Final = 60

#: Rings of each polygon, the outer one first; longitude, latitude.
Polygons = list[list[list[tuple[float, float]]]]


class ReachArea(Protocol):
    """What it needs of a geodata Area."""

    @property
    def meta(self) -> AreaMeta:
        """What the area is."""

    def network(self, profile: str) -> ReachingNetwork:
        """Return the roads as one vehicle may use them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The area of the doors that are reached in time.

    `access_s` is the way on foot from the start to its road, which counts; `flags` are words of SnapFlag about it.
    """

    polygons: Polygons
    area_m2: int
    access_s: int
    flags: tuple[str, ...]


class OutOfAreaError(PlanningError):
    """A place that is not on the area's map."""

    pointer = "/location"
    code = "location_out_of_area"


class NoRoadNearError(PlanningError):
    """A place that no road of the vehicle comes near."""

    pointer = "/location"
    code = "off_network"


def reach(area: ReachArea, *, location: LonLat, vehicle: str, minutes: int) -> Reach:
    """Trace the area of the doors that are reached from a place within some minutes.

    Raises
    ------
    UnknownVehicleError, OutOfAreaError, NoRoadNearError
        When it cannot be said; none repeats the place.
    """
    if vehicle not in area.meta.profiles:
        msg = f"This area has no roads for that vehicle. It has: {', '.join(area.meta.profiles)}."
        raise UnknownVehicleError(msg, pointers=("/vehicle",))
    if location not in area.meta.bbox:
        msg = "The location lies outside this area's map. Check it, or ask an area that covers it."
        raise OutOfAreaError(msg)
    network = area.network(vehicle)
    [start] = network.snap([location])
    if isinstance(start, OffNetwork):
        msg = (
            f"No road that this vehicle may use is within {start.limit_m // 1000} km. "
            "Check the location, or start from a place at a road."
        )
        raise NoRoadNearError(msg)
    cell_m = _CELL_M if minutes <= _HOUR else _WIDE_CELL_M
    reached = network.reachable(start, limit_s=minutes * 60, cell_m=cell_m)
    return Reach(
        polygons=geojson_coordinates(reached), area_m2=area_m2(reached), access_s=start.access_s, flags=start.flags
    )

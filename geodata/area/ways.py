"""Ways of an area by street or place, for all of its vehicles."""

from dataclasses import dataclass

from geodata.area.area import Area
from geodata.coords import LonLat
from geodata.network.ways import FoundWay, find_ways


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaWay:
    """A way and the vehicles that may use it; length and distance are those of the first of them."""

    way: FoundWay
    vehicles: tuple[str, ...]


def area_ways(area: Area, *, street: str | None, near: LonLat | None, within_m: int) -> list[AreaWay]:
    """Return the ways that any vehicle may use, see geodata.network.ways.find_ways.

    Raises
    ------
    AreaFormatError
        When a network of the area is damaged.
    """
    first: dict[int, FoundWay] = {}
    vehicles: dict[int, list[str]] = {}
    for vehicle in area.meta.profiles:
        for way in find_ways(area.roads(vehicle), street=street, near=near, within_m=within_m):
            first.setdefault(way.id, way)
            vehicles.setdefault(way.id, []).append(vehicle)
    found = sorted(first.values(), key=lambda way: (way.away_m or 0, way.name, way.id))
    return [AreaWay(way=way, vehicles=tuple(vehicles[way.id])) for way in found]

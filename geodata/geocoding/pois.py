"""Points of interest while a gazetteer is built: the places that an address may name for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geodata.coords import LonLat, great_circle_m, lonlat_array
from geodata.geocoding.names import poi_aliases
from geodata.geocoding.places import PlaceMap
from geodata.geocoding.raw import RawPoi

#: A school mapped on its grounds and again on its building is one.
_SAME_POI_M: Final = 300


@dataclass(slots=True, kw_only=True)
class Poi:
    """A point of interest; `town` is the village or town it lies in or near, `places` are all that may be named."""

    name: str
    kind: str
    location: LonLat
    town: int | None
    aliases: dict[str, str]
    places: set[int]


def build_pois(raw: Sequence[RawPoi], places: PlaceMap) -> list[Poi]:
    """Give each point of interest its places; one that is mapped twice is one."""
    unique = _without_doubles(raw)
    points = lonlat_array([poi.location for poi in unique])
    nearest = places.nearest(points) if unique else []
    found = []
    for poi, near, containing in zip(unique, nearest, places.containing(points), strict=True):
        around = {*containing, *places.parts_around(poi.location)} | ({near} - {None})
        inside = {place for place in around if place is not None}
        inside.update(*(places.ancestors(place) for place in tuple(inside)))
        town = near if near is not None else next(iter(containing), None)
        aliases: dict[str, str] = {}
        for name in poi.names:
            aliases = poi_aliases(name) | aliases
        for place in inside:  # a station named as its town says no more than the town
            aliases = {key: kind for key, kind in aliases.items() if key not in places.places[place].aliases}
        if aliases:
            found.append(
                Poi(
                    name=poi.names[0],
                    kind=poi.kind,
                    location=poi.location,
                    town=town,
                    aliases=aliases,
                    places=inside,
                )
            )
    return found


def _without_doubles(raw: Sequence[RawPoi]) -> list[RawPoi]:
    kept: dict[str, list[RawPoi]] = {}
    for poi in raw:
        same = kept.setdefault(poi.names[0], []) if poi.names else []
        if poi.names and not any(great_circle_m(k.location, poi.location) <= _SAME_POI_M for k in same):
            same.append(poi)
    return [poi for same in kept.values() for poi in same]

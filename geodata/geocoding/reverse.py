"""Which address is at a point: the nearest door or named thing, else the street, else the village."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.coords import LonLat, great_circle_array_m, great_circle_m, lonlat_array
from geodata.geocoding.entries import Nearby, NearbyKind, PlaceEntry
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.port import Level, ReverseAnswer

#: A door or a named thing farther away than this is another one's.
_DOOR_M: Final = 100
_STREET_M: Final = 500
#: A club in a numbered house: the number says more.
_POI_BEHIND_M: Final = 20
_PLACE_M: Final = 30_000


class ReverseFinder:
    """Answers points from one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._places = [p for p in gazetteer.places.values() if not p.is_region and p.located_by is None]
        self._points: NDArray[np.float64] = lonlat_array([p.location for p in self._places])
        self._radii = np.array([p.radius_m for p in self._places], dtype=np.float64)

    def find(self, point: LonLat) -> ReverseAnswer:
        """Say what is nearest to a point; level NONE where nothing is near."""
        near = sorted(self._gazetteer.near(point, _STREET_M), key=lambda n: _distance(n, point))
        doors = [n for n in near if n.kind is not NearbyKind.STREET]
        if doors and great_circle_m(doors[0].location, point) <= _DOOR_M:
            return self._answer(point, doors[0])
        streets = [n for n in near if n.kind is NearbyKind.STREET]
        if streets and great_circle_m(streets[0].location, point) <= _STREET_M:
            return self._answer(point, streets[0])
        return self._nearest_place(point)

    def _answer(self, point: LonLat, found: Nearby) -> ReverseAnswer:
        if found.kind is NearbyKind.POI:
            poi = self._gazetteer.pois[found.ref]
            level, town, parts, first = Level.POI, poi.town, {"poi": poi.name}, poi.name
            postcodes: frozenset[str] = frozenset()
        else:
            street = self._gazetteer.streets[found.ref]
            is_door = found.kind is NearbyKind.DOOR
            level, town = (Level.HOUSE_NUMBER if is_door else Level.STREET), street.town
            parts = {"house_number": found.number, "street": street.name} if is_door else {"street": street.name}
            first, postcodes = f"{street.name} {found.number}".strip(), street.postcodes
        place = None if town is None else self._gazetteer.places[town]
        if len(postcodes) == 1:
            parts["postcode"] = min(postcodes)
        second = f"{parts.get('postcode', '')} {place.name if place else ''}".strip()
        return ReverseAnswer(
            level=level,
            label=f"{first}, {second}" if second and second != first else first,
            location=found.location,
            distance_m=round(great_circle_m(found.location, point)),
            components=parts | self._around(place),
            dataset_version=self._gazetteer.dataset_version,
        )

    def _nearest_place(self, point: LonLat) -> ReverseAnswer:
        if not self._places:
            return ReverseAnswer(level=Level.NONE, dataset_version=self._gazetteer.dataset_version)
        here = np.broadcast_to(lonlat_array([point]), self._points.shape)
        distances = great_circle_array_m(self._points, here)
        nearest = int(np.argmin(distances / self._radii))
        if distances[nearest] > _PLACE_M:
            return ReverseAnswer(level=Level.NONE, dataset_version=self._gazetteer.dataset_version)
        place = self._places[nearest]
        return ReverseAnswer(
            level=Level.PLACE,
            label=place.name,
            location=place.location,
            distance_m=round(float(distances[nearest])),
            components=self._around(place),
            dataset_version=self._gazetteer.dataset_version,
        )

    def _around(self, place: PlaceEntry | None) -> dict[str, str]:
        if place is None:
            return {}
        regions = [self._gazetteer.places[i].name for i in place.ancestors if self._gazetteer.places[i].is_region]
        return {"place": place.name} | ({"region": regions[0]} if regions else {})


def _distance(near: Nearby, point: LonLat) -> float:
    return great_circle_m(near.location, point) + (_POI_BEHIND_M if near.kind is NearbyKind.POI else 0)

"""Places of an extract, each inside its parent: what a name may mean, and who owns a point."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geodata.coords import LonLat, great_circle_m, lonlat_array
from geodata.geocoding.chinese import kind_of_ending
from geodata.geocoding.names import place_aliases
from geodata.geocoding.raw import PLACE_RADIUS_M
from geodata.geocoding.schema import ParentBy

#: Kinds that own the streets around them; the smaller ones only add a name.
OWNERS: Final = ("city", "town", "village", "hamlet", "township", "addr_city")
_METRES_PER_DEGREE: Final = 111_195.0
_OWNED_WITHIN_M: Final = 10_000
#: Boundaries of this admin_level and above are towns; below it, regions.
TOWN_LEVEL: Final = 7


@dataclass(slots=True, kw_only=True)
class Place:
    """A village, a town, a part of one, or a region.

    Attributes
    ----------
    level : OpenStreetMap's admin_level of its boundary, 0 when it has none.
    area : its boundary as a shapely geometry, or None.
    aliases : keys under which it may be typed, each with its kind.
    located_by : the place whose position stands in for its own, None when its own is known.
    parent_by : how its parent is known.
    """

    id: int
    name: str
    kind: str
    location: LonLat
    radius_m: int
    level: int = 0
    parent: int | None = None
    parent_by: ParentBy = ParentBy.MAP
    located_by: int | None = None
    area: Any = None
    aliases: dict[str, str] = field(default_factory=dict)
    postcodes: set[str] = field(default_factory=set)


class PlaceMap:
    """All places of an extract and the question whose a point is."""

    def __init__(self, places: list[Place]) -> None:
        self.places = places
        self._by_key: dict[str, list[int]] = {}
        for place in places:
            self._index(place)
        self._areas = [p for p in places if p.area is not None]
        self._tree = shapely.STRtree([p.area for p in self._areas])
        self._latitude = float(np.mean([p.location.lat for p in places])) if places else 0.0
        self._parts = [p for p in places if p.kind not in OWNERS and p.area is None]
        self._parts_tree = cKDTree(self.to_metres(lonlat_array([p.location for p in self._parts])))
        self._near: list[tuple[int, list[int], cKDTree]] = []
        for kind in OWNERS:
            ids = [p.id for p in places if p.kind == kind]
            if ids:
                points = self.to_metres(lonlat_array([places[i].location for i in ids]))
                self._near.append((PLACE_RADIUS_M.get(kind, 1000), ids, cKDTree(points)))

    def add(self, place: Place) -> None:
        """Add a place that has no position of its own: it is found by its names, and owns nothing around it."""
        assert place.located_by is not None  # noqa: S101 - the trees know located places only
        self.places.append(place)
        self._index(place)

    def add_names(self, place: int, names: Sequence[str]) -> None:
        """Let a place answer to further names."""
        for key, kind in all_aliases(names).items():
            if key not in self.places[place].aliases:
                self.places[place].aliases[key] = kind
                self._by_key.setdefault(key, []).append(place)

    def sharing_name(self, name: str) -> list[int]:
        """Places of a name, in full, or without its ending where the endings do not say that they are two kinds."""
        keys = [key for key, kind in place_aliases(name).items() if kind != "part"]
        found = {i for k in keys for i in self._by_key.get(k, ()) if self.places[i].aliases[k] != "part"}
        own = kind_of_ending(name)
        kinds = {i: kind_of_ending(self.places[i].name) for i in found}
        return sorted(i for i, kind in kinds.items() if not own or not kind or own == kind)

    def _index(self, place: Place) -> None:
        for key in place.aliases:
            self._by_key.setdefault(key, []).append(place.id)

    def to_metres(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project degrees of shape (n, 2) to metres on a plane that is good enough for neighbours."""
        scale = np.array([np.cos(np.radians(self._latitude)), 1.0]) * _METRES_PER_DEGREE
        return np.asarray(points * scale, dtype=np.float64)

    def named(self, name: str) -> list[int]:
        """Places that a name may mean; those it means in full come alone."""
        hits = {(self.places[i].aliases[key], i) for key in place_aliases(name) for i in self._by_key.get(key, ())}
        full = [i for kind, i in hits if kind == "full"]
        return sorted(full or [i for _, i in hits])

    def containing(self, points: NDArray[np.float64]) -> list[list[int]]:
        """Places whose boundary holds each point, the smallest (highest admin_level) first."""
        found: list[list[int]] = [[] for _ in range(len(points))]
        if self._areas and len(points):
            for point, area in self._tree.query(shapely.points(points), predicate="intersects").T:
                found[int(point)].append(self._areas[int(area)].id)
        for ids in found:
            ids.sort(key=lambda i: (-self.places[i].level, i))
        return found

    def nearest(self, points: NDArray[np.float64]) -> list[int | None]:
        """Find the village or town that each point belongs to: distance weighed by the kind's usual radius."""
        metres = self.to_metres(points)
        best = np.full(len(points), np.inf)
        owner = np.full(len(points), -1)
        for radius, ids, tree in self._near:
            distance, index = tree.query(metres)
            weighed = np.where(distance <= _OWNED_WITHIN_M, distance / radius, np.inf)
            closer = weighed < best
            best[closer] = weighed[closer]
            owner[closer] = np.array(ids)[index[closer]]
        return [int(i) if i >= 0 else None for i in owner]

    def parts_around(self, point: LonLat) -> list[int]:
        """Suburbs, quarters and localities whose usual radius reaches a point."""
        if not self._parts:
            return []
        here = self.to_metres(lonlat_array([point]))[0]
        near = self._parts_tree.query_ball_point(here, max(p.radius_m for p in self._parts))
        parts = (self._parts[i] for i in sorted(near))
        return [p.id for p in parts if great_circle_m(p.location, point) <= p.radius_m]

    def ancestors(self, place: int) -> list[int]:
        """Parents of a place, the nearest first."""
        found: list[int] = []
        parent = self.places[place].parent
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self.places[parent].parent
        return found


def all_aliases(names: Sequence[str]) -> dict[str, str]:
    """Keys under which a place of these names may be typed, each with its kind."""
    aliases: dict[str, str] = {}
    for name in names:
        for key, kind in place_aliases(name).items():
            if kind == "full" or key not in aliases:
                aliases[key] = kind
    return aliases

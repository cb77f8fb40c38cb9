"""Places from what an extract says: place nodes, boundaries, and towns that only house numbers know, joined."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely

from geodata.coords import LonLat, great_circle_m, lonlat_array
from geodata.geocoding.names import place_aliases, plain_place
from geodata.geocoding.places import OWNERS, TOWN_LEVEL, Place, PlaceMap, all_aliases
from geodata.geocoding.raw import PLACE_RADIUS_M, RawBoundary, RawDoor, RawExtract, RawPlace
from geodata.geocoding.schema import ParentBy

_SAME_NODE_M: Final = 3000
_MERGE_LEVEL: Final = 6


def build_places(raw: RawExtract) -> PlaceMap:
    """Join place nodes, boundaries and town names that only house numbers know."""
    places: list[Place] = []
    for node in _without_doubles(raw.places):
        places.append(_from_node(len(places), node))
    for boundary in sorted(raw.boundaries, key=lambda b: -b.level):
        area = _area_of(boundary, raw)
        if area is not None:
            _add_boundary(places, boundary, area)
    _add_towns_of_doors(places, raw.doors)
    _set_parents(places)
    return PlaceMap(places)


def _without_doubles(nodes: Sequence[RawPlace]) -> list[RawPlace]:
    kept: dict[str, list[RawPlace]] = {}
    for node in sorted(nodes, key=lambda n: -PLACE_RADIUS_M[n.kind]):
        same = kept.setdefault(node.names[0], [])
        if not any(great_circle_m(k.location, node.location) <= _SAME_NODE_M for k in same):
            same.append(node)
    return [node for same in kept.values() for node in same]


def _from_node(place_id: int, node: RawPlace) -> Place:
    return Place(
        id=place_id,
        name=plain_place(node.names[0]),
        kind=node.kind,
        location=node.location,
        radius_m=PLACE_RADIUS_M[node.kind],
        aliases=all_aliases(node.names),
        postcodes={node.postcode} - {""},
    )


def _area_of(boundary: RawBoundary, raw: RawExtract) -> Any:
    """Assemble the polygon of a boundary; None when an extract cut it off."""
    if any(way not in raw.lines for way in boundary.outer):
        return None
    outer = _polygons(boundary.outer, raw)
    if outer.is_empty:
        return None
    return outer.difference(_polygons(boundary.inner, raw))


def _polygons(ways: Sequence[int], raw: RawExtract) -> Any:
    lines = [shapely.LineString(raw.lines[w]) for w in ways if len(raw.lines.get(w, ())) >= 2]
    polygons, cuts, dangles, invalid = shapely.polygonize_full(lines)
    if not (cuts.is_empty and dangles.is_empty and invalid.is_empty):
        return shapely.Polygon()
    return shapely.unary_union(polygons)


def _add_boundary(places: list[Place], boundary: RawBoundary, area: Any) -> None:
    aliases = all_aliases(boundary.names)
    middle = area.representative_point()
    west, south, east, north = area.bounds
    radius = int(great_circle_m(LonLat(west, south), LonLat(east, north)) / 2)
    if boundary.level >= _MERGE_LEVEL:
        for place in places:
            same = place.area is None and place.name and _same_name(place.aliases, aliases)
            if same and area.contains(shapely.Point(place.location.lon, place.location.lat)):
                place.area, place.level, place.radius_m = area, boundary.level, max(place.radius_m, radius)
                place.aliases = aliases | place.aliases
                place.postcodes |= {boundary.postcode} - {""}
                return
    places.append(
        Place(
            id=len(places),
            name=plain_place(boundary.names[0]),
            kind="boundary" if boundary.level >= TOWN_LEVEL else "region",
            location=LonLat(middle.x, middle.y),
            radius_m=radius,
            level=boundary.level,
            area=area,
            aliases=aliases,
            postcodes={boundary.postcode} - {""},
        )
    )


def _same_name(one: dict[str, str], other: dict[str, str]) -> bool:
    return any(kind != "part" and other.get(key, "part") != "part" for key, kind in one.items())


def _add_towns_of_doors(places: list[Place], doors: Sequence[RawDoor]) -> None:
    known = {key for place in places for key in place.aliases}
    unknown: dict[str, list[RawDoor]] = {}
    for door in doors:
        aliases = place_aliases(door.city) if door.city else {}
        if aliases and not known & aliases.keys():
            unknown.setdefault(door.city, []).append(door)
    for city, members in unknown.items():
        points = lonlat_array([d.location for d in members])
        middle = LonLat(*map(float, np.median(points, axis=0)))
        radius = int(max(great_circle_m(middle, d.location) for d in members)) + 200
        places.append(
            Place(
                id=len(places),
                name=plain_place(city),
                kind="addr_city",
                location=middle,
                radius_m=radius,
                aliases=place_aliases(city),
            )
        )


def _set_parents(places: list[Place]) -> None:
    finder = PlaceMap(places)
    points = lonlat_array([p.location for p in places])
    containing = finder.containing(points)
    nearest = finder.nearest(points) if places else []
    for place in places:
        for outer in containing[place.id]:
            wider = place.area is None or places[outer].level < place.level
            if outer != place.id and wider:
                place.parent = outer
                break
        owner = nearest[place.id]
        if place.parent is None and place.kind not in OWNERS and place.area is None and owner != place.id:
            place.parent, place.parent_by = owner, ParentBy.DISTANCE

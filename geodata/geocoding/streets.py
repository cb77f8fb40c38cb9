"""Streets from named roads and house numbers: one name in two villages is two streets."""

from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geodata.coords import LonLat, great_circle_array_m, lonlat_array
from geodata.geocoding.names import place_aliases, street_aliases
from geodata.geocoding.normalise import key_of
from geodata.geocoding.places import TOWN_LEVEL, PlaceMap
from geodata.geocoding.raw import Line, RawDoor, RawExtract, RawRoad
from geodata.geocoding.street import Street

#: Pieces of one name in one town that lie farther apart than this are two streets.
_GAP_M: Final = 500
_DOOR_REACH_M: Final = 1000
_OTHER_TOWN_PENALTY_M: Final = 1000
_VARIANT_REACH_M: Final = 200
_STUB_M: Final = 250
_SPACING_M: Final = 80.0
_MINORITY: Final = 0.1
#: A house so near a street without numbers says that somebody lives there, and counts as so many points of the street.
_HOUSES_M: Final = 250
_A_HOUSE: Final = 1.0


def build_streets(raw: RawExtract, places: PlaceMap) -> list[Street]:
    """Cluster the roads, give each door its street, let the doors vote for town and postcode."""
    by_key = _clusters_of_roads(raw.roads, places)
    variants = _Variants(by_key)
    homeless = [door for door in raw.doors if not _assign(door, by_key, variants, places)]
    for streets in by_key.values():
        _merge_stubs(streets)
    for street in _streets_of_doors(homeless, places):
        by_key.setdefault(street.key, []).append(street)
    streets = [s for key in sorted(by_key) for s in by_key[key]]
    for street in streets:
        _vote(street, places)
    _find_houses(streets, raw, places)
    return streets


def street_name_of(door: RawDoor, places: PlaceMap) -> str:
    """Say what the door's number belongs to: a street, else a named place, else a village without streets."""
    if door.street or door.place:
        return door.street or door.place
    towns = places.named(door.city) if door.city else []
    small = all(places.places[i].kind not in {"city", "town"} for i in towns)
    return door.city if towns and small else ""


def _clusters_of_roads(roads: list[RawRoad], places: PlaceMap) -> dict[str, list[Street]]:
    grouped: dict[str, list[RawRoad]] = {}
    for road in roads:
        grouped.setdefault(key_of(road.names[0]), []).append(road)
    grouped.pop("", None)
    clusters: dict[str, list[Street]] = {}
    for key, members in grouped.items():
        points = np.vstack([_dense(road.line) for road in members])
        owner_of_point = np.repeat(np.arange(len(members)), [len(_dense(r.line)) for r in members])
        towns = _towns(points, places)
        for town in sorted(set(towns), key=lambda t: -1 if t is None else t):
            chosen = np.array([t == town for t in towns])
            labels = _linked(points[chosen], places)
            for label in range(labels.max() + 1):
                part = points[chosen][labels == label]
                ways = [members[i] for i in sorted(set(owner_of_point[chosen][labels == label].tolist()))]
                clusters.setdefault(key, []).append(_street(ways, key, part, town))
    return clusters


def _street(ways: list[RawRoad], key: str, points: NDArray[np.float64], town: int | None) -> Street:
    aliases: dict[str, str] = {}
    for way in ways:
        for name in way.names:
            for alias, kind in street_aliases(name).items():
                if kind == "full" or alias not in aliases:
                    aliases[alias] = kind
    name = Counter(way.names[0] for way in ways).most_common(1)[0][0]
    postcodes = {way.postcode for way in ways if way.postcode}
    return Street(name=name, key=key, points=points, town=town, aliases=aliases, postcodes=postcodes)


def _dense(line: Line) -> NDArray[np.float64]:
    """Give the line's vertices, and points between them so that no gap is much over the spacing."""
    vertices = np.array(line, dtype=np.float64)
    if len(vertices) < 2:
        return vertices
    gaps = great_circle_array_m(vertices[:-1], vertices[1:])
    parts = [vertices[:1]]
    for start, end, gap in zip(vertices[:-1], vertices[1:], gaps, strict=True):
        steps = int(gap // _SPACING_M) + 1
        fractions = np.arange(1, steps + 1).reshape(-1, 1) / steps
        parts.append(start + (end - start) * fractions)
    return np.vstack(parts)


def _towns(points: NDArray[np.float64], places: PlaceMap) -> list[int | None]:
    """Whose each point is: the smallest town boundary around it, else the nearest village."""
    nearest = places.nearest(points)
    towns: list[int | None] = []
    for containing, near in zip(places.containing(points), nearest, strict=True):
        inside = [i for i in containing if places.places[i].level >= TOWN_LEVEL]
        towns.append(inside[0] if inside else near)
    return towns


def _linked(points: NDArray[np.float64], places: PlaceMap) -> NDArray[np.int32]:
    """Label points so that those linked by steps under the gap share a label."""
    metres = places.to_metres(points)
    cells, index = np.unique(np.round(metres / 25.0), axis=0, return_inverse=True)
    pairs = cKDTree(cells * 25.0).query_pairs(_GAP_M, output_type="ndarray")
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(cells), len(cells)))
    _, labels = connected_components(graph, directed=False)
    found: NDArray[np.int32] = labels[index.reshape(-1)].astype(np.int32)
    return found


def _assign(door: RawDoor, by_key: dict[str, list[Street]], variants: "_Variants", places: PlaceMap) -> bool:
    """Give a door to the nearest street of its name, one of its own town before one of another."""
    key = key_of(street_name_of(door, places))
    towns = set(places.named(door.city)) if door.city else set()
    best: tuple[float, Street] | None = None
    for street in by_key.get(key, ()):
        distance = street.distance_m(door.location.lon, door.location.lat)
        related = {street.town, *(places.ancestors(street.town) if street.town is not None else ())}
        if distance <= _DOOR_REACH_M:
            cost = distance + (_OTHER_TOWN_PENALTY_M if towns and not towns & related else 0)
            if best is None or cost < best[0]:
                best = (cost, street)
    if best is None and key:
        best = variants.beside(door, key)
    if best is None:
        return not key
    best[1].doors.append(door)
    return True


class _Variants:
    """Streets whose name differs from a door's by a letter or two."""

    def __init__(self, by_key: dict[str, list[Street]]) -> None:
        self._by_key = by_key
        self._keys = list(by_key)
        self._similar: dict[str, list[str]] = {}

    def beside(self, door: RawDoor, key: str) -> tuple[float, Street] | None:
        """Find the one such street beside the door, and its distance; the door's spelling becomes an alias."""
        if len(key) < 6:
            return None
        if key not in self._similar:
            limit = 1 if len(key) < 12 else 2
            hits = process.extract(key, self._keys, scorer=OSA.distance, score_cutoff=limit, limit=None)
            self._similar[key] = [hit[0] for hit in hits]
        found = [
            (distance, street)
            for other in self._similar[key]
            for street in self._by_key[other]
            if (distance := street.distance_m(door.location.lon, door.location.lat)) <= _VARIANT_REACH_M
        ]
        if len(found) != 1:
            return None
        found[0][1].aliases.setdefault(key, "variant")
        return found[0]


def _merge_stubs(streets: list[Street]) -> None:
    """Join a short end without doors, cut off by a boundary, to the street that it continues."""
    for stub in sorted(streets, key=lambda s: s.extent_m):
        if stub.doors or stub.extent_m > _STUB_M:
            continue
        for other in streets:
            touches = other is not stub and min(other.distance_m(*p) for p in stub.points) <= 100
            if touches and other.extent_m >= stub.extent_m:
                other.extend(stub.points)
                streets.remove(stub)
                break


def _streets_of_doors(doors: list[RawDoor], places: PlaceMap) -> list[Street]:
    grouped: dict[str, list[RawDoor]] = {}
    for door in doors:
        grouped.setdefault(key_of(street_name_of(door, places)), []).append(door)
    streets = []
    for key, members in sorted(grouped.items()):
        points = lonlat_array([d.location for d in members])
        labels = _linked(points, places)
        towns = _towns(points, places)
        for label in range(labels.max() + 1):
            chosen = [i for i in range(len(members)) if labels[i] == label]
            name = street_name_of(members[chosen[0]], places)
            town = Counter(towns[i] for i in chosen).most_common(1)[0][0]
            aliases = street_aliases(name) | dict.fromkeys(place_aliases(name), "full")
            street = Street(name=name, key=key, points=points[chosen], town=town, aliases=aliases)
            street.doors = [members[i] for i in chosen]
            streets.append(street)
    return streets


def _vote(street: Street, places: PlaceMap) -> None:
    """Let the doors say which town and postcode the street has; the map's own answer stays valid."""
    middle = lonlat_array([street.middle])
    near = {i for i in places.nearest(street.points) if i is not None}
    inside = set(places.containing(middle)[0])
    cities: Counter[int] = Counter()
    for door in street.doors:
        named = places.named(door.city) if door.city else []
        if named:
            cities[_closest(named, door.location, places)] += 1
    if street.town is not None:
        street.places.add(street.town)
        near = {i for i in near if street.town in places.ancestors(i)}
    street.places |= near | inside | {i for i, n in cities.items() if n >= _MINORITY * cities.total()}
    street.places |= set(places.parts_around(street.middle))
    if cities:
        street.town = cities.most_common(1)[0][0]
    for place in tuple(street.places):
        street.places.update(places.ancestors(place))
    codes = Counter(door.postcode for door in street.doors if door.postcode)
    street.postcodes |= {code for code, n in codes.items() if n > _MINORITY * codes.total()}


def _find_houses(streets: list[Street], raw: RawExtract, places: PlaceMap) -> None:
    """Let a street without numbers have its middle where there are houses: where other streets have theirs."""
    if not raw.doors:
        return
    doors = cKDTree(places.to_metres(lonlat_array([door.location for door in raw.doors])))
    for street in streets:
        if not street.doors:
            around = doors.query_ball_point(places.to_metres(street.points), _HOUSES_M, return_length=True)
            street.lived_at = 1.0 + _A_HOUSE * around


def _closest(named: list[int], location: LonLat, places: PlaceMap) -> int:
    here = np.broadcast_to(lonlat_array([location]), (len(named), 2))
    there = lonlat_array([places.places[i].location for i in named])
    return named[int(np.argmin(great_circle_array_m(here, there)))]

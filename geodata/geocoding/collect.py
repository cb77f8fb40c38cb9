"""What an extract says about addresses, read once: doors, named roads, places and boundaries."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from geodata.coords import LonLat
from geodata.osm.extract import read_objects

#: place=* values that an address may name, with the radius in metres in which their doors are expected.
PLACE_RADIUS_M: Final = {
    "city": 6000, "town": 2500, "village": 1200, "hamlet": 500, "isolated_dwelling": 200, "farm": 200,
    "suburb": 1200, "quarter": 800, "neighbourhood": 500, "locality": 500, "municipality": 4000,
    "township": 4000, "borough": 3000,
}  # fmt: skip
_ROADS: Final = frozenset(
    {
        "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
        "service", "pedestrian", "track", "road", "footway", "path", "cycleway", "steps", "bridleway",
        "trunk_link", "primary_link", "secondary_link", "tertiary_link",
    }
)  # fmt: skip
_PLACE_NAME_TAGS: Final = (
    "name", "alt_name", "short_name", "official_name", "loc_name", "old_name", "name:de", "name:en", "name:zh",
)  # fmt: skip
_STREET_NAME_TAGS: Final = ("name", "alt_name", "short_name", "official_name", "name:de", "name:en", "name:zh")

Line = list[tuple[float, float]]


@dataclass(slots=True, kw_only=True)
class RawDoor:
    """A house number as mapped: on a node, or on a building's outline (its middle)."""

    number: str
    location: LonLat
    street: str = ""
    place: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(slots=True, kw_only=True)
class RawRoad:
    """A named road: one way of the extract."""

    names: list[str]
    line: Line
    postcode: str = ""


@dataclass(slots=True, kw_only=True)
class RawPlace:
    """A place=* node."""

    names: list[str]
    kind: str
    location: LonLat
    postcode: str = ""


@dataclass(slots=True, kw_only=True)
class RawBoundary:
    """An administrative boundary: the ways of its rings (some may be missing in an extract)."""

    names: list[str]
    level: int
    postcode: str = ""
    country: str = ""
    outer: list[int] = field(default_factory=list)
    inner: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class RawExtract:
    """All of it."""

    doors: list[RawDoor] = field(default_factory=list)
    roads: list[RawRoad] = field(default_factory=list)
    places: list[RawPlace] = field(default_factory=list)
    boundaries: list[RawBoundary] = field(default_factory=list)
    lines: dict[int, Line] = field(default_factory=dict)


def collect(extract: Path, *, on_progress: Callable[[str, float], None]) -> RawExtract:
    """Read an extract twice: its relations, then its nodes and ways.

    Raises
    ------
    ExtractError
        When the file cannot be read.
    """
    raw = RawExtract()
    street_of_member: dict[tuple[str, int], str] = {}
    on_progress("Reading boundaries", 0.0)
    for thing in read_objects(extract):
        if thing.is_relation():
            _take_relation(raw, street_of_member, thing)
    ring_ways = {way for b in raw.boundaries for way in (*b.outer, *b.inner)}
    on_progress("Reading addresses", 0.3)
    for thing in read_objects(extract, locations=True):
        if thing.is_node():
            _take_node(raw, street_of_member, thing)
        elif thing.is_way():
            _take_way(raw, street_of_member, ring_ways, thing)
    return raw


def _take_relation(raw: RawExtract, street_of_member: dict[tuple[str, int], str], relation: Any) -> None:
    tags = dict(relation.tags)
    if tags.get("type") in {"associatedStreet", "street"}:
        street = tags.get("addr:street") or tags.get("name", "")
        for member in relation.members if street else ():
            if member.role in {"house", "address", "addr:houselink"}:
                street_of_member[member.type, member.ref] = street
        return
    level = tags.get("admin_level", "")
    if tags.get("boundary") != "administrative" or not level.isdigit() or "name" not in tags:
        return
    ways: dict[str, list[int]] = {"outer": [], "inner": []}
    for member in relation.members:
        if member.type == "w":
            ways["inner" if member.role == "inner" else "outer"].append(member.ref)
    raw.boundaries.append(
        RawBoundary(
            names=names_of(tags, _PLACE_NAME_TAGS),
            level=int(level),
            postcode=tags.get("postal_code", ""),
            country=tags.get("ISO3166-1:alpha2") or tags.get("ISO3166-1") or "",
            outer=ways["outer"],
            inner=ways["inner"],
        )
    )


def _take_node(raw: RawExtract, street_of_member: dict[tuple[str, int], str], node: Any) -> None:
    tags = node.tags
    if len(tags) == 0 or not node.location.valid():
        return
    if "addr:housenumber" not in tags and "place" not in tags:
        return
    tags = dict(tags)
    location = LonLat(node.location.lon, node.location.lat)
    raw.doors.extend(_doors(tags, location, street_of_member.get(("n", node.id), "")))
    if tags.get("place") in PLACE_RADIUS_M and "name" in tags:
        names = names_of(tags, _PLACE_NAME_TAGS)
        postcode = tags.get("postal_code") or tags.get("addr:postcode") or ""
        raw.places.append(RawPlace(names=names, kind=tags["place"], location=location, postcode=postcode))


def _take_way(raw: RawExtract, street_of_member: dict[tuple[str, int], str], ring_ways: set[int], way: Any) -> None:
    tags = way.tags
    ring = way.id in ring_ways
    road = tags.get("highway") in _ROADS and "name" in tags
    door = "addr:housenumber" in tags
    if not (ring or road or door):
        return
    line = [(n.lon, n.lat) for n in way.nodes if n.location.valid()]
    if not line:
        return
    if ring:
        raw.lines[way.id] = line
    tags = dict(tags)
    if road:
        postcode = tags.get("postal_code") or tags.get("addr:postcode") or ""
        raw.roads.append(RawRoad(names=names_of(tags, _STREET_NAME_TAGS), line=line, postcode=postcode))
    if door:
        raw.doors.extend(_doors(tags, _middle(line), street_of_member.get(("w", way.id), "")))


def _doors(tags: dict[str, str], location: LonLat, related_street: str) -> Iterator[RawDoor]:
    for number in tags.get("addr:housenumber", "").replace(",", ";").split(";"):
        if number.strip():
            yield RawDoor(
                number=number.strip(),
                location=location,
                street=tags.get("addr:street", "").strip() or related_street,
                place=(tags.get("addr:place") or tags.get("addr:hamlet") or "").strip(),
                city=(tags.get("addr:city") or tags.get("addr:village") or "").strip(),
                postcode=tags.get("addr:postcode", "").strip(),
                country=tags.get("addr:country", "").strip().upper(),
            )


def _middle(line: Line) -> LonLat:
    ring = line[:-1] if len(line) > 1 and line[0] == line[-1] else line
    return LonLat(sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring))


def names_of(tags: dict[str, str], wanted: tuple[str, ...]) -> list[str]:
    """Names under the wanted tags, the main one first, each once; several in one tag are split at ';'."""
    names: dict[str, None] = {}
    for tag in wanted:
        for name in tags.get(tag, "").split(";"):
            if name.strip():
                names.setdefault(name.strip())
    return list(names)

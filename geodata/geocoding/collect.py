"""Reading an extract for what it says about addresses: doors, roads, places, points of interest, boundaries."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from geodata.coords import LonLat
from geodata.geocoding.interpolation import doors_between
from geodata.geocoding.poi import is_poi, names_of, poi_of
from geodata.geocoding.raw import PLACE_RADIUS_M, Line, RawBoundary, RawDoor, RawExtract, RawPlace, RawRoad
from geodata.osm.extract import read_objects

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


def collect(extract: Path, *, on_progress: Callable[[str, float], None]) -> RawExtract:
    """Read an extract twice: its relations, then its nodes and ways.

    Raises
    ------
    ExtractError
        When the file cannot be read.
    """
    reader = _Reader()
    on_progress("Reading boundaries", 0.0)
    for thing in read_objects(extract):
        if thing.is_relation():
            reader.take_relation(thing)
    reader.ring_ways = {way for b in reader.raw.boundaries for way in (*b.outer, *b.inner)}
    reader.ring_ways |= {way for _tags, outer in reader.grounds for way in outer}
    on_progress("Reading addresses", 0.3)
    for thing in read_objects(extract, locations=True):
        if thing.is_node():
            reader.take_node(thing)
        elif thing.is_way():
            reader.take_way(thing)
    reader.take_grounds()
    return reader.raw


@dataclass(slots=True)
class _Reader:
    """What was read so far, and what later objects of the file refer to."""

    raw: RawExtract = field(default_factory=RawExtract)
    street_of_member: dict[tuple[str, int], str] = field(default_factory=dict)
    ring_ways: set[int] = field(default_factory=set)
    grounds: list[tuple[dict[str, str], list[int]]] = field(default_factory=list)
    door_of_node: dict[int, RawDoor] = field(default_factory=dict)

    def take_relation(self, relation: Any) -> None:
        tags = dict(relation.tags)
        if tags.get("type") in {"associatedStreet", "street"}:
            street = tags.get("addr:street") or tags.get("name", "")
            for member in relation.members if street else ():
                if member.role in {"house", "address", "addr:houselink"}:
                    self.street_of_member[member.type, member.ref] = street
            return
        if tags.get("type") == "multipolygon" and ("addr:housenumber" in tags or is_poi(tags)):
            outer = [member.ref for member in relation.members if member.type == "w" and member.role != "inner"]
            self.grounds.append((tags, outer))
            return
        level = tags.get("admin_level", "")
        if tags.get("boundary") != "administrative" or not level.isdigit() or "name" not in tags:
            return
        ways: dict[str, list[int]] = {"outer": [], "inner": []}
        for member in relation.members:
            if member.type == "w":
                ways["inner" if member.role == "inner" else "outer"].append(member.ref)
        self.raw.boundaries.append(
            RawBoundary(
                names=names_of(tags, _PLACE_NAME_TAGS),
                level=int(level),
                postcode=tags.get("postal_code", ""),
                country=tags.get("ISO3166-1:alpha2") or tags.get("ISO3166-1") or "",
                subdivision=tags.get("ISO3166-2", "").upper(),
                outer=ways["outer"],
                inner=ways["inner"],
            )
        )

    def take_grounds(self) -> None:
        """Take schools, farms and houses that are drawn as multipolygons, each in the middle of its outer ways."""
        for tags, outer in self.grounds:
            line = [point for way in outer for point in self.raw.lines.get(way, ())]
            if not line:
                continue
            self.raw.doors.extend(_doors(tags, _middle(line), ""))
            if is_poi(tags):
                self.raw.pois.append(poi_of(tags, _middle(line)))

    def take_node(self, node: Any) -> None:
        tags = node.tags
        if len(tags) == 0 or not node.location.valid():
            return
        if not any(tag in tags for tag in ("addr:housenumber", "name", "addr:housename")):
            return
        tags = dict(tags)
        location = LonLat(node.location.lon, node.location.lat)
        doors = list(_doors(tags, location, self.street_of_member.get(("n", node.id), "")))
        self.raw.doors.extend(doors)
        if len(doors) == 1:
            self.door_of_node[node.id] = doors[0]
        if tags.get("place") in PLACE_RADIUS_M and "name" in tags:
            names = names_of(tags, _PLACE_NAME_TAGS)
            postcode = tags.get("postal_code") or tags.get("addr:postcode") or ""
            self.raw.places.append(RawPlace(names=names, kind=tags["place"], location=location, postcode=postcode))
        elif is_poi(tags):
            self.raw.pois.append(poi_of(tags, location))

    def take_way(self, way: Any) -> None:
        tags = way.tags
        ring = way.id in self.ring_ways
        if len(tags) == 0 and not ring:
            return
        tags = dict(tags)
        road = tags.get("highway") in _ROADS and "name" in tags
        door = "addr:housenumber" in tags
        poi = not road and is_poi(tags)
        interpolation = tags.get("addr:interpolation")
        if not (ring or road or door or poi or interpolation):
            return
        line = [(n.lon, n.lat) for n in way.nodes if n.location.valid()]
        if not line:
            return
        if ring:
            self.raw.lines[way.id] = line
        if road:
            postcode = tags.get("postal_code") or tags.get("addr:postcode") or ""
            self.raw.roads.append(RawRoad(names=names_of(tags, _STREET_NAME_TAGS), line=line, postcode=postcode))
        if door:
            self.raw.doors.extend(_doors(tags, _middle(line), self.street_of_member.get(("w", way.id), "")))
        if poi:
            self.raw.pois.append(poi_of(tags, _middle(line)))
        if interpolation:
            self._take_interpolation(way, tags, interpolation)

    def _take_interpolation(self, way: Any, tags: dict[str, str], how: str) -> None:
        """Fill the doors in between the numbered nodes of a line; its own tags say what the nodes do not."""
        street = tags.get("addr:street", "").strip() or self.street_of_member.get(("w", way.id), "")
        before: RawDoor | None = None
        line: Line = []
        for node in way.nodes:
            if not node.location.valid():
                before, line = None, []
                continue
            line.append((node.lon, node.lat))
            door = self.door_of_node.get(node.ref)
            if door is None:
                continue
            door.street = door.street or street
            if before is not None:
                self.raw.doors.extend(doors_between(before, door, line, how))
            before, line = door, line[-1:]


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

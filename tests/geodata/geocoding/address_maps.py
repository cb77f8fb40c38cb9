"""Small hand-drawn maps of addresses, written as OSM XML."""

from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

#: One degree of latitude, and of longitude at the latitude of these maps, is about this many metres.
_METRES_PER_DEGREE = 111_195.0


@dataclass
class AddressMap:
    """A map around 0.5 degrees east, 0.5 degrees north; positions are metres east and north of there."""

    nodes: list[str] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    count: int = 0

    def place(self, name: str, east: float, north: float, kind: str = "village") -> None:
        """Add a place node."""
        self.node(east, north, place=kind, name=name)

    def door(self, number: str, east: float, north: float, **addr: str) -> int:
        """Add a house number; further tags without their `addr:`."""
        return self.node(east, north, **{f"addr:{k}": v for k, v in addr.items()}, **{"addr:housenumber": number})

    def road(self, name: str, *points: tuple[float, float]) -> None:
        """Add a residential road."""
        self.way(points, highway="residential", name=name)

    def boundary(
        self,
        name: str,
        west: float,
        south: float,
        east: float,
        north: float,
        *,
        cut: bool = False,
        level: int = 8,
        subdivision: str = "",
    ) -> None:
        """Add a boundary, by its level a municipality's; `cut` leaves one of its ways out of the file."""
        a, b, c, d = (west, south), (east, south), (east, north), (west, north)
        members = [self.way([a, b, c], boundary="administrative")]
        members.append(999_999 if cut else self.way([c, d, a], boundary="administrative"))
        refs = "".join(f'<member type="way" ref="{m}" role="outer"/>' for m in members)
        tags = {"type": "boundary", "boundary": "administrative", "admin_level": str(level), "name": name}
        if subdivision:
            tags["ISO3166-2"] = subdivision
        self.relations.append(f'<relation id="{self._next()}" version="1">{refs}{_tags(tags)}</relation>')

    def multipolygon(self, west: float, south: float, size: float, **tags: str) -> None:
        """Add a square whose outer ring is two ways, with a hole in its middle."""
        east, north, hole = west + size, south + size, size / 3
        a, b, c, d = (west, south), (east, south), (east, north), (west, north)
        inner = [(west + hole, south + hole), (east - hole, south + hole), (west + hole, north - hole)]
        members = [
            ("outer", self.way([a, b, c])),
            ("outer", self.way([c, d, a])),
            ("inner", self.way([*inner, inner[0]])),
        ]
        refs = "".join(f'<member type="way" ref="{way}" role="{role}"/>' for role, way in members)
        every = {"type": "multipolygon"} | {key.replace("__", ":"): value for key, value in tags.items()}
        self.relations.append(f'<relation id="{self._next()}" version="1">{refs}{_tags(every)}</relation>')

    def associated_street(self, name: str, houses: list[int]) -> None:
        """Add an associatedStreet relation of house nodes."""
        refs = "".join(f'<member type="node" ref="{h}" role="house"/>' for h in houses)
        tags = {"type": "associatedStreet", "name": name}
        self.relations.append(f'<relation id="{self._next()}" version="1">{refs}{_tags(tags)}</relation>')

    def node(self, east: float, north: float, **tags: str) -> int:
        """Add a node."""
        number = self._next()
        lon, lat = 0.5 + east / _METRES_PER_DEGREE, 0.5 + north / _METRES_PER_DEGREE
        self.nodes.append(f'<node id="{number}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{_tags(tags)}</node>')
        return number

    def way(self, points: list[tuple[float, float]] | tuple[tuple[float, float], ...], **tags: str) -> int:
        """Add a way through points; equal points are one node."""
        known: dict[tuple[float, float], int] = {}
        for point in points:
            if point not in known:
                known[point] = self.node(*point)
        refs = "".join(f'<nd ref="{known[p]}"/>' for p in points)
        number = self._next()
        self.ways.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')
        return number

    def way_of(self, nodes: list[int], **tags: str) -> int:
        """Add a way through nodes that are there."""
        refs = "".join(f'<nd ref="{n}"/>' for n in nodes)
        number = self._next()
        self.ways.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')
        return number

    def write(self, folder: Path) -> Path:
        """Write the map."""
        file = folder / "map.osm"
        body = "\n".join([*self.nodes, *self.ways, *self.relations])
        file.write_text(f'<?xml version="1.0"?><osm version="0.6">{body}</osm>', encoding="utf-8")
        return file

    def _next(self) -> int:
        self.count += 1
        return self.count


def _tags(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def two_villages() -> AddressMap:
    """Two villages 5 km apart, each with a Dorfstrasse and doors 2, 4, 12; Oberdorf alone has a Mühlweg."""
    drawn = AddressMap()
    for name, north, code in (("Oberdorf", 0, "1001"), ("Unterdorf", 5000, "1002")):
        drawn.place(name, 0, north)
        drawn.road("Dorfstrasse", (-200, north), (200, north))
        for number, east in ((2, -150), (4, -100), (12, 100)):
            drawn.door(str(number), east, north + 10, street="Dorfstrasse", city=name, postcode=code, country="LI")
    drawn.road("Mühlweg", (0, 0), (0, 300))
    for number, north in ((1, 20), (3, 60), (5, 100), (11, 290)):
        drawn.door(str(number), 10, north, street="Mühlweg", city="Oberdorf", postcode="1001", country="LI")
    return drawn

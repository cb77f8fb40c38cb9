"""Hand-drawn maps: an ASCII grid of nodes and the ways between them, written as an OSM XML file."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement

from geodata.coords import EARTH_RADIUS_M, LonLat
from geodata.network.build import BuildReport, build_network
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import SnappedPoint
from geodata.network.storage import read_roads

ORIGIN = LonLat(9.5, 47.1)
#: Metres between two characters of a line, and between two lines.
STEP_M = 50

Tags = Mapping[str, str]
ROAD: Tags = {"highway": "residential"}


@dataclass(frozen=True, kw_only=True)
class Map:
    """A map to be: `grid` places nodes by single characters, `ways` join them ("ABC"), `nodes` tags them.

    `relations` are turn restrictions with their members: "from:1 via:B to:2", ways by their number from 1.
    """

    grid: str
    ways: Sequence[tuple[str, Tags]]
    nodes: Mapping[str, Tags] = field(default_factory=dict)
    relations: Sequence[tuple[str, Tags]] = ()

    def place(self, name: str) -> LonLat:
        """Where a node is."""
        for y, line in enumerate(self.grid.strip("\n").split("\n")):
            if name in line:
                return offset(ORIGIN, east_m=line.index(name) * STEP_M, north_m=-y * STEP_M)
        raise KeyError(name)

    def between(self, a: str, b: str, share: float = 0.5) -> LonLat:
        """Return a point on the straight line between two nodes."""
        start, end = self.place(a), self.place(b)
        return LonLat(start.lon + share * (end.lon - start.lon), start.lat + share * (end.lat - start.lat))

    def write(self, path: Path) -> Path:
        """Write the map as OSM XML."""
        root = Element("osm", version="0.6", generator="doorstep tests")
        names = [name for name in self.grid if not name.isspace()]
        for name in sorted(names):
            place = self.place(name)
            node = SubElement(
                root, "node", id=str(ord(name)), lat=f"{place.lat:.9f}", lon=f"{place.lon:.9f}", version="1"
            )
            _tag(node, self.nodes.get(name, {}))
        for number, (way_nodes, tags) in enumerate(self.ways, start=1):
            way = SubElement(root, "way", id=str(number), version="1")
            for name in way_nodes:
                SubElement(way, "nd", ref=str(ord(name)))
            _tag(way, tags)
        for number, (members, tags) in enumerate(self.relations, start=1):
            relation = SubElement(root, "relation", id=str(number), version="1")
            for role, _, name in (member.partition(":") for member in members.split()):
                kind, ref = ("way", name) if name.isdigit() else ("node", str(ord(name)))
                SubElement(relation, "member", type=kind, ref=ref, role=role)
            _tag(relation, {"type": "restriction"} | dict(tags))
        ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
        return path

    def build(self, folder: Path, profile: str = "car") -> tuple[DijkstraRoadNetwork, BuildReport]:
        """Build and open the map's network."""
        extract = self.write(folder / "map.osm")
        report = build_network(extract, profile=profile, into=folder / profile, on_progress=lambda _step, _share: None)
        return DijkstraRoadNetwork(read_roads(folder / profile)), report

    def network(self, folder: Path, profile: str = "car") -> DijkstraRoadNetwork:
        """Build and open the map's network."""
        return self.build(folder, profile)[0]


def offset(point: LonLat, *, east_m: float = 0, north_m: float = 0) -> LonLat:
    """Return the point so many metres away."""
    lat = point.lat + math.degrees(north_m / EARTH_RADIUS_M)
    return LonLat(point.lon + math.degrees(east_m / EARTH_RADIUS_M / math.cos(math.radians(point.lat))), lat)


def snapped(network: DijkstraRoadNetwork, *points: LonLat) -> list[SnappedPoint]:
    """Snap points that are near a road."""
    found = [point for point in network.snap(points) if isinstance(point, SnappedPoint)]
    assert len(found) == len(points), "a point of the test is off the network"
    return found


def driving_s(network: DijkstraRoadNetwork, start: LonLat, end: LonLat) -> int:
    """Seconds from one point to another, without the part on foot."""
    path = network.path(*snapped(network, start, end))
    return path.duration_s - path.access_s


def visited(map_: Map, network: DijkstraRoadNetwork, start: LonLat, end: LonLat) -> str:
    """Names of the nodes that the way from one point to another passes, in order."""
    line = network.path(*snapped(network, start, end)).line
    names = {
        (round(map_.place(name).lon, 7), round(map_.place(name).lat, 7)): name
        for name in map_.grid
        if not name.isspace()
    }
    passed = [names.get((round(point.lon, 7), round(point.lat, 7)), "") for point in line]
    return "".join(name for index, name in enumerate(passed) if index == 0 or name != passed[index - 1])


def _tag(element: Element, tags: Tags) -> None:
    for key, value in tags.items():
        SubElement(element, "tag", k=key, v=value)

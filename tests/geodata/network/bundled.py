"""The bundled area as the tests of the road network use it."""

import random
from pathlib import Path

import geodata.area
from geodata.coords import LonLat
from geodata.network.build import BuildReport, build_network
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import SnappedPoint
from geodata.network.storage import read_roads

EXTRACT = Path(geodata.area.__file__).parent / "bundled" / "liechtenstein-2013-08-03.osm.pbf"


def build(folder: Path, profile: str) -> tuple[DijkstraRoadNetwork, BuildReport]:
    """Build and open the bundled area's network."""
    report = build_network(EXTRACT, profile=profile, into=folder / profile, on_progress=lambda _step, _share: None)
    return DijkstraRoadNetwork(read_roads(folder / profile)), report


def points_near_roads(network: DijkstraRoadNetwork, count: int, *, seed: int) -> list[SnappedPoint]:
    """Return snapped points in the whole area, up to some hundred metres from a road."""
    chance = random.Random(seed)
    lonlat = network.roads.shape_lonlat
    found: list[SnappedPoint] = []
    while len(found) < count:
        lon, lat = lonlat[chance.randrange(len(lonlat))]
        door = LonLat(float(lon) + chance.gauss(0, 0.0015), float(lat) + chance.gauss(0, 0.001))
        found += [
            point for point in network.snap([door]) if isinstance(point, SnappedPoint) and point.distance_m <= 500
        ]
    return found

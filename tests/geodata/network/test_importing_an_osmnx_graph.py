"""Importing a graph as osmnx makes it: the same routes as from the extract that it was made of."""

from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx as ox
import pytest

from geodata.errors import GeodataError
from geodata.network import export
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.osmnx_graph import from_osmnx
from geodata.network.port import SnappedPoint
from tests.geodata.network.maps import ORIGIN, ROAD, Map, driving_s, offset, visited

STREETS = Map(
    grid="""
A   B   C   D
  e   f
F   G   H   I

J   K   L   M""",
    ways=[
        ("ABCD", {"highway": "primary", "maxspeed": "50", "name": "High Street"}),
        ("FeG", ROAD),
        ("GfHI", {"highway": "residential", "surface": "gravel"}),
        ("AFJ", {"highway": "residential", "oneway": "yes"}),
        ("JKLM", {"highway": "tertiary"}),
        ("MID", {"highway": "tertiary", "oneway": "-1"}),
        ("BGK", {"highway": "track", "tracktype": "grade3"}),
        ("CHL", {"highway": "service", "access": "private"}),
    ],
    nodes={"K": {"barrier": "gate"}, "B": {"highway": "traffic_signals"}},
)
DOORS = [offset(ORIGIN, east_m=east, north_m=-north) for east in range(0, 601, 90) for north in range(0, 201, 60)]


@pytest.fixture(autouse=True)
def all_tags_count() -> Iterator[None]:
    """Let osmnx keep the tags that this map uses, as the module's docstring says."""
    ways, nodes = ox.settings.useful_tags_way, ox.settings.useful_tags_node
    ox.settings.useful_tags_way = [*ways, "surface", "tracktype"]
    ox.settings.useful_tags_node = [*nodes, "barrier"]
    yield
    ox.settings.useful_tags_way, ox.settings.useful_tags_node = ways, nodes


def graph_of(town: Map, folder: Path, *, simplify: bool = False) -> nx.MultiDiGraph:
    return ox.graph_from_xml(town.write(folder / "town.osm"), simplify=simplify, retain_all=True)


@pytest.mark.parametrize("profile", ["car", "motorcycle"])
def test_durations_and_lengths_are_those_of_the_extract(tmp_path: Path, profile: str) -> None:
    built = STREETS.network(tmp_path, profile)

    imported = CchRoadNetwork(from_osmnx(graph_of(STREETS, tmp_path), profile=profile))

    assert imported.profile == profile
    pairs = [(a, b) for a, b in zip(built.snap(DOORS), imported.snap(DOORS), strict=True)]
    before = [a for a, b in pairs if isinstance(a, SnappedPoint) and isinstance(b, SnappedPoint)]
    after = [b for a, b in pairs if isinstance(a, SnappedPoint) and isinstance(b, SnappedPoint)]
    assert len(after) == len(DOORS)
    wanted, found = built.matrix(before, before), imported.matrix(after, after)
    assert np.abs(wanted.durations_s - found.durations_s).max() <= 1
    assert np.abs(wanted.lengths_m - found.lengths_m).max() <= 1


def test_a_simplified_graph_keeps_its_bends_and_names(tmp_path: Path) -> None:
    graph = graph_of(STREETS, tmp_path, simplify=True)

    network = DijkstraRoadNetwork(from_osmnx(graph, profile="car"))

    assert visited(STREETS, network, STREETS.between("F", "e"), STREETS.between("e", "G")) == "e"
    assert "High Street" in {network.roads.text(int(name)) for name in network.roads.name}


def test_a_oneway_is_driven_one_way(tmp_path: Path) -> None:
    network = DijkstraRoadNetwork(from_osmnx(graph_of(STREETS, tmp_path), profile="car"))

    assert visited(STREETS, network, STREETS.between("A", "F"), STREETS.between("F", "J")) == "F"
    assert visited(STREETS, network, STREETS.between("F", "J"), STREETS.between("A", "F")) != "F"


def test_of_several_values_the_slowest_counts(tmp_path: Path) -> None:
    town = Map(grid="A   B   C", ways=[("AB", {"highway": "primary"}), ("BC", {"highway": "residential"})])
    graph = graph_of(town, tmp_path, simplify=True)
    assert [sorted(data["highway"]) for _, _, data in graph.edges(data=True)] == [["primary", "residential"]] * 2

    network = DijkstraRoadNetwork(from_osmnx(graph, profile="car"))

    assert driving_s(network, town.place("A"), town.place("C")) == round(400 * 3.6 / 30)


def test_an_imported_graph_is_exported_and_imported_again(tmp_path: Path) -> None:
    roads = from_osmnx(graph_of(STREETS, tmp_path), profile="car")

    again = export.from_networkx(export.to_networkx(roads))

    networks = DijkstraRoadNetwork(roads), DijkstraRoadNetwork(again)
    points = [point for point in networks[0].snap(DOORS) if isinstance(point, SnappedPoint)]
    before, after = (network.matrix(points, points) for network in networks)
    assert np.array_equal(before.durations_s, after.durations_s)


def test_a_projected_graph_is_refused(tmp_path: Path) -> None:
    graph = ox.project_graph(graph_of(STREETS, tmp_path))

    with pytest.raises(GeodataError, match="is projected"):
        from_osmnx(graph, profile="car")


def test_a_graph_without_a_road_for_the_vehicle_is_refused(tmp_path: Path) -> None:
    graph = graph_of(Map(grid="A   B", ways=[("AB", {"highway": "footway"})]), tmp_path)

    with pytest.raises(GeodataError, match="no connected road that a car may use"):
        from_osmnx(graph, profile="car")


def test_an_empty_graph_is_refused() -> None:
    with pytest.raises(GeodataError, match="no connected road that a car may use"):
        from_osmnx(nx.MultiDiGraph(), profile="car")


def test_a_node_without_a_place_is_refused() -> None:
    graph = nx.MultiDiGraph([("here", "there")], crs="epsg:4326")

    with pytest.raises(GeodataError, match="Node 'here' of the graph has no attributes 'x' and 'y'"):
        from_osmnx(graph, profile="car")


def test_the_other_import_says_which_one_is_meant(tmp_path: Path) -> None:
    with pytest.raises(GeodataError, match=r"osmnx_graph\.from_osmnx"):
        export.from_networkx(graph_of(STREETS, tmp_path))

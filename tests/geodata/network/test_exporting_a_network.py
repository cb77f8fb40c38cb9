"""Export and import: networkx, GeoDataFrames, GraphML, GeoPackage; routes keep their results."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import osmnx as ox
import pytest

from geodata.errors import GeodataError
from geodata.network import export
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import SnappedPoint
from geodata.network.roads import Roads
from tests.geodata.network.maps import ORIGIN, offset
from tests.geodata.network.test_matrix_against_networkx import TOWN


def _networkx(roads: Roads, folder: Path) -> Roads:
    return export.from_networkx(export.to_networkx(roads))


def _geodataframes(roads: Roads, folder: Path) -> Roads:
    nodes, edges = export.to_geodataframes(roads)
    return export.from_geodataframes(nodes, edges, profile=roads.profile)


def _graphml(roads: Roads, folder: Path) -> Roads:
    export.save_graphml(roads, folder / "roads.graphml")
    return export.load_graphml(folder / "roads.graphml")


def _geopackage(roads: Roads, folder: Path) -> Roads:
    export.save_geopackage(roads, folder / "roads.gpkg")
    return export.load_geopackage(folder / "roads.gpkg", profile=roads.profile)


@pytest.mark.parametrize("round_trip", [_networkx, _geodataframes, _graphml, _geopackage])
def test_round_trip_keeps_the_results(tmp_path: Path, round_trip: Callable[[Roads, Path], Roads]) -> None:
    network = TOWN.network(tmp_path)
    doors = [offset(ORIGIN, east_m=east, north_m=-north) for east in range(0, 601, 120) for north in range(0, 301, 75)]

    again = DijkstraRoadNetwork(round_trip(network.roads, tmp_path))

    assert again.profile == "car"
    assert again.snap(doors) == network.snap(doors)
    points = [point for point in network.snap(doors) if isinstance(point, SnappedPoint)]
    before, after = network.matrix(points, points), again.matrix(points, points)
    assert np.array_equal(before.durations_s, after.durations_s)
    assert np.array_equal(before.lengths_m, after.lengths_m)
    assert again.path(points[0], points[-1]) == network.path(points[0], points[-1])


def test_osmnx_accepts_the_exported_graph(tmp_path: Path) -> None:
    roads = TOWN.network(tmp_path).roads

    graph = export.to_networkx(roads)

    ox.convert.validate_graph(graph)
    assert graph.graph["crs"] == "epsg:4326"
    route = ox.shortest_path(graph, 0, roads.node_count - 1, weight="duration_ms")
    assert route is not None
    assert (route[0], route[-1]) == (0, roads.node_count - 1)
    assert sum(data["oneway"] for _, _, data in graph.edges(data=True)) > 0


def test_a_graph_without_durations_is_refused(tmp_path: Path) -> None:
    graph = export.to_networkx(TOWN.network(tmp_path).roads)
    for _, _, data in graph.edges(data=True):
        del data["duration_ms"]

    with pytest.raises(GeodataError, match="has no attribute 'duration_ms'"):
        export.from_networkx(graph)

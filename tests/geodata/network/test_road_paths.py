"""Paths: drawn along the edges that were costed, and said to be missing where no road leads."""

import dataclasses
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from geodata.coords import great_circle_m
from geodata.errors import GeodataError, NoRouteError
from geodata.network import network as network_module
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import UNREACHABLE
from geodata.network.roads import CLOSED
from tests.geodata.network.maps import ROAD, Map, offset, snapped, visited

STREET = Map(grid="A  B  C  D", ways=[("AB", ROAD), ("BC", ROAD), ("CD", ROAD)])


@pytest.fixture
def broken(tmp_path: Path) -> DijkstraRoadNetwork:
    """Return the street with its middle closed, as no build would leave it."""
    roads = STREET.network(tmp_path).roads
    middle = roads.way_osm == 2
    return DijkstraRoadNetwork(
        dataclasses.replace(
            roads,
            forward_ms=np.where(middle, CLOSED, roads.forward_ms).astype(np.int32),
            backward_ms=np.where(middle, CLOSED, roads.backward_ms).astype(np.int32),
        )
    )


def test_a_pair_without_a_road_is_unreachable(broken: DijkstraRoadNetwork) -> None:
    points = snapped(broken, STREET.between("A", "B"), STREET.between("C", "D"))

    matrix = broken.matrix(points, points)

    assert matrix.durations_s.tolist() == matrix.lengths_m.tolist() == [[0, UNREACHABLE], [UNREACHABLE, 0]]


def test_a_path_without_a_road_is_refused(broken: DijkstraRoadNetwork) -> None:
    points = snapped(broken, STREET.between("A", "B"), STREET.between("C", "D"))

    with pytest.raises(NoRouteError, match="No road that a car may use"):
        broken.path(*points)


def test_a_path_starts_and_ends_at_the_doors(tmp_path: Path) -> None:
    network = STREET.network(tmp_path)
    door, other = offset(STREET.between("A", "B"), north_m=40), offset(STREET.between("C", "D"), north_m=-10)

    path = network.path(*snapped(network, door, other))

    assert (path.line[0], path.line[-1]) == (door, other)
    assert path.access_s == 42 + 10
    assert path.length_m == 40 + 300 + 10
    assert path.duration_s == 42 + 36 + 10


def test_neighbours_across_the_street_only_walk(tmp_path: Path) -> None:
    network = STREET.network(tmp_path)
    here = STREET.between("A", "B")

    path = network.path(*snapped(network, offset(here, north_m=20), offset(here, north_m=-20)))

    assert (path.duration_s, path.length_m, path.access_s) == (42, 40, 42)


def test_a_loop_is_driven_the_short_way_round(tmp_path: Path) -> None:
    town = Map(grid="A  B  C\n\n\n   E  D", ways=[("AB", ROAD), ("BCDEB", ROAD)])
    network = town.network(tmp_path)

    assert visited(town, network, town.place("A"), town.between("C", "D", 0.3)) == "ABC"
    assert visited(town, network, town.place("A"), town.between("E", "D", 0.3)) == "ABE"
    assert visited(town, network, town.between("B", "C"), town.between("B", "E")) == "B"
    assert visited(town, network, town.between("C", "D"), town.between("D", "E")) == "D"


def test_of_two_parallel_roads_the_faster_is_driven(tmp_path: Path) -> None:
    slow, fast = {"highway": "service"}, {"highway": "residential"}
    town = Map(grid="   X\nA  B  C", ways=[("AB", slow), ("AXB", fast), ("BC", ROAD), ("yA", ROAD)])
    town = Map(grid="      X\ny  A     B  C", ways=town.ways)
    network = town.network(tmp_path)

    assert visited(town, network, town.place("y"), town.place("C")) == "yAXBC"


def test_the_line_of_a_winding_road_measures_its_length(tmp_path: Path) -> None:
    town = Map(grid="A B\n C D\n  E F", ways=[("ABCDEF", ROAD)])
    network = town.network(tmp_path)

    path = network.path(*snapped(network, town.between("A", "B"), town.between("E", "F")))

    measured_m = sum(great_circle_m(a, b) for a, b in pairwise(path.line))
    assert path.length_m == pytest.approx(measured_m, abs=0.6)


def test_a_point_of_another_network_is_refused(tmp_path: Path) -> None:
    network = STREET.network(tmp_path)
    (point,) = snapped(network, STREET.place("A"))

    with pytest.raises(GeodataError, match=r"this network has 3\. Snap it here first"):
        network.matrix([point._replace(edge=3)], [point])


def test_answers_stay_the_same_when_trees_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = STREET.network(tmp_path)
    points = snapped(network, *(STREET.between(a, b) for a, b in ("AB", "BC", "CD")))
    remembered = network.matrix(points, points)
    monkeypatch.setattr(network_module, "TREE_CACHE_BYTES", 0)

    forgetful = STREET.network(tmp_path).matrix(points, points)

    assert np.array_equal(remembered.durations_s, forgetful.durations_s)

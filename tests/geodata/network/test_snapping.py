"""Snapping: to true segments, within a limit, each point by itself."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coords import LonLat, great_circle_m
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import OffNetwork, SnappedPoint
from geodata.network.snap import Snapper
from tests.geodata.network import bundled
from tests.geodata.network.maps import ROAD, Map, offset, snapped

PRIVATE = {"highway": "service", "access": "private"}
LONGITUDES, LATITUDES = st.floats(9.47, 9.64), st.floats(47.05, 47.27)


@pytest.fixture(scope="module")
def car(tmp_path_factory: pytest.TempPathFactory) -> DijkstraRoadNetwork:
    return bundled.build(tmp_path_factory.mktemp("snapping"), "car")[0]


@settings(max_examples=50, deadline=None)
@given(doors=st.lists(st.builds(LonLat, LONGITUDES, LATITUDES), min_size=1, max_size=30))
def test_a_points_answer_never_depends_on_the_others(car: DijkstraRoadNetwork, doors: list[LonLat]) -> None:
    assert car.snap(doors) == [car.snap([door])[0] for door in doors]


@settings(max_examples=30, deadline=None)
@given(door=st.builds(LonLat, LONGITUDES, LATITUDES))
def test_no_road_is_nearer_than_the_one_that_was_found(car: DijkstraRoadNetwork, door: LonLat) -> None:
    (answer,) = Snapper(car.roads, limit_m=100_000).snap([door])

    lonlat = car.roads.shape_lonlat[:: max(1, len(car.roads.shape_lonlat) // 500)]
    nearest_m = min(great_circle_m(door, LonLat(float(lon), float(lat))) for lon, lat in lonlat)
    assert answer.distance_m <= nearest_m + 1


def test_the_limit_can_be_set(car: DijkstraRoadNetwork) -> None:
    door = offset(LonLat(9.5215, 47.1410), east_m=3)
    network = DijkstraRoadNetwork(car.roads, snap_limit_m=0)

    assert isinstance(network.snap([door])[0], OffNetwork)
    with pytest.raises(ValueError, match="limit_m must be >= 0, got -1"):
        Snapper(car.roads, limit_m=-1)


def test_snapping_reports_the_limit_and_the_side(tmp_path: Path) -> None:
    town = Map(grid="A        B", ways=[("AB", ROAD)])
    network = town.network(tmp_path)
    middle = town.between("A", "B")

    north, south, on, off = network.snap(
        [
            offset(middle, north_m=25),
            offset(middle, north_m=-25),
            offset(middle, north_m=1),
            offset(middle, north_m=501),
        ]
    )

    assert isinstance(north, SnappedPoint)
    assert isinstance(south, SnappedPoint)
    assert isinstance(on, SnappedPoint)
    assert (north.side, south.side, on.side) == ("left", "right", "on")
    assert (north.distance_m, north.access_s) == (25, 20)
    assert north.fraction == pytest.approx(0.5, abs=1e-5)
    assert off == OffNetwork(point=offset(middle, north_m=501), distance_m=501, limit_m=500)


def test_snapping_goes_to_the_segment_and_not_to_the_nearest_node(tmp_path: Path) -> None:
    town = Map(grid="A            B\n  C D", ways=[("AB", ROAD), ("AC", ROAD), ("CD", ROAD)])
    network = town.network(tmp_path)

    (point,) = snapped(network, offset(town.between("A", "B", 0.7), north_m=-20))

    assert point.distance_m == 20
    assert point.on_road.lat == pytest.approx(town.place("A").lat, abs=1e-7)


def test_a_door_at_a_corner_snaps_to_the_road_that_is_open_to_all(tmp_path: Path) -> None:
    town = Map(grid="A  B  C\n\n\n   D", ways=[("BC", PRIVATE), ("AB", ROAD), ("BD", PRIVATE)])
    network = town.network(tmp_path)
    roads = network.roads
    corner = roads.shape(int(np.flatnonzero(~roads.ends_only)[0]))[-1]

    (point,) = snapped(network, LonLat(float(corner[0]), float(corner[1])))

    assert point.distance_m == 0
    assert not roads.ends_only[point.edge]

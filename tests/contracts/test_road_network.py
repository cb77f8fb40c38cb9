"""The contract of the RoadNetwork port: one suite for every adapter of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from geodata.coords import LonLat, great_circle_m
from geodata.network.adapters.osrm import OsrmRoadNetwork
from geodata.network.adapters.valhalla import ValhallaRoadNetwork
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import UNREACHABLE, OffNetwork, RoadMatrix, RoadNetwork, SnappedPoint
from geodata.network.roads import Roads
from tests.geodata.network import bundled


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """How an adapter is opened, and the clauses of the port that the server behind it cannot keep to the letter.

    Attributes
    ----------
    off_s, off_m : by how much a cell may differ from its path; 0 for a network of our own.
    numbers_edges : SnappedPoint tells the edge, the place on it and the side of it. A server does not.
    has_islands : a point may be snapped to a road that leads nowhere, and is then UNREACHABLE.
    """

    open: Callable[[pytest.FixtureRequest], RoadNetwork]
    off_s: int = 0
    off_m: int = 0
    numbers_edges: bool = True
    has_islands: bool = False


def on_roads(make: Callable[[Roads], RoadNetwork]) -> Callable[[pytest.FixtureRequest], RoadNetwork]:
    """Open an adapter of our own, made from the roads of the bundled area."""
    return lambda request: make(request.getfixturevalue("car").roads)


ADAPTERS: dict[str, Adapter] = {
    "dijkstra": Adapter(open=on_roads(DijkstraRoadNetwork)),
    "cch": Adapter(open=on_roads(CchRoadNetwork)),
    "cch, two threads": Adapter(open=on_roads(lambda roads: CchRoadNetwork(roads, threads=2))),
    "osrm": Adapter(
        open=lambda request: OsrmRoadNetwork(request.getfixturevalue("osrm_url"), max_table_size=12),
        numbers_edges=False,
        has_islands=True,
    ),
    # Its matrix and its route are two searches with roundings and seeds of their own.
    "valhalla": Adapter(
        open=lambda request: ValhallaRoadNetwork(request.getfixturevalue("valhalla_url"), max_matrix_size=12),
        off_s=30,
        off_m=400,
        numbers_edges=False,
        has_islands=True,
    ),
}

FAR_AWAY = LonLat(8.0, 46.0)


@pytest.fixture(scope="module")
def car(tmp_path_factory: pytest.TempPathFactory) -> DijkstraRoadNetwork:
    return bundled.build(tmp_path_factory.mktemp("contract"), "car")[0]


@pytest.fixture(scope="module", params=ADAPTERS)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    return ADAPTERS[request.param]


@pytest.fixture(scope="module")
def network(request: pytest.FixtureRequest, adapter: Adapter) -> Iterator[RoadNetwork]:
    opened = adapter.open(request)
    yield opened
    if isinstance(opened, OsrmRoadNetwork | ValhallaRoadNetwork):
        opened.close()


@pytest.fixture(scope="module")
def points(car: DijkstraRoadNetwork, network: RoadNetwork, adapter: Adapter) -> list[SnappedPoint]:
    """Forty doors as the network under test snaps them; those on its islands are left out."""
    doors = [point.point for point in bundled.points_near_roads(car, 64, seed=3)]
    found = [point for point in network.snap(doors) if isinstance(point, SnappedPoint)]
    if adapter.has_islands:
        reached = network.matrix(found, found).durations_s != UNREACHABLE
        well_connected = (reached.mean(axis=0) > 0.5) & (reached.mean(axis=1) > 0.5)
        found = [point for point, is_kept in zip(found, well_connected, strict=True) if is_kept]
    assert len(found) >= 40
    return found[:40]


def test_network_says_its_profile(network: RoadNetwork) -> None:
    assert network.profile == "car"


def test_snapping_keeps_the_order_and_reports_far_points(network: RoadNetwork, points: list[SnappedPoint]) -> None:
    found = network.snap([points[0].point, FAR_AWAY, points[1].point])

    assert [answer.point for answer in found] == [points[0].point, FAR_AWAY, points[1].point]
    assert isinstance(found[1], OffNetwork)
    assert found[1].distance_m > found[1].limit_m
    assert isinstance(found[0], SnappedPoint)
    assert isinstance(found[2], SnappedPoint)


def test_a_points_snap_does_not_depend_on_the_others(network: RoadNetwork, points: list[SnappedPoint]) -> None:
    doors = [point.point for point in points]

    together = network.snap(doors)

    assert together == [network.snap([door])[0] for door in doors]
    assert together == network.snap(doors[::-1])[::-1]


def test_a_point_off_the_network_is_estimated_and_says_so(network: RoadNetwork) -> None:
    # In the Rätikon, 2.6 km from the nearest road.
    (found,) = network.snap([LonLat(9.5625, 47.0508)], streets=["Landstrasse"])

    assert isinstance(found, SnappedPoint)
    assert found.distance_m > 500
    assert {"far_from_road", "straight_line"} <= set(found.flags)
    assert found.access_s == int(1.3 * (400 + (great_circle_m(found.point, found.on_road) - 500) / (15 / 3.6)) + 0.5)


def test_snapped_point_lies_at_its_distance(adapter: Adapter, points: list[SnappedPoint]) -> None:
    for point in points:
        assert abs(great_circle_m(point.point, point.on_road) - point.distance_m) <= 0.5
        metres = great_circle_m(point.point, point.on_road)
        assert point.access_s == int(1.3 * (min(metres, 500) / 1.25 + max(metres - 500, 0) / (15 / 3.6)) + 0.5)
        assert ("far_from_road" in point.flags) == (point.distance_m > 200)
        assert ("straight_line" in point.flags) == (point.distance_m > 500)
        assert 0 <= point.fraction <= 1
        assert point.side in {"left", "right", "on"} | (set() if adapter.numbers_edges else {"unknown"})
        assert (point.edge >= 0) == adapter.numbers_edges


def test_cell_equals_path_for_every_pair(network: RoadNetwork, adapter: Adapter, points: list[SnappedPoint]) -> None:
    matrix = network.matrix(points[:15], points[15:])

    for row, source in enumerate(points[:15]):
        for column, target in enumerate(points[15:]):
            path = network.path(source, target)
            assert abs(path.duration_s - matrix.durations_s[row, column]) <= adapter.off_s
            assert abs(path.length_m - matrix.lengths_m[row, column]) <= adapter.off_m
            assert path.access_s == source.access_s + target.access_s


def test_line_measures_what_the_path_says_from_door_to_door(network: RoadNetwork, points: list[SnappedPoint]) -> None:
    for source, target in pairwise(points):
        path = network.path(source, target)

        measured_m = sum(great_circle_m(a, b) for a, b in pairwise(path.line))
        assert abs(measured_m - path.length_m) <= max(1.0, 0.01 * path.length_m)
        assert (path.line[0], path.line[-1]) == (source.point, target.point)
        assert source.on_road in path.line
        assert target.on_road in path.line


def test_same_door_costs_nothing(network: RoadNetwork, points: list[SnappedPoint]) -> None:
    matrix = network.matrix(points[:3], points[:3])
    path = network.path(points[0], points[0])

    assert matrix.durations_s.diagonal().tolist() == matrix.lengths_m.diagonal().tolist() == [0, 0, 0]
    assert (path.duration_s, path.length_m, path.access_s) == (0, 0, 0)
    assert path.line == (points[0].point, points[0].point)


def test_rows_are_sources_and_columns_are_targets(network: RoadNetwork, points: list[SnappedPoint]) -> None:
    whole = network.matrix(points[:6], points[:6])

    part = network.matrix(points[2:3], points[:6])

    assert part.durations_s.shape == part.lengths_m.shape == (1, 6)
    assert part.durations_s.dtype == part.lengths_m.dtype == "int32"
    assert part.durations_s[0].tolist() == whole.durations_s[2].tolist()
    assert part.lengths_m[0].tolist() == whole.lengths_m[2].tolist()


def test_nothing_is_faster_by_way_of_a_third_door(
    network: RoadNetwork, adapter: Adapter, points: list[SnappedPoint]
) -> None:
    durations = network.matrix(points, points).durations_s.astype(int)

    for middle, point in enumerate(points):
        by_way_of = durations[:, middle, None] + durations[None, middle, :]
        # Two roundings to whole seconds; what is walked at the door in the middle only adds to it. A door on a road
        # without through traffic may be visited on the way from one such road to another, so those are left out.
        if not adapter.numbers_edges:
            # Who stops at a door may turn there, where a server forbids turning on the road: most pairs, not all.
            assert np.mean(durations <= by_way_of + 2) > 0.95
        elif not _keeps_through_traffic_out(network, point):
            assert (durations <= by_way_of + 1).all()


def test_no_road_is_said_by_both_arrays(network: RoadNetwork, points: list[SnappedPoint]) -> None:
    matrix: RoadMatrix = network.matrix(points, points)

    assert ((matrix.durations_s == UNREACHABLE) == (matrix.lengths_m == UNREACHABLE)).all()


def test_an_opened_network_equals_the_built_one(car: DijkstraRoadNetwork, tmp_path: Path) -> None:
    from geodata.network.storage import open_network, write_roads

    write_roads(car.roads, tmp_path / "car", extract="0" * 64)
    doors = [LonLat(9.5215, 47.1410), LonLat(9.5106, 47.1650)]

    assert open_network(tmp_path / "car").snap(doors) == car.snap(doors)


def _keeps_through_traffic_out(network: RoadNetwork, point: SnappedPoint) -> bool:
    assert isinstance(network, DijkstraRoadNetwork | CchRoadNetwork)
    return bool(network.roads.ends_only[point.edge])

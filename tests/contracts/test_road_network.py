"""The contract of the RoadNetwork port: one suite for every adapter of it."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from geodata.coords import LonLat, great_circle_m
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import OffNetwork, RoadNetwork, SnappedPoint
from geodata.network.roads import Roads
from tests.geodata.network import bundled

#: Every adapter, made from the same roads.
ADAPTERS: dict[str, Callable[[Roads], RoadNetwork]] = {"dijkstra": DijkstraRoadNetwork}

FAR_AWAY = LonLat(8.0, 46.0)


@pytest.fixture(scope="module")
def car(tmp_path_factory: pytest.TempPathFactory) -> DijkstraRoadNetwork:
    return bundled.build(tmp_path_factory.mktemp("contract"), "car")[0]


@pytest.fixture(params=ADAPTERS)
def network(request: pytest.FixtureRequest, car: DijkstraRoadNetwork) -> RoadNetwork:
    return ADAPTERS[request.param](car.roads)


@pytest.fixture(scope="module")
def points(car: DijkstraRoadNetwork) -> list[SnappedPoint]:
    return bundled.points_near_roads(car, 40, seed=3)


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


def test_snapped_point_lies_at_its_distance(network: RoadNetwork, points: list[SnappedPoint]) -> None:
    for point in points:
        assert abs(great_circle_m(point.point, point.on_road) - point.distance_m) <= 0.5
        assert 0 <= point.fraction <= 1
        assert point.side in {"left", "right", "on"}


def test_cell_equals_path_for_every_pair(network: RoadNetwork, points: list[SnappedPoint]) -> None:
    matrix = network.matrix(points[:15], points[15:])

    for row, source in enumerate(points[:15]):
        for column, target in enumerate(points[15:]):
            path = network.path(source, target)
            assert path.duration_s == matrix.durations_s[row, column]
            assert path.length_m == matrix.lengths_m[row, column]
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


def test_nothing_is_faster_by_way_of_a_third_door(network: RoadNetwork, points: list[SnappedPoint]) -> None:
    durations = network.matrix(points, points).durations_s.astype(int)

    for middle, point in enumerate(points):
        by_way_of = durations[:, middle, None] + durations[None, middle, :]
        # Two roundings to whole seconds; what is walked at the door in the middle only adds to it. A door on a road
        # without through traffic may be visited on the way from one such road to another, so those are left out.
        if not _keeps_through_traffic_out(network, point):
            assert (durations <= by_way_of + 1).all()


def test_an_opened_network_equals_the_built_one(car: DijkstraRoadNetwork, tmp_path: Path) -> None:
    from geodata.network.storage import open_network, write_roads

    write_roads(car.roads, tmp_path / "car", extract="0" * 64)
    doors = [LonLat(9.5215, 47.1410), LonLat(9.5106, 47.1650)]

    assert open_network(tmp_path / "car").snap(doors) == car.snap(doors)


def _keeps_through_traffic_out(network: RoadNetwork, point: SnappedPoint) -> bool:
    assert isinstance(network, DijkstraRoadNetwork)
    return bool(network.roads.ends_only[point.edge])

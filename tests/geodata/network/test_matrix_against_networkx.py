"""The matrix equals networkx's Dijkstra on the same edges, exactly: seconds and metres."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coords import LonLat, great_circle_m
from geodata.errors import ExtractError
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import UNREACHABLE, SnappedPoint
from tests.geodata.network import bundled
from tests.geodata.network.maps import ORIGIN, ROAD, Map, offset, snapped
from tests.geodata.network.oracle import Oracle

TOWN = Map(
    grid="""
A   B   C   D
  e
F   G   H   I

J   K   L   M

N   O   P   Q""",
    ways=[
        ("ABCD", {"highway": "primary", "maxspeed": "50"}),
        ("FeGHI", ROAD),
        ("AFJN", {"highway": "residential", "oneway": "yes"}),
        ("NOPQ", {"highway": "tertiary"}),
        ("QMID", {"highway": "tertiary", "oneway": "-1"}),
        ("DIMQ", {"highway": "service", "service": "alley"}),
        ("BGKO", {"highway": "track", "tracktype": "grade3"}),
        ("CHLP", {"highway": "unclassified", "maxspeed:forward": "60", "maxspeed:backward": "30"}),
        ("JK", {"route": "ferry", "motor_vehicle": "yes", "duration": "00:04"}),
        ("KL", {"highway": "service", "access": "private"}),
        ("LM", {"highway": "residential", "access": "destination"}),
        ("GC", {"highway": "residential", "junction": "roundabout"}),
    ],
    nodes={
        "K": {"barrier": "gate"},
        "H": {"barrier": "bollard", "motorcycle": "yes"},
        "e": {"barrier": "gate", "access": "private"},
        "P": {"barrier": "lift_gate"},
        "B": {"highway": "traffic_signals"},
        "J": {"highway": "traffic_signals", "traffic_signals:direction": "forward"},
    },
    relations=[
        ("from:12 via:C to:8", {"restriction": "no_left_turn"}),
        ("from:3 via:N to:4", {"restriction": "only_left_turn"}),
        ("from:11 via:L to:10", {"restriction": "no_straight_on"}),
        ("from:9 via:10 to:11", {"restriction": "no_straight_on"}),
    ],
)


def compare(network: DijkstraRoadNetwork, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> None:
    oracle = Oracle(network.roads)
    matrix = network.matrix(sources, targets)
    for row, source in enumerate(sources):
        distances = oracle.distances(source)
        expected = [oracle.answer(distances, source, target) or (UNREACHABLE, UNREACHABLE) for target in targets]
        found = list(zip(matrix.durations_s[row].tolist(), matrix.lengths_m[row].tolist(), strict=True))
        assert found == expected


@pytest.mark.parametrize("profile", ["car", "motorcycle"])
def test_bundled_area_equals_networkx_for_200_pairs(profile: str, tmp_path: Path) -> None:
    network, _ = bundled.build(tmp_path, profile)

    points = bundled.points_near_roads(network, 30, seed=7)

    compare(network, points[:20], points[20:])


@pytest.mark.parametrize("profile", ["car", "motorcycle"])
def test_hand_drawn_town_equals_networkx_for_every_pair(profile: str, tmp_path: Path) -> None:
    network = TOWN.network(tmp_path, profile)
    doors = [offset(ORIGIN, east_m=east, north_m=-north) for east in range(0, 601, 85) for north in range(0, 301, 60)]

    points = [point for point in network.snap(doors) if isinstance(point, SnappedPoint)]

    assert len(points) > 30
    compare(network, points, points)


GRID_NODES = "ABCDEFGHIJKL"
GRID = "A  B  C  D\n\n\nE  F  G  H\n\n\nI  J  K  L"
NEIGHBOURS = [a + b for a, b in pairwise(GRID_NODES) if a not in "DH"] + [
    a + b for a, b in zip(GRID_NODES, GRID_NODES[4:], strict=False)
]
WAY_TAGS = st.fixed_dictionaries(
    {"highway": st.sampled_from(["residential", "track", "tertiary"])},
    optional={
        "oneway": st.sampled_from(["yes", "-1"]),
        "access": st.sampled_from(["private", "destination"]),
        "maxspeed:forward": st.sampled_from(["20", "60"]),
    },
)
NODE_TAGS = st.sampled_from(
    [{"barrier": "gate"}, {"barrier": "bollard"}, {"barrier": "gate", "access": "private"}, {"ford": "yes"}]
)


@settings(max_examples=60)
@given(
    ways=st.lists(st.tuples(st.sampled_from(NEIGHBOURS), WAY_TAGS), min_size=4, max_size=20),
    nodes=st.dictionaries(st.sampled_from(GRID_NODES), NODE_TAGS, max_size=3),
    doors=st.lists(st.tuples(st.integers(0, 450), st.integers(0, 300)), min_size=2, max_size=6),
)
def test_random_towns_equal_networkx(
    tmp_path_factory: pytest.TempPathFactory,
    ways: list[tuple[str, dict[str, str]]],
    nodes: dict[str, dict[str, str]],
    doors: list[tuple[int, int]],
) -> None:
    town = Map(grid=GRID, ways=ways, nodes=nodes)
    try:
        network = town.network(tmp_path_factory.mktemp("town"))
    except ExtractError:
        return  # nothing there that is connected

    points = [
        point
        for point in network.snap([offset(ORIGIN, east_m=east, north_m=-north) for east, north in doors])
        if isinstance(point, SnappedPoint)
    ]

    compare(network, points, points)
    assert not (network.matrix(points, points).durations_s == UNREACHABLE).any()


def test_of_equally_fast_ways_the_shortest_is_taken(tmp_path: Path) -> None:
    # Every ferry lasts as long: past B it is 220 m, past C 410 m.
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "PT30S"}
    ways = [(pair, ferry) for pair in ("AB", "BD", "AC", "CD")]
    town = Map(grid="x   A B\n       \n    C   D   y", ways=[*ways, ("xA", ROAD), ("Dy", ROAD)])
    network = town.network(tmp_path)
    points = snapped(network, town.place("x"), town.place("y"))

    matrix = network.matrix(points, points)

    by_b = sum(_metres(town, pair) for pair in ("xA", "AB", "BD", "Dy"))
    assert abs(int(matrix.lengths_m[0, 1]) - by_b) <= 1
    compare(network, points, points)


def _metres(town: Map, pair: str) -> float:
    return great_circle_m(town.place(pair[0]), town.place(pair[1]))


def test_points_of_no_matrix_make_an_empty_one(tmp_path: Path) -> None:
    network = Map(grid="A  B", ways=[("AB", ROAD)]).network(tmp_path)

    matrix = network.matrix([], [])

    assert matrix.durations_s.shape == matrix.lengths_m.shape == (0, 0)
    assert network.snap([]) == []


def test_far_points_are_unaffected_by_order(tmp_path: Path) -> None:
    network = TOWN.network(tmp_path)
    ends = snapped(network, LonLat(9.5, 47.1), TOWN.place("Q"), TOWN.place("C"))

    there, back = network.matrix(ends, ends), network.matrix(ends[::-1], ends[::-1])

    assert (there.durations_s == back.durations_s[::-1, ::-1]).all()

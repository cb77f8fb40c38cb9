"""The route sheet: steps with turns, names, lengths and durations that add up."""

from pathlib import Path

import pytest

from geodata.network.cch.network import CchRoadNetwork
from geodata.network.port import RoadPath, Step, Turn
from tests.geodata.network import bundled
from tests.geodata.network.maps import ROAD, Map, snapped

CROSSING = Map(
    grid="""
    N
 h
W   X   E
  f   g
    S""",
    ways=[
        ("WX", {**ROAD, "name": "West Road"}),
        ("XE", {**ROAD, "name": "East Road"}),
        ("NX", {**ROAD, "name": "North Road"}),
        ("XS", {**ROAD, "name": "South Road"}),
        ("Xf", {**ROAD, "name": "Sharp Lane"}),
        ("Xh", {**ROAD, "name": "Narrow Lane"}),
    ],
)


def route(map_: Map, folder: Path, start: str, end: str) -> RoadPath:
    """Path between places on the ways: "WX" is the middle between two nodes."""
    oracle = map_.network(folder)
    source, target = snapped(oracle, map_.between(*start), map_.between(*end))
    path = CchRoadNetwork(oracle.roads).path(source, target)
    assert path.steps == oracle.path(source, target).steps
    return path


def turns(path: RoadPath) -> list[tuple[str, str]]:
    return [(step.turn, step.name) for step in path.steps]


@pytest.mark.parametrize(
    ("end", "turn", "name"),
    [
        ("XE", Turn.STRAIGHT, "East Road"),
        ("XS", Turn.RIGHT, "South Road"),
        ("XN", Turn.LEFT, "North Road"),
        ("Xf", Turn.SHARP_RIGHT, "Sharp Lane"),
        ("Xh", Turn.SHARP_LEFT, "Narrow Lane"),
    ],
)
def test_turns_at_a_crossing_have_their_words(end: str, turn: Turn, name: str, tmp_path: Path) -> None:
    path = route(CROSSING, tmp_path, "WX", end)

    assert turns(path) == [(Turn.START, "West Road"), (turn, name), (Turn.ARRIVE, name)]


def test_slight_turns_have_their_words(tmp_path: Path) -> None:
    fork = Map(
        grid="""
         B
W     X
         C""",
        ways=[("WX", {**ROAD, "name": "a"}), ("XB", {**ROAD, "name": "b"}), ("XC", {**ROAD, "name": "c"})],
    )

    assert [step.turn for step in route(fork, tmp_path, "WX", "XB").steps] == ["start", "slight_left", "arrive"]
    assert [step.turn for step in route(fork, tmp_path, "WX", "XC").steps] == ["start", "slight_right", "arrive"]


def test_road_that_keeps_its_name_is_one_step_over_crossings_and_gates(tmp_path: Path) -> None:
    road = Map(
        grid="""
  B   C
A b g c D""",
        ways=[("AbgcD", {**ROAD, "name": "Long Road"}), ("bB", ROAD), ("cC", ROAD)],
        nodes={"g": {"barrier": "gate"}},
    )

    path = route(road, tmp_path, "Ab", "cD")

    assert turns(path) == [(Turn.START, "Long Road"), (Turn.ARRIVE, "Long Road")]


def test_road_that_turns_off_and_keeps_its_name_is_a_step(tmp_path: Path) -> None:
    corner = Map(
        grid="""
A  b  C

   D""",
        ways=[("AbD", {**ROAD, "name": "Main"}), ("bC", {**ROAD, "name": "Side"})],
    )

    assert turns(route(corner, tmp_path, "Ab", "bD")) == [
        (Turn.START, "Main"),
        (Turn.RIGHT, "Main"),
        (Turn.ARRIVE, "Main"),
    ]


def test_bend_without_a_choice_is_no_step(tmp_path: Path) -> None:
    bend = Map(grid="A b\n\n  C", ways=[("Ab", ROAD), ("bC", ROAD)])

    assert turns(route(bend, tmp_path, "Ab", "bC")) == [(Turn.START, ""), (Turn.ARRIVE, "")]


def test_roundabout_is_one_step_that_names_the_road_one_leaves_it_for(tmp_path: Path) -> None:
    circle = Map(
        grid="""
     N
    n
W  w   e   E
    s
     S""",
        ways=[
            ("wsenw", {**ROAD, "junction": "roundabout"}),
            ("Ww", {**ROAD, "name": "In"}),
            ("eE", {**ROAD, "name": "Out"}),
            ("nN", ROAD),
            ("sS", ROAD),
        ],
    )

    path = route(circle, tmp_path, "Ww", "eE")

    assert turns(path) == [(Turn.START, "In"), (Turn.ROUNDABOUT, "Out"), (Turn.ARRIVE, "Out")]


def test_ferry_is_a_step(tmp_path: Path) -> None:
    river = Map(
        grid="A b    c D",
        ways=[
            ("Ab", {**ROAD, "name": "Quay"}),
            ("bc", {"route": "ferry", "name": "Ferry", "motor_vehicle": "yes", "duration": "00:05"}),
            ("cD", {**ROAD, "name": "Far Quay"}),
        ],
    )

    path = route(river, tmp_path, "Ab", "cD")

    assert turns(path) == [
        (Turn.START, "Quay"),
        (Turn.FERRY, "Ferry"),
        (Turn.STRAIGHT, "Far Quay"),
        (Turn.ARRIVE, "Far Quay"),
    ]
    assert path.steps[1].duration_s >= 300


def test_turning_round_is_a_step(tmp_path: Path) -> None:
    blocked = Map(
        grid="""
A   b   C
    D""",
        ways=[("Ab", {**ROAD, "name": "a"}), ("bC", {**ROAD, "name": "c"}), ("bD", {**ROAD, "name": "d"})],
        relations=[("from:3 via:b to:1", {"restriction": "no_left_turn"})],
    )

    path = route(blocked, tmp_path, "Db", "Ab")

    assert Turn.U_TURN in [step.turn for step in path.steps]


def test_route_that_stays_on_its_edge_starts_and_arrives(tmp_path: Path) -> None:
    road = Map(grid="A        B", ways=[("AB", {**ROAD, "name": "One"})])
    network = CchRoadNetwork(road.network(tmp_path).roads)
    source, target = network.snap([road.between("A", "B", 0.3), road.between("A", "B", 0.6)])

    path = network.path(source, target)  # type: ignore[arg-type]  # both are on the road

    assert turns(path) == [(Turn.START, "One"), (Turn.ARRIVE, "One")]
    assert path.steps[0].length_m == 135


def test_way_to_the_same_door_has_no_steps(tmp_path: Path) -> None:
    network = CROSSING.network(tmp_path)
    (door,) = snapped(network, CROSSING.between("W", "X"))

    assert list(CchRoadNetwork(network.roads).path(door, door).steps) == []


def test_steps_add_up_to_what_is_driven(tmp_path: Path) -> None:
    oracle, _ = bundled.build(tmp_path, "car")
    network = CchRoadNetwork(oracle.roads)
    points = bundled.points_near_roads(oracle, 30, seed=21)

    for source, target in zip(points[::2], points[1::2], strict=True):
        path = network.path(source, target)
        assert sum(step.duration_s for step in path.steps) == path.duration_s - path.access_s
        on_foot_m = path.length_m - sum(step.length_m for step in path.steps)
        assert abs(on_foot_m - source.distance_m - target.distance_m) <= 2
        assert path.steps[0].turn == Turn.START
        assert path.steps[-1] == Step(Turn.ARRIVE, path.steps[-2].name, 0, 0)
        assert repr(path.steps) == f"RouteSheet of {len(path.steps)} steps"

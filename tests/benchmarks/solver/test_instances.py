"""The benchmark's instances say the same to us as to the peers, and are what was published."""

from pathlib import Path

import numpy as np
import pytest

from routing.errors import RoutingError
from routing.problem import TimeWindow
from tests.benchmarks.solver.audit import audited
from tests.benchmarks.solver.instance import Instance, prize_collected
from tests.benchmarks.solver.published import read_orienteering, read_vrplib
from tests.benchmarks.solver.rural import everyday, rural
from tests.benchmarks.solver.windowed import windowed

_VRPLIB = """NAME : SMALL
TYPE : PCVRPTW
DIMENSION : 3
VEHICLES : 2
CAPACITY : 5
SERVICE_TIME : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 1 1
3 3 4
DEMAND_SECTION
1 0
2 2
3 4
TIME_WINDOW_SECTION
1 0 100
2 5 20
3 0 90
PRIZE_SECTION
1 0
2 0
3 7
DEPOT_SECTION
1
-1
EOF
"""

_ORIENTEERING = """1 2 2 1
0 200
  0 0.00 0.00 0.00 0.00 0 0 0 50
  1 1.00 1.00 9.00 10.00 1 1 1 20 30
  2 3.00 4.00 9.00 30.00 1 1 1 0 40
"""


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_vrplib_is_read_in_tenths_cut_off_and_visits_without_a_prize_are_mandatory(tmp_path: Path) -> None:
    instance = read_vrplib(_written(tmp_path, "small.vrp", _VRPLIB))

    assert instance.durations_s.tolist() == [[0, 14, 50], [14, 0, 36], [50, 36, 0]]
    assert instance.mandatory.tolist() == [True, False]
    assert instance.penalty_s.tolist() == [0, 70]
    assert instance.shift_s.tolist() == [[0, 1000], [0, 1000]]


def test_a_window_of_starts_becomes_a_window_that_holds_the_service(tmp_path: Path) -> None:
    problem = read_vrplib(_written(tmp_path, "small.vrp", _VRPLIB)).problem()

    assert problem.visits[0].windows == (TimeWindow(start_s=50, end_s=300),)
    assert problem.visits[1].windows == (), "open all day"


def test_a_plan_that_carries_too_much_is_no_plan(tmp_path: Path) -> None:
    instance = read_vrplib(_written(tmp_path, "small.vrp", _VRPLIB))

    assert audited(instance, instance.problem(), ((0,), (1,))).cost == 2 * 14 + 2 * 50
    with pytest.raises(RoutingError):
        audited(instance, instance.problem(), ((0, 1), ()))


def test_profit_in_orienteering_outweighs_any_travel(tmp_path: Path) -> None:
    instance = read_orienteering(_written(tmp_path, "small.txt", _ORIENTEERING))

    assert instance.penalty_s.tolist() == [10 * 501, 30 * 501]
    assert prize_collected(instance, ((1,),)) == 30 * 501


def test_the_same_seed_gives_the_same_instance_and_another_seed_another() -> None:
    first, again, other = rural(200, 1), rural(200, 1), rural(200, 2)

    assert np.array_equal(first.durations_s, again.durations_s)
    assert not np.array_equal(first.durations_s, other.durations_s)


@pytest.mark.parametrize("instance", [rural(200, 1), everyday(3)], ids=lambda instance: instance.name)
def test_going_by_a_third_place_is_never_quicker(instance: Instance) -> None:
    durations_s = instance.durations_s.astype(np.int64)

    for place in range(len(durations_s)):
        assert (durations_s[:, place, None] + durations_s[None, place] >= durations_s).all()


def test_skills_of_the_problem_say_who_is_allowed() -> None:
    instance = rural(200, 1)
    problem = instance.problem()

    allowed = [[visit.required_skills <= vehicle.skills for visit in problem.visits] for vehicle in problem.vehicles]

    assert np.array_equal(allowed, instance.allowed)
    assert not instance.allowed.all()


def test_an_instance_comes_back_from_its_file(tmp_path: Path) -> None:
    instance = everyday(1)
    instance.save(tmp_path / "day.npz")

    back = Instance.load_file(tmp_path / "day.npz")

    assert back.name == instance.name
    assert np.array_equal(back.window_s, instance.window_s)
    assert back.problem().visits == instance.problem().visits


@pytest.mark.parametrize("kind", ["R1", "C2", "RC2"])
def test_each_client_of_an_own_instance_like_solomons_can_be_served_alone(kind: str) -> None:
    instance = windowed(kind, 100, 1)

    out, back = instance.durations_s[0, 1:], instance.durations_s[1:, 0]
    earliest = np.maximum(out, instance.window_s[:, 0])

    assert (earliest <= instance.window_s[:, 1]).all()
    assert (earliest + instance.service_s + back <= instance.shift_s[0, 1]).all()
    assert (instance.load <= instance.max_load[0]).all()

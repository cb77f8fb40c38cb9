"""A vehicle goes to visits that are left over, or two drive each other's routes, where all rules allow it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from routing.engine import Sequences
from routing.engines.hybrid.anneal import begin_step
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.vehicles import relocate, swap
from routing.problem import Break, Problem, TimeWindow
from routing.schedule import sequences_cost
from routing.weights import Weights
from tests.routing.engines.hybrid.doors import half_hours

_ON_TIME = Weights()
_WAITING_COSTS = Weights(waiting=1)
_DOORS = 3  # of each of two villages
#: Two ways of 600 s, 1800 s at each door, 60 s between them.
_TWO_DOORS_S = 2 * 600 + 2 * 1800 + 60
_THREE_DOORS_S = _TWO_DOORS_S + 1800 + 60


def _villages(*penalties_s: int, shifts_s: Sequence[int], weights: Weights = _ON_TIME) -> Problem:
    """Two villages of three doors each, ten minutes from the branch and from each other."""
    village = np.array([0] + [1] * _DOORS + [2] * _DOORS)
    durations = np.where(village[:, None] == village, 60, 600).astype(np.int32)
    np.fill_diagonal(durations, 0)
    return half_hours(durations, penalties_s, shifts_s, weights)


def _chain(problem: Problem, start: Sequences) -> Chain:
    """A chain that is about to take a step from this plan."""
    chain = Chain(build(problem), 1, start)
    assert chain.present == start
    begin_step(chain._state)
    return chain


def _relocated(problem: Problem, start: Sequences, seed: int) -> tuple[Sequences, int]:
    """Return the plan after relocating around a seed, and where that was."""
    chain = _chain(problem, start)
    where = relocate(chain._world, chain._state, seed)
    assert chain.cost == sequences_cost(problem, chain.present).total_s
    return chain.present, where


def _swapped(problem: Problem, start: Sequences, seed: int) -> Sequences | None:
    """Return the plan after the vehicle of a seed and another have swapped; None when no other was ever drawn."""
    chain = _chain(problem, start)
    for _ in range(500):  # the other is drawn, and may be the same or of the same class
        if swap(chain._world, chain._state, seed):
            assert chain.cost == sequences_cost(problem, chain.present).total_s
            return chain.present
        assert chain.present == start
    return None


@pytest.mark.parametrize("weights", [_ON_TIME, _WAITING_COSTS])
@pytest.mark.parametrize("seed", [1, 4])
def test_a_vehicle_goes_to_the_village_whose_visits_are_left_over(weights: Weights, seed: int) -> None:
    problem = _villages(*[100] * 3, *[90] * 3, shifts_s=[_THREE_DOORS_S], weights=weights)

    (route,), where = _relocated(problem, ((0, 1, 2),), seed)

    assert sorted(route) == [3, 4, 5]
    assert where in {3, 4, 5}


def test_what_time_is_worth_decides_who_is_left_over_by_a_vehicle_that_goes_elsewhere() -> None:
    problem = _villages(9000, 9000, 100, 4000, 500, 4000, shifts_s=[_TWO_DOORS_S])

    (route,), _ = _relocated(problem, ((0, 1),), 4)

    assert sorted(route) == [3, 5]


@pytest.mark.parametrize("reason", ["late", "not able", "pinned", "load", "driving", "visits", "break"])
def test_a_vehicle_that_goes_elsewhere_leaves_out_what_a_rule_forbids(reason: str) -> None:
    problem = _villages(*[100] * 3, *[90] * 3, shifts_s=[_THREE_DOORS_S])
    car, other = problem.vehicles[0], problem.visits[3]
    if reason == "late":
        other = replace(other, windows=(TimeWindow(start_s=0, end_s=500),))
    elif reason == "not able":
        other = replace(other, required_skills=frozenset({"senior"}))
    elif reason == "pinned":
        other = replace(other, position=2, required_skills=frozenset({"senior"}))
    elif reason == "load":
        car, other = replace(car, max_load=5), replace(other, load=6)
    elif reason == "driving":
        car = replace(car, max_driving_s=1300)
    elif reason == "visits":
        car = replace(car, max_visits=2)
    elif reason == "break":
        car = replace(car, breaks=(Break(earliest_s=600, latest_s=900, duration_s=1000),))
    problem = replace(problem, visits=(*problem.visits[:3], other, *problem.visits[4:]), vehicles=(car,))
    start = ((0, 1),) if reason in {"driving", "visits", "break"} else ((0, 1, 2),)

    (route,), _ = _relocated(problem, start, 4)

    assert len(route) == 2
    assert start == ((0, 1),) or sorted(route) == [4, 5]


def test_visits_that_are_frozen_stay_with_a_vehicle_that_goes_elsewhere() -> None:
    problem = _villages(*[100] * 3, *[90] * 3, shifts_s=[_THREE_DOORS_S])
    problem = replace(problem, vehicles=(replace(problem.vehicles[0], prefix=(1,)),))

    (route,), _ = _relocated(problem, ((1, 0, 2),), 4)

    assert route[0] == 1
    assert set(route[1:]) <= {3, 4, 5}
    assert len(route) == 2  # the way between the villages takes the time of the third


def test_no_vehicle_goes_elsewhere_where_nothing_is_left_over() -> None:
    problem = _villages(100, 100, 100, shifts_s=[_THREE_DOORS_S])

    assert _relocated(problem, ((0, 1, 2),), 1) == (((0, 1, 2),), -1)


@pytest.mark.parametrize("weights", [_ON_TIME, _WAITING_COSTS])
def test_two_vehicles_drive_each_others_routes_as_far_as_their_shifts_go(weights: Weights) -> None:
    problem = _villages(*[3000] * 5, shifts_s=[_THREE_DOORS_S, _TWO_DOORS_S], weights=weights)

    assert _swapped(problem, ((0, 1, 2), (3, 4)), 1) == ((3, 4), (0, 1))


@pytest.mark.parametrize("reason", ["late", "not able", "pinned", "load", "driving", "visits", "break"])
def test_a_vehicle_leaves_out_what_it_may_not_take_over(reason: str) -> None:
    problem = _villages(*[3000] * 5, shifts_s=[_THREE_DOORS_S, _THREE_DOORS_S - 1])
    first, other = problem.vehicles
    visit = problem.visits[1]
    if reason == "late":
        visit = replace(visit, windows=(TimeWindow(start_s=0, end_s=4300),))
        other = replace(other, shift=TimeWindow(start_s=500, end_s=500 + _THREE_DOORS_S))
    elif reason == "not able":
        first, visit = (
            replace(first, skills=frozenset({"senior"})),
            replace(visit, required_skills=frozenset({"senior"})),
        )
    elif reason == "pinned":
        visit = replace(visit, allowed_vehicles=frozenset({0}))
    elif reason == "load":
        other, visit = replace(other, max_load=5), replace(visit, load=6)
    elif reason == "driving":
        other = replace(other, max_driving_s=1280)
    elif reason == "visits":
        other = replace(other, max_visits=2)
    elif reason == "break":
        other = replace(other, breaks=(Break(earliest_s=0, latest_s=3000, duration_s=1800),))
    problem = replace(problem, visits=(problem.visits[0], visit, *problem.visits[2:]), vehicles=(first, other))

    plan = _swapped(problem, ((0, 1, 2), (3, 4)), 0)

    assert plan is not None
    assert plan[0] == (3, 4)
    assert len(plan[1]) == 2
    assert set(plan[1]) < {0, 1, 2}
    assert reason not in {"late", "not able", "pinned", "load"} or plan[1] == (0, 2)


def test_visits_that_are_frozen_stay_when_vehicles_swap() -> None:
    problem = _villages(*[3000] * 5, shifts_s=[_THREE_DOORS_S + 600, _TWO_DOORS_S])
    first, other = problem.vehicles
    problem = replace(problem, vehicles=(replace(first, prefix=(0,)), other))

    assert _swapped(problem, ((0, 1, 2), (3, 4)), 1) == ((0, 3, 4), (1, 2))


def test_vehicles_of_one_class_do_not_swap() -> None:
    problem = _villages(*[3000] * 5, shifts_s=[_THREE_DOORS_S, _THREE_DOORS_S])

    assert _swapped(problem, ((0, 1, 2), (3, 4)), 1) is None

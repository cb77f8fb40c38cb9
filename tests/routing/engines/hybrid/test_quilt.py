"""The plan of a large problem costs what its routes cost, whatever pieces were replaced."""

from dataclasses import replace

import numpy as np

from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.quilt import Quilt
from routing.problem import Problem
from routing.schedule import route_cost_s, sequences_cost
from tests.routing.villages import villages

PROBLEM = villages(visits=60, vehicles=6)
PLAN = Chain(build(PROBLEM), 1).best
NOTHING_AGAINST = np.zeros(6, np.int64)


def gain_s(problem: Problem, vehicle: int) -> int:
    cost = route_cost_s(problem, vehicle, PLAN[vehicle])
    assert cost is not None
    return sum(problem.visits[visit].penalty_s for visit in PLAN[vehicle]) - cost


def can_be_given_up(problem: Problem) -> list[int]:
    return [
        vehicle
        for vehicle, visits in enumerate(PLAN)
        if visits and not any(problem.visits[visit].mandatory for visit in visits)
    ]


def optional() -> Problem:
    return replace(PROBLEM, visits=tuple(replace(visit, mandatory=False) for visit in PROBLEM.visits))


def test_a_plan_costs_what_the_clock_says() -> None:
    assert Quilt(PROBLEM, PLAN).cost == sequences_cost(PROBLEM, PLAN).total_s


def test_a_plan_costs_what_the_clock_says_after_a_visit_changed_its_vehicle() -> None:
    quilt = Quilt(PROBLEM, PLAN)
    vehicle = max(range(6), key=lambda number: len(PLAN[number]))
    shorter = PLAN[vehicle][1:]
    cost = route_cost_s(PROBLEM, vehicle, shorter)
    assert cost is not None

    quilt.replace({vehicle: shorter}, [cost])

    assert PLAN[vehicle][0] in quilt.free()
    assert quilt.cost == sequences_cost(PROBLEM, tuple(quilt.routes)).total_s


def test_the_poorest_route_is_the_one_that_gains_least() -> None:
    problem = optional()

    poorest = Quilt(problem, PLAN).poorest(NOTHING_AGAINST, [])

    vehicle = min(can_be_given_up(problem), key=lambda number: gain_s(problem, number))
    assert poorest == (vehicle, gain_s(problem, vehicle))


def test_what_speaks_against_a_vehicle_counts_and_some_are_not_asked_for() -> None:
    problem = optional()
    first, second, third, *_ = sorted(can_be_given_up(problem), key=lambda number: gain_s(problem, number))
    against = NOTHING_AGAINST.copy()
    against[first] = 1_000_000

    poorest = Quilt(problem, PLAN).poorest(against, [second])

    assert poorest == (third, gain_s(problem, third))


def test_routes_of_mandatory_or_frozen_visits_are_not_given_up() -> None:
    must = tuple(replace(visit, mandatory=index in PLAN[0]) for index, visit in enumerate(PROBLEM.visits))
    begun = replace(PROBLEM.vehicles[1], prefix=PLAN[1][:1])
    problem = replace(PROBLEM, visits=must, vehicles=(PROBLEM.vehicles[0], begun, *PROBLEM.vehicles[2:]))

    assert Quilt(problem, PLAN).poorest(NOTHING_AGAINST, [2, 3, 4, 5]) is None

"""Two routes go on where the other went if that is shorter and both vehicles may and can."""

from dataclasses import replace

import numpy as np
import pytest

from routing.check import violations
from routing.engine import Sequences
from routing.engines.hybrid.anneal import begin_step
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.memory import touch
from routing.engines.hybrid.tails import improve_tails
from routing.problem import Problem, TimeWindow, TravelMatrix, Vehicle, Visit
from routing.schedule import sequences_cost
from routing.solve import finish

_CROSSED: Sequences = ((0, 3), (2, 1))
_STRAIGHT: Sequences = ((0, 1), (2, 3))
_YARD = 5
#: Long enough for two visits in different villages, not for three.
_LATE, _EARLY = (TimeWindow(start_s=0, end_s=end_s) for end_s in (12_600, 12_500))


def _two_villages() -> Problem:
    """Doors 0 and 1 in one village, 2 and 3 in the other, half an hour apart; the branch between, a yard beyond."""
    km = np.array([0, -15, -15, 15, 15, 16])  # branch, doors, yard; a minute each
    aside = np.array([0, 0, 1, 0, 1, 0])
    durations = np.ceil(60 * np.hypot(km[:, None] - km, aside[:, None] - aside)).astype(np.int32)
    return Problem(
        visits=tuple(
            Visit(id=f"v{number}", location=1 + number, service_s=3000, load=1, mandatory=True) for number in range(4)
        ),
        vehicles=(
            Vehicle(id="late", start=0, end=0, shift=_LATE),
            Vehicle(id="early", start=0, end=0, shift=_EARLY),
        ),
        matrices=(TravelMatrix(durations_s=durations, lengths_m=durations),),
    )


def _one_far_off() -> tuple[Problem, Sequences]:
    """Three doors, and a plan whose second visit lies beside the one of the other vehicle, which would have time."""
    problem = _two_villages()
    ends_s = (10_000, 9_900)
    vehicles = (
        replace(car, shift=TimeWindow(start_s=0, end_s=end_s))
        for car, end_s in zip(problem.vehicles, ends_s, strict=True)
    )
    visits = (problem.visits[0], *problem.visits[2:])
    return replace(problem, visits=visits, vehicles=tuple(vehicles)), ((0, 1), (2,))


def _improved(problem: Problem, start: Sequences = _CROSSED) -> Sequences:
    """Return the plan after the tails of all routes have been improved."""
    chain = Chain(build(problem), 1, start)
    assert chain.present == start
    state, world = chain._state, chain._world
    begin_step(state)
    for vehicle in range(len(problem.vehicles)):
        touch(world, state, vehicle)
    improve_tails(world, state)
    assert chain.cost == sequences_cost(problem, chain.present).total_s
    assert violations(problem, finish(problem, chain.present, engine="hybrid")) == []
    return chain.present


@pytest.mark.parametrize("shift", [_LATE, _EARLY])
def test_vehicles_of_equal_and_of_other_classes_exchange_their_tails(shift: TimeWindow) -> None:
    problem = _two_villages()
    first, other = problem.vehicles

    assert _improved(replace(problem, vehicles=(replace(first, shift=shift), other))) == _STRAIGHT


@pytest.mark.parametrize("reason", ["skills", "late", "home too late", "pace"])
def test_tails_stay_where_the_other_vehicle_may_not_or_cannot_serve_them(reason: str) -> None:
    problem = _two_villages()
    visits, (first, other) = list(problem.visits), problem.vehicles
    if reason == "skills":
        visits[1] = replace(visits[1], required_skills=frozenset({"senior"}))
        other = replace(other, skills=frozenset({"senior"}))
    elif reason == "late":
        visits[0] = replace(visits[0], windows=(TimeWindow(start_s=3_000, end_s=12_000),))
        visits[1] = replace(visits[1], windows=(TimeWindow(start_s=0, end_s=9_000),))
    elif reason == "home too late":
        visits[1], visits[3] = replace(visits[1], service_s=5_000), replace(visits[3], service_s=1)
        first = replace(first, shift=TimeWindow(start_s=0, end_s=7_000))
    else:
        other = replace(other, pace_percent=110)

    assert _improved(replace(problem, visits=tuple(visits), vehicles=(first, other))) == _CROSSED


@pytest.mark.parametrize("limit", ["max_visits", "max_load", "max_driving_s"])
def test_limits_of_vehicles_of_another_class_are_kept(limit: str) -> None:
    problem, start = _one_far_off()
    first, other = problem.vehicles
    limited = replace(
        other,
        max_visits=1 if limit == "max_visits" else None,
        max_load=1 if limit == "max_load" else None,
        max_driving_s=1_810 if limit == "max_driving_s" else None,
    )

    assert [set(route) for route in _improved(problem, start)] == [{0}, {1, 2}]
    assert [len(route) for route in _improved(replace(problem, vehicles=(first, limited)), start)] == [2, 1]


def test_what_the_way_home_takes_more_counts() -> None:
    problem, start = _one_far_off()
    first, other = problem.vehicles

    assert _improved(replace(problem, vehicles=(replace(first, end=_YARD), other)), start) == start


def test_open_ends_exchange_their_tails_too() -> None:
    problem = _two_villages()
    first, other = problem.vehicles

    assert _improved(replace(problem, vehicles=(replace(first, end=None), other))) == _STRAIGHT

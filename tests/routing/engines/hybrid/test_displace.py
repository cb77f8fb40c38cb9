"""A visit that is left over takes the place of one that is worth less, where all rules allow it."""

from dataclasses import replace

import numpy as np
import pytest

from routing.engine import Sequences
from routing.engines.hybrid.anneal import begin_step
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.displace import displace_all
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.layout import STAMP
from routing.engines.hybrid.memory import touch
from routing.engines.hybrid.recreate import recruit_one
from routing.engines.hybrid.ruin import loosen, mend, take_off
from routing.problem import Break, Problem, TimeWindow, TravelMatrix
from routing.schedule import sequences_cost
from routing.weights import Weights
from tests.routing.engines import plain_python
from tests.routing.engines.hybrid.doors import half_hours

_ON_TIME = Weights()
_WAITING_COSTS = Weights(waiting=1)


def _village(*penalties_s: int, collectors: int = 1, weights: Weights = _ON_TIME) -> Problem:
    """Doors of one village ten minutes from the branch, and shifts with time for one of them."""
    places = 1 + len(penalties_s)
    durations = np.full((places, places), 60, np.int32)
    durations[0, 1:] = durations[1:, 0] = 600
    np.fill_diagonal(durations, 0)
    return half_hours(durations, penalties_s, [3600] * collectors, weights)


def _displaced(
    problem: Problem, start: Sequences, *taken_off: int, absent: int | None = None, share: float = 0.0
) -> tuple[Sequences, int]:
    """Return the plan and its cost after a step that has taken these visits off without finding them a place.

    Parameters
    ----------
    absent : a visit that was absent before, tried in this step too.
    """
    chain = Chain(build(problem), 1, start)
    assert chain.present == start
    state, world = chain._state, chain._world
    begin_step(state)
    for visit in taken_off:
        loosen(state, visit)
    if absent is not None:
        recruit_one(state, absent)
    displace_all(world, state, share)
    return chain.present, chain.cost


@pytest.mark.parametrize("weights", [_ON_TIME, _WAITING_COSTS])
def test_a_visit_takes_the_place_of_the_one_that_is_worth_least(weights: Weights) -> None:
    problem = _village(3000, 2000, 4000, collectors=2, weights=weights)

    plan, cost = _displaced(problem, ((0,), (1,)), 2)

    assert plan == ((0,), (2,))
    assert cost == sequences_cost(problem, plan).total_s


@pytest.mark.parametrize("weights", [_ON_TIME, _WAITING_COSTS])
def test_one_that_was_displaced_displaces_another(weights: Weights) -> None:
    problem = _village(3000, 2000, 4000, collectors=2, weights=weights)
    best = replace(problem.visits[2], allowed_vehicles=frozenset({0}))
    problem = replace(problem, visits=(*problem.visits[:2], best))

    plan, cost = _displaced(problem, ((0,), (1,)), 2)

    assert plan == ((2,), (0,))
    assert cost == sequences_cost(problem, plan).total_s


@pytest.mark.parametrize("weights", [_ON_TIME, _WAITING_COSTS])
def test_one_that_is_worth_less_makes_room_elsewhere_on_the_route(weights: Weights) -> None:
    problem = _village(2000, 4000, 3000, weights=weights)
    # Two doors and the ways fill this shift, and the third visit may not begin as early as the first one's turn.
    two_doors = replace(problem.vehicles[0], shift=TimeWindow(start_s=0, end_s=4900))
    late = replace(problem.visits[2], windows=(TimeWindow(start_s=2000, end_s=4900),))
    problem = replace(problem, visits=(*problem.visits[:2], late), vehicles=(two_doors,))

    plan, cost = _displaced(problem, ((0, 1),), 2)

    assert plan == ((1, 2),)
    assert cost == sequences_cost(problem, plan).total_s


@pytest.mark.parametrize("weights", [_ON_TIME, _WAITING_COSTS])
def test_one_that_was_displaced_goes_where_the_step_has_left_room(weights: Weights) -> None:
    problem = _village(3000, 2000, 4000, collectors=2, weights=weights)
    best = replace(problem.visits[2], allowed_vehicles=frozenset({0}))
    problem = replace(problem, visits=(*problem.visits[:2], best))
    chain = Chain(build(problem), 1, ((0,), (1,)))
    state, world = chain._state, chain._world
    begin_step(state)
    touch(world, state, 1)
    take_off(world, state, 1)
    mend(world, state, 1)
    state.recruited[1] = state.tally[STAMP]  # it is not to displace anybody on its own
    loosen(state, 2)

    displace_all(world, state, 0.0)

    assert chain.present == ((2,), (0,))
    assert chain.cost == sequences_cost(problem, chain.present).total_s


def test_one_that_was_absent_displaces_others_as_often_as_it_is_told_to() -> None:
    problem = _village(3000, 4000)

    assert _displaced(problem, ((0,),), absent=1, share=0.0)[0] == ((0,),)
    assert _displaced(problem, ((0,),), absent=1, share=1.0)[0] == ((1,),)


def test_ejections_are_the_best_that_there_are() -> None:
    assert plain_python.complaint("tests.routing.engines.hybrid.ejections_by_hand") == ""


@pytest.mark.parametrize(
    "reason", ["worth less", "late", "longer", "not able", "mandatory", "frozen", "load", "driving"]
)
def test_a_visit_stays_where_it_is_when_the_other_gains_nothing_or_breaks_a_rule(reason: str) -> None:
    problem = _village(3000, 2000 if reason == "worth less" else 4000)
    old, new = problem.visits
    car = problem.vehicles[0]
    durations = problem.matrices[0].durations_s.copy()
    if reason == "late":
        new = replace(new, windows=(TimeWindow(start_s=0, end_s=2000),))
    elif reason == "longer":
        new = replace(new, service_s=2500)
    elif reason == "not able":
        new = replace(new, required_skills=frozenset({"senior"}))
    elif reason == "mandatory":
        old = replace(old, mandatory=True)
    elif reason == "frozen":
        car = replace(car, prefix=(0,))
    elif reason == "load":
        car, new = replace(car, max_load=5), replace(new, load=6)
    elif reason == "driving":
        car, durations[2, 0] = replace(car, max_driving_s=1250), 700
    problem = replace(
        problem,
        visits=(old, new),
        vehicles=(car,),
        matrices=(TravelMatrix(durations_s=durations, lengths_m=durations),),
    )

    assert _displaced(problem, ((0,),), 1)[0] == ((0,),)


def test_a_visit_stays_where_it_is_when_the_other_leaves_no_time_for_the_break() -> None:
    problem = _village(3000, 4000)
    early = replace(problem.visits[1], windows=(TimeWindow(start_s=0, end_s=2500),))
    rest = Break(earliest_s=600, latest_s=900, duration_s=600)
    car = replace(problem.vehicles[0], breaks=(rest,))
    problem = replace(problem, visits=(problem.visits[0], early), vehicles=(car,))

    plan, cost = _displaced(problem, ((0,),), 1)

    assert plan == ((0,),)
    assert cost == sequences_cost(problem, plan).total_s

"""Any problem, any seed: answers obey every rule, the clock is exact, small answers are optimal."""

import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.check import violations
from routing.clock import drive
from routing.completion import complete
from routing.cost import left_out, left_out_s
from routing.departure import day_cost_s
from routing.engine import Budget, Sequences
from routing.engines.registry import ENGINES, make_engine
from routing.explain import explain
from routing.insertion import OpenPlan, insert_in_order, pays
from routing.itinerary import Itinerary, itinerary
from routing.problem import Problem
from routing.repair import repair
from routing.schedule import frozen, route_cost_s, schedule, schedule_route, sequences_cost
from routing.solution import Reason, Route
from routing.solve import finish, solve
from tests.properties.worlds import SLOW, plain_problems, problems

#: `DOORSTEP_EXAMPLES=10000 pytest tests/properties/test_routing_properties.py` looks at so many problems.
EXAMPLES = int(os.environ.get("DOORSTEP_EXAMPLES", "0"))

QUICK = settings(max_examples=EXAMPLES or 60, suppress_health_check=SLOW)
MANY = settings(max_examples=EXAMPLES or 200, suppress_health_check=SLOW)


def constructed(problem: Problem) -> Sequences:
    """Feasible sequences by insertion in the order of the problem."""
    return insert_in_order(problem, frozen(problem), left_out(problem, frozen(problem)))


@pytest.mark.parametrize("engine", sorted(ENGINES))
@MANY
@given(problem=problems(), seed=st.integers(0, 5))
def test_no_answer_of_an_engine_breaks_a_rule(engine: str, problem: Problem, seed: int) -> None:
    solution = solve(problem, make_engine(engine), budget=Budget(iterations=20), seed=seed)

    assert violations(problem, solution) == []


@MANY
@given(problem=problems())
def test_no_completed_plan_breaks_a_rule_or_misses_a_gain(problem: Problem) -> None:
    before = constructed(problem)

    solution = finish(problem, before, engine="insertion")

    after = tuple(tuple(stop.visit for stop in route.stops) for route in solution.routes)
    plan = OpenPlan(problem, after)
    assert violations(problem, solution) == []
    assert solution.cost.total_s <= sequences_cost(problem, before).total_s
    for visit in left_out(problem, after):
        place = plan.cheapest(visit)
        assert place is None or not pays(problem, place)


@QUICK
@given(problem=problems(max_visits=6, max_vehicles=2), looks=st.integers(0, 30))
def test_a_plan_is_no_worse_and_nothing_untrue_is_said_of_it_whenever_time_runs_out(
    problem: Problem, looks: int
) -> None:
    before = constructed(problem)
    completing, explaining = iter(range(looks)), iter(range(looks))

    after = complete(problem, before, expired=lambda: next(completing, None) is None)
    routes, missing = schedule(problem, after), left_out(problem, after)
    hurried = explain(problem, routes, missing, expired=lambda: next(explaining, None) is None)

    assert sequences_cost(problem, after).total_s <= sequences_cost(problem, before).total_s
    true_too = {
        # Said of who is alone on a route, with its setup.
        Reason.NOT_WORTH_THE_TIME: {Reason.TOO_FAR, Reason.OVER_LIMITS, Reason.SERVICE_TOO_LONG},
        # What is so without its setup.
        Reason.SERVICE_TOO_LONG: {Reason.UNREACHABLE, Reason.OUTSIDE_SHIFTS},
    }
    for quick, slow in zip(hurried, explain(problem, routes, missing), strict=True):
        assert quick.reason in {slow.reason, Reason.NO_TIME_LEFT, *true_too.get(slow.reason, ())}


@QUICK
@given(problem=problems(max_visits=4, max_vehicles=2))
def test_what_has_no_hope_is_told_apart_from_what_found_no_room(problem: Problem) -> None:
    solution = finish(problem, constructed(problem), engine="insertion")

    begun = frozen(problem)
    for entry in solution.unassigned:
        alone = any(
            route_cost_s(problem, vehicle, (*begun[vehicle], entry.visit)) is not None
            for vehicle in range(len(problem.vehicles))
        )
        served = OpenPlan(problem, tuple(tuple(stop.visit for stop in route.stops) for route in solution.routes))
        fits = served.cheapest(entry.visit) is not None
        assert (entry.reason == Reason.NOT_WORTH_THE_TIME) == fits
        pinned = problem.visits[entry.visit].position is not None
        if alone and not fits:
            assert entry.reason == Reason.NO_TIME_LEFT or (pinned and entry.reason == Reason.NO_SUCH_POSITION)
        else:
            assert entry.reason != Reason.NO_TIME_LEFT


@QUICK
@given(problem=problems(max_visits=6, max_vehicles=2))
def test_an_insertion_is_offered_exactly_where_the_clock_allows_it(problem: Problem) -> None:
    sequences = constructed(problem)
    plan = OpenPlan(problem, sequences)

    for visit in left_out(problem, sequences):
        for vehicle, visits in enumerate(sequences):
            tried = [(*visits[:at], visit, *visits[at:]) for at in range(len(visits) + 1)]
            costs = [
                sequences_cost(problem, (*sequences[:vehicle], each, *sequences[vehicle + 1 :]))
                for each in tried
                if isinstance(schedule_route(problem, vehicle, each), Route)
            ]
            place = plan.cheapest_on(vehicle, visit)
            assert (place is None) == (not costs)
            if place is not None:
                gained_s = left_out_s(problem.visits[visit])
                now_s = sequences_cost(problem, sequences).total_s
                assert now_s + place.extra_s - gained_s == min(cost.total_s for cost in costs)


@st.composite
def starts(draw: st.DrawFn, problem: Problem) -> Sequences:
    """Draw any sequences of a problem's visits, whoever has begun with which of them."""
    order = draw(st.permutations(range(len(problem.visits))))
    cuts = sorted(draw(st.integers(0, len(order))) for _ in problem.vehicles)
    return tuple(tuple(order[low:high]) for low, high in zip([0, *cuts], cuts, strict=False))


@pytest.mark.parametrize("engine", sorted(ENGINES))
@QUICK
@given(problem=problems(), data=st.data(), seed=st.integers(0, 5))
def test_no_answer_of_an_engine_that_begins_with_any_start_breaks_a_rule(
    engine: str, problem: Problem, data: st.DataObject, seed: int
) -> None:
    start = data.draw(starts(problem))

    solution = solve(problem, make_engine(engine), budget=Budget(iterations=10), seed=seed, start=start)

    assert violations(problem, solution) == []


@QUICK
@given(problem=problems(max_visits=5), data=st.data())
def test_any_start_is_repaired_and_one_that_can_be_driven_is_kept(problem: Problem, data: st.DataObject) -> None:
    start = data.draw(starts(problem))

    repaired = repair(problem, start)
    again = repair(problem, repaired)

    assert finish(problem, repaired, engine="repair").routes is not None
    assert again == repaired


@QUICK
@given(problem=plain_problems(max_visits=5))
def test_nobody_leaves_home_to_wait_at_the_first_door(problem: Problem) -> None:
    for vehicle, visits in enumerate(complete(problem, constructed(problem))):
        route = schedule_route(problem, vehicle, visits)

        assert isinstance(route, Route)
        assert route.departure_s >= problem.vehicles[vehicle].shift.start_s
        assert all(stop.waiting_s == 0 for stop in route.stops[:1])


@QUICK
@given(problem=problems(max_visits=4, max_vehicles=2), data=st.data())
def test_no_other_departure_costs_less_or_works_where_none_is_chosen(problem: Problem, data: st.DataObject) -> None:
    """Every second of the shift is looked at. Breaks apart: with them the departures tried are a choice."""
    problem = replace(problem, vehicles=tuple(replace(car, breaks=()) for car in problem.vehicles))
    order = data.draw(st.permutations(range(len(problem.visits))))
    visits = tuple(order[: data.draw(st.integers(0, len(order)))])
    for vehicle, car in enumerate(problem.vehicles):
        way = itinerary(problem, vehicle, visits) if visits else None
        if isinstance(way, Itinerary):
            days = [drive(way, departure_s) for departure_s in range(car.shift.start_s, car.shift.end_s + 1)]
            costs_s = [day_cost_s(way, problem.weights, day) for day in days if isinstance(day, Route)]
            assert route_cost_s(problem, vehicle, visits) == min(costs_s, default=None)
            route = schedule_route(problem, vehicle, visits)
            assert isinstance(route, Route) == bool(costs_s)
            if isinstance(route, Route):
                assert day_cost_s(way, problem.weights, route) == min(costs_s)

"""The lower bound against every plan of small problems: never above the best of them, and closed only on it."""

from dataclasses import replace
from itertools import combinations, permutations
from math import inf
from unittest.mock import patch

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.cost import cost_of, left_out, left_out_s
from routing.engine import Sequences
from routing.engines.bound import lower_bound, rounds
from routing.engines.bound.arrays import no_tolls
from routing.engines.bound.graph import class_graphs
from routing.engines.bound.pricing import Pricer
from routing.problem import UNREACHABLE, Break, Problem, TimeWindow, TravelMatrix, Vehicle, Visit, Weights
from routing.schedule import schedule, schedule_route
from routing.solution import Route

SKILLS = ("senior", "dialect")
HORIZON_S = 300
QUICK = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])

Plans = dict[frozenset[int], tuple[int, Sequences]]


@st.composite
def windows(draw: st.DrawFn, most_grace_s: int = 0) -> TimeWindow:
    start_s = draw(st.integers(0, HORIZON_S))
    end_s = start_s + draw(st.integers(0, HORIZON_S))
    return TimeWindow(start_s=start_s, end_s=end_s, grace_s=draw(st.integers(0, most_grace_s)))


@st.composite
def matrices(draw: st.DrawFn, size: int) -> TravelMatrix:
    """Any legs, some of them missing: a detour may be shorter than the direct way."""
    leg = st.integers(0, 90) | st.just(UNREACHABLE)
    legs = draw(st.lists(leg, min_size=size * size, max_size=size * size))
    durations_s = np.array(legs, dtype=np.int32).reshape(size, size)
    np.fill_diagonal(durations_s, 0)
    return TravelMatrix(durations_s=durations_s, lengths_m=durations_s)


@st.composite
def breaks(draw: st.DrawFn) -> tuple[Break, ...]:
    earliest_s = draw(st.integers(0, HORIZON_S))
    latest_s = earliest_s + draw(st.integers(0, 100))
    return (Break(earliest_s=earliest_s, latest_s=latest_s, duration_s=draw(st.integers(1, 60))),)


@st.composite
def visits(draw: st.DrawFn, number: int, size: int, cars: int) -> Visit:
    return Visit(
        id=f"v{number}",
        location=draw(st.integers(0, size - 1)),
        service_s=draw(st.integers(0, 60)),
        setup_s=draw(st.just(0) | st.integers(0, 30)),
        load=draw(st.integers(0, 2)),
        windows=tuple(draw(st.lists(windows(), max_size=3))),
        required_skills=draw(st.frozensets(st.just(SKILLS[0]), max_size=1)),
        excluded_skills=draw(st.frozensets(st.just(SKILLS[1]), max_size=1)),
        allowed_vehicles=draw(st.none() | st.frozensets(st.integers(0, cars - 1), min_size=1)) if cars else None,
        mandatory=draw(st.booleans()),
        penalty_s=draw(st.integers(0, 200)),
    )


@st.composite
def vehicles(draw: st.DrawFn, number: int, size: int, count_visits: bool) -> Vehicle:
    place = st.integers(0, size - 1)
    limit = draw(st.none() | st.integers(0, 5))
    return Vehicle(
        id=f"c{number}",
        start=draw(place),
        end=draw(place | st.none()),
        shift=draw(windows()),
        skills=draw(st.frozensets(st.sampled_from(SKILLS))),
        matrix=draw(st.integers(0, 1)),
        pace_percent=draw(st.sampled_from((100, 130))),
        max_visits=limit if count_visits else None,
        max_load=None if count_visits else limit,
    )


@st.composite
def modelled_problems(draw: st.DrawFn) -> Problem:
    """Problems of which the bound leaves out no rule."""
    size = draw(st.integers(1, 6))
    cars = draw(st.integers(0, 3))
    count_visits = draw(st.booleans())
    return Problem(
        visits=tuple(draw(visits(number, size, cars)) for number in range(draw(st.integers(0, 6)))),
        vehicles=tuple(draw(vehicles(number, size, count_visits)) for number in range(cars)),
        matrices=(draw(matrices(size)), draw(matrices(size))),
        weights=Weights(travel=draw(st.integers(0, 3))),
    )


@st.composite
def any_problems(draw: st.DrawFn) -> Problem:
    """Problems with rules that the bound leaves out."""
    problem = draw(modelled_problems())
    limit = st.none() | st.integers(0, 200)
    cost = st.integers(0, 2)
    return replace(
        problem,
        visits=tuple(
            replace(
                visit,
                position=draw(st.none() | st.integers(0, 2)),
                windows=tuple(draw(st.lists(windows(most_grace_s=20), max_size=2))),
            )
            for visit in problem.visits
        ),
        vehicles=tuple(
            replace(
                car,
                max_work_s=draw(limit),
                max_driving_s=draw(limit),
                max_load=draw(limit),
                overtime_after_s=draw(st.none() | st.integers(HORIZON_S, 2 * HORIZON_S)),
                breaks=draw(st.just(()) | breaks()),
            )
            for car in problem.vehicles
        ),
        weights=Weights(waiting=draw(cost), overtime=draw(cost), lateness=draw(cost)),
    )


def cost_s(problem: Problem, sequences: Sequences) -> int:
    return cost_of(problem, schedule(problem, sequences), left_out(problem, sequences)).total_s


def idle(problem: Problem) -> Sequences:
    """Nobody leaves home."""
    return ((),) * len(problem.vehicles)


def best_plan(problem: Problem) -> Sequences:
    """The cheapest of all plans, vehicle by vehicle over the sets of visits served so far."""
    best: Plans = {frozenset(): (sum(left_out_s(visit) for visit in problem.visits), ())}
    for vehicle in range(len(problem.vehicles)):
        routes = best_routes(problem, vehicle)
        after: Plans = {}
        for served, (so_far_s, sequences) in best.items():
            for visits, (route_s, order) in routes.items():
                key = served | visits
                total_s = so_far_s + route_s - sum(left_out_s(problem.visits[visit]) for visit in visits)
                if not visits & served and (key not in after or total_s < after[key][0]):
                    after[key] = total_s, (*sequences, order)
        best = after
    return min(best.values())[1]


def best_routes(problem: Problem, vehicle: int) -> dict[frozenset[int], tuple[int, tuple[int, ...]]]:
    found: dict[frozenset[int], tuple[int, tuple[int, ...]]] = {}
    for count in range(len(problem.visits) + 1):
        for visits in combinations(range(len(problem.visits)), count):
            costs = [
                (cost_of(problem, [route], ()).total_s, order)
                for order in permutations(visits)
                if isinstance(route := schedule_route(problem, vehicle, order), Route)
            ]
            if costs:
                found[frozenset(visits)] = min(costs)
    return found


@QUICK
@given(problem=modelled_problems())
def test_small_problems_close_on_their_best_plan(problem: Problem) -> None:
    best = best_plan(problem)

    bound = lower_bound(problem, best)

    assert bound.relaxed == ()
    assert bound.incumbent_s == bound.plan_s == bound.value_s == cost_s(problem, best)
    assert bound.closed


@QUICK
@given(problem=modelled_problems())
def test_the_bound_of_a_bad_plan_is_not_above_the_best_one(problem: Problem) -> None:
    bound = lower_bound(problem, idle(problem))

    assert bound.value_s <= cost_s(problem, best_plan(problem)) <= bound.plan_s
    assert bound.plan_s == cost_s(problem, bound.plan)


@QUICK
@given(problem=any_problems(), bad=st.booleans())
def test_rules_that_the_bound_leaves_out_never_lift_it_above_the_best_plan(problem: Problem, bad: bool) -> None:
    best = best_plan(problem)

    bound = lower_bound(problem, idle(problem) if bad else best)

    assert bound.value_s <= cost_s(problem, best) <= bound.plan_s
    assert bound.plan_s == cost_s(problem, bound.plan)


@QUICK
@given(problem=modelled_problems(), bad=st.booleans())
def test_listing_all_routes_of_better_plans_closes_every_small_problem(problem: Problem, bad: bool) -> None:
    best = best_plan(problem)

    with patch.object(rounds, "LISTED_GAP", inf):
        bound = lower_bound(problem, idle(problem) if bad else best)

    assert bound.value_s == bound.plan_s == cost_s(problem, best) == cost_s(problem, bound.plan)


@QUICK
@given(problem=modelled_problems())
def test_the_routes_of_a_class_are_listed_with_the_cheapest_order_of_each_set(problem: Problem) -> None:
    stopped = np.zeros(1, np.uint8)
    tolls = no_tolls(len(problem.visits))

    for graph in class_graphs(problem):
        listed = Pricer(graph.legs, stopped).routes_within(tolls, 10**15, 10_000)
        possible = best_routes(problem, graph.vehicles[0])

        assert listed is not None
        assert {frozenset(visits): graph.route_cost(visits) for visits in listed} == {
            visits: route_s for visits, (route_s, _) in possible.items() if visits
        }

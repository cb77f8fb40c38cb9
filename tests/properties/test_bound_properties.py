"""The lower bound against every plan of small problems: never above the best of them, and closed only on it."""

from collections.abc import Callable
from itertools import combinations, permutations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.cost import cost_of, left_out, left_out_s
from routing.engine import Sequences
from routing.engines.bound import lower_bound
from routing.problem import UNREACHABLE, Problem, TimeWindow, TravelMatrix, Vehicle, Visit
from routing.schedule import schedule, schedule_route
from routing.solution import Route
from tests.properties.test_routing_properties import constructed

SKILLS = ("senior", "dialect")
HORIZON_S = 300
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def windows(draw: st.DrawFn) -> TimeWindow:
    start_s = draw(st.integers(0, HORIZON_S))
    return TimeWindow(start_s=start_s, end_s=start_s + draw(st.integers(0, HORIZON_S)))


@st.composite
def matrices(draw: st.DrawFn, size: int) -> TravelMatrix:
    """Any legs, some of them missing: a detour may be shorter than the direct way."""
    leg = st.integers(0, 90) | st.just(UNREACHABLE)
    durations_s = np.array(draw(st.lists(leg, min_size=size * size, max_size=size * size)), dtype=np.int32).reshape(
        size, size
    )
    np.fill_diagonal(durations_s, 0)
    return TravelMatrix(durations_s=durations_s, lengths_m=durations_s)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    size = draw(st.integers(1, 6))
    place = st.integers(0, size - 1)
    visits = [
        Visit(
            id=f"v{number}",
            location=draw(place),
            service_s=draw(st.integers(0, 60)),
            windows=tuple(draw(st.lists(windows(), max_size=3))),
            required_skills=draw(st.frozensets(st.sampled_from(SKILLS), max_size=1)),
            mandatory=draw(st.booleans()),
            penalty_s=draw(st.integers(0, 200)),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    vehicles = [
        Vehicle(
            id=f"c{number}",
            start=draw(place),
            end=draw(place | st.none()),
            shift=draw(windows()),
            skills=draw(st.frozensets(st.sampled_from(SKILLS))),
            matrix=draw(st.integers(0, 1)),
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    return Problem(
        visits=tuple(visits), vehicles=tuple(vehicles), matrices=(draw(matrices(size)), draw(matrices(size)))
    )


def cost_s(problem: Problem, sequences: Sequences) -> int:
    return cost_of(problem, schedule(problem, sequences), left_out(problem, sequences)).total_s


def idle(problem: Problem) -> Sequences:
    """Nobody leaves home."""
    return ((),) * len(problem.vehicles)


def best_plan(problem: Problem) -> Sequences:
    """The cheapest of all plans, vehicle by vehicle over the sets of visits served so far."""
    penalty_s = sum(left_out_s(visit) for visit in problem.visits)
    best: dict[frozenset[int], tuple[int, Sequences]] = {frozenset(): (penalty_s, ())}
    for vehicle in range(len(problem.vehicles)):
        routes = best_routes(problem, vehicle)
        after: dict[frozenset[int], tuple[int, Sequences]] = {}
        for served, (so_far_s, sequences) in best.items():
            for visits, (travel_s, order) in routes.items():
                if visits & served:
                    continue
                total_s = so_far_s + travel_s - sum(left_out_s(problem.visits[visit]) for visit in visits)
                key = served | visits
                if key not in after or total_s < after[key][0]:
                    after[key] = total_s, (*sequences, order)
        best = after
    return min(best.values())[1]


def best_routes(problem: Problem, vehicle: int) -> dict[frozenset[int], tuple[int, tuple[int, ...]]]:
    found: dict[frozenset[int], tuple[int, tuple[int, ...]]] = {}
    for count in range(len(problem.visits) + 1):
        for visits in combinations(range(len(problem.visits)), count):
            timed = [
                route
                for order in permutations(visits)
                if isinstance(route := schedule_route(problem, vehicle, order), Route)
            ]
            if timed:
                route = min(timed, key=lambda route: route.travel_s)
                found[frozenset(visits)] = route.travel_s, tuple(stop.visit for stop in route.stops)
    return found


@QUICK
@given(problem=problems())
def test_no_plan_is_cheaper_than_the_bound_and_small_problems_close(problem: Problem) -> None:
    best = best_plan(problem)

    bound = lower_bound(problem, best)

    assert bound.incumbent_s == cost_s(problem, best)
    assert bound.value_s <= bound.incumbent_s
    assert bound.closed, "six visits"


@QUICK
@given(problem=problems(), worse=st.sampled_from([constructed, idle]))
def test_a_worse_plan_never_lifts_the_bound_above_the_best_one(
    problem: Problem, worse: Callable[[Problem], Sequences]
) -> None:
    bound = lower_bound(problem, worse(problem))

    assert bound.value_s <= cost_s(problem, best_plan(problem)) <= bound.plan_s
    assert bound.plan_s == cost_s(problem, bound.plan)

"""Any problem, any seed: answers obey every rule, the clock is exact, small answers are optimal."""

from collections.abc import Iterator
from itertools import permutations, product

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.check import violations
from routing.completion import complete
from routing.cost import left_out, left_out_s
from routing.engine import Budget, Sequences
from routing.engines.registry import make_engine
from routing.insertion import OpenPlan, insert_in_order, pays
from routing.problem import UNREACHABLE, Problem, TimeWindow, TravelMatrix, Vehicle, Visit
from routing.schedule import schedule_route, sequences_cost
from routing.solution import Reason, Route
from routing.solve import finish, solve

SKILLS = ("senior", "dialect")
HORIZON_S = 400
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def windows(draw: st.DrawFn) -> TimeWindow:
    start_s = draw(st.integers(0, HORIZON_S))
    return TimeWindow(start_s=start_s, end_s=start_s + draw(st.integers(0, HORIZON_S // 2)))


@st.composite
def matrices(draw: st.DrawFn, size: int) -> TravelMatrix:
    """Shortest paths over random legs, some of them missing."""
    leg = st.integers(0, 90) | st.none()
    raw = draw(st.lists(leg, min_size=size * size, max_size=size * size))
    legs_s = np.array([np.inf if s is None else s for s in raw]).reshape(size, size)
    np.fill_diagonal(legs_s, 0)
    for via in range(size):
        legs_s = np.minimum(legs_s, legs_s[:, [via]] + legs_s[[via], :])
    cut = np.isinf(legs_s)
    durations_s = np.where(cut, UNREACHABLE, legs_s).astype(np.int32)
    return TravelMatrix(durations_s=durations_s, lengths_m=np.where(cut, UNREACHABLE, legs_s * 10).astype(np.int32))


@st.composite
def problems(draw: st.DrawFn, max_visits: int = 7, max_vehicles: int = 3) -> Problem:
    size = draw(st.integers(1, 6))
    place = st.integers(0, size - 1)
    profiles = draw(st.integers(1, 2))
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
        for number in range(draw(st.integers(0, max_visits)))
    ]
    vehicles = [
        Vehicle(
            id=f"c{number}",
            start=draw(place),
            end=draw(place | st.none()),
            shift=draw(windows()),
            skills=draw(st.frozensets(st.sampled_from(SKILLS))),
            matrix=draw(st.integers(0, profiles - 1)),
        )
        for number in range(draw(st.integers(0, max_vehicles)))
    ]
    return Problem(
        visits=tuple(visits),
        vehicles=tuple(vehicles),
        matrices=tuple(draw(matrices(size)) for _ in range(profiles)),
    )


def constructed(problem: Problem) -> Sequences:
    """Feasible sequences by insertion in the order of the problem."""
    return insert_in_order(problem, ((),) * len(problem.vehicles), range(len(problem.visits)), lambda: False)


def all_sequences(problem: Problem) -> Iterator[Sequences]:
    """Every way to leave visits out, share the rest and order it."""
    homes = range(len(problem.vehicles) + 1)
    for share in product(homes, repeat=len(problem.visits)):
        parts = [
            permutations([visit for visit, home in enumerate(share) if home == vehicle])
            for vehicle in range(len(problem.vehicles))
        ]
        yield from product(*parts)


def lowest_cost_s(problem: Problem) -> int:
    """The optimum, by looking at every plan."""
    able: dict[tuple[int, tuple[int, ...]], bool] = {}

    def feasible(vehicle: int, visits: tuple[int, ...]) -> bool:
        key = vehicle, visits
        if key not in able:
            able[key] = isinstance(schedule_route(problem, vehicle, visits), Route)
        return able[key]

    return min(
        sequences_cost(problem, sequences).total_s
        for sequences in all_sequences(problem)
        if all(feasible(vehicle, visits) for vehicle, visits in enumerate(sequences))
    )


@QUICK
@given(problem=problems(), seed=st.integers(0, 5))
def test_no_answer_of_the_or_tools_engine_breaks_a_rule(problem: Problem, seed: int) -> None:
    solution = solve(problem, make_engine("or_tools"), budget=Budget(iterations=20), seed=seed)

    assert violations(problem, solution) == []


@QUICK
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
@given(problem=problems(max_visits=4, max_vehicles=2))
def test_what_has_no_hope_is_told_apart_from_what_found_no_room(problem: Problem) -> None:
    solution = finish(problem, constructed(problem), engine="insertion")

    for entry in solution.unassigned:
        alone = any(
            isinstance(schedule_route(problem, vehicle, (entry.visit,)), Route)
            for vehicle in range(len(problem.vehicles))
        )
        assert alone == (entry.reason in {Reason.NOT_WORTH_THE_TIME, Reason.NO_TIME_LEFT})


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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems(max_visits=5, max_vehicles=2))
def test_tiny_problems_are_solved_to_the_optimum(problem: Problem) -> None:
    solution = solve(problem, make_engine("or_tools"), budget=Budget(iterations=500))

    assert solution.cost.total_s == lowest_cost_s(problem)


@QUICK
@given(problem=problems(max_visits=5))
def test_nobody_leaves_home_to_wait_at_the_first_door(problem: Problem) -> None:
    for vehicle, visits in enumerate(complete(problem, constructed(problem))):
        route = schedule_route(problem, vehicle, visits)

        assert isinstance(route, Route)
        assert route.departure_s >= problem.vehicles[vehicle].shift.start_s
        assert all(stop.waiting_s == 0 for stop in route.stops[:1])

"""The audit: one good solution, and every rule broken once on purpose."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing.check import Rule, violations
from routing.problem import UNREACHABLE, Break, Problem, TimeWindow, Weights
from routing.solution import Cost, Reason, Rest, Route, Solution, Stop, Unassigned
from tests.routing.small_world import road_problem, vehicle, visit, window

Mutation = Callable[[Solution], Solution]


def good_problem() -> Problem:
    return road_problem(
        [0, 100, 250, 400],
        [
            visit(1, service_s=60),
            visit(2, service_s=30, windows=[window(0, 50), window(400, 500)], skills=["senior"]),
            visit(3, penalty_s=70),
            visit(3, penalty_s=7, mandatory=True, windows=[window(0, 10)]),
        ],
        [vehicle(skills=["senior"], shift=window(0, 800)), vehicle(end=None), vehicle()],
        cut=[(3, 1)],
    )


def good_solution() -> Solution:
    return Solution(
        routes=(
            Route(
                vehicle=0,
                stops=(
                    Stop(visit=0, arrival_s=100, start_s=100, departure_s=160, travel_s=100, travel_m=1000),
                    Stop(visit=1, arrival_s=310, start_s=400, departure_s=430, travel_s=150, travel_m=1500),
                ),
                departure_s=0,
                arrival_s=680,
                return_s=250,
                return_m=2500,
            ),
            Route(
                vehicle=1,
                stops=(Stop(visit=2, arrival_s=400, start_s=400, departure_s=400, travel_s=400, travel_m=4000),),
                departure_s=0,
                arrival_s=400,
                return_s=0,
                return_m=0,
            ),
            Route(vehicle=2, stops=(), departure_s=0, arrival_s=0, return_s=0, return_m=0),
        ),
        unassigned=(Unassigned(visit=3, reason=Reason.TOO_FAR),),
        cost=Cost(travel_s=900, waiting_s=90, penalty_s=7, unserved_mandatory=1),
    )


def with_route(solution: Solution, number: int, **changes: object) -> Solution:
    routes = list(solution.routes)
    routes[number] = replace(routes[number], **changes)  # type: ignore[arg-type] # any field, on purpose
    return replace(solution, routes=tuple(routes))


def with_stop(solution: Solution, number: int, **changes: int) -> Solution:
    stops = list(solution.routes[0].stops)
    stops[number] = replace(stops[number], **changes)
    return with_route(solution, 0, stops=tuple(stops))


def late_by(solution: Solution, delay_s: int) -> Solution:
    """Shift everything of the first route, so that only windows and shifts can be broken."""
    route = solution.routes[0]
    stops = tuple(
        replace(
            stop,
            arrival_s=stop.arrival_s + delay_s,
            start_s=stop.start_s + delay_s,
            departure_s=stop.departure_s + delay_s,
        )
        for stop in route.stops
    )
    return with_route(
        solution,
        0,
        stops=stops,
        departure_s=route.departure_s + delay_s,
        arrival_s=route.arrival_s + delay_s,
    )


MUTATIONS: list[tuple[str, Rule, Mutation]] = [
    ("a route is missing", Rule.ROUTE_PER_VEHICLE, lambda s: replace(s, routes=s.routes[:2])),
    (
        "routes are swapped",
        Rule.ROUTE_PER_VEHICLE,
        lambda s: replace(s, routes=(s.routes[1], s.routes[0], s.routes[2])),
    ),
    ("an unknown visit", Rule.VISIT_KNOWN, lambda s: with_stop(s, 0, visit=9)),
    ("a visit got lost", Rule.VISIT_ONCE, lambda s: replace(s, unassigned=())),
    ("served and unassigned", Rule.VISIT_ONCE, lambda s: with_stop(s, 0, visit=3)),
    ("unassigned twice", Rule.VISIT_ONCE, lambda s: replace(s, unassigned=s.unassigned * 2)),
    ("departure before the shift", Rule.SHIFT, lambda s: late_by(s, -1)),
    ("arrival after the shift", Rule.SHIFT, lambda s: with_route(s, 0, arrival_s=801)),
    ("service ends after the window", Rule.WINDOW, lambda s: late_by(s, 71)),
    ("service starts before the window", Rule.WINDOW, lambda s: late_by(s, -1)),
    ("travel seconds invented", Rule.TRAVEL, lambda s: with_stop(s, 0, travel_s=99)),
    ("travel metres invented", Rule.TRAVEL, lambda s: with_stop(s, 0, travel_m=999)),
    ("return seconds invented", Rule.TRAVEL, lambda s: with_route(s, 0, return_s=249)),
    ("return metres invented", Rule.TRAVEL, lambda s: with_route(s, 0, return_m=1)),
    ("an open route returns", Rule.TRAVEL, lambda s: with_route(s, 1, return_m=1)),
    ("arrival before it can be", Rule.CLOCK, lambda s: with_stop(s, 1, arrival_s=309)),
    ("start before arrival", Rule.CLOCK, lambda s: with_stop(s, 0, start_s=99, departure_s=159)),
    ("service cut short", Rule.CLOCK, lambda s: with_stop(s, 1, departure_s=429)),
    ("home earlier than the road allows", Rule.CLOCK, lambda s: with_route(s, 0, arrival_s=679)),
    ("departure made up", Rule.CLOCK, lambda s: with_route(s, 0, departure_s=1)),
    ("idle and yet on the road", Rule.AT_HOME, lambda s: with_route(s, 2, return_s=5)),
    ("idle and yet hours long", Rule.AT_HOME, lambda s: with_route(s, 2, arrival_s=5)),
    ("travel cost off", Rule.COST, lambda s: replace(s, cost=replace(s.cost, travel_s=899))),
    ("penalty cost off", Rule.COST, lambda s: replace(s, cost=replace(s.cost, penalty_s=0))),
    ("waiting cost off", Rule.COST, lambda s: replace(s, cost=replace(s.cost, waiting_s=0))),
    ("overtime made up", Rule.COST, lambda s: replace(s, cost=replace(s.cost, overtime_s=1))),
    ("other weights", Rule.COST, lambda s: replace(s, cost=replace(s.cost, weights=Weights(travel=2)))),
    ("lateness made up", Rule.CLOCK, lambda s: with_stop(s, 1, lateness_s=1)),
    ("rest at a door made up", Rule.CLOCK, lambda s: with_stop(s, 1, rest_s=90)),
    ("a rest that is no break", Rule.BREAKS, lambda s: with_route(s, 0, rests=(Rest(start_s=310, duration_s=90),))),
    ("idle and yet resting", Rule.AT_HOME, lambda s: with_route(s, 2, rests=(Rest(start_s=0, duration_s=1),))),
    ("mandatory not counted", Rule.COST, lambda s: replace(s, cost=replace(s.cost, unserved_mandatory=0))),
]


def test_a_good_solution_breaks_no_rule() -> None:
    assert violations(good_problem(), good_solution()) == []


@pytest.mark.parametrize(("name", "rule", "mutate"), MUTATIONS, ids=[name for name, _, _ in MUTATIONS])
def test_a_broken_rule_is_caught(name: str, rule: Rule, mutate: Mutation) -> None:
    broken = violations(good_problem(), mutate(good_solution()))

    assert rule in {violation.rule for violation in broken}


def test_a_missing_skill_is_caught() -> None:
    problem = good_problem()
    unskilled = replace(problem.vehicles[0], skills=frozenset())
    problem = replace(problem, vehicles=(unskilled, *problem.vehicles[1:]))

    broken = violations(problem, good_solution())

    assert [(entry.rule, entry.vehicle, entry.visit) for entry in broken] == [(Rule.SKILLS, 0, 1)]


def test_a_leg_without_a_road_is_caught_even_when_the_figures_agree() -> None:
    problem = road_problem([0, 100], [visit(1)], [vehicle(end=None)], cut=[(0, 1)])
    stop = Stop(
        visit=0,
        arrival_s=UNREACHABLE,
        start_s=UNREACHABLE,
        departure_s=UNREACHABLE,
        travel_s=UNREACHABLE,
        travel_m=UNREACHABLE,
    )
    route = Route(vehicle=0, stops=(stop,), departure_s=0, arrival_s=UNREACHABLE, return_s=0, return_m=0)
    solution = Solution(routes=(route,), unassigned=(), cost=Cost(travel_s=UNREACHABLE, penalty_s=0))

    assert Rule.REACHABLE in {violation.rule for violation in violations(problem, solution)}


def with_visit(problem: Problem, number: int, **changes: object) -> Problem:
    visits = list(problem.visits)
    visits[number] = replace(visits[number], **changes)  # type: ignore[arg-type] # any field, on purpose
    return replace(problem, visits=tuple(visits))


def with_vehicle(problem: Problem, **changes: object) -> Problem:
    first = replace(problem.vehicles[0], **changes)  # type: ignore[arg-type] # any field, on purpose
    return replace(problem, vehicles=(first, *problem.vehicles[1:]))


def a_break(earliest_s: int, latest_s: int, duration_s: int = 40, after_work_s: int | None = None) -> Break:
    return Break(earliest_s=earliest_s, latest_s=latest_s, duration_s=duration_s, after_work_s=after_work_s)


NEW_RULES: list[tuple[str, Rule, Callable[[Problem], Problem]]] = [
    ("not the frozen prefix", Rule.PREFIX, lambda p: with_vehicle(p, prefix=(1,))),
    ("pinned elsewhere", Rule.POSITION, lambda p: with_visit(p, 1, position=0)),
    ("another vehicle's visit", Rule.ALLOWED, lambda p: with_visit(p, 0, allowed_vehicles=frozenset({1, 2}))),
    ("an excluded skill", Rule.SKILLS, lambda p: with_visit(p, 0, excluded_skills=frozenset({"senior"}))),
    ("too many visits", Rule.LIMITS, lambda p: with_vehicle(p, max_visits=1)),
    ("too much load", Rule.LIMITS, lambda p: with_vehicle(with_visit(p, 1, load=3), max_load=2)),
    ("too long on the road", Rule.LIMITS, lambda p: with_vehicle(p, max_driving_s=499)),
    ("too long at work", Rule.LIMITS, lambda p: with_vehicle(p, max_work_s=679)),
    ("a slower pace", Rule.TRAVEL, lambda p: with_vehicle(p, pace_percent=101)),
    ("a setup forgotten", Rule.CLOCK, lambda p: with_visit(p, 0, setup_s=1)),
    ("a break forgotten", Rule.BREAKS, lambda p: with_vehicle(p, breaks=(a_break(10, 600),))),
    ("a break after too much work", Rule.BREAKS, lambda p: with_vehicle(p, breaks=(a_break(0, 9_000, 40, 600),))),
]


@pytest.mark.parametrize(("name", "rule", "change"), NEW_RULES, ids=[name for name, _, _ in NEW_RULES])
def test_a_plan_made_under_fewer_rules_is_caught(name: str, rule: Rule, change: Callable[[Problem], Problem]) -> None:
    assert rule in {violation.rule for violation in violations(change(good_problem()), good_solution())}


@pytest.mark.parametrize(
    "free",
    [
        a_break(680, 700),  # begins when the day is over
        a_break(0, 9_000, 40, 680),  # the day is over before so much work
        a_break(600, 680, 40, 9_000),
    ],
)
def test_a_break_after_the_day_needs_no_rest(free: Break) -> None:
    assert violations(with_vehicle(good_problem(), breaks=(free,)), good_solution()) == []


def with_rest(solution: Solution, start_s: int, duration_s: int = 40, rest_s: int = 40) -> Solution:
    """Rest while one waits at the second door, from 310 to 400."""
    rested = with_stop(solution, 1, rest_s=rest_s)
    rested = replace(rested, cost=replace(rested.cost, waiting_s=90 - rest_s))
    return with_route(rested, 0, rests=(Rest(start_s=start_s, duration_s=duration_s),))


@pytest.mark.parametrize(
    ("due", "start_s"), [(a_break(310, 320), 310), (a_break(0, 360), 360), (a_break(0, 900, 40, 330), 330)]
)
def test_a_rest_while_waiting_is_a_break(due: Break, start_s: int) -> None:
    problem = with_vehicle(good_problem(), breaks=(due,))

    assert violations(problem, with_rest(good_solution(), start_s)) == []


@pytest.mark.parametrize(
    ("due", "start_s", "duration_s", "rest_s"),
    [
        (a_break(311, 320), 310, 40, 40),  # too early
        (a_break(300, 329), 330, 40, 40),  # too late
        (a_break(300, 400, 50), 310, 40, 40),  # too short
        (a_break(0, 900, 40, 329), 330, 40, 40),  # after too much work
        (a_break(300, 400), 370, 40, 0),  # into the service
    ],
)
def test_a_rest_that_breaks_its_rule_is_caught(due: Break, start_s: int, duration_s: int, rest_s: int) -> None:
    broken = violations(
        with_vehicle(good_problem(), breaks=(due,)), with_rest(good_solution(), start_s, duration_s, rest_s)
    )

    assert Rule.BREAKS in {violation.rule for violation in broken}


def test_lateness_within_the_grace_is_told_and_beyond_it_is_caught() -> None:
    soft = TimeWindow(start_s=400, end_s=420, grace_s=10)
    problem = with_visit(good_problem(), 1, windows=(soft,))
    late = with_stop(good_solution(), 1, lateness_s=10)
    late = replace(late, cost=replace(late.cost, lateness_s=10))

    assert violations(problem, late) == []
    assert Rule.CLOCK in {entry.rule for entry in violations(problem, good_solution())}
    hard = with_visit(good_problem(), 1, windows=(replace(soft, grace_s=9),))
    assert Rule.WINDOW in {entry.rule for entry in violations(hard, late)}


def test_overtime_is_part_of_the_cost() -> None:
    problem = with_vehicle(good_problem(), overtime_after_s=600)
    paid = replace(good_solution(), cost=replace(good_solution().cost, overtime_s=80))

    assert violations(problem, paid) == []
    assert Rule.COST in {entry.rule for entry in violations(problem, good_solution())}


def test_every_rule_is_broken_by_some_test() -> None:
    covered = {rule for _, rule, _ in MUTATIONS} | {rule for _, rule, _ in NEW_RULES} | {Rule.REACHABLE}

    assert covered == set(Rule)


def test_messages_carry_indices_and_no_ids() -> None:
    problem = good_problem()
    renamed = replace(problem, visits=tuple(replace(v, id=f"Zhang San {v.id}") for v in problem.visits))

    broken = violations(renamed, late_by(good_solution(), 71))

    assert broken
    assert all("Zhang" not in violation.message for violation in broken)

"""The audit: one good solution, and every rule broken once on purpose."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing.check import Rule, violations
from routing.problem import UNREACHABLE, Problem
from routing.solution import Cost, Reason, Route, Solution, Stop, Unassigned
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
        cost=Cost(travel_s=900, penalty_s=7, unserved_mandatory=1),
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


def test_every_rule_is_broken_by_some_test() -> None:
    covered = {rule for _, rule, _ in MUTATIONS} | {Rule.SKILLS, Rule.REACHABLE}

    assert covered == set(Rule)


def test_messages_carry_indices_and_no_ids() -> None:
    problem = good_problem()
    renamed = replace(problem, visits=tuple(replace(v, id=f"Zhang San {v.id}") for v in problem.visits))

    broken = violations(renamed, late_by(good_solution(), 71))

    assert broken
    assert all("Zhang" not in violation.message for violation in broken)

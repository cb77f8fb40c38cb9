"""What every engine must do, whatever it is made of: one suite, run against each name in the registry."""

import time
from dataclasses import replace
from functools import cache

import pytest

from routing.check import violations
from routing.engine import Budget, Engine, Progress
from routing.engines.registry import ENGINES, make_engine
from routing.engines.warm_up import warm_up
from routing.problem import MANDATORY_PENALTY_S, Problem
from routing.solution import Cost, Reason, Solution
from routing.solve import solve
from tests.routing.small_world import road, road_problem, vehicle, visit, window
from tests.routing.villages import villages

STEPS = Budget(iterations=100)


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    return _ready(str(request.param))


@cache
def _ready(name: str) -> Engine:
    """Make an engine as the solving child does: its code is compiled before any budget counts."""
    engine = make_engine(name)
    warm_up(engine)
    return engine


def solved(engine: Engine, problem: Problem) -> Solution:
    solution = solve(problem, engine, budget=STEPS)
    assert violations(problem, solution) == []
    return solution


def visited(solution: Solution) -> list[list[int]]:
    return [[stop.visit for stop in route.stops] for route in solution.routes]


def reasons(solution: Solution) -> dict[int, Reason]:
    return {entry.visit: entry.reason for entry in solution.unassigned}


def test_an_engine_is_called_what_the_registry_calls_it(engine: Engine) -> None:
    assert make_engine(engine.name).name == engine.name


def test_nothing_to_do_is_a_plan(engine: Engine) -> None:
    solution = solved(engine, road_problem([0], [], [vehicle(), vehicle()]))

    assert visited(solution) == [[], []]
    assert solution.cost.total_s == 0


def test_no_vehicles_leave_every_visit_out(engine: Engine) -> None:
    solution = solved(engine, road_problem([0, 100], [visit(1), visit(1)], []))

    assert solution.routes == ()
    assert reasons(solution) == {0: Reason.NO_VEHICLES, 1: Reason.NO_VEHICLES}


def test_one_visit_is_served(engine: Engine) -> None:
    solution = solved(engine, road_problem([0, 100], [visit(1)]))

    assert visited(solution) == [[0]]
    assert solution.cost == Cost(travel_s=200, penalty_s=0)


def test_what_is_not_worth_its_travel_is_left_out(engine: Engine) -> None:
    problem = road_problem([0, 100, 300], [visit(1, penalty_s=199), visit(2, penalty_s=399)])

    solution = solved(engine, problem)

    assert visited(solution) == [[]]
    assert reasons(solution) == {0: Reason.NOT_WORTH_THE_TIME, 1: Reason.NOT_WORTH_THE_TIME}


def test_what_pays_together_is_served_together(engine: Engine) -> None:
    problem = road_problem([0, 100, 101], [visit(1, penalty_s=150), visit(2, penalty_s=150)])

    assert sorted(visited(solved(engine, problem))[0]) == [0, 1]


def test_the_shortest_order_is_found(engine: Engine) -> None:
    problem = road_problem([0, 400, 100, 300, 200], [visit(1), visit(2), visit(3), visit(4)], [vehicle(end=None)])

    solution = solved(engine, problem)

    assert visited(solution) == [[1, 3, 2, 0]]
    assert solution.cost.total_s == 400


def test_the_end_of_a_visit_lies_inside_its_window(engine: Engine) -> None:
    fits = visit(1, service_s=60, windows=[window(0, 160)])
    too_late = visit(1, service_s=61, windows=[window(0, 160)])

    assert visited(solved(engine, road_problem([0, 100], [fits]))) == [[0]]
    assert visited(solved(engine, road_problem([0, 100], [too_late]))) == [[]]


def test_gaps_between_windows_are_kept_free(engine: Engine) -> None:
    gaps = [window(0, 120), window(300, 400), window(900, 1000)]
    problem = road_problem([0, 100], [visit(1, service_s=60, windows=gaps) for _ in range(3)])

    starts = sorted(stop.start_s for stop in solved(engine, problem).routes[0].stops)

    assert starts == [300, 900]  # the third would end outside


def test_overlapping_and_useless_windows_do_no_harm(engine: Engine) -> None:
    windows = [window(500, 510), window(100, 300), window(200, 400), window(401, 430), window(0, 10)]
    problem = road_problem([0, 100], [visit(1, service_s=20, windows=windows)])

    assert visited(solved(engine, problem)) == [[0]]


def test_windows_decide_the_order(engine: Engine) -> None:
    near_but_late = visit(1, windows=[window(1000, 2000)])
    far_but_early = visit(2, windows=[window(0, 400)])

    solution = solved(engine, road_problem([0, 100, 400], [near_but_late, far_but_early]))

    assert visited(solution) == [[1, 0]]


def test_the_shift_is_kept(engine: Engine) -> None:
    problem = road_problem([0, 100, 400], [visit(1), visit(2)], [vehicle(shift=window(0, 799))])

    solution = solved(engine, problem)

    assert visited(solution) == [[0]]
    assert reasons(solution) == {1: Reason.TOO_FAR}


def test_service_counts_against_the_shift(engine: Engine) -> None:
    problem = road_problem(
        [0, 100], [visit(1, service_s=300), visit(1, service_s=300)], [vehicle(shift=window(0, 700))]
    )

    solution = solved(engine, problem)

    assert len(visited(solution)[0]) == 1
    assert list(reasons(solution).values()) == [Reason.NO_TIME_LEFT]


def test_skills_decide_who_goes(engine: Engine) -> None:
    problem = road_problem(
        [0, 100, 5000],
        [visit(1, skills=["dialect", "senior"]), visit(1, skills=["nobody has it"])],
        [vehicle(skills=["dialect"]), vehicle(2, 2, skills=["dialect", "senior"], shift=window(0, 20_000))],
    )
    problem = replace(problem, visits=tuple(replace(v, penalty_s=20_000) for v in problem.visits))

    solution = solved(engine, problem)

    assert visited(solution) == [[], [0]]
    assert reasons(solution) == {1: Reason.SKILL_MISSING}


def test_each_depot_serves_its_neighbours(engine: Engine) -> None:
    problem = road_problem(
        [0, 100, 1100, 1000],
        [visit(1), visit(2), visit(1), visit(2)],
        [vehicle(0, 0), vehicle(3, 3)],
    )

    solution = solved(engine, problem)

    assert [sorted(route) for route in visited(solution)] == [[0, 2], [1, 3]]


def test_a_day_may_end_elsewhere_than_it_began(engine: Engine) -> None:
    problem = road_problem([0, 100, 300, 500], [visit(2), visit(1)], [vehicle(0, 3)])

    solution = solved(engine, problem)

    assert visited(solution) == [[1, 0]]
    assert solution.cost.total_s == 500


def test_an_open_route_costs_no_way_home(engine: Engine) -> None:
    problem = road_problem([0, 900], [visit(1, penalty_s=901)], [vehicle(end=None)])

    solution = solved(engine, problem)

    assert visited(solution) == [[0]]
    assert solution.cost.total_s == 900


def test_a_vehicle_that_cannot_reach_its_own_end_does_not_break_the_plan(engine: Engine) -> None:
    stuck = vehicle(2, 0)
    problem = road_problem([0, 100, 300], [visit(1)], [stuck, vehicle()], cut=[(2, 0), (2, 1)])

    assert visited(solved(engine, problem)) == [[], [0]]


def test_no_leg_goes_where_no_road_goes(engine: Engine) -> None:
    problem = road_problem([0, 100, 200], [visit(1, mandatory=True), visit(2, mandatory=True)], cut=[(1, 2), (2, 1)])

    solution = solved(engine, problem)

    assert solution.cost.unserved_mandatory == 1
    assert list(reasons(solution).values()) == [Reason.NO_TIME_LEFT]


def test_an_island_is_left_out_and_the_rest_is_served(engine: Engine) -> None:
    problem = road_problem([0, 100, 200], [visit(1), visit(2, mandatory=True)], cut=[(0, 2), (1, 2)])

    solution = solved(engine, problem)

    assert visited(solution) == [[0]]
    assert reasons(solution) == {1: Reason.UNREACHABLE}


def test_each_vehicle_travels_by_its_own_matrix(engine: Engine) -> None:
    problem = road_problem(
        [0, 100],
        [visit(1)],
        [vehicle(matrix=1), vehicle(matrix=0)],
        matrices=[road([0, 100]), road([0, 100], slowness=3)],
    )

    solution = solved(engine, problem)

    assert visited(solution) == [[], [0]]
    assert solution.cost.total_s == 200


def test_a_road_closed_to_one_profile_is_open_to_the_other(engine: Engine) -> None:
    problem = road_problem(
        [0, 100],
        [visit(1)],
        [vehicle(matrix=0), vehicle(matrix=1)],
        matrices=[road([0, 100], cut=[(0, 1)]), road([0, 100], slowness=9)],
    )

    assert visited(solved(engine, problem)) == [[], [0]]


def test_a_mandatory_visit_goes_before_any_number_of_optional_ones(engine: Engine) -> None:
    dear = [visit(1, service_s=10, penalty_s=9_000) for _ in range(5)]
    far = visit(2, mandatory=True, penalty_s=0)
    problem = road_problem([0, 100, 900], [*dear, far], [vehicle(shift=window(0, 1805))])
    problem = replace(problem, visits=tuple(replace(v, windows=(window(0, 910),)) for v in problem.visits))

    solution = solved(engine, problem)

    assert 5 in visited(solution)[0]
    assert solution.cost.unserved_mandatory == 0
    assert len(solution.unassigned) == 5


def test_an_unserved_mandatory_visit_shows_in_the_cost(engine: Engine) -> None:
    problem = road_problem([0, 20_000], [visit(1, mandatory=True, penalty_s=7)])

    solution = solved(engine, problem)

    assert solution.cost == Cost(travel_s=0, penalty_s=7, unserved_mandatory=1)
    assert solution.cost.total_s == MANDATORY_PENALTY_S + 7


def test_one_impossible_visit_does_not_fail_the_plan(engine: Engine) -> None:
    impossible = visit(1, service_s=100, windows=[window(0, 50)], mandatory=True)

    solution = solved(engine, road_problem([0, 100], [visit(1), impossible, visit(1)]))

    assert sorted(visited(solution)[0]) == [0, 2]
    assert reasons(solution) == {1: Reason.SERVICE_TOO_LONG}


def test_only_impossible_visits_are_a_plan_too(engine: Engine) -> None:
    late = visit(1, windows=[window(50_000, 60_000)])

    assert reasons(solved(engine, road_problem([0, 100], [late]))) == {0: Reason.OUTSIDE_SHIFTS}


@pytest.mark.parametrize("seed", [0, 7, -1, 2**70])
def test_the_same_seed_and_steps_give_the_same_plan(engine: Engine, seed: int) -> None:
    problem = villages(visits=25, vehicles=3)

    first = solve(problem, engine, budget=STEPS, seed=seed)
    second = solve(problem, engine, budget=STEPS, seed=seed)

    assert first == second


def test_any_whole_number_is_a_seed_of_a_long_search(engine: Engine) -> None:
    problem = villages(visits=20, vehicles=2)

    for seed in (-5, 2**70):
        solution = solve(problem, engine, budget=Budget(iterations=500), seed=seed)
        assert violations(problem, solution) == []


def test_every_report_is_better_than_the_one_before_and_true(engine: Engine) -> None:
    problem = villages(visits=25, vehicles=3)
    reports: list[Progress] = []

    solution = solve(problem, engine, budget=STEPS, on_progress=reports.append)

    costs = [report.cost_s for report in reports]
    assert costs == sorted(set(costs), reverse=True)
    assert solution.cost.total_s <= costs[-1]
    assert reports[-1].assigned == sum(len(visits) for visits in reports[-1].sequences)


def test_a_stop_is_answered_within_a_third_of_a_second(engine: Engine) -> None:
    problem = villages(visits=40, vehicles=4)
    stopped_s: list[float] = []

    def stop_after_first_report() -> bool:
        if reports and not stopped_s:
            stopped_s.append(time.monotonic())
        return bool(stopped_s)

    reports: list[Progress] = []
    solution = solve(
        problem,
        engine,
        budget=Budget(seconds=60),
        on_progress=reports.append,
        should_stop=stop_after_first_report,
    )

    assert time.monotonic() - stopped_s[0] < 0.3
    assert violations(problem, solution) == []
    assert solution.cost.total_s <= reports[0].cost_s


def test_a_stop_before_the_start_still_gives_a_plan(engine: Engine) -> None:
    problem = villages(visits=25, vehicles=3)

    solution = solve(problem, engine, budget=Budget(seconds=60), should_stop=lambda: True)

    assert violations(problem, solution) == []
    assert any(route.stops for route in solution.routes)


def test_the_time_budget_is_kept(engine: Engine) -> None:
    problem = villages(visits=40, vehicles=4)
    began_s = time.monotonic()

    solve(problem, engine, budget=Budget(seconds=0.5))

    assert time.monotonic() - began_s < 1.0


@pytest.mark.parametrize("budget", [Budget(seconds=60, iterations=100), Budget(seconds=0.2, iterations=10**9)])
def test_a_budget_of_both_ends_with_what_is_used_up_first(engine: Engine, budget: Budget) -> None:
    problem = villages(visits=60, vehicles=5)
    began_s = time.monotonic()

    solution = solve(problem, engine, budget=budget)

    assert time.monotonic() - began_s < 20
    assert violations(problem, solution) == []
    assert len(solution.unassigned) < 30


def test_hardly_any_time_still_gives_a_plan(engine: Engine) -> None:
    problem = villages(visits=40, vehicles=4)

    solution = solve(problem, engine, budget=Budget(seconds=0.001))

    assert violations(problem, solution) == []
    assert any(route.stops for route in solution.routes)


def test_a_small_problem_does_not_use_up_a_long_budget(engine: Engine) -> None:
    problem = road_problem([0, 100, 200], [visit(1), visit(2)])
    began_s = time.monotonic()

    solve(problem, engine, budget=Budget(seconds=60))

    assert time.monotonic() - began_s < 2


def test_what_a_callback_raises_comes_out(engine: Engine) -> None:
    def broken(_: Progress) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        solve(villages(visits=25, vehicles=3), engine, budget=STEPS, on_progress=broken)

"""Rules beyond windows, skills and shifts, which every engine must carry: one example of each with one right answer."""

from dataclasses import replace

import pytest

from routing.check import violations
from routing.engine import Budget, Engine, Progress
from routing.engines.registry import ENGINES, make_engine
from routing.errors import InvalidProblemError
from routing.problem import Break, Problem, TimeWindow, Weights
from routing.solution import Reason, Solution
from routing.solve import ignore_progress, never_stop, solve
from tests.routing.small_world import road, road_problem, vehicle, visit, window
from tests.routing.villages import villages

STEPS = Budget(iterations=100)


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    return make_engine(str(request.param))


def solved(engine: Engine, problem: Problem) -> Solution:
    solution = solve(problem, engine, budget=STEPS)
    assert violations(problem, solution) == []
    return solution


def visited(solution: Solution) -> list[list[int]]:
    return [[stop.visit for stop in route.stops] for route in solution.routes]


def reasons(solution: Solution) -> dict[int, Reason]:
    return {entry.visit: entry.reason for entry in solution.unassigned}


# Who may serve what


def test_an_excluded_skill_keeps_a_vehicle_away(engine: Engine) -> None:
    door = replace(visit(1), excluded_skills=frozenset({"known here"}))
    cars = [vehicle(skills=["known here"]), vehicle(2, 2)]

    assert visited(solved(engine, road_problem([0, 100, 900], [door], cars))) == [[], [0]]
    assert reasons(solved(engine, road_problem([0, 100], [door], cars[:1]))) == {0: Reason.NOT_ALLOWED}


def test_only_an_allowed_vehicle_comes(engine: Engine) -> None:
    door = replace(visit(1), allowed_vehicles=frozenset({1, 2}))

    solution = solved(engine, road_problem([0, 100, 900, 500], [door], [vehicle(), vehicle(2, 2), vehicle(3, 3)]))

    assert visited(solution) == [[], [], [0]]


def test_a_pinned_position_is_kept_though_it_costs(engine: Engine) -> None:
    doors = [visit(1), visit(2), replace(visit(3), position=0)]

    (route,) = visited(solved(engine, road_problem([0, 100, 200, 300], doors, [vehicle(end=None)])))

    assert route[0] == 2
    assert sorted(route) == [0, 1, 2]


def test_one_pinned_visit_among_idle_vehicles_keeps_nobody_from_being_served(engine: Engine) -> None:
    at_noon = [window(1_000, 1_000)]
    doors = [replace(visit(1, windows=at_noon), position=0), *(visit(place, windows=at_noon) for place in (2, 3, 4))]
    cars = [vehicle() for _ in doors]

    # The engine's own answer: `solve` would insert what it leaves out.
    plan = engine.solve(
        road_problem([0, 100, 200, 300, 400], doors, cars),
        budget=STEPS,
        seed=1,
        on_progress=ignore_progress,
        should_stop=never_stop,
    )

    assert sorted(plan) == [(0,), (1,), (2,), (3,)]


def test_a_position_that_no_route_has_is_told(engine: Engine) -> None:
    doors = [visit(1), replace(visit(1), position=5)]

    assert reasons(solved(engine, road_problem([0, 100], doors))) == {1: Reason.NO_SUCH_POSITION}


def test_a_frozen_prefix_begins_the_route(engine: Engine) -> None:
    doors = [visit(1), visit(2), visit(3, penalty_s=0), visit(2)]
    cars = [vehicle(), replace(vehicle(), prefix=(2, 1))]

    routes = visited(solved(engine, road_problem([0, 100, 200, 300], doors, cars)))

    assert routes[1][:2] == [2, 1]
    assert sorted(routes[0] + routes[1]) == [0, 1, 2, 3]


def test_a_start_may_give_to_another_vehicle_what_one_has_begun_with(engine: Engine) -> None:
    problem = road_problem([0, 100], [visit(1)], [vehicle(), replace(vehicle(), prefix=(0,))])

    solution = solve(problem, engine, budget=Budget(iterations=20), start=((0,), ()))

    assert [[stop.visit for stop in route.stops] for route in solution.routes] == [[], [0]]


def test_a_prefix_that_cannot_be_driven_is_the_problems_error(engine: Engine) -> None:
    problem = road_problem([0, 100], [visit(1, windows=[window(0, 99)])], [replace(vehicle(), prefix=(0,))])

    with pytest.raises(InvalidProblemError, match="Vehicle 'c0': prefix cannot be driven"):
        solve(problem, engine, budget=STEPS)


# Limits


def test_no_more_visits_than_the_limit(engine: Engine) -> None:
    doors = [visit(1, penalty_s=900), visit(1, penalty_s=800), visit(1, penalty_s=700)]

    solution = solved(engine, road_problem([0, 100], doors, [replace(vehicle(), max_visits=2)]))

    assert [sorted(route) for route in visited(solution)] == [[0, 1]]
    assert reasons(solution) == {2: Reason.NO_TIME_LEFT}


def test_no_more_load_than_the_limit(engine: Engine) -> None:
    doors = [replace(visit(1), load=load, penalty_s=penalty_s) for load, penalty_s in ((3, 900), (2, 600), (2, 600))]

    solution = solved(engine, road_problem([0, 100], doors, [replace(vehicle(), max_load=4)]))

    assert [sorted(route) for route in visited(solution)] == [[1, 2]]


def test_no_longer_on_the_road_than_the_limit(engine: Engine) -> None:
    problem = road_problem([0, 100, 300], [visit(1), visit(2)], [replace(vehicle(), max_driving_s=599)])

    solution = solved(engine, problem)

    assert visited(solution) == [[0]]
    assert reasons(solution) == {1: Reason.OVER_LIMITS}


def test_no_longer_at_work_than_the_limit_and_waiting_is_work(engine: Engine) -> None:
    doors = [visit(1, windows=[window(100, 100)]), visit(1, windows=[window(600, 900)], penalty_s=700)]

    fits = solved(engine, road_problem([0, 100], doors, [replace(vehicle(), max_work_s=700)]))
    waits_too_long = solved(engine, road_problem([0, 100], doors, [replace(vehicle(), max_work_s=699)]))

    assert visited(fits) == [[0, 1]]
    assert visited(waits_too_long) == [[0]]


def test_a_slow_vehicle_does_not_get_as_far(engine: Engine) -> None:
    shift = window(0, 300)
    slow, quick = (replace(vehicle(shift=shift), pace_percent=pace) for pace in (151, 150))

    assert visited(solved(engine, road_problem([0, 100], [visit(1)], [slow]))) == [[]]
    assert visited(solved(engine, road_problem([0, 100], [visit(1)], [quick]))) == [[0]]


# Setup, soft windows, overtime, waiting


def test_setup_is_paid_once_where_doors_at_one_place_follow_each_other(engine: Engine) -> None:
    doors = [replace(visit(1, service_s=10), setup_s=100) for _ in range(3)]

    fits = solved(engine, road_problem([0, 100], doors, [vehicle(shift=window(0, 330))]))
    tight = solved(engine, road_problem([0, 100], doors, [vehicle(shift=window(0, 329))]))

    assert len(visited(fits)[0]) == 3
    assert len(visited(tight)[0]) == 2


def test_setup_lies_inside_the_window_unless_it_is_spared(engine: Engine) -> None:
    doors = [replace(visit(1), setup_s=50), replace(visit(1, windows=[window(160, 200)]), setup_s=50)]

    assert visited(solved(engine, road_problem([0, 100], doors))) == [[0, 1]]
    assert reasons(solved(engine, road_problem([0, 100], doors[1:]))) == {0: Reason.SERVICE_TOO_LONG}


def test_lateness_is_paid_where_that_is_cheaper_than_a_visit(engine: Engine) -> None:
    soft = TimeWindow(start_s=0, end_s=50, grace_s=100)
    problem = road_problem([0, 100], [visit(1, windows=[soft], penalty_s=300)])

    cheap = solved(engine, replace(problem, weights=Weights(lateness=2)))
    dear = solved(engine, replace(problem, weights=Weights(lateness=3)))

    assert (visited(cheap), cheap.cost.lateness_s, cheap.cost.total_s) == ([[0]], 50, 300)
    assert visited(dear) == [[]]


def test_overtime_is_paid_where_that_is_cheaper_than_a_visit(engine: Engine) -> None:
    problem = road_problem([0, 100], [visit(1, penalty_s=300)], [replace(vehicle(), overtime_after_s=150)])

    cheap = solved(engine, replace(problem, weights=Weights(overtime=2)))
    dear = solved(engine, replace(problem, weights=Weights(overtime=3)))

    assert (visited(cheap), cheap.cost.overtime_s, cheap.cost.total_s) == ([[0]], 50, 300)
    assert visited(dear) == [[]]


def test_waiting_that_costs_is_shared_out_to_avoid_it(engine: Engine) -> None:
    doors = [visit(1, windows=[window(100, 100)]), visit(1, windows=[window(900, 900)])]
    problem = road_problem([0, 100], doors, [vehicle(), vehicle()])

    assert sorted(map(len, visited(solved(engine, problem)))) == [0, 2]
    assert sorted(map(len, visited(solved(engine, replace(problem, weights=Weights(waiting=1)))))) == [1, 1]


def test_travel_that_costs_nothing_serves_everyone_it_reaches(engine: Engine) -> None:
    problem = road_problem([0, 4_000], [visit(1, penalty_s=1)])

    assert visited(solved(engine, replace(problem, weights=Weights(travel=0)))) == [[0]]
    assert visited(solved(engine, problem)) == [[]]


# Breaks


def test_a_break_takes_time_from_the_shift(engine: Engine) -> None:
    noon = Break(earliest_s=120, latest_s=150, duration_s=100)
    doors = [visit(1, service_s=40), visit(1, service_s=40)]
    free, rests = ([replace(vehicle(shift=window(0, 280)), breaks=breaks)] for breaks in ((), (noon,)))

    assert len(visited(solved(engine, road_problem([0, 100], doors, free)))[0]) == 2
    solution = solved(engine, road_problem([0, 100], doors, rests))
    assert len(visited(solution)[0]) < 2


def test_no_service_runs_into_a_break(engine: Engine) -> None:
    noon = Break(earliest_s=300, latest_s=300, duration_s=100)
    morning, around = visit(1, service_s=150, windows=[window(0, 300)]), visit(1, service_s=150)
    cars = [replace(vehicle(shift=window(0, 650)), breaks=(noon,))]

    solution = solved(engine, road_problem([0, 100], [around, morning], cars))

    assert visited(solution) == [[1, 0]]
    assert [rest.start_s for rest in solution.routes[0].rests] == [300]


def test_a_break_after_so_much_work_is_kept_and_left_out_of_a_short_day(engine: Engine) -> None:
    after = Break(earliest_s=0, latest_s=9_000, duration_s=60, after_work_s=300)
    doors = [visit(1, service_s=200), visit(1, service_s=200)]

    long = solved(engine, road_problem([0, 50], doors, [replace(vehicle(), breaks=(after,))]))
    short = solved(engine, road_problem([0, 50], doors[:1], [replace(vehicle(), breaks=(after,))]))

    assert [rest.duration_s for rest in long.routes[0].rests] == [60]
    assert short.routes[0].rests == ()


# A start


def test_a_good_start_is_never_made_worse(engine: Engine) -> None:
    problem = villages(visits=25, vehicles=3)
    earlier = solve(problem, engine, budget=Budget(iterations=300))
    plan = tuple(tuple(route) for route in visited(earlier))
    reports: list[Progress] = []

    again = solve(problem, engine, budget=Budget(iterations=1), start=plan, on_progress=reports.append)

    assert again.cost.total_s <= earlier.cost.total_s
    assert reports[0].cost_s <= earlier.cost.total_s


def test_a_start_that_cannot_be_driven_is_repaired(engine: Engine) -> None:
    doors = [visit(1, windows=[window(0, 150)]), visit(2), visit(1, skills=["senior"])]
    problem = road_problem([0, 100, 200], doors, [vehicle(), vehicle(skills=["senior"])])

    solution = solve(problem, engine, budget=STEPS, start=((2, 1, 0), ()))

    assert violations(problem, solution) == []
    assert solution.unassigned == ()


def test_a_start_of_unknown_visits_is_refused(engine: Engine) -> None:
    with pytest.raises(InvalidProblemError, match="indices below 1, got 3"):
        solve(road_problem([0, 100], [visit(1)]), engine, budget=STEPS, start=((3,),))


# All together


def ruled(problem: Problem) -> Problem:
    """Add every rule to a generated day."""
    noon = Break(earliest_s=11 * 3600, latest_s=13 * 3600, duration_s=1800)
    after = Break(earliest_s=11 * 3600, latest_s=17 * 3600, duration_s=900, after_work_s=7 * 3600)
    visits = [
        replace(
            door,
            setup_s=120,
            load=number % 3,
            position=1 if number == 4 else None,
            allowed_vehicles=frozenset({0, 2}) if number % 7 == 1 else None,
            excluded_skills=frozenset({"senior"} - door.required_skills) if number % 9 == 2 else frozenset(),
            windows=tuple(replace(each, grace_s=600) for each in door.windows),
        )
        for number, door in enumerate(problem.visits)
    ]
    cars = [
        replace(
            car,
            pace_percent=(100, 120)[number % 2],
            max_work_s=9 * 3600,
            max_driving_s=5 * 3600,
            max_visits=12,
            max_load=10,
            overtime_after_s=17 * 3600,
            breaks=(noon, after) if number != 1 else (),
        )
        for number, car in enumerate(problem.vehicles)
    ]
    weights = Weights(travel=2, waiting=1, overtime=3, lateness=4)
    return replace(problem, visits=tuple(visits), vehicles=tuple(cars), weights=weights)


def test_every_rule_at_once_and_most_visits_are_served(engine: Engine) -> None:
    problem = ruled(villages(visits=24, vehicles=3))

    solution = solve(problem, engine, budget=Budget(iterations=30))

    assert violations(problem, solution) == []
    assert sum(len(route.stops) for route in solution.routes) >= 16


@pytest.mark.parametrize("seed", [0, 3])
def test_the_same_seed_and_steps_give_the_same_plan_under_every_rule(engine: Engine, seed: int) -> None:
    problem = ruled(villages(visits=15, vehicles=3))

    first = solve(problem, engine, budget=Budget(iterations=20), seed=seed)
    second = solve(problem, engine, budget=Budget(iterations=20), seed=seed)

    assert first == second


def test_profiles_of_pace_and_matrix_are_told_apart(engine: Engine) -> None:
    cars = [replace(vehicle(matrix=0), pace_percent=300), replace(vehicle(matrix=1), pace_percent=100)]
    problem = road_problem([0, 100], [visit(1)], cars, matrices=[road([0, 100]), road([0, 100], slowness=2)])

    assert solved(engine, problem).cost.total_s == 400

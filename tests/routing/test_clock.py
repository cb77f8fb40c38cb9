"""The clock with setups, grace, limits and breaks: hand examples."""

from dataclasses import replace

import pytest

from routing.errors import InvalidProblemError
from routing.problem import Break, Problem, TimeWindow, Vehicle, Visit, Weights
from routing.schedule import Infeasible, Obstacle, frozen, route_cost_s, schedule_route
from routing.solution import Rest, Route
from tests.routing.small_world import road_problem, vehicle, visit, window


def driven(problem: Problem, visits: tuple[int, ...]) -> Route:
    route = schedule_route(problem, 0, visits)
    assert isinstance(route, Route), route
    return route


def obstacle(problem: Problem, visits: tuple[int, ...]) -> tuple[int, Obstacle]:
    found = schedule_route(problem, 0, visits)
    assert isinstance(found, Infeasible), found
    return found.position, found.obstacle


def pause(earliest_s: int, latest_s: int, duration_s: int = 30, *, after_work_s: int | None = None) -> Break:
    return Break(earliest_s=earliest_s, latest_s=latest_s, duration_s=duration_s, after_work_s=after_work_s)


def one(door: Visit, car: Vehicle, weights: Weights | None = None) -> Problem:
    """Make one door, 100 seconds from the start."""
    problem = road_problem([0, 100], [door], [car])
    return problem if weights is None else replace(problem, weights=weights)


# Setup


def test_setup_is_needed_once_for_doors_that_follow_each_other_at_one_place() -> None:
    door = replace(visit(1, service_s=10), setup_s=50)
    problem = road_problem([0, 100, 200], [door, door, visit(2), door])

    ends = [stop.departure_s for stop in driven(problem, (0, 1, 2, 3)).stops]

    assert ends == [160, 170, 270, 430]


def test_setup_is_part_of_the_work_that_lies_inside_the_window() -> None:
    late = replace(visit(1, service_s=10, windows=[window(0, 159)]), setup_s=50)

    assert obstacle(road_problem([0, 100], [late]), (0,)) == (0, Obstacle.WINDOWS_MISSED)


def test_setup_is_due_at_the_first_door_even_where_the_day_begins() -> None:
    assert driven(road_problem([0], [replace(visit(0), setup_s=50)]), (0,)).arrival_s == 50


# Soft windows, overtime, waiting


def test_a_service_may_end_within_the_grace_and_is_late_then() -> None:
    soft = TimeWindow(start_s=0, end_s=120, grace_s=40)

    assert driven(one(visit(1, service_s=60, windows=[soft]), vehicle()), (0,)).stops[0].lateness_s == 40
    assert obstacle(one(visit(1, service_s=61, windows=[soft]), vehicle()), (0,)) == (0, Obstacle.WINDOWS_MISSED)


def test_a_late_second_costs_its_weight_and_so_does_one_of_overtime() -> None:
    soft = TimeWindow(start_s=0, end_s=120, grace_s=40)
    car = replace(vehicle(), overtime_after_s=255)
    problem = one(visit(1, service_s=60, windows=[soft]), car, Weights(travel=2, lateness=3, overtime=10))

    assert route_cost_s(problem, 0, (0,)) == 2 * 200 + 3 * 40 + 10 * 5


def two_doors_with_a_wait(weights: Weights) -> Route:
    problem = road_problem([0, 100, 200], [visit(1), visit(2, windows=[window(1000, 2000)])])
    return driven(replace(problem, weights=weights), (0, 1))


def test_waiting_that_costs_is_waited_at_home() -> None:
    assert two_doors_with_a_wait(Weights(waiting=0)).stops[1].waiting_s == 800
    assert two_doors_with_a_wait(Weights(waiting=1)).stops[1].waiting_s == 0
    assert two_doors_with_a_wait(Weights(waiting=1)).departure_s == 800


def test_waiting_is_weighed_against_lateness() -> None:
    soft = TimeWindow(start_s=0, end_s=150, grace_s=900)
    problem = road_problem([0, 100, 200], [visit(1, windows=[soft]), visit(2, windows=[window(1000, 2000)])])

    dear_waiting = driven(replace(problem, weights=Weights(waiting=2, lateness=1)), (0, 1))
    dear_lateness = driven(replace(problem, weights=Weights(waiting=1, lateness=2)), (0, 1))

    assert (dear_waiting.waiting_s, dear_waiting.lateness_s) == (0, 750)
    assert (dear_lateness.waiting_s, dear_lateness.lateness_s) == (750, 0)


# Limits


@pytest.mark.parametrize(
    ("car", "expected"),
    [
        (replace(vehicle(), max_driving_s=199), (1, Obstacle.DRIVING_EXCEEDED)),
        (replace(vehicle(), max_driving_s=99), (0, Obstacle.DRIVING_EXCEEDED)),
        (replace(vehicle(), max_visits=0), (0, Obstacle.TOO_MANY_VISITS)),
        (replace(vehicle(), max_work_s=259), (1, Obstacle.WORK_EXCEEDED)),
        (vehicle(skills=["dog"]), (0, Obstacle.SKILL_EXCLUDED)),
        (replace(vehicle(shift=window(0, 299)), pace_percent=120), (1, Obstacle.SHIFT_EXCEEDED)),
    ],
)
def test_a_limit_is_an_obstacle_and_its_last_second_is_not(car: Vehicle, expected: tuple[int, Obstacle]) -> None:
    door = replace(visit(1, service_s=60), excluded_skills=frozenset({"dog"}))
    roomier = replace(
        car,
        skills=frozenset(),
        max_driving_s=car.max_driving_s and 200,
        max_work_s=car.max_work_s and 260,
        max_visits=None if car.max_visits is None else 1,
        shift=window(0, car.shift.end_s + 1),
    )

    assert obstacle(one(door, car), (0,)) == expected
    assert len(driven(one(door, roomier), (0,)).stops) == 1


def test_a_day_begins_later_where_it_would_be_too_long_otherwise() -> None:
    problem = road_problem(
        [0, 100, 200],
        [visit(1), visit(2, windows=[window(1000, 2000)])],
        [replace(vehicle(), max_work_s=500)],
    )

    route = driven(problem, (0, 1))

    assert route.arrival_s == 1200
    assert route.arrival_s - route.departure_s <= 500


def test_the_load_of_a_route_has_a_limit() -> None:
    doors = [replace(visit(1), load=2), replace(visit(1), load=3)]
    tight, roomy = (road_problem([0, 100], doors, [replace(vehicle(), max_load=load)]) for load in (4, 5))

    assert obstacle(tight, (0, 1)) == (1, Obstacle.LOAD_EXCEEDED)
    assert len(driven(roomy, (0, 1)).stops) == 2


def test_pins_are_obstacles_elsewhere() -> None:
    problem = road_problem(
        [0, 100],
        [replace(visit(1), position=1), replace(visit(1), allowed_vehicles=frozenset({1})), visit(1)],
        [replace(vehicle(), prefix=(2,)), vehicle()],
    )

    assert obstacle(problem, (2, 1)) == (1, Obstacle.VEHICLE_NOT_ALLOWED)
    assert obstacle(problem, (0,)) == (0, Obstacle.PREFIX_BROKEN)
    assert obstacle(problem, ()) == (0, Obstacle.PREFIX_BROKEN)
    assert len(driven(problem, (2, 0)).stops) == 2
    assert schedule_route(problem, 1, (0,)) == Infeasible(position=0, obstacle=Obstacle.WRONG_POSITION)


def test_the_least_plan_drives_the_prefixes() -> None:
    problem = road_problem([0, 100], [visit(1), visit(1)], [vehicle(), replace(vehicle(), prefix=(1,))])

    assert frozen(problem) == ((), (1,))


def test_a_prefix_that_cannot_be_driven_names_the_vehicle() -> None:
    problem = road_problem([0, 100], [visit(1, windows=[window(0, 99)])], [replace(vehicle(), prefix=(0,))])

    with pytest.raises(InvalidProblemError, match="'c0': prefix cannot be driven, windows_missed at position 0"):
        frozen(problem)


# Breaks


def test_a_break_at_home_costs_nothing_before_and_after_the_day() -> None:
    car = replace(vehicle(), breaks=(pause(100, 400), pause(1000, 1300)))
    problem = one(visit(1, service_s=60, windows=[window(500, 600)]), car)

    route = driven(problem, (0,))

    assert (route.departure_s, route.arrival_s, route.rests) == (400, 660, ())


def test_a_break_is_taken_while_one_waits_anyway() -> None:
    problem = road_problem(
        [0, 100, 200],
        [visit(1), visit(2, windows=[window(300, 400)])],
        [replace(vehicle(), breaks=(pause(210, 500),))],
    )

    route = driven(replace(problem, weights=Weights(travel=1)), (0, 1))

    assert route.rests == (Rest(start_s=210, duration_s=30),)
    assert (route.stops[1].arrival_s, route.stops[1].rest_s, route.stops[1].waiting_s) == (200, 30, 70)
    assert route.arrival_s == 500


def test_a_break_that_does_not_fit_into_waiting_is_taken_as_late_as_it_may() -> None:
    problem = road_problem(
        [0, 100, 200, 300],
        [visit(1, service_s=50), visit(2, service_s=50), visit(3, service_s=50)],
        [replace(vehicle(), breaks=(pause(0, 320),))],
    )

    route = driven(problem, (0, 1, 2))  # the second door is done by 300, the third would end at 450

    assert route.rests == (Rest(start_s=320, duration_s=30),)  # on the road from the second to the third
    assert [stop.arrival_s for stop in route.stops] == [100, 250, 430]
    assert route.arrival_s == 430 + 50 + 300


def test_a_break_is_taken_at_the_door_where_the_service_would_last_too_long() -> None:
    problem = one(visit(1, service_s=300), replace(vehicle(), breaks=(pause(50, 320),)))

    route = driven(problem, (0,))

    assert route.rests == (Rest(start_s=100, duration_s=30),)
    assert (route.stops[0].arrival_s, route.stops[0].start_s, route.stops[0].waiting_s) == (100, 130, 0)


def test_nobody_is_served_just_before_a_break_that_may_not_begin_yet() -> None:
    problem = one(visit(1, service_s=300), replace(vehicle(), breaks=(pause(200, 250),)))

    route = driven(problem, (0,))

    # Waiting for the break at the door, or leaving home when it is over there: the latter is as early.
    assert route.stops[0].start_s == 230
    assert route.arrival_s == 630


def test_breaks_follow_each_other_and_the_first_leaves_room_for_the_second() -> None:
    problem = one(visit(1, service_s=500), replace(vehicle(), breaks=(pause(0, 90), pause(0, 110))))

    route = driven(problem, (0,))

    assert route.rests == ()  # both at home
    assert route.departure_s == 60


def test_a_break_after_so_much_work_is_not_taken_at_home() -> None:
    problem = one(visit(1, service_s=500), replace(vehicle(), breaks=(pause(0, 9_000, after_work_s=150),)))

    route = driven(problem, (0,))

    assert route.departure_s == 0
    assert route.rests == (Rest(start_s=100, duration_s=30),)


def test_no_break_after_so_much_work_where_the_day_is_over_by_then() -> None:
    problem = one(visit(1), replace(vehicle(), breaks=(pause(0, 9_000, after_work_s=200),)))

    assert driven(problem, (0,)).rests == ()


def test_a_rest_is_no_work() -> None:
    breaks = (pause(0, 9_000, after_work_s=110), pause(0, 9_000, after_work_s=210))
    problem = one(visit(1, service_s=100), replace(vehicle(), breaks=breaks, max_work_s=300))

    route = driven(problem, (0,))

    assert [rest.start_s for rest in route.rests] == [100, 240]  # at the door, and on the way home
    assert route.arrival_s - route.departure_s == 360


def test_a_break_that_cannot_begin_in_time_is_an_obstacle() -> None:
    night = replace(vehicle(), breaks=(pause(9_000, 9_100, after_work_s=500),))
    problem = road_problem([0, 400], [visit(1, windows=[window(400, 600)])], [night])

    assert obstacle(problem, (0,)) == (1, Obstacle.BREAK_MISSED)


def test_a_late_enough_departure_brings_a_break_within_its_hours_of_work() -> None:
    night = replace(vehicle(), breaks=(pause(9_000, 9_100, after_work_s=500),))

    route = driven(road_problem([0, 400], [visit(1)], [night]), (0,))

    assert (route.departure_s, route.rests) == (8_500, (Rest(start_s=9_000, duration_s=30),))


def test_a_break_counts_against_the_shift_on_the_way_home() -> None:
    car = replace(vehicle(shift=window(0, 229)), breaks=(pause(150, 160),))
    roomy = replace(car, shift=window(0, 230))

    assert obstacle(one(visit(1), car), (0,)) == (1, Obstacle.SHIFT_EXCEEDED)
    assert driven(one(visit(1), roomy), (0,)).rests == (Rest(start_s=160, duration_s=30),)

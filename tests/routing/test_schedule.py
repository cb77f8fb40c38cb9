"""The clock: hand examples."""

from dataclasses import replace

import pytest

from routing.errors import InvalidScheduleError
from routing.problem import UNREACHABLE, Break
from routing.schedule import Infeasible, Obstacle, schedule, schedule_route
from routing.solution import Route, Stop
from tests.routing.small_world import road, road_problem, vehicle, visit, window


def driven(route: Route | Infeasible) -> Route:
    assert isinstance(route, Route)
    return route


def test_arrival_start_and_departure_follow_from_travel_and_service() -> None:
    problem = road_problem([0, 100, 250], [visit(1, service_s=60), visit(2, service_s=30)])

    route = schedule_route(problem, 0, (0, 1))

    assert route == Route(
        vehicle=0,
        stops=(
            Stop(visit=0, arrival_s=100, start_s=100, departure_s=160, travel_s=100, travel_m=1000),
            Stop(visit=1, arrival_s=310, start_s=310, departure_s=340, travel_s=150, travel_m=1500),
        ),
        departure_s=0,
        arrival_s=590,
        return_s=250,
        return_m=2500,
    )


def test_nobody_waits_at_the_first_door() -> None:
    problem = road_problem([0, 100], [visit(1, windows=[window(1000, 2000)])])

    route = driven(schedule_route(problem, 0, (0,)))

    assert route.departure_s == 900
    assert route.stops[0].arrival_s == route.stops[0].start_s == 1000
    assert route.stops[0].waiting_s == 0


def test_later_doors_wait_for_their_window() -> None:
    problem = road_problem([0, 100, 200], [visit(1), visit(2, windows=[window(1000, 2000)])])

    route = driven(schedule_route(problem, 0, (0, 1)))

    assert [stop.start_s for stop in route.stops] == [100, 1000]
    assert route.stops[1].waiting_s == 800


def test_the_end_of_the_service_must_lie_inside_the_window() -> None:
    fits = road_problem([0, 100], [visit(1, service_s=60, windows=[window(0, 160)])])
    too_late = road_problem([0, 100], [visit(1, service_s=61, windows=[window(0, 160)])])

    assert driven(schedule_route(fits, 0, (0,))).stops[0].departure_s == 160
    assert schedule_route(too_late, 0, (0,)) == Infeasible(position=0, obstacle=Obstacle.WINDOWS_MISSED)


def test_the_earliest_window_that_holds_the_whole_service_is_taken() -> None:
    windows = [window(900, 1000), window(0, 120), window(300, 400)]  # in no particular order
    problem = road_problem([0, 100], [visit(1, service_s=50, windows=windows)])

    route = driven(schedule_route(problem, 0, (0,)))

    assert route.stops[0].start_s == 300


def test_departure_is_never_before_the_shift() -> None:
    shift = window(500, 1000)
    problem = road_problem([0, 100], [visit(1)], [vehicle(shift=shift)])

    route = driven(schedule_route(problem, 0, (0,)))

    assert route.departure_s == 500
    assert route.arrival_s == 700


def test_coming_home_after_the_shift_is_an_obstacle_on_the_way_home() -> None:
    problem = road_problem([0, 100], [visit(1)], [vehicle(shift=window(0, 199))])

    assert schedule_route(problem, 0, (0,)) == Infeasible(position=1, obstacle=Obstacle.SHIFT_EXCEEDED)


def test_coming_home_at_the_last_second_is_in_time() -> None:
    problem = road_problem([0, 100], [visit(1)], [vehicle(shift=window(0, 200))])

    assert driven(schedule_route(problem, 0, (0,))).arrival_s == 200


def test_service_must_end_inside_the_shift_on_an_open_route() -> None:
    problem = road_problem([0, 100], [visit(1, service_s=50)], [vehicle(end=None, shift=window(0, 149))])

    assert schedule_route(problem, 0, (0,)) == Infeasible(position=0, obstacle=Obstacle.SHIFT_EXCEEDED)


def test_an_open_route_ends_at_the_last_door() -> None:
    problem = road_problem([0, 100], [visit(1, service_s=50)], [vehicle(end=None)])

    route = driven(schedule_route(problem, 0, (0,)))

    assert (route.arrival_s, route.return_s, route.return_m) == (150, 0, 0)


def test_a_vehicle_without_visits_stays_at_home_even_where_no_road_leads_to_its_end() -> None:
    problem = road_problem([0, 100], [], [vehicle(0, 1, shift=window(500, 600))], cut=[(0, 1)])

    route = driven(schedule_route(problem, 0, ()))

    assert (route.departure_s, route.arrival_s) == (500, 500)
    assert (route.travel_s, route.travel_m, route.stops) == (0, 0, ())


def test_a_leg_without_a_road_is_an_obstacle() -> None:
    problem = road_problem([0, 100, 200], [visit(1), visit(2)], cut=[(1, 2), (1, 0)])

    assert schedule_route(problem, 0, (0, 1)) == Infeasible(position=1, obstacle=Obstacle.UNREACHABLE)
    assert schedule_route(problem, 0, (0,)) == Infeasible(position=1, obstacle=Obstacle.UNREACHABLE)
    assert int(problem.matrices[0].durations_s[1, 0]) == UNREACHABLE


def test_a_missing_skill_is_an_obstacle() -> None:
    problem = road_problem([0, 100], [visit(1, skills=["senior"])], [vehicle(skills=["dialect"])])

    assert schedule_route(problem, 0, (0,)) == Infeasible(position=0, obstacle=Obstacle.SKILL_MISSING)


def test_each_vehicle_travels_by_its_own_matrix() -> None:
    problem = road_problem(
        [0, 100],
        [visit(1)],
        [vehicle(), vehicle(matrix=1)],
        matrices=[road([0, 100]), road([0, 100], slowness=3)],
    )

    assert driven(schedule_route(problem, 0, (0,))).travel_s == 200
    assert driven(schedule_route(problem, 1, (0,))).travel_s == 600


@pytest.mark.parametrize("visits", [(2,), (-1,), (0, 0)])
def test_unknown_and_repeated_visits_are_refused(visits: tuple[int, ...]) -> None:
    problem = road_problem([0, 100], [visit(1), visit(1)])

    with pytest.raises(InvalidScheduleError, match="Visit index"):
        schedule_route(problem, 0, visits)


def test_an_unknown_vehicle_is_refused() -> None:
    with pytest.raises(InvalidScheduleError, match="Vehicle index must be below 1, got 1"):
        schedule_route(road_problem([0], []), 1, ())


def test_a_visit_on_two_routes_is_refused() -> None:
    problem = road_problem([0, 100], [visit(1)], [vehicle(), vehicle()])

    with pytest.raises(InvalidScheduleError, match="more than once"):
        schedule(problem, ((0,), (0,)))


def test_there_must_be_one_sequence_per_vehicle() -> None:
    with pytest.raises(InvalidScheduleError, match="One sequence per vehicle"):
        schedule(road_problem([0], []), ())


def test_a_sequence_that_cannot_be_driven_is_refused_with_its_obstacle() -> None:
    problem = road_problem([0, 100], [visit(1, windows=[window(0, 50)])])

    with pytest.raises(InvalidScheduleError, match="windows_missed at position 0"):
        schedule(problem, ((0,),))


def test_who_leaves_later_may_have_no_break_before_the_door() -> None:
    rest = Break(earliest_s=0, latest_s=10, duration_s=40, after_work_s=5)
    problem = road_problem([0, 100], [visit(1, windows=[window(0, 120)])], [replace(vehicle(), breaks=(rest,))])

    route = driven(schedule_route(problem, 0, (0,)))

    assert (route.departure_s, route.rests) == (11, ())


def test_routes_that_are_known_are_taken_for_the_same_sequence_of_the_same_vehicle_alone() -> None:
    slow = replace(vehicle(), pace_percent=200)
    problem = road_problem([0, 100, 250], [visit(1, service_s=60), visit(2, service_s=30)], [vehicle(), slow])
    known = schedule(problem, ((0,), (1,)))

    for sequences in (((0,), (1,)), ((0, 1), ()), ((1,), (0,)), ((), ())):
        assert schedule(problem, sequences, known=known) == schedule(problem, sequences)
    assert schedule(problem, ((0,), ()), known=known)[0] is known[0]

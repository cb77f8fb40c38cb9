"""Places for visits, and what becomes of them when time runs out."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing import completion, insertion, repair
from routing.completion import complete
from routing.gaps import extra_travel_s
from routing.insertion import OpenPlan, insert_in_order
from routing.problem import Break, Problem, Vehicle
from routing.schedule import can_be_driven, frozen, route_cost_s, schedule, schedule_route
from tests.routing.small_world import road_problem, vehicle, visit, window

REST = Break(earliest_s=5_000, latest_s=6_000, duration_s=10)
#: What fits into this one's gaps has to be tried, for a break may be in the way.
WITH_BREAK = replace(vehicle(), breaks=(REST,))


def never() -> bool:
    return False


def at_once() -> bool:
    return True


class Looks:
    """Time is up after so many looks at the clock."""

    def __init__(self, count: int) -> None:
        self.left = count

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_without_time_to_try_places_the_sure_ones_are_still_offered() -> None:
    problem = road_problem([0, 100, 300], [visit(1)], [WITH_BREAK, vehicle(start=2, end=2)])

    vehicles = []
    for expired in (never, at_once):
        place = OpenPlan(problem, frozen(problem), expired).cheapest(0)
        assert place is not None
        vehicles.append(place.vehicle)

    assert vehicles == [0, 1]


def test_without_time_a_sure_place_is_enough_to_know_that_a_visit_fits() -> None:
    mixed = road_problem([0, 100], [visit(1)], [WITH_BREAK, vehicle()])
    unsure = road_problem([0, 100], [visit(1)], [WITH_BREAK])

    assert [OpenPlan(problem, frozen(problem), at_once).fits(0) for problem in (mixed, unsure)] == [True, None]


def test_a_place_that_must_cost_more_than_it_may_is_not_offered() -> None:
    for car in (vehicle(), WITH_BREAK):
        plan = OpenPlan(road_problem([0, 100], [visit(1)], [car]), ((),))

        assert plan.cheapest(0, most_s=199) is None
        place = plan.cheapest(0, most_s=200)
        assert place is not None
        assert place.extra_s == 200


def test_idle_vehicles_that_are_alike_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    never_home = replace(vehicle(), max_work_s=150)
    hopeless = road_problem([0, 100], [visit(1)], [never_home] * 5 + [replace(never_home, max_work_s=160)] * 5)
    tried = counted(monkeypatch, insertion, "can_be_driven", can_be_driven)

    assert OpenPlan(hopeless, frozen(hopeless)).fits(0) is False
    assert len(tried) == 2


def test_nothing_is_inserted_once_time_is_up() -> None:
    doors = [visit(1), visit(1)]

    assert insert_in_order(road_problem([0, 100], doors), ((),), [0, 1], at_once) == ((),)
    # The first look is that of the loop, the second is before a place is tried.
    assert insert_in_order(road_problem([0, 100], doors, [WITH_BREAK]), ((),), [0, 1], Looks(1)) == ((),)


def test_routes_that_are_known_are_not_timed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = road_problem([0, 100], [visit(1), visit(1), visit(1)], [WITH_BREAK, WITH_BREAK])
    sequences = ((0,), (1,))
    routes = schedule(problem, sequences)
    timed = counted(monkeypatch, insertion, "schedule_route", schedule_route)

    costs_s = []
    for known in ((), routes):
        place = OpenPlan(problem, sequences, routes=known).cheapest(2)
        assert place is not None
        costs_s.append((place.extra_s, len(timed)))

    assert costs_s == [(0, 2), (0, 2)]


@pytest.mark.parametrize("time", range(40))
@pytest.mark.parametrize("car", [vehicle(), WITH_BREAK], ids=["sure", "to be tried"])
def test_a_completion_tries_no_more_than_there_is_time_for(
    car: Vehicle, time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes time, a look at gaps or a trial, is the clock."""
    problem = crowded(car)
    looks = counted(monkeypatch, insertion, "extra_travel_s", extra_travel_s)
    trials = counted(monkeypatch, insertion, "route_cost_s", route_cost_s)

    wholes = counted(monkeypatch, completion, "route_cost_s", route_cost_s)

    def spent() -> int:
        return len(trials) + len(wholes) + len(looks) // 5

    after = complete(problem, ((0, 1, 2), (3, 4, 5)), expired=lambda: spent() >= time)

    assert len(trials) + len(wholes) <= time
    assert len(looks) <= 5 * time + 3 * len(problem.vehicles) + 3  # what is begun is ended
    assert sum(map(len, after)) >= 6  # nobody pays for a mandatory visit with the rest of a route


def test_a_completion_does_not_time_again_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = road_problem([0, 100], [visit(1), visit(1, penalty_s=1)], [WITH_BREAK])
    routes = schedule(problem, ((0,),))
    timed = counted(monkeypatch, insertion, "schedule_route", schedule_route)

    assert complete(problem, ((0,),), routes=routes) == complete(problem, ((0,),)) == ((1, 0),)
    assert len(timed) == 1


def test_what_was_found_before_time_was_up_is_inserted() -> None:
    doors = [visit(1), visit(1), visit(1)]
    problem = road_problem([0, 100], doors, [vehicle(), vehicle(), vehicle()])
    looks = [complete(problem, ((),) * 3, expired=Looks(count)) for count in range(1, 4)]

    assert [sum(map(len, plan)) for plan in looks] == [1, 1, 1]


def test_a_repair_that_is_out_of_time_leaves_out_what_it_would_have_to_try() -> None:
    problem = road_problem([0, 100], [visit(1), visit(1, windows=[window(0, 50)]), visit(1)], [vehicle(), vehicle()])

    assert repair.repair(problem, ((0, 1), (2,)), expired=at_once) == ((), (2,))
    assert repair.repair(problem, ((0, 1), (2,)), expired=never) == ((0,), (2,))


@pytest.mark.parametrize("start", [None, ((1, 0), ())])
def test_a_plan_made_at_once_keeps_the_start_and_serves_what_fits(start: tuple[tuple[int, ...], ...] | None) -> None:
    problem = road_problem([0, 100, 200], [visit(1), visit(2), visit(1), visit(2)], [vehicle(), vehicle()])

    made = repair.make_at_once(problem, start, expired=never)

    assert sorted(stop for stops in made for stop in stops) == [0, 1, 2, 3]
    assert start is None or [stop for stop in made[0] if stop < 2] == [1, 0]
    assert repair.make_at_once(problem, start, expired=at_once) == (((1, 0), ()) if start else ((), ()))


def test_a_plan_made_at_once_does_not_wait_for_the_repair_of_its_start() -> None:
    problem = road_problem([0, 100], [visit(1), visit(1, windows=[window(0, 50)])])

    assert repair.make_at_once(problem, ((0, 1),), expired=at_once) == ((),)


def crowded(car: Vehicle) -> Problem:
    """Two full routes; a mandatory visit and some that would fit are left out."""
    early = [window(0, 410)]
    doors = [visit(1, service_s=100, penalty_s=900, windows=early) for _ in range(6)]
    doors += [visit(1, service_s=100, mandatory=True, windows=early), *[visit(2, service_s=10)] * 4]
    return road_problem([0, 100, 200], doors, [car, car])


def counted(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, function: Callable[..., object]
) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []

    def call(*args: object) -> object:
        calls.append(args)
        return function(*args)

    monkeypatch.setattr(module, name, call)
    return calls

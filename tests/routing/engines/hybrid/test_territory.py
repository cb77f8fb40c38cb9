"""A large problem is cut into parts that are problems of their own, and put together again."""

from dataclasses import replace

import numpy as np

from routing.engines.hybrid.excerpt import Excerpt
from routing.engines.hybrid.territory import Surroundings, districts, territory
from routing.problem import Problem
from tests.routing.villages import villages

PROBLEM = villages(visits=90, vehicles=9)


def with_visit(problem: Problem, number: int, **changes: object) -> Problem:
    visits = list(problem.visits)
    visits[number] = replace(visits[number], **changes)  # type: ignore[arg-type]  # any field of a visit
    return replace(problem, visits=tuple(visits))


def with_vehicle(problem: Problem, number: int, **changes: object) -> Problem:
    vehicles = list(problem.vehicles)
    vehicles[number] = replace(vehicles[number], **changes)  # type: ignore[arg-type]  # any field of a vehicle
    return replace(problem, vehicles=tuple(vehicles))


def test_districts_share_out_every_visit_and_vehicle_once() -> None:
    parts = districts(PROBLEM, 30)

    assert len(parts) == 4
    assert sorted(visit for visits, _ in parts for visit in visits) == list(range(90))
    assert sorted(vehicle for _, vehicles in parts for vehicle in vehicles) == list(range(9))
    assert all(len(visits) <= 30 and vehicles for visits, vehicles in parts)


def test_districts_lie_closer_together_than_chance_would_have_it() -> None:
    durations_s = PROBLEM.matrices[0].durations_s[2:, 2:]

    inside = np.mean([durations_s[np.ix_(visits, visits)].mean() for visits, _ in districts(PROBLEM, 30)])

    assert inside < 0.7 * durations_s.mean()


def test_bound_visits_go_where_their_vehicles_are() -> None:
    door = with_visit(PROBLEM, 5, allowed_vehicles=frozenset({7}), required_skills=frozenset())
    problem = with_vehicle(door, 3, prefix=(80, 11))

    parts = districts(problem, 30)

    assert any(5 in visits and 7 in vehicles for visits, vehicles in parts)
    assert any({80, 11} <= set(visits) and 3 in vehicles for visits, vehicles in parts)
    assert sorted(visit for visits, _ in parts for visit in visits) == list(range(90))


def test_visits_that_ask_for_a_rare_skill_go_where_it_is() -> None:
    problem = with_vehicle(PROBLEM, 0, skills=frozenset())
    asking = {number for number, visit in enumerate(problem.visits) if visit.required_skills}

    parts = districts(problem, 30)

    assert asking
    assert [asking <= set(visits) for visits, vehicles in parts if 1 in vehicles] == [True]
    assert sorted(visit for visits, _ in parts for visit in visits) == list(range(90))


def test_visits_that_nobody_may_serve_are_in_a_district_all_the_same() -> None:
    parts = districts(with_visit(PROBLEM, 5, required_skills=frozenset({"unknown"})), 30)

    assert sorted(visit for visits, _ in parts for visit in visits) == list(range(90))


def test_a_visit_goes_to_the_nearest_of_the_districts_that_may_serve_it() -> None:
    durations_s = PROBLEM.matrices[0].durations_s.astype(int)
    before = districts(PROBLEM, 30)
    home = {vehicle: number for number, (_, cars) in enumerate(before) for vehicle in cars}
    stranger = next(visits[0] for visits, cars in before if not {2, 3} & set(cars))

    after = districts(
        with_visit(PROBLEM, stranger, allowed_vehicles=frozenset({2, 3}), required_skills=frozenset()), 30
    )

    def far_s(number: int) -> float:
        there = PROBLEM.visits[stranger].location
        places = [PROBLEM.visits[visit].location for visit in before[number][0]]
        return float(durations_s[there, places].mean() + durations_s[places, there].mean())

    (now,) = (number for number, (visits, _) in enumerate(after) if stranger in visits)
    assert now in {home[2], home[3]}
    assert far_s(now) == min(far_s(home[2]), far_s(home[3]))


def test_a_territory_is_made_of_whole_routes_nearby() -> None:
    by_vehicle = tuple(tuple(range(first, first + 10)) for first in range(0, 90, 10))
    surroundings = Surroundings(PROBLEM)

    visits, vehicles = territory(surroundings, by_vehicle, 42, 35, taken={0})

    assert 4 in vehicles
    assert 0 not in vehicles
    assert len(vehicles) == 3
    assert sorted(visits) == sorted(visit for vehicle in vehicles for visit in by_vehicle[vehicle])


def test_a_territory_has_its_free_visits_and_a_vehicle_that_is_at_home() -> None:
    by_vehicle = (*(tuple(range(first, first + 10)) for first in range(0, 80, 10)), ())

    visits, vehicles = territory(Surroundings(PROBLEM), by_vehicle, 42, 60, free=range(80, 90))

    assert 8 in vehicles
    assert set(visits) & set(range(80, 90))


def test_an_excerpt_has_the_same_travel_and_the_same_rules() -> None:
    problem = with_vehicle(with_visit(PROBLEM, 50, allowed_vehicles=frozenset({1, 6})), 6, prefix=(50, 9))

    part = Excerpt(problem, [9, 50, 70], [6, 2])

    durations_s, whole_s = part.problem.matrices[0].durations_s, problem.matrices[0].durations_s
    for number, visit in enumerate(part.visits):
        for other_number, other in enumerate(part.visits):
            leg = part.problem.visits[number].location, part.problem.visits[other_number].location
            assert durations_s[leg] == whole_s[problem.visits[visit].location, problem.visits[other].location]
    assert part.problem.visits[1].allowed_vehicles == frozenset({0})
    assert part.problem.vehicles[0].prefix == (1, 0)
    assert part.problem.weights == problem.weights


def test_a_plan_goes_into_an_excerpt_and_back() -> None:
    plan = tuple(tuple(range(first, first + 10)) for first in range(0, 90, 10))
    part = Excerpt(PROBLEM, [*plan[4], *plan[2]], [2, 4])

    inner = part.inner(plan)

    assert [len(visits) for visits in inner] == [10, 10]
    assert part.outer(inner) == {2: plan[2], 4: plan[4]}


def test_what_nobody_there_is_allowed_to_serve_is_not_in_an_excerpt() -> None:
    problem = with_visit(PROBLEM, 5, allowed_vehicles=frozenset({7}))

    assert Excerpt(problem, [4, 5, 6], [1, 2]).visits == (4, 6)


def test_where_nobody_drives_yet_a_territory_has_the_nearest_visits_and_its_share_of_vehicles() -> None:
    durations_s = PROBLEM.matrices[0].durations_s.astype(int)

    visits, vehicles = territory(Surroundings(PROBLEM), ((),) * 9, 42, 30, free=range(90))

    def far_s(visit: int) -> int:
        here, there = PROBLEM.visits[42].location, PROBLEM.visits[visit].location
        return int(durations_s[here, there] + durations_s[there, here])

    assert len(visits) == 30
    assert max(far_s(visit) for visit in visits) <= min(far_s(visit) for visit in range(90) if visit not in visits)
    assert len(vehicles) == 3

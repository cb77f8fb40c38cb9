"""The finishing pass: mandatory visits, missed gains, displacement."""

from dataclasses import replace

import pytest

from routing.completion import complete
from routing.schedule import sequences_cost
from tests.routing.small_world import road_problem, vehicle, visit, window


def test_a_missed_gain_is_inserted_where_it_is_cheapest() -> None:
    problem = road_problem([0, 100, 200], [visit(2), visit(1, penalty_s=1)], [vehicle(), vehicle()])

    assert complete(problem, ((0,), ())) == ((1, 0), ())


def test_at_equal_cost_a_visit_is_served() -> None:
    problem = road_problem([0, 100], [visit(1, penalty_s=200)])

    assert complete(problem, ((),)) == ((0,),)


def test_what_does_not_pay_stays_out() -> None:
    problem = road_problem([0, 100], [visit(1, penalty_s=199)])

    assert complete(problem, ((),)) == ((),)


def test_the_greatest_gain_goes_first() -> None:
    doors = [visit(1, service_s=300, penalty_s=500), visit(1, service_s=300, penalty_s=900)]
    problem = road_problem([0, 100], doors, [vehicle(shift=window(0, 700))])

    assert complete(problem, ((),)) == ((1,),)


def test_a_mandatory_visit_displaces_optional_ones() -> None:
    early = [window(0, 250)]
    doors = [
        visit(1, service_s=100, penalty_s=9_000, windows=early),
        visit(1, service_s=100, mandatory=True, penalty_s=0, windows=early),
    ]
    problem = road_problem([0, 100], doors)

    sequences = complete(problem, ((0,),))

    assert sequences == ((1,),)
    assert sequences_cost(problem, sequences).unserved_mandatory == 0


def test_what_was_displaced_moves_to_another_route() -> None:
    early = [window(0, 250)]
    doors = [
        visit(1, service_s=100, windows=early),
        visit(1, service_s=100, mandatory=True, windows=early, skills=["senior"]),
    ]
    problem = road_problem([0, 100], doors, [vehicle(skills=["senior"]), vehicle()])

    assert complete(problem, ((0,), ())) == ((1,), (0,))


def test_a_mandatory_visit_never_displaces_another() -> None:
    early = [window(0, 250)]
    doors = [visit(1, service_s=100, mandatory=True, windows=early) for _ in range(2)]
    problem = road_problem([0, 100], doors)

    assert complete(problem, ((1,),)) == ((1,),)


def test_a_completion_that_is_out_of_time_leaves_a_feasible_plan_as_it_is() -> None:
    problem = road_problem([0, 100, 200], [visit(2), visit(1, mandatory=True)], [vehicle(), vehicle()])

    assert complete(problem, ((0,), ()), expired=lambda: True) == ((0,), ())


@pytest.mark.parametrize("looks", range(1, 40))
def test_a_completion_that_runs_out_of_time_anywhere_leaves_no_worse_a_plan(looks: int) -> None:
    early = [window(0, 410)]
    doors = [replace(visit(1, service_s=100, penalty_s=900, windows=early), setup_s=5) for _ in range(6)]
    doors += [visit(1, service_s=100, mandatory=True, windows=early), visit(2, service_s=10)]
    problem = road_problem([0, 100, 200], doors, [vehicle(), vehicle()])
    left = iter(range(looks))
    before = ((0, 1, 2), (3, 4, 5))

    after = complete(problem, before, expired=lambda: next(left, None) is None)

    assert sequences_cost(problem, after).total_s <= sequences_cost(problem, before).total_s


def test_among_mandatory_visits_there_is_nothing_to_displace() -> None:
    early = [window(0, 250)]
    doors = [visit(1, service_s=100, mandatory=True, windows=early) for _ in range(3)]
    problem = road_problem([0, 100], doors)

    assert complete(problem, ((2,),)) == ((2,),)

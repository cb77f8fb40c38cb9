"""Any sequences as a start: what can be driven stays, what cannot is put elsewhere, nonsense is refused."""

from dataclasses import replace

import pytest

from routing.engine import Sequences
from routing.errors import InvalidProblemError
from routing.repair import repair
from tests.routing.small_world import road_problem, vehicle, visit, window


def test_sequences_that_can_be_driven_stay_as_they_are() -> None:
    problem = road_problem([0, 100, 200], [visit(1), visit(2)], [vehicle(), vehicle()])

    assert repair(problem, ((1, 0), ())) == ((1, 0), ())


def test_what_comes_too_late_is_put_where_it_fits() -> None:
    doors = [visit(1, service_s=500), visit(1, windows=[window(0, 200)])]
    problem = road_problem([0, 100], doors, [vehicle(), vehicle()])

    assert repair(problem, ((0, 1), ())) == ((1, 0), ())


def test_what_fits_nowhere_is_left_out() -> None:
    problem = road_problem([0, 100], [visit(1, skills=["senior"]), visit(1)])

    assert repair(problem, ((0, 1),)) == ((1,),)


def test_a_frozen_prefix_comes_first_whatever_the_start_says() -> None:
    doors = [visit(1), visit(1), visit(1)]
    problem = road_problem([0, 100], doors, [replace(vehicle(), prefix=(2,)), vehicle()])

    assert repair(problem, ((0,), (2, 1))) == ((2, 0), (1,))


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        (((0,),), "one sequence per vehicle: 2, got 1"),
        (((0,), (9,)), "indices below 2, got 9"),
        (((0,), (0,)), "Visit 'v0': it may be in a start once, got it 2 times"),
    ],
)
def test_a_start_that_names_what_there_is_not_is_refused(start: Sequences, rule: str) -> None:
    problem = road_problem([0, 100], [visit(1), visit(1)], [vehicle(), vehicle()])

    with pytest.raises(InvalidProblemError, match=rule):
        repair(problem, start)

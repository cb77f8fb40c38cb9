"""Each reason, by hand."""

from dataclasses import replace

import pytest

from routing.explain import explain
from routing.problem import Problem
from routing.schedule import schedule
from routing.solution import Reason
from tests.routing.small_world import road_problem, vehicle, visit, window


def reason(problem: Problem, kept: tuple[int, ...] = (), visit_left_out: int = 0) -> Reason:
    idle = ((),) * (len(problem.vehicles) - 1)
    routes = schedule(problem, (kept, *idle) if problem.vehicles else ())
    (entry,) = explain(problem, routes, [visit_left_out])
    assert entry.visit == visit_left_out
    return entry.reason


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (road_problem([0, 100], [visit(1)], []), Reason.NO_VEHICLES),
        (road_problem([0, 100], [visit(1, skills=["senior"])]), Reason.SKILL_MISSING),
        (road_problem([0, 100], [visit(1)], cut=[(0, 1)]), Reason.UNREACHABLE),
        (road_problem([0, 100], [visit(1)], cut=[(1, 0)]), Reason.UNREACHABLE),
        (road_problem([0, 100], [visit(1, windows=[window(10_001, 20_000)])]), Reason.OUTSIDE_SHIFTS),
        (
            road_problem([0, 100], [visit(1, windows=[window(0, 50)])], [vehicle(shift=window(51, 900))]),
            Reason.OUTSIDE_SHIFTS,
        ),
        (
            road_problem([0, 100], [visit(1, service_s=60, windows=[window(9_950, 20_000)])]),
            Reason.OUTSIDE_SHIFTS,
        ),
        (
            road_problem([0, 100], [visit(1, service_s=60, windows=[window(0, 59), window(100, 150)])]),
            Reason.SERVICE_TOO_LONG,
        ),
        (road_problem([0, 100], [visit(1, service_s=10_001)]), Reason.SERVICE_TOO_LONG),
        (road_problem([0, 5_001], [visit(1)]), Reason.TOO_FAR),
        (road_problem([0, 100], [visit(1, windows=[window(0, 99)])]), Reason.TOO_FAR),
        (road_problem([0, 100], [visit(1, penalty_s=199)]), Reason.NOT_WORTH_THE_TIME),
    ],
)
def test_the_most_telling_reason_is_given(problem: Problem, expected: Reason) -> None:
    assert reason(problem) == expected


def test_visits_that_were_kept_may_leave_no_time() -> None:
    problem = road_problem([0, 100], [visit(1, service_s=60), visit(1, service_s=60)], [vehicle(shift=window(0, 319))])

    assert reason(problem, kept=(1,)) == Reason.NO_TIME_LEFT


def test_a_reason_comes_from_the_vehicles_with_the_skill() -> None:
    near_unskilled, far_skilled = vehicle(), vehicle(1, 1, skills=["senior"])
    problem = road_problem([0, 9_000], [visit(0, skills=["senior"])], [near_unskilled, far_skilled])

    assert reason(problem) == Reason.TOO_FAR


def test_a_pinned_position_that_another_pinned_visit_has_is_no_matter_of_time() -> None:
    first = replace(visit(1), position=0)

    assert reason(road_problem([0, 100], [first, first]), (1,)) is Reason.NO_SUCH_POSITION


def test_a_pinned_position_behind_a_visit_that_has_no_pin_is_a_matter_of_time() -> None:
    pinned = replace(visit(1, service_s=9_000), position=0)

    assert reason(road_problem([0, 100], [pinned, visit(1, service_s=9_000)]), (1,)) is Reason.NO_TIME_LEFT


def test_once_time_is_up_what_fits_alone_is_told_to_have_no_time_left() -> None:
    problem = road_problem([0, 100], [replace(visit(1, penalty_s=1), setup_s=1), visit(1, skills=["senior"])])
    routes = schedule(problem, ((),))

    reasons = [
        [entry.reason for entry in explain(problem, routes, [0, 1], expired=expired)]
        for expired in (lambda: False, lambda: True)
    ]

    assert reasons == [
        [Reason.NOT_WORTH_THE_TIME, Reason.SKILL_MISSING],
        [Reason.NO_TIME_LEFT, Reason.SKILL_MISSING],
    ]


def test_once_time_is_up_nothing_is_said_that_was_not_looked_at() -> None:
    at_one = replace(visit(1, penalty_s=1), position=1, setup_s=1)
    problem = road_problem([0, 100], [visit(1), at_one])

    (entry,) = explain(problem, schedule(problem, ((0,),)), [1], expired=lambda: True)

    assert entry.reason == Reason.NO_TIME_LEFT

"""Each reason, by hand."""

from dataclasses import replace
from functools import partial

import pytest

from routing.explain import explain
from routing.problem import Break, Problem
from routing.schedule import can_be_driven, schedule
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


def test_a_setup_that_a_neighbour_may_save_is_not_blamed_in_a_hurry() -> None:
    doors = [visit(1, service_s=50), replace(visit(1, service_s=50, windows=[window(0, 60)]), setup_s=30)]
    problem = road_problem([0, 0], doors)
    routes = schedule(problem, ((0,),))

    reasons = [explain(problem, routes, [1], expired=partial(bool, up))[0].reason for up in (False, True)]

    assert reasons == [Reason.SERVICE_TOO_LONG, Reason.NO_TIME_LEFT]


@pytest.mark.parametrize("looks", range(30))
def test_what_is_said_in_a_hurry_is_said_with_time_too_or_is_that_no_time_was_left(looks: int) -> None:
    rest = Break(earliest_s=4_000, latest_s=5_000, duration_s=60)
    doors = [visit(1, service_s=4_000), visit(1, service_s=4_000)]
    doors += [replace(visit(1, service_s=800, penalty_s=1), setup_s=1) for _ in range(4)]
    doors += [replace(visit(1, service_s=9_500), setup_s=1), visit(1, skills=["senior"])]
    problem = road_problem([0, 100], doors, [replace(vehicle(), breaks=(rest,), max_work_s=9_000)])
    routes, missing = schedule(problem, ((0, 1),)), range(2, 8)
    left = iter(range(looks))

    unhurried = explain(problem, routes, missing)
    hurried = explain(problem, routes, missing, expired=lambda: next(left, None) is None)

    assert {entry.reason for entry in unhurried} == {
        Reason.NOT_WORTH_THE_TIME,
        Reason.OVER_LIMITS,
        Reason.SKILL_MISSING,
    }
    for quick, slow in zip(hurried, unhurried, strict=True):
        assert quick.reason in {slow.reason, Reason.NO_TIME_LEFT}


def test_what_no_plan_could_change_is_found_out_first(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = replace(vehicle(), max_work_s=500)
    short = visit(1, service_s=50, penalty_s=1)
    problem = road_problem([0, 100], [short, *[short] * 8, visit(1, service_s=600)], [limited])
    trials = trials_of(monkeypatch)

    reasons = [
        entry.reason
        # One trial for each visit left out that is alone on a route, and one more with it anywhere there.
        for entry in explain(problem, schedule(problem, ((0,),)), range(1, 10), expired=lambda: len(trials) >= 10)
    ]

    assert reasons[-1] is Reason.OVER_LIMITS


def test_what_may_be_worth_its_place_is_not_said_not_to_be_when_not_all_was_tried() -> None:
    cheap, dear = visit(1, penalty_s=300), visit(2, penalty_s=300)
    problem = road_problem([0, 100, 200], [cheap, dear, replace(cheap, mandatory=True)])

    reasons = [entry.reason for entry in explain(problem, schedule(problem, ((),)), [0, 1, 2], is_completed=False)]

    assert reasons == [Reason.NO_TIME_LEFT, Reason.NOT_WORTH_THE_TIME, Reason.NO_TIME_LEFT]


def test_once_time_is_up_no_limit_is_blamed_for_what_a_pinned_position_may_be_to_blame_for() -> None:
    limited = replace(vehicle(), max_work_s=5_000)
    problem = road_problem([0, 100], [replace(visit(1), position=1)], [limited])
    routes = schedule(problem, ((),))

    reasons = [explain(problem, routes, [0], expired=partial(bool, up))[0].reason for up in (False, True)]

    assert reasons == [Reason.NO_SUCH_POSITION, Reason.NO_TIME_LEFT]


@pytest.mark.parametrize("time", range(12))
def test_explaining_tries_no_more_than_there_is_time_for(time: int, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = [replace(vehicle(), max_work_s=limit_s) for limit_s in (150, 160, 500)]
    problem = road_problem([0, 100], [visit(1, service_s=50, penalty_s=1) for _ in range(5)], limited)
    trials = trials_of(monkeypatch)

    explain(problem, schedule(problem, ((), (), (0,))), range(1, 5), expired=lambda: len(trials) >= time)

    assert len(trials) <= time


def trials_of(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count routes that are tried, each by its vehicle."""
    trials: list[int] = []

    def tried(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> bool:
        trials.append(vehicle)
        return can_be_driven(problem, vehicle, visits)

    monkeypatch.setattr("routing.insertion.can_be_driven", tried)
    return trials

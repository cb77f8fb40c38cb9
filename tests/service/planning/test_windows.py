from dataclasses import replace
from datetime import date, time

import pytest

from routing.problem import TimeWindow
from service.cases.case import Case, Day, LocalWindow, Whereabouts
from service.cases.policy import PACKS
from service.cases.refusal import Refusal
from service.planning.windows import allowed_windows
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import day_of


@pytest.fixture
def day() -> Day:
    request = {
        "date": "2026-11-25",
        "area": "flat",
        "time_zone": "Asia/Shanghai",
        "policy": "cn",
        "cases": [{"id": "c", "address": "1,1"}],
        "collectors": [{"id": "k", "start": {"address": "0,0"}, "shift": {"start": "06:00", "end": "23:30"}}],
        "options": {"minutes_per_priority_point": 1.0, "budget_s": 1.0},
    }
    return day_of(PlanRequest.model_validate(request))


def case_with(*windows: tuple[str, str], service_s: int = 1200) -> Case:
    return Case(
        id="c",
        whereabouts=Whereabouts(address="1,1"),
        priority=50,
        mandatory=False,
        service_s=service_s,
        windows=tuple(LocalWindow(start=time.fromisoformat(a), end=time.fromisoformat(b)) for a, b in windows),
        required_skills=frozenset(),
    )


def hours(start: float, end: float) -> TimeWindow:
    return TimeWindow(start_s=round(start * 3600), end_s=round(end * 3600))


def test_a_case_without_windows_gets_the_hours_of_the_policy(day: Day) -> None:
    assert allowed_windows(day, case_with(), pointer="/cases/0") == (hours(8, 22),)


def test_windows_are_cut_to_the_hours_of_the_policy(day: Day) -> None:
    windows = allowed_windows(day, case_with(("06:00", "09:00"), ("20:00", "23:00")), pointer="/cases/0")

    assert windows == (hours(8, 9), hours(20, 22))


def test_a_window_outside_the_hours_is_dropped_and_the_others_stay(day: Day) -> None:
    windows = allowed_windows(day, case_with(("22:30", "23:30"), ("10:00", "11:00")), pointer="/cases/0")

    assert windows == (hours(10, 11),)


def test_a_case_that_only_wants_forbidden_hours_is_refused_with_the_rule(day: Day) -> None:
    refusal = allowed_windows(day, case_with(("22:00", "23:30")), pointer="/cases/7")

    assert refusal == Refusal(code="policy_hours", pointer="/cases/7/windows", rule="cn-2025-1: 08:00-22:00")


def test_a_visit_that_would_end_after_the_lawful_hours_is_refused(day: Day) -> None:
    refusal = allowed_windows(day, case_with(("21:50", "23:30")), pointer="/cases/0")

    assert isinstance(refusal, Refusal)
    assert refusal.code == "policy_hours"


def test_a_service_longer_than_its_window_is_refused_for_that(day: Day) -> None:
    refusal = allowed_windows(day, case_with(("10:00", "10:15")), pointer="/cases/0")

    assert refusal == Refusal(code="service_too_long", pointer="/cases/0/service_s")


def test_no_visit_on_a_day_the_policy_forbids(day: Day) -> None:
    sunday = replace(day, policy=PACKS["ie"], date=date(2026, 11, 29))

    refusal = allowed_windows(sunday, case_with(), pointer="/cases/0")

    assert isinstance(refusal, Refusal)
    assert refusal.code == "policy_day"
    assert refusal.rule is not None
    assert refusal.rule.startswith("ie-2025-1")


def test_a_grace_ends_with_the_lawful_hours(day: Day) -> None:
    late = LocalWindow(start=time(20), end=time(21, 30), grace_s=3600)
    unlawful = LocalWindow(start=time(20), end=time(23), grace_s=3600)

    windows = allowed_windows(day, replace(case_with(), windows=(late, unlawful)), pointer="/cases/0")

    assert windows == (replace(hours(20, 21.5), grace_s=1800), hours(20, 22))


def test_a_visit_that_fits_with_its_grace_is_not_too_long(day: Day) -> None:
    short = LocalWindow(start=time(10), end=time(10, 15), grace_s=300)

    windows = allowed_windows(day, replace(case_with(), windows=(short,)), pointer="/cases/0")

    assert windows == (replace(hours(10, 10.25), grace_s=300),)

"""How soon a case may be visited again, and when nobody may come: the policy's caps and suppressions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cases.calendar import WorkingCalendar
from service.cases.contact import ContactHistory, Suppression, SuppressionReason, contact_refusal
from service.cases.person import name_form, phone_form
from service.cases.policy import PACKS

DAY = date(2026, 11, 25)
POLICY = PACKS["cn"]


def refusal(history: ContactHistory, *, is_under_way: bool = False, day: date = DAY) -> tuple[str, str | None] | None:
    found = contact_refusal(POLICY, history, day, pointer="/cases/3", is_under_way=is_under_way)
    return None if found is None else (found.code, found.rule)


def ago(*days: int) -> ContactHistory:
    return ContactHistory(visited_on=tuple(DAY - timedelta(days=number) for number in days))


@pytest.mark.parametrize(
    ("history", "rule"),
    [
        (ago(), None),
        (ago(0), "cn-2025-1: caps.per_day 1"),
        (ago(1), "cn-2025-1: caps.per_7d 1"),
        (ago(6), "cn-2025-1: caps.per_7d 1"),
        (ago(7), None),
        (ago(8, 29), "cn-2025-1: caps.per_30d 2"),
        (ago(8, 30), None),
        (ago(-1, -40), None),
    ],
)
def test_a_visit_keeps_its_distance_to_earlier_ones(history: ContactHistory, rule: str | None) -> None:
    assert refusal(history) == (None if rule is None else ("visited_enough", rule))


def test_the_visit_of_today_that_begins_a_route_is_the_one_that_is_planned() -> None:
    assert refusal(ago(0), is_under_way=True) is None
    assert refusal(ago(0, 3), is_under_way=True) == ("visited_enough", "cn-2025-1: caps.per_7d 1")


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (None, None, True),
        (DAY, None, True),
        (None, DAY, True),
        (DAY + timedelta(1), None, False),
        (None, DAY - timedelta(1), False),
    ],
)
def test_a_suppression_holds_from_its_first_day_to_its_last(
    since: date | None, until: date | None, holds: bool
) -> None:
    suppression = Suppression(reason=SuppressionReason.DISPUTE, since=since, until=until)

    found = refusal(ContactHistory(suppressions=(suppression,)))

    assert (found is not None) == holds
    if until == DAY:
        assert found == ("suppressed", "cn-2025-1: suppress dispute until 2026-11-25")


def test_a_closed_case_is_not_visited() -> None:
    assert refusal(ContactHistory(is_closed=True)) == ("case_closed", None)


@given(st.sets(st.integers(0, 40), max_size=6))
def test_whoever_was_refused_a_visit_may_be_visited_once_the_last_one_is_thirty_days_ago(days: set[int]) -> None:
    history = ago(*days)

    assert refusal(history, day=DAY + timedelta(days=30)) is None


@given(st.lists(st.integers(0, 60), max_size=8))
def test_days_that_were_planned_one_by_one_never_break_the_caps(waits: list[int]) -> None:
    day, visited = DAY, list[date]()
    for wait in waits:
        day += timedelta(days=wait)
        if refusal(ContactHistory(visited_on=tuple(visited)), day=day) is None:
            visited.append(day)

    for index, one in enumerate(visited):
        assert all((other - one).days >= 7 for other in visited[index + 1 :])
        assert sum(timedelta() <= other - one < timedelta(days=30) for other in visited) <= 2


def test_a_holiday_is_no_working_day_unless_it_is_worked() -> None:
    friday, sunday = date(2026, 11, 27), date(2026, 11, 29)
    calendar = WorkingCalendar(holidays=frozenset({friday}), extra_days=frozenset({sunday}))

    assert list(calendar.working_days(friday, within_days=4)) == [sunday, date(2026, 11, 30), date(2026, 12, 1)]


def test_a_calendar_without_any_working_day_has_none() -> None:
    assert list(WorkingCalendar(weekdays=frozenset()).working_days(DAY)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("+86 138 0013 8000", "138-0013-8000"), ("0086 13800138000", "13800138000"), ("＋４２３ ２３２", "00423232")],
)
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert phone_form(one) == phone_form(other) != ""


def test_names_differ_by_more_than_case_width_and_spaces() -> None:
    assert name_form("ＡＮＮＡ Muster") == name_form("anna  muster")
    assert name_form("Anna Muster") != name_form("AnnaMuster")
    assert name_form("王 小明") == name_form("王小明") != name_form("王小朋")

"""When a schedule is due, across weekends, holidays and changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cases.calendar import WorkingCalendar
from service.planning.slots import DailySlots

VIENNA = "Europe/Vienna"


def slots(at: str, zone: str = VIENNA, calendar: WorkingCalendar | None = None) -> DailySlots:
    every_day = WorkingCalendar(weekdays=frozenset(range(7)))
    works = (calendar or every_day).is_working_day
    return DailySlots(at=time.fromisoformat(at), time_zone=ZoneInfo(zone), works=works)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_weekends_and_holidays_are_left_out_and_days_worked_instead_are_not() -> None:
    calendar = WorkingCalendar(holidays=frozenset({date(2026, 12, 8)}), extra_days=frozenset({date(2026, 12, 12)}))
    rule, found = slots("06:00", calendar=calendar), [instant("2026-12-03T07:00+01:00")]

    for _ in range(6):
        following = rule.after(found[-1])
        assert following is not None
        found.append(following)

    assert [one.date().day for one in found[1:]] == [4, 7, 9, 10, 11, 12]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("01:59", "2026-03-29T01:59:00+01:00"),
        ("02:30", "2026-03-29T03:00:00+02:00"),  # the clocks skip it
        ("03:00", "2026-03-29T03:00:00+02:00"),
    ],
)
def test_a_time_that_the_clocks_skip_is_when_they_are_put_forward(at: str, expected: str) -> None:
    found = slots(at).after(instant("2026-03-28T23:00+01:00"))

    assert found is not None
    assert found.isoformat() == expected


def test_a_time_that_the_clocks_show_twice_comes_once() -> None:
    rule = slots("02:30")
    first = rule.after(instant("2026-10-25T00:00+02:00"))
    assert first is not None
    second = rule.after(first)
    assert second is not None

    assert first.isoformat() == "2026-10-25T02:30:00+02:00"
    assert second.isoformat() == "2026-10-26T02:30:00+01:00"


def test_a_day_that_the_calendar_of_a_place_skips_has_no_slot() -> None:
    found = slots("06:00", "Pacific/Apia").after(instant("2011-12-29T12:00-10:00"))

    assert found is not None
    assert found.date() == date(2011, 12, 31)


def test_of_many_that_were_missed_the_latest_is_found() -> None:
    rule, first = slots("06:00"), instant("2026-11-02T06:00+01:00")

    assert rule.latest(first, instant("2026-11-25T05:59+01:00")) == instant("2026-11-24T06:00+01:00")
    assert rule.latest(first, instant("2026-11-25T06:00+01:00")) == instant("2026-11-25T06:00+01:00")
    assert rule.latest(first, first - timedelta(seconds=1)) is None


def test_a_calendar_without_a_working_day_is_never_due() -> None:
    assert slots("06:00", calendar=WorkingCalendar(weekdays=frozenset())).after(instant("2026-11-02T06:00Z")) is None


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - made aware below
    at=st.times(),
    zone=st.sampled_from([VIENNA, "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca"]),
)
def test_every_day_has_exactly_one_slot(start: datetime, at: time, zone: str) -> None:
    rule, now = slots(at.replace(microsecond=0).isoformat(), zone), start.replace(tzinfo=UTC)
    days = []

    for _ in range(5):
        following = rule.after(now)
        assert following is not None
        assert following > now
        now = following
        days.append(rule.day_of(now))

    assert days == [days[0] + timedelta(days=number) for number in range(5)]

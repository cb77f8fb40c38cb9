from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.planning.clock import PlanClock


def test_wall_time_is_seconds_since_midnight_on_an_ordinary_day() -> None:
    clock = PlanClock(day=date(2026, 11, 25), time_zone=ZoneInfo("Europe/Vaduz"))

    assert clock.seconds(time(9, 30)) == 9 * 3600 + 1800
    assert clock.instant(34_200).isoformat() == "2026-11-25T09:30:00+01:00"


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 8), (date(2026, 10, 25), 10)])
def test_seconds_are_elapsed_ones_on_the_day_the_clocks_change(day: date, hours: int) -> None:
    clock = PlanClock(day=day, time_zone=ZoneInfo("Europe/Vaduz"))

    assert clock.seconds(time(9)) == hours * 3600


@given(
    day=st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    wall=st.times(min_value=time(4), max_value=time(23)).map(lambda t: t.replace(microsecond=0)),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Vaduz", "America/New_York", "Australia/Lord_Howe"]),
)
def test_an_instant_shows_the_wall_time_it_came_from(day: date, wall: time, zone: str) -> None:
    clock = PlanClock(day=day, time_zone=ZoneInfo(zone))

    instant = clock.instant(clock.seconds(wall))

    assert instant.date() == day
    assert instant.time() == wall


def test_a_time_that_the_clocks_skip_is_the_instant_of_the_change() -> None:
    clock = PlanClock(day=date(2027, 3, 28), time_zone=ZoneInfo("Europe/Vaduz"))

    assert clock.seconds(time(2, 30)) == clock.seconds(time(3)) == 2 * 3600
    assert clock.seconds(time(3, 15)) == 2 * 3600 + 900


@given(
    day=st.sampled_from([date(2027, 3, 28), date(2026, 10, 25), date(2026, 4, 5), date(2026, 10, 4)]),
    zone=st.sampled_from(["Europe/Vaduz", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut"]),
    walls=st.lists(st.times(), min_size=2, max_size=2).map(sorted),
)
def test_a_later_time_on_the_wall_is_never_an_earlier_second(day: date, zone: str, walls: list[time]) -> None:
    clock = PlanClock(day=day, time_zone=ZoneInfo(zone))

    earlier, later = (clock.seconds(wall.replace(microsecond=0)) for wall in walls)

    assert earlier <= later


def test_a_day_that_a_country_skipped_is_known() -> None:
    assert PlanClock(day=date(2011, 12, 30), time_zone=ZoneInfo("Pacific/Apia")).skips_the_day()
    assert not PlanClock(day=date(2011, 12, 29), time_zone=ZoneInfo("Pacific/Apia")).skips_the_day()

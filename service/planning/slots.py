"""When something is due that is to happen every working day at one time, by a wall clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.planning.clock import PlanClock

#: So many days ahead are looked at: a calendar without any working day in them has none.
_DAYS_AHEAD = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class DailySlots:
    """One slot on each day that `works`, at the time `at` by the clocks of `time_zone`.

    A time that the clocks skip is the instant at which they are put forward; one that they show twice is the first.

    Examples
    --------
    >>> slots = DailySlots(at=time(6), time_zone=ZoneInfo("Europe/Vaduz"), works=lambda day: day.weekday() < 5)
    >>> slots.after(datetime.fromisoformat("2026-11-27T06:00+01:00")).isoformat()
    '2026-11-30T06:00:00+01:00'
    """

    at: time
    time_zone: ZoneInfo
    works: Callable[[date], bool]

    def after(self, instant: datetime) -> datetime | None:
        """Return the first slot later than an instant; None when there is none within a year."""
        first = instant.astimezone(self.time_zone).date() - timedelta(days=1)
        return next((slot for slot in self._from(first) if slot > instant), None)

    def latest(self, first: datetime, now: datetime) -> datetime | None:
        """Return the latest slot that is not before `first` and not after `now`; None when there is none."""
        day = first.astimezone(self.time_zone).date() - timedelta(days=1)
        found = None
        while day <= now.astimezone(self.time_zone).date():
            slot = self._on(day)
            if slot is not None and first <= slot <= now:
                found = slot
            day += timedelta(days=1)
        return found

    def day_of(self, slot: datetime) -> date:
        """Return the day of a slot by the wall clock."""
        return slot.astimezone(self.time_zone).date()

    def next_day(self, day: date) -> date | None:
        """Return the first day that works behind a day."""
        days = (day + timedelta(days=number) for number in range(1, _DAYS_AHEAD))
        return next((one for one in days if self.works(one)), None)

    def _from(self, first: date) -> Iterator[datetime]:
        for number in range(_DAYS_AHEAD):
            slot = self._on(first + timedelta(days=number))
            if slot is not None:
                yield slot

    def _on(self, day: date) -> datetime | None:
        clock = PlanClock(day=day, time_zone=self.time_zone)
        if clock.skips_the_day() or not self.works(day):
            return None
        return clock.instant(clock.seconds(self.at))

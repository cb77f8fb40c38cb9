"""When a branch works: days of the week, holidays, and the days that are worked in their stead."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

#: Monday to Friday, as datetime.date.weekday counts.
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """The working days of a branch.

    Attributes
    ----------
    weekdays : days of the week that are worked, Monday is 0.
    holidays : days that are not worked whatever day of the week they are.
    extra_days : days that are worked whatever day of the week they are, as China's 调休; they win over holidays.

    Examples
    --------
    >>> calendar = WorkingCalendar(holidays=frozenset({date(2026, 10, 1)}), extra_days=frozenset({date(2026, 10, 10)}))
    >>> [calendar.is_working_day(date(2026, 10, day)) for day in (1, 2, 10, 11)]
    [False, True, True, False]
    """

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = field(default_factory=frozenset)
    extra_days: frozenset[date] = field(default_factory=frozenset)

    def is_working_day(self, day: date) -> bool:
        """Whether the branch works on that day."""
        if day in self.extra_days:
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def working_days(self, first: date, *, within_days: int = 366) -> Iterator[date]:
        """Yield the working days from `first` on, none farther away than `within_days`."""
        for step in count():
            if step > within_days:
                return
            day = first + timedelta(days=step)
            if self.is_working_day(day):
                yield day

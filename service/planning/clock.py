"""The plan's clock: seconds since local midnight on one side, wall time and instants on the other."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanClock:
    """Zero is the branch's midnight at the start of `day`; seconds are elapsed ones, across a DST change too."""

    day: date
    time_zone: ZoneInfo

    def seconds(self, wall: time) -> int:
        """Elapsed seconds from midnight to a time on the branch's wall.

        A time that the clocks skip when they are put forward is the instant at which they are. Of a time that
        they show twice, the first is meant.
        """
        first, second = (
            round(datetime.combine(self.day, wall.replace(fold=fold), tzinfo=self.time_zone).timestamp())
            for fold in (0, 1)
        )
        # Skipped: the two readings lie on both sides of the change, the second one before the first.
        instant_s = first if first <= second else self._change_between(second, first)
        return instant_s - round(self._midnight().timestamp())

    def instant(self, seconds: int) -> datetime:
        """Instant, with the branch's offset, so many elapsed seconds after midnight."""
        utc = self._midnight().astimezone(UTC) + timedelta(seconds=seconds)
        return utc.astimezone(self.time_zone)

    def skips_the_day(self) -> bool:
        """Whether the day does not exist here: its noon, by the clock, falls on another one."""
        noon = datetime.combine(self.day, time(12), tzinfo=self.time_zone)
        return noon.astimezone(UTC).astimezone(self.time_zone).date() != self.day

    def _change_between(self, first_s: int, last_s: int) -> int:
        """Second, since the epoch, at which the offset from UTC changes."""
        old = self._offset_at(first_s)
        while last_s - first_s > 1:
            middle_s = (first_s + last_s) // 2
            if self._offset_at(middle_s) == old:
                first_s = middle_s
            else:
                last_s = middle_s
        return last_s

    def _offset_at(self, epoch_s: int) -> timedelta | None:
        return datetime.fromtimestamp(epoch_s, self.time_zone).utcoffset()

    def _midnight(self) -> datetime:
        return datetime.combine(self.day, time(), tzinfo=self.time_zone)

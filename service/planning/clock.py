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
        """Elapsed seconds from midnight to a time on the branch's wall."""
        instant = datetime.combine(self.day, wall, tzinfo=self.time_zone)
        return round(instant.timestamp() - self._midnight().timestamp())

    def instant(self, seconds: int) -> datetime:
        """Instant, with the branch's offset, so many elapsed seconds after midnight."""
        utc = self._midnight().astimezone(UTC) + timedelta(seconds=seconds)
        return utc.astimezone(self.time_zone)

    def _midnight(self) -> datetime:
        return datetime.combine(self.day, time(), tzinfo=self.time_zone)

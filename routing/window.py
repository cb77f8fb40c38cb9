"""When a visit may happen: hard windows, and soft ends with some grace."""

from dataclasses import dataclass
from typing import Final

from routing.errors import InvalidProblemError

#: No time or duration may have more seconds, some three years: engines add several of them in 32 bits.
MAX_SECONDS: Final = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """From start_s to end_s, both included, in seconds since the plan's own zero; at most MAX_SECONDS with the grace.

    Attributes
    ----------
    grace_s : how long after end_s a service may still end, at Weights.lateness for each second. 0 makes the end hard.
    """

    start_s: int
    end_s: int
    grace_s: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.start_s <= self.end_s:
            msg = f"A time window must satisfy 0 <= start_s <= end_s, got start_s={self.start_s}, end_s={self.end_s}."
            raise InvalidProblemError(msg)
        if self.grace_s < 0:
            msg = f"A time window's grace_s must be >= 0, got {self.grace_s}."
            raise InvalidProblemError(msg)
        if self.last_s > MAX_SECONDS:
            msg = f"A time window must end by {MAX_SECONDS} s, its grace included, got {self.last_s}."
            raise InvalidProblemError(msg)

    @property
    def last_s(self) -> int:
        """The last second at which a service may end."""
        return self.end_s + self.grace_s

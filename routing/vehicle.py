"""A vehicle: one collector on the road, with a shift, limits and breaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from routing.errors import InvalidProblemError
from routing.window import MAX_SECONDS, TimeWindow

#: The slowest and the fastest that a vehicle may be, in percent of the matrix's seconds.
PACE_PERCENT: Final = range(10, 1001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A rest that begins between earliest_s and latest_s, both included, lasts duration_s and ends by MAX_SECONDS.

    It never interrupts a service; on the road it pauses the travel. Before the departure and after the
    arrival it is at home and costs nothing.

    Attributes
    ----------
    after_work_s : it begins after no more than so many seconds of work since the departure, breaks not counted,
        unless the day is over by then. A rest at home before the departure does not replace such a break,
        unless latest_s is over by the departure.
    """

    earliest_s: int
    latest_s: int
    duration_s: int
    after_work_s: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.earliest_s <= self.latest_s:
            msg = (
                f"A break must satisfy 0 <= earliest_s <= latest_s, "
                f"got earliest_s={self.earliest_s}, latest_s={self.latest_s}."
            )
            raise InvalidProblemError(msg)
        if self.duration_s < 1:
            msg = f"A break's duration_s must be >= 1, got {self.duration_s}."
            raise InvalidProblemError(msg)
        if self.latest_s + self.duration_s > MAX_SECONDS:
            msg = f"A break must end by {MAX_SECONDS} s, got latest_s={self.latest_s}, duration_s={self.duration_s}."
            raise InvalidProblemError(msg)
        if self.after_work_s is not None and self.after_work_s < 0:
            msg = f"A break's after_work_s must be >= 0, got {self.after_work_s}."
            raise InvalidProblemError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One collector on the road.

    Attributes
    ----------
    start : matrix index where the day begins.
    end : matrix index where it ends, None to end at the last door.
    shift : departure from `start` and arrival at `end` lie inside it; it is hard.
    skills : what `Visit.required_skills` and `Visit.excluded_skills` look at.
    matrix : which of the problem's matrices the vehicle travels by.
    pace_percent : seconds on the road in percent of the matrix's, rounded up leg by leg.
    max_work_s : at most so long from departure to arrival, breaks not counted.
    max_driving_s : at most so long on the road, the way home included.
    max_visits : at most so many visits.
    max_load : at most so much Visit.load on the whole route.
    overtime_after_s : each second that the arrival is later costs Weights.overtime.
    breaks : in the order in which they are taken.
    prefix : indices of the visits that begin the route, frozen, in this order.
    """

    id: str
    start: int
    end: int | None
    shift: TimeWindow
    skills: frozenset[str] = frozenset()
    matrix: int = 0
    pace_percent: int = 100
    max_work_s: int | None = None
    max_driving_s: int | None = None
    max_visits: int | None = None
    max_load: int | None = None
    overtime_after_s: int | None = None
    breaks: tuple[Break, ...] = ()
    prefix: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for rule in (*self._broken_limits(), *self._broken_breaks()):
            msg = f"Vehicle {self.id!r}: {rule}."
            raise InvalidProblemError(msg)

    def _broken_limits(self) -> Iterator[str]:
        for name in ("max_work_s", "max_driving_s", "max_visits", "max_load"):
            limit: int | None = getattr(self, name)
            if limit is not None and limit < 0:
                yield f"{name} must be >= 0, got {limit}"
        if self.pace_percent not in PACE_PERCENT:
            yield f"pace_percent must be from {PACE_PERCENT[0]} to {PACE_PERCENT[-1]}, got {self.pace_percent}"
        if self.shift.grace_s:
            yield f"a shift is hard and has no grace_s, got {self.shift.grace_s}"
        if self.overtime_after_s is not None and self.overtime_after_s < self.shift.start_s:
            yield f"overtime_after_s must be >= the shift's start_s {self.shift.start_s}, got {self.overtime_after_s}"
        if self.max_visits is not None and len(self.prefix) > self.max_visits:
            yield f"prefix must have at most max_visits {self.max_visits}, got {len(self.prefix)}"

    def _broken_breaks(self) -> Iterator[str]:
        for before, after in pairwise(self.breaks):
            if before.earliest_s > after.earliest_s or before.latest_s > after.latest_s:
                yield "breaks must be in the order of their earliest_s and of their latest_s"
        soonest_s = 0
        for number, rest in enumerate(self.breaks):
            soonest_s = max(soonest_s, rest.earliest_s)
            if soonest_s > rest.latest_s:
                yield f"break {number} must begin by {rest.latest_s}, but those before it last until {soonest_s}"
            soonest_s += rest.duration_s

"""How a budget is kept: what has passed, what is left, and whether somebody asked to stop."""

import time
from collections.abc import Callable
from math import inf
from typing import Final

from routing.engine import Budget, ShouldStop

#: How long compiled code runs before stop and clock are looked at.
SLICE_S: Final = 0.015

#: Steps of a slice where only steps count: always the same, so that a run can be repeated.
SLICE_STEPS: Final = 200

_FIRST_SLICE_STEPS: Final = 20
_SECONDS_BETWEEN_QUESTIONS: Final = 0.02


class Pace:
    """The clock of one run.

    Parameters
    ----------
    clock : seconds that pass; it is read only where the budget has seconds, or to tell how long something took.
    """

    def __init__(self, budget: Budget, should_stop: ShouldStop, clock: Callable[[], float] = time.monotonic) -> None:
        self._should_stop = should_stop
        self._clock = clock
        self._began_s = clock()
        self._asked_s = -inf
        self.seconds = inf if budget.seconds is None else budget.seconds
        self.iterations = inf if budget.iterations is None else budget.iterations
        self.steps = 0
        self.stopped = False

    @property
    def timed(self) -> bool:
        """Whether seconds count; where they do not, nothing may depend on the clock."""
        return self.seconds < inf

    def elapsed_s(self) -> float:
        """Seconds since this run began."""
        return self._clock() - self._began_s

    def left_s(self) -> float:
        """Seconds until the budget is used up; infinite where seconds do not count."""
        return self.seconds - self.elapsed_s() if self.timed else inf

    def left_steps(self) -> float:
        """Return the steps until the budget is used up; infinite where steps do not count."""
        return self.iterations - self.steps

    def share(self) -> float:
        """Return how much of the budget is used up, from 0 to 1."""
        return min(1.0, max(self.elapsed_s() / self.seconds, self.steps / self.iterations))

    def is_over(self) -> bool:
        """Whether the budget is used up, or somebody asked to stop (who is asked fifty times a second)."""
        if not self.stopped and (now_s := self._clock()) >= self._asked_s + _SECONDS_BETWEEN_QUESTIONS:
            self._asked_s = now_s
            self.stopped = self._should_stop()
        return self.stopped or self.left_s() <= 0 or self.left_steps() <= 0


class Leg:
    """A stretch of a run for one chain: ends after so many seconds or steps, whichever comes first.

    Parameters
    ----------
    seconds : infinite where only steps count.
    """

    def __init__(self, seconds: float, steps: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_s = clock() if seconds < inf else 0.0
        self.seconds = seconds
        self._steps = steps
        self._slice = _FIRST_SLICE_STEPS if seconds < inf else SLICE_STEPS
        self.done = 0

    def share(self) -> float:
        """How much of it lies behind, from 0 to 1."""
        if self.done >= self._steps:
            return 1.0
        return min(1.0, max(self._timed_share(), self.done / self._steps))

    def share_after(self, steps: int) -> float:
        """Return how much will lie behind after so many steps more, if they take as long as those before."""
        done = self.done + steps
        expected = self._timed_share() * done / self.done if self.done else 0.0
        return min(1.0, max(expected, done / self._steps))

    def next_slice(self) -> int:
        """Return the steps to take at once, which should take SLICE_S."""
        return min(self._slice, self._steps - self.done)

    def take(self, steps: int, began_s: float) -> None:
        """Note that a slice of `steps` has been taken since `began_s`, and learn from how long it took."""
        self.done += steps
        if self.seconds < inf:
            took_s = max(1e-6, self._clock() - began_s)
            fitting = int(steps * SLICE_S / took_s)
            self._slice = max(1, min(fitting, 4 * self._slice))

    def _timed_share(self) -> float:
        if self.seconds == inf:
            return 0.0
        return (self._clock() - self._began_s) / self.seconds if self.seconds > 0 else 1.0

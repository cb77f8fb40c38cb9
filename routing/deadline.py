"""How long what follows a search may take."""

import time
from math import inf
from typing import Final

from routing.engine import ShouldStop

#: After a stop, so many seconds more at most.
STOPPED_S: Final = 0.03
_SECONDS_BETWEEN_QUESTIONS: Final = 0.02


class Deadline:
    """Passes after so many seconds, or soon after somebody asks to stop.

    Parameters
    ----------
    seconds : from now on; None for no end.
    should_stop : asked fifty times a second at most, None where nobody stops it.
    """

    def __init__(self, seconds: float | None, should_stop: ShouldStop | None = None) -> None:
        self._until_s = inf if seconds is None else time.monotonic() + seconds
        self._should_stop = should_stop
        self._asked_s = -inf

    def __call__(self) -> bool:
        """Tell whether it has passed."""
        if self._should_stop is None and self._until_s == inf:
            return False
        now_s = time.monotonic()
        if self._should_stop is not None and now_s >= self._asked_s + _SECONDS_BETWEEN_QUESTIONS:
            self._asked_s = now_s
            if self._should_stop():
                self._until_s, self._should_stop = min(self._until_s, now_s + STOPPED_S), None
        return now_s > self._until_s

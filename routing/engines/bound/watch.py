"""Tells kernels that run without the GIL when to stop."""

import threading
import time
from types import TracebackType
from typing import Final

import numpy as np

from routing.engine import ShouldStop

_EVERY_S: Final = 0.05


class Watch:
    """While entered, a thread sets `flag[0]` once the seconds are over or the caller wants to stop.

    What `should_stop` raises ends the search, and is raised when the watch is left.
    """

    def __init__(self, seconds: float | None, should_stop: ShouldStop) -> None:
        self.flag = np.zeros(1, np.uint8)
        self._until_s = None if seconds is None else time.monotonic() + seconds
        self._should_stop = should_stop
        self._failure: BaseException | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, name="bound-watch", daemon=True)

    @property
    def over(self) -> bool:
        """Whether it is time to stop."""
        return bool(self.flag[0])

    @property
    def left_s(self) -> float | None:
        """Seconds that are left, None without a limit."""
        return None if self._until_s is None else max(0.0, self._until_s - time.monotonic())

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        if self._failure is not None and error is None:
            raise self._failure

    def _look(self) -> None:
        try:
            while not self._done.wait(_EVERY_S):
                if self.left_s == 0 or self._should_stop():
                    break
        except BaseException as exc:  # noqa: BLE001 - raised again where the watch is left
            self._failure = exc
        self.flag[0] = 1

"""What was seen lately: so that looking at one thing many times is told once."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

_MOST: Final = 10_000


class SeenLately:
    """Remembers keys for some seconds, the latest ten thousand of them; for all threads of this process.

    `clock` gives seconds that only grow.
    """

    def __init__(self, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._seen: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, key: Hashable) -> bool:
        """Whether the key was not seen in the last seconds; from now on it was."""
        now = self._clock()
        with self._lock:
            at = self._seen.get(key)
            if at is not None and now - at < self._seconds:
                return False
            self._seen[key] = now
            self._seen.move_to_end(key)
            while len(self._seen) > _MOST:
                self._seen.popitem(last=False)
        return True

    def forget(self, key: Hashable) -> None:
        """Take a key as not seen."""
        with self._lock:
            self._seen.pop(key, None)

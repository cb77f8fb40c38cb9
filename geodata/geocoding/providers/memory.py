"""Meter and cache of one process, for commands without a database."""

import threading
from collections.abc import Callable, Mapping, Sequence

from geodata.geocoding.providers.port import Found


class MemoryMeter:
    """Counts within this process.

    Parameters
    ----------
    now : seconds of a clock that never goes back.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._next: dict[str, float] = {}
        self._used: dict[str, int] = {}
        self._lock = threading.Lock()

    def reserve(self, provider: str, *, addresses: int, qps: float, per_day: int) -> float | None:
        """See Meter.reserve; the day ends with the process."""
        with self._lock:
            used = self._used.get(provider, 0) + addresses
            if used > per_day:
                return None
            self._used[provider] = used
            now = self._now()
            turn = max(self._next.get(provider, now), now)
            self._next[provider] = turn + addresses / qps
            return turn - now


class MemoryCache:
    """Remembers answers within this process."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], tuple[Found, ...]] = {}

    def find(self, provider: str, texts: Sequence[str]) -> dict[str, tuple[Found, ...]]:
        """See AnswerCache.find."""
        return {text: self._said[provider, text] for text in texts if (provider, text) in self._said}

    def keep(self, provider: str, answers: Mapping[str, tuple[Found, ...]]) -> None:
        """See AnswerCache.keep."""
        self._said |= {(provider, text): found for text, found in answers.items()}

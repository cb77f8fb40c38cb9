"""What somebody may still ask for: counted by the library `limits`, in windows that slide."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from limits import RateLimitItem
from limits.strategies import SlidingWindowCounterRateLimiter


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """A limit and whom it counts: `name` is told, `who` is not."""

    name: str
    who: str
    item: RateLimitItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of a quota, and seconds until there is more."""

    quota: Quota
    remaining: int
    more_in_s: int


class Limiter:
    """Counts requests; over all processes when the counter's storage is `PostgresStorage`."""

    def __init__(self, counter: SlidingWindowCounterRateLimiter) -> None:
        self._counter = counter

    def hit(self, quotas: Sequence[Quota]) -> tuple[bool, list[Left]]:
        """Count a request against each quota until one of them is used up; False then. Return what is left of each."""
        granted = all(self._counter.hit(quota.item, quota.name, quota.who) for quota in quotas)
        return granted, [self._left(quota) for quota in quotas]

    def _left(self, quota: Quota) -> Left:
        stats = self._counter.get_window_stats(quota.item, quota.name, quota.who)
        return Left(quota=quota, remaining=stats.remaining, more_in_s=max(1, ceil(stats.reset_time - time.time())))

"""Chains that search side by side, each in a thread of its own: compiled code does not hold the GIL."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from routing.engine import Sequences
from routing.engines.hybrid.pace import Leg


class Walker(Protocol):
    """What a crew asks of a chain."""

    @property
    def best(self) -> Sequences:
        """The best plan so far."""

    @property
    def best_cost(self) -> int:
        """What it costs."""

    def run(self, steps: int, *, hot: float, cold: float) -> None:
        """Take so many steps while the temperature falls from hot to cold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooling:
    """The temperature falls from `hot` to `cold` (in units of cost) by the same factor in equal times."""

    hot: float
    cold: float

    def at(self, share: float) -> float:
        """Return the temperature when `share` of the way, from 0 to 1, is done."""
        return float(self.hot * (self.cold / self.hot) ** share)


class Crew:
    """Has several chains take the same leg at the same time; ends when all of them have."""

    def __init__(self, threads: int) -> None:
        self._others = ThreadPoolExecutor(threads - 1, thread_name_prefix="chain") if threads > 1 else None
        self._cancelled = Event()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self._cancelled.set()
        if self._others is not None:
            self._others.shutdown()

    def run(
        self, chains: Sequence[Walker], leg: Callable[[], Leg], cooling: Cooling, is_over: Callable[[], bool]
    ) -> int:
        """Anneal every chain for a leg; return the steps that the slowest has taken.

        Parameters
        ----------
        leg : makes a leg for one chain.
        is_over : asked between the slices of the first chain, from this thread; True ends the leg of all.
        """
        self._cancelled.clear()
        tasks = (
            []
            if self._others is None
            else [self._others.submit(walk, chain, leg(), cooling, self._cancelled.is_set) for chain in chains[1:]]
        )
        try:
            steps = [walk(chains[0], leg(), cooling, is_over)]
            if tasks and is_over():
                self._cancelled.set()
        except BaseException:
            self._cancelled.set()
            raise
        return min(steps + [task.result() for task in tasks])


def walk(
    chain: Walker,
    leg: Leg,
    cooling: Cooling,
    is_over: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Take a leg in slices; return its steps."""
    share = leg.share()
    while share < 1.0 and not is_over():
        steps = leg.next_slice()
        began_s = clock()
        ahead = leg.share_after(steps)
        chain.run(steps, hot=cooling.at(share), cold=cooling.at(ahead))
        leg.take(steps, began_s)
        share = leg.share()
    return leg.done

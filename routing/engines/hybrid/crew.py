"""Searches side by side, each in a thread of its own: compiled code does not hold the GIL."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Final, Protocol, TypeVar

from routing.engines.hybrid.pace import Leg

Result = TypeVar("Result")

_SLICES_BETWEEN_LOOKS: Final = 16

#: Asked again and again; True means that the budget is used up or somebody asked to stop.
IsOver = Callable[[], bool]


class Walker(Protocol):
    """What walking asks of a chain."""

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
    """Threads that work side by side: the first piece of work is done by the caller's own."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._others = ThreadPoolExecutor(threads - 1, thread_name_prefix="search") if threads > 1 else None
        self._cancelled = Event()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self._cancelled.set()
        if self._others is not None:
            self._others.shutdown()

    def run(self, works: Sequence[Callable[[IsOver], Result]], is_over: IsOver) -> list[Result]:
        """Do all work, as many pieces as there are threads; return what each gave.

        Parameters
        ----------
        works : each is told how to know that it must end.
        is_over : asked by the first work alone, from this thread; the others end when it is.
        """
        self._cancelled.clear()
        others = (
            [] if self._others is None else [self._others.submit(work, self._cancelled.is_set) for work in works[1:]]
        )
        try:
            results = [works[0](is_over)]
            if others and is_over():
                self._cancelled.set()
        except BaseException:
            self._cancelled.set()
            raise
        return results + [other.result() for other in others]


def _nothing() -> None:
    """Look at nothing."""


def walk(
    chain: Walker,
    leg: Leg,
    cooling: Cooling,
    is_over: IsOver,
    look: Callable[[], None] = _nothing,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Take a leg in slices; return its steps. Now and then, and at the end, `look` is called."""
    share, slices = leg.share(), 0
    while share < 1.0 and not is_over():
        steps = leg.next_slice()
        began_s = clock()
        ahead = leg.share_after(steps)
        chain.run(steps, hot=cooling.at(share), cold=cooling.at(ahead))
        leg.take(steps, began_s)
        share = leg.share()
        slices += 1
        if slices % _SLICES_BETWEEN_LOOKS == 0:
            look()
    look()
    return leg.done

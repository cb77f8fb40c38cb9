"""The best plan of a run, and who is told about it."""

import time
from typing import Final

from routing.engine import OnProgress, Progress, Sequences
from routing.engines.hybrid.pace import Pace
from routing.problem import Problem
from routing.schedule import frozen, sequences_cost

_SECONDS_BETWEEN_REPORTS: Final = 0.1
#: Reports may take one of so many parts of the time: each is costed by the project's own clock, in Python.
_PARTS: Final = 40


class Record:
    """Keeps the best plan; reports each better one, but no more often than it can be afforded."""

    def __init__(self, problem: Problem, pace: Pace, on_progress: OnProgress) -> None:
        self.best: Sequences = frozen(problem)
        self.best_cost: int | None = None
        self._problem = problem
        self._pace = pace
        self._on_progress = on_progress
        self._reported_cost: int | None = None
        self._next_report_s = 0.0

    def improves(self, cost: int) -> bool:
        """Whether a plan of this cost would be the best so far."""
        return self.best_cost is None or cost < self.best_cost

    def offer(self, sequences: Sequences, cost: int) -> None:
        """Keep the plan if it is better than the best, and report it if it is time."""
        if self.improves(cost):
            self.best, self.best_cost = sequences, cost
            self.report_if_due()

    def report_if_due(self) -> None:
        """Report what has not been reported, if it is time."""
        if self.is_due():
            self.report()

    def is_due(self) -> bool:
        """Whether enough time has passed since the last report."""
        return time.monotonic() >= self._next_report_s

    def report(self) -> None:
        """Report the best plan unless that has been done."""
        if self.best_cost is None or self.best_cost == self._reported_cost:
            return
        self._reported_cost = self.best_cost
        began_s = time.monotonic()
        cost = sequences_cost(self._problem, self.best)
        self._on_progress(
            Progress(
                cost=cost,
                elapsed_s=self._pace.elapsed_s(),
                assigned=sum(len(visits) for visits in self.best),
                sequences=self.best,
            )
        )
        took_s = time.monotonic() - began_s
        self._next_report_s = began_s + max(_SECONDS_BETWEEN_REPORTS, took_s * _PARTS)

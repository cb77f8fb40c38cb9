"""The best plan of a run, and who is told about it."""

import time
from collections.abc import Callable
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
        self._next_report_s = 0.0

    def offer(self, cost: int, plan: Callable[[], Sequences]) -> None:
        """Keep and report a plan that is better than the best, if it is time for a report; it is not asked for else."""
        if (self.best_cost is None or cost < self.best_cost) and time.monotonic() >= self._next_report_s:
            self.finish(cost, plan())

    def finish(self, cost: int, plan: Sequences) -> None:
        """Keep and report a plan that is better than the best."""
        if self.best_cost is not None and cost >= self.best_cost:
            return
        self.best, self.best_cost = plan, cost
        began_s = time.monotonic()
        self._on_progress(
            Progress(
                cost=sequences_cost(self._problem, plan),
                elapsed_s=self._pace.elapsed_s(),
                assigned=sum(len(visits) for visits in plan),
                sequences=plan,
            )
        )
        took_s = time.monotonic() - began_s
        self._next_report_s = began_s + max(_SECONDS_BETWEEN_REPORTS, took_s * _PARTS)

"""The progress that people see: it moves with the clock while nothing better is found, and never falls back."""

import time
from collections.abc import Callable
from typing import Final, Protocol

from service.planning.pipeline import StageProgress
from service.schemas.plan_resource import PartialPlan, PartialRouteOut, PlanProgress

#: How often the elapsed time is told anew.
TICK_S: Final = 0.5
#: How often the routes themselves are told, at most; and which part of the time may go into timing them.
ROUTES_EVERY_S: Final = 1.0
_ROUTES_SHARE: Final = 0.05


class OnTold(Protocol):
    """Hears of progress; with the best plan so far when there is a better one to show."""

    def __call__(self, progress: PlanProgress, best: PartialPlan | None = None, /) -> None:
        """Take note."""


class SearchWatch:
    """Turns the pipeline's stages into progress. Make one per plan; `now_s` is a clock that only goes forward.

    The best routes so far go with it at most once a second, and the newest ones always in the end: what comes too
    soon is kept until `should_stop` is asked again.
    """

    def __init__(
        self,
        on_progress: OnTold,
        should_stop: Callable[[], bool],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._now_s = now_s
        self._latest: PlanProgress | None = None
        self._searching_since_s: float | None = None
        self._told_s = float("-inf")
        self._untold: StageProgress | None = None
        self._routes_due_s = float("-inf")

    def note(self, stage: StageProgress) -> None:
        """Tell of a new stage or a better plan. What an earlier stage knew of the best plan stays known."""
        if stage.stage == "solving" and self._searching_since_s is None:
            self._searching_since_s = self._now_s()
        known = self._latest
        if stage.routes is not None:
            self._untold = stage
        if stage.cost is not None:
            self._tell(
                PlanProgress(
                    stage=stage.stage,
                    cost_s=stage.cost.total_s,
                    unserved_mandatory=stage.cost.unserved_mandatory,
                    assigned=stage.assigned,
                    unassigned=stage.unassigned,
                    budget_s=stage.budget_s,
                )
            )
        elif known is None:
            self._tell(PlanProgress(stage=stage.stage, budget_s=stage.budget_s))
        else:
            self._tell(known.model_copy(update={"stage": stage.stage}))

    def should_stop(self) -> bool:
        """Pass the question on; it is asked so often that it also moves the clock."""
        if self._latest is not None and (self._now_s() - self._told_s >= TICK_S or self._is_due()):
            self._tell(self._latest)
        return self._should_stop()

    def _tell(self, progress: PlanProgress) -> None:
        self._told_s = self._now_s()
        since_s = self._searching_since_s
        elapsed_s = 0.0 if since_s is None else round(self._told_s - since_s, 2)
        self._latest = progress.model_copy(update={"elapsed_s": elapsed_s})
        if self._is_due():
            self._on_progress(self._latest, self._best(elapsed_s))
        else:
            self._on_progress(self._latest)

    def _is_due(self) -> bool:
        return self._untold is not None and self._now_s() >= self._routes_due_s

    def _best(self, elapsed_s: float) -> PartialPlan | None:
        """Time the newest routes: none when there are none."""
        stage, self._untold = self._untold, None
        if stage is None or stage.routes is None or stage.cost is None:
            return None
        began_s = self._now_s()
        routes = stage.routes()
        ended_s = self._now_s()
        self._routes_due_s = ended_s + max(ROUTES_EVERY_S, (ended_s - began_s) / _ROUTES_SHARE)
        return PartialPlan(
            cost_s=stage.cost.total_s,
            assigned=stage.assigned or 0,
            elapsed_s=elapsed_s,
            routes=[PartialRouteOut.of(route) for route in routes],
        )

"""Progress bars of the commands: how far a build is, and how good the best plan so far is."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from service.cli.tables import duration
from service.schemas.plan_resource import PlanProgress


class FractionBar:
    """A bar from 0 to 1 with the name of the stage. It appears when there is something to tell."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<44}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=console,
        )
        self._task = self._bar.add_task("", total=1.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._bar.live.is_started:
            self._bar.stop()

    def __call__(self, stage: str, fraction: float) -> None:
        """Show a stage and the fraction of the whole that is done."""
        self._bar.start()  # does nothing twice
        self._bar.update(self._task, description=stage, completed=fraction)


class SearchBar:
    """A bar over the time of search, with the best cost so far; it goes on showing the cost of the plan."""

    def __init__(self, console: Console, *, doing: str) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn(doing),
            BarColumn(),
            TextColumn("{task.description}"),
            console=console,
        )
        self._task = self._bar.add_task("", total=None)
        self._best = ""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if error is None:
            self._bar.update(self._task, total=1.0, completed=1.0, description=self._best)
        self._bar.stop()

    def __call__(self, progress: PlanProgress) -> None:
        """Show how far the plan is."""
        if progress.cost_s is None or progress.assigned is None:
            self._bar.update(self._task, description=self._best or progress.stage)
            return
        missing = f", {progress.unserved_mandatory} mandatory missing" if progress.unserved_mandatory else ""
        self._best = f"best cost so far {duration(progress.cost_s)}, {progress.assigned} visits{missing}"
        self._bar.update(
            self._task, description=self._best, total=progress.budget_s or None, completed=progress.elapsed_s
        )

"""A solver whose search is a span of its own: the life of the child process, with the plans that it reports."""

from typing import Final

from routing.engine import Budget, OnProgress, Progress, Sequences, ShouldStop
from routing.problem import Problem
from routing.solution import Solution
from service.planning.pipeline import Solver
from service.telemetry.telemetry import Telemetry

#: A long search finds hundreds of better plans; the first ones are the big steps.
_MAX_EVENTS: Final = 50


class TracedSolver:
    """Does what `solver` does, and tells of it in numbers."""

    def __init__(self, solver: Solver, telemetry: Telemetry) -> None:
        self._solver = solver
        self._telemetry = telemetry

    def __call__(
        self,
        problem: Problem,
        *,
        engine: str,
        budget: Budget,
        seed: int,
        threads: int,
        bound_s: float | None,
        on_progress: OnProgress,
        should_stop: ShouldStop,
        start: Sequences | None,
    ) -> Solution:
        """Solve, see `service.planning.pipeline.Solver`."""
        reported = 0
        size = {"visits": len(problem.visits), "vehicles": len(problem.vehicles)}
        with self._telemetry.span("solver child", {"engine": engine, "threads": threads, **size}) as span:

            def telling(progress: Progress) -> None:
                nonlocal reported
                reported += 1
                if reported <= _MAX_EVENTS:
                    span.add_event("better plan", {"cost_s": progress.cost.total_s, "assigned": progress.assigned})
                on_progress(progress)

            solution = self._solver(
                problem,
                engine=engine,
                budget=budget,
                seed=seed,
                threads=threads,
                bound_s=bound_s,
                on_progress=telling,
                should_stop=should_stop,
                start=start,
            )
            span.set_attributes({"better_plans": reported, "unassigned": len(solution.unassigned)})
        return solution

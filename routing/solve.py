"""The public entry: engine -> completion -> schedule -> explain -> check."""

from routing.check import violations
from routing.completion import complete
from routing.cost import cost_of, left_out
from routing.engine import Budget, Engine, OnProgress, Progress, Sequences, ShouldStop
from routing.errors import EngineError, InvalidScheduleError
from routing.explain import explain
from routing.problem import Problem
from routing.schedule import schedule
from routing.solution import Solution


def ignore_progress(progress: Progress) -> None:
    """Report to nobody."""


def never_stop() -> bool:
    """Let the budget decide."""
    return False


def solve(
    problem: Problem,
    engine: Engine,
    *,
    budget: Budget,
    seed: int = 0,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Solution:
    """Plan the day: one timed route per vehicle, and a reason for every visit left out.

    Parameters
    ----------
    budget : how long the engine may search; what follows it takes milliseconds.
    seed : the same seed and the same budget in iterations give the same solution.
    on_progress : called with every better plan, from the thread that solves.
    should_stop : asked again and again; True ends the search and keeps the best plan.

    Raises
    ------
    EngineError
        The engine answered what cannot be driven, or what `check` refuses.
    """
    sequences = engine.solve(problem, budget=budget, seed=seed, on_progress=on_progress, should_stop=should_stop)
    return finish(problem, sequences, engine=engine.name)


def finish(problem: Problem, sequences: Sequences, *, engine: str) -> Solution:
    """Make the audited solution of an engine's sequences. `engine` names the culprit in errors."""
    try:
        schedule(problem, sequences)  # completion builds on feasible sequences only
        sequences = complete(problem, sequences)
        routes = schedule(problem, sequences)
    except InvalidScheduleError as exc:
        msg = f"Engine {engine!r} answered a plan that cannot be driven: {exc}"
        raise EngineError(msg) from exc
    missing = left_out(problem, sequences)
    solution = Solution(
        routes=routes,
        unassigned=explain(problem, routes, missing),
        cost=cost_of(problem, routes, missing),
    )
    broken = violations(problem, solution)
    if broken:
        msg = f"Engine {engine!r} broke rule {broken[0].rule.value!r}: {broken[0].message}"
        raise EngineError(msg)
    return solution

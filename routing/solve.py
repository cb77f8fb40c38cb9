"""The public entry: engine -> completion -> schedule -> explain -> check."""

from dataclasses import replace
from typing import Final

from routing.check import violations
from routing.completion import complete
from routing.cost import cost_of, left_out
from routing.deadline import Deadline
from routing.engine import Budget, Engine, OnProgress, Progress, Sequences, ShouldStop
from routing.errors import EngineError, InvalidScheduleError
from routing.explain import explain
from routing.problem import Problem
from routing.repair import require_known
from routing.schedule import frozen, schedule
from routing.solution import Solution

#: What may come on top of a budget: this part of it, or so many seconds.
_OVERRUN_SHARE: Final = 0.05
_OVERRUN_S: Final = 0.2
#: Timing and checking take up to so long for each visit of the problem.
_AUDIT_S: Final = 1e-4


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
    start: Sequences | None = None,
) -> Solution:
    """Plan the day: one timed route per vehicle, and a reason for every visit left out.

    Parameters
    ----------
    budget : how long all of it may take, give or take 5 % or 0.2 s, see `search_budget`.
    seed : the same seed and the same budget in iterations give the same solution.
    on_progress : called with every better plan, from the thread that solves.
    should_stop : asked again and again; True ends the search and keeps the best plan.
    start : where the search begins: any sequences of known visits, each in one of them at most; repaired where they
        cannot be driven.

    Raises
    ------
    InvalidProblemError
        A frozen prefix cannot be driven, or `start` names what the problem does not have.
    EngineError
        The engine answered what cannot be driven, or what `check` refuses.
    """
    require_solvable(problem, start)
    sequences = engine.solve(
        problem,
        budget=search_budget(problem, budget),
        seed=seed,
        on_progress=on_progress,
        should_stop=should_stop,
        start=start,
    )
    return finish(problem, sequences, engine=engine.name, completion_s=completion_s(budget), should_stop=should_stop)


def require_solvable(problem: Problem, start: Sequences | None) -> None:
    """Raise InvalidProblemError if a frozen prefix cannot be driven, or `start` names what there is not."""
    frozen(problem)
    if start is not None:
        require_known(problem, start)


def search_budget(problem: Problem, budget: Budget) -> Budget:
    """Take off what comes after the search and is more than the overrun; half is left to the search at least."""
    if budget.seconds is None:
        return budget
    after_s = (completion_s(budget) or 0.0) + _audit_s(problem)
    excess_s = max(0.0, after_s - max(_OVERRUN_S, _OVERRUN_SHARE * budget.seconds))
    return replace(budget, seconds=max(budget.seconds / 2, budget.seconds - excess_s))


def _audit_s(problem: Problem) -> float:
    """Tell how long timing and checking may take: with several breaks there are many departures to try."""
    breaks = max((len(car.breaks) for car in problem.vehicles), default=0)
    return _AUDIT_S * len(problem.visits) * max(1.0, breaks * (breaks + 1) / 4)


def completion_s(budget: Budget) -> float | None:
    """Seconds that completing and explaining a plan may take; None without a clock.

    They are 2 % of the budget, or 0.1 where that is more, or a quarter of the budget where that is less.
    """
    return None if budget.seconds is None else max(min(0.1, budget.seconds / 4), budget.seconds / 50)


def finish(
    problem: Problem,
    sequences: Sequences,
    *,
    engine: str,
    completion_s: float | None = None,
    should_stop: ShouldStop | None = None,
) -> Solution:
    """Make the audited solution of an engine's sequences.

    Parameters
    ----------
    engine : the culprit's name in errors.
    completion_s : how long completing and explaining may take, the former half of it; None for no end. Timing and
        checking come on top.
    should_stop : both end soon after it says so.
    """
    try:
        routes = schedule(problem, sequences)  # completion builds on feasible sequences only
        is_half_over = Deadline(None if completion_s is None else completion_s / 2, should_stop)
        is_over = Deadline(completion_s, should_stop)
        completed = complete(problem, sequences, routes=routes, expired=is_half_over)
        is_completed = not is_half_over()
        if completed != tuple(sequences):
            sequences, routes = completed, schedule(problem, completed, known=routes)
    except InvalidScheduleError as exc:
        msg = f"Engine {engine!r} answered a plan that cannot be driven: {exc}"
        raise EngineError(msg) from exc
    missing = left_out(problem, sequences)
    solution = Solution(
        routes=routes,
        unassigned=explain(problem, routes, missing, expired=is_over, is_completed=is_completed),
        cost=cost_of(problem, routes, missing),
        engine=engine,
    )
    broken = violations(problem, solution)
    if broken:
        msg = f"Engine {engine!r} broke rule {broken[0].rule.value!r}: {broken[0].message}"
        raise EngineError(msg)
    return solution

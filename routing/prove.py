"""How good a solution is: a proven bound, and a better solution if the proof comes upon one."""

from dataclasses import replace
from typing import Final

from routing.engine import ShouldStop
from routing.problem import Problem
from routing.solution import Proof, Solution
from routing.solve import finish

#: How long the better plan may be explained.
_EXPLAINING_S: Final = 0.5


def prove(problem: Problem, solution: Solution, *, seconds: float, should_stop: ShouldStop) -> Solution:
    """Return the solution, or a cheaper one that the search for a bound found, with its proof.

    Parameters
    ----------
    seconds : of wall time, beside those of the engine.
    should_stop : asked again and again, from another thread; True ends the search and keeps what is proven.
    """
    from routing.engines.bound import lower_bound  # noqa: PLC0415 - a heavy import, for the child only

    plan = tuple(tuple(stop.visit for stop in route.stops) for route in solution.routes)
    bound = lower_bound(problem, plan, seconds=seconds, should_stop=should_stop)
    if bound.plan_s < solution.cost.total_s:
        solution = finish(
            problem, bound.plan, engine=solution.engine, completion_s=_EXPLAINING_S, should_stop=should_stop
        )
    return replace(solution, proof=Proof(value_s=bound.value_s, relaxed=bound.relaxed, reason=bound.reason))

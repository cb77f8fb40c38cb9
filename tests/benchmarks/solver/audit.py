"""Whoever made a plan: our clock times it, our check audits it, our cost function says what it costs."""

from dataclasses import dataclass

from routing.check import violations
from routing.cost import cost_of, left_out
from routing.engine import Sequences
from routing.problem import Problem
from routing.schedule import schedule
from routing.solution import Reason, Solution, Unassigned
from tests.benchmarks.solver.instance import Instance, prize_collected


class InvalidPlanError(Exception):
    """A contender's plan breaks a rule of its instance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a plan is worth: its cost in all, the penalties of the visits served, how many are served."""

    cost: int
    prize: int
    served: int


def audited(instance: Instance, problem: Problem, sequences: Sequences) -> Value:
    """Value a plan.

    Raises
    ------
    InvalidPlanError
        When it breaks a rule.
    InvalidScheduleError
        When it cannot be driven at all.
    """
    missing = left_out(problem, sequences)
    routes = schedule(problem, sequences)
    cost = cost_of(problem, routes, missing)
    unassigned = tuple(Unassigned(visit=visit, reason=Reason.NO_TIME_LEFT) for visit in missing)
    broken = violations(problem, Solution(routes=routes, unassigned=unassigned, cost=cost))
    if broken:
        raise InvalidPlanError(f"{instance.name}: {broken[0]}")
    return Value(cost=cost.total_s, prize=prize_collected(instance, sequences), served=instance.size - len(missing))

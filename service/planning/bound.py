"""What is proven of a solution, said of the plan."""

from routing.solution import Solution
from service.planning.plan import PlanBound, PlanCost


def plan_bound(solution: Solution, cost: PlanCost) -> PlanBound | None:
    """Turn the solution's proof, if it has one, to the plan's cost, which counts the refused cases too.

    The same can be saved of both, and never more than all of it: where it is not proven that a mandatory case has to
    be left out, the gap is the whole plan.
    """
    if solution.proof is None:
        return None
    gap_s = min(solution.cost.total_s - solution.proof.value_s, cost.total_s)
    return PlanBound(
        lowest_s=cost.total_s - gap_s,
        gap_percent=100 * gap_s / cost.total_s if cost.total_s else 0.0,
        relaxed=solution.proof.relaxed,
        reason=solution.proof.reason,
    )

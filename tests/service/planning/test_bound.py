"""What is proven of a solution, said of the plan with its refused cases."""

import pytest

from routing.problem import MANDATORY_PENALTY_S
from routing.solution import Cost, Proof, Solution
from service.planning.bound import plan_bound
from service.planning.plan import PlanBound, PlanCost

PLAN = PlanCost(
    travel_s=900, waiting_s=0, overtime_s=0, lateness_s=0, penalty_s=100, total_s=1000, unserved_mandatory=0
)


def bound_of(cost: Cost, value_s: int) -> PlanBound:
    proof = Proof(value_s=value_s, relaxed=("breaks",), reason="time")
    found = plan_bound(Solution(routes=(), unassigned=(), cost=cost, proof=proof), PLAN)
    assert found is not None
    return found


def test_the_gap_is_that_of_the_solution_in_percent_of_the_plan() -> None:
    found = bound_of(Cost(travel_s=900, penalty_s=0), 850)

    assert (found.lowest_s, found.gap_percent, found.relaxed, found.reason) == (950, 5.0, ("breaks",), "time")


def test_a_mandatory_visit_that_is_left_out_in_every_plan_does_not_count() -> None:
    found = bound_of(Cost(travel_s=900, penalty_s=0, unserved_mandatory=1), 880 + MANDATORY_PENALTY_S)

    assert found.gap_percent == pytest.approx(2.0)


def test_where_a_mandatory_visit_could_perhaps_be_served_nothing_is_proven() -> None:
    found = bound_of(Cost(travel_s=900, penalty_s=0, unserved_mandatory=1), 880)

    assert (found.lowest_s, found.gap_percent) == (0, 100.0)

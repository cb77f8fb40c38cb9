"""Proofs of how good a solution is: they may better it, they stop, and they come from the child too."""

import time

from routing.check import violations
from routing.child import solve_in_child
from routing.engine import Budget
from routing.engines.registry import make_engine
from routing.engines.warm_up import warm_up_bound
from routing.prove import prove
from routing.solve import finish, never_stop, solve
from tests.routing.small_world import road_problem, vehicle, visit
from tests.routing.villages import villages


def test_a_plan_that_leaves_all_at_home_is_bettered_to_one_that_is_proven_best() -> None:
    problem = villages(visits=14, vehicles=2)
    idle = finish(problem, ((), ()), engine="nobody", completion_s=0.0)

    proven = prove(problem, idle, seconds=60, should_stop=never_stop)

    assert proven.proof is not None
    assert proven.proof.reason == "closed"
    assert proven.proof.value_s == proven.cost.total_s < idle.cost.total_s
    assert violations(problem, proven) == []


def test_the_best_plan_stays_as_it_is() -> None:
    problem = road_problem([0, 100, 200], [visit(1), visit(2)], [vehicle()])
    best = solve(problem, make_engine("or_tools"), budget=Budget(iterations=10))

    proven = prove(problem, best, seconds=60, should_stop=never_stop)

    assert proven.routes == best.routes
    assert proven.proof is not None
    assert (proven.proof.value_s, proven.proof.reason, proven.proof.relaxed) == (400, "closed", ())


def test_a_stop_is_heard_at_once() -> None:
    warm_up_bound()
    problem = villages(visits=60, vehicles=5)
    idle = finish(problem, ((),) * 5, engine="nobody", completion_s=0.0)
    begin_s = time.monotonic()

    proven = prove(problem, idle, seconds=120, should_stop=lambda: time.monotonic() > begin_s + 0.5)

    assert time.monotonic() < begin_s + 2.0
    assert proven.proof is not None
    assert proven.proof.reason == "stopped"
    assert proven.proof.value_s <= proven.cost.total_s


def test_a_child_proves_beside_its_budget() -> None:
    problem = villages(visits=12, vehicles=2)

    solution = solve_in_child(problem, engine="or_tools", budget=Budget(iterations=5), bound_s=60)

    assert solution.proof is not None
    assert solution.proof.value_s == solution.cost.total_s
    assert solution.proof.reason == "closed"


def test_nobody_proves_who_is_not_asked() -> None:
    problem = road_problem([0, 100], [visit(1)], [vehicle()])

    assert solve_in_child(problem, engine="or_tools", budget=Budget(iterations=5)).proof is None

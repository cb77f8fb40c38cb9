"""The hybrid engine as a whole: threads, warm starts, large problems, and how it ends."""

from dataclasses import replace

import pytest

from routing.check import violations
from routing.engine import Budget, Progress, Sequences
from routing.engines.hybrid import engine, patchwork
from routing.engines.hybrid.engine import HybridEngine
from routing.problem import Problem
from routing.schedule import sequences_cost
from routing.solve import ignore_progress, never_stop, solve
from tests.routing.villages import villages

STEPS = Budget(iterations=2_000)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have problems of a hundred visits cut into districts and territories."""
    monkeypatch.setattr(engine, "LARGE", 80)
    monkeypatch.setattr(patchwork, "_DISTRICT_VISITS", 40)
    monkeypatch.setattr(patchwork, "_TERRITORY_VISITS", 40)


def planned(
    problem: Problem, budget: Budget = STEPS, *, threads: int = 1, seed: int = 1, start: Sequences | None = None
) -> Sequences:
    return HybridEngine(threads).solve(
        problem, budget=budget, seed=seed, on_progress=ignore_progress, should_stop=never_stop, start=start
    )


def cost_s(problem: Problem, plan: Sequences) -> int:
    return sequences_cost(problem, plan).total_s


@pytest.mark.parametrize("threads", [1, 3])
def test_the_same_seed_steps_and_threads_give_the_same_plan(threads: int) -> None:
    problem = villages(visits=60, vehicles=5)

    assert planned(problem, threads=threads) == planned(problem, threads=threads)


def test_a_search_that_begins_with_a_plan_does_not_end_with_a_worse_one() -> None:
    problem = villages(visits=60, vehicles=5)
    good = planned(problem, Budget(iterations=10_000))

    again = planned(problem, Budget(iterations=1), seed=9, start=good)

    assert cost_s(problem, again) <= cost_s(problem, good)


def test_a_large_problem_is_planned_in_parts_and_keeps_every_rule(cut: None) -> None:
    problem = villages(visits=120, vehicles=9)

    solution = solve(problem, HybridEngine(), budget=Budget(iterations=20_000), seed=2)

    assert violations(problem, solution) == []
    assert solution.cost.total_s < 1.25 * cost_s(problem, _whole(problem))


def _whole(problem: Problem) -> Sequences:
    with pytest.MonkeyPatch.context() as uncut:
        uncut.setattr(engine, "LARGE", 10_000)
        return planned(problem, Budget(iterations=20_000))


@pytest.mark.parametrize("threads", [1, 2])
def test_parts_give_the_same_plan_again(cut: None, threads: int) -> None:
    problem = villages(visits=120, vehicles=9)

    assert planned(problem, threads=threads) == planned(problem, threads=threads)


def test_parts_begin_with_an_earlier_plan(cut: None) -> None:
    problem = villages(visits=120, vehicles=9)
    good = planned(problem, Budget(iterations=20_000))

    again = planned(problem, Budget(iterations=100), seed=9, start=good)

    assert cost_s(problem, again) <= cost_s(problem, good)


def test_parts_keep_what_is_bound_to_a_vehicle(cut: None) -> None:
    problem = villages(visits=120, vehicles=9)
    first = next(number for number, visit in enumerate(problem.visits) if not visit.windows)
    begun = replace(problem.vehicles[1], prefix=(first,), skills=frozenset({"senior"}))
    problem = replace(problem, vehicles=(problem.vehicles[0], begun, *problem.vehicles[2:]))

    plan = planned(problem)

    assert plan[1][:1] == (first,)


def test_parts_report_progress_and_stop_when_asked(cut: None) -> None:
    problem = villages(visits=120, vehicles=9)
    reports: list[Progress] = []

    plan = HybridEngine().solve(
        problem,
        budget=Budget(seconds=60),
        seed=1,
        on_progress=reports.append,
        should_stop=lambda: len(reports) >= 2,
    )

    assert 2 <= len(reports) <= 3
    assert cost_s(problem, plan) == reports[-1].cost_s

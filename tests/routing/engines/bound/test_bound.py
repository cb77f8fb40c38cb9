"""The bound of larger days: what it does when GLOP loses its way, and how soon it has something to say."""

import ortools.linear_solver.pywraplp as pywraplp
import pytest

from routing.engine import Budget, Sequences
from routing.engines.bound import lower_bound
from routing.engines.bound.master import Column, Master, UnsolvedError
from routing.engines.bound.seeding import seeded
from routing.engines.bound.setting import Setting
from routing.engines.bound.watch import Watch
from routing.engines.registry import make_engine
from routing.problem import Problem
from routing.schedule import sequences_cost
from routing.solve import ignore_progress, never_stop
from tests.routing.villages import villages

PENALTIES = (50, 60, 70)
COLUMNS = [Column(group=0, visits=visits, cost=cost) for visits, cost in (((0,), 10), ((1, 2), 30), ((0, 1, 2), 90))]


def planned(problem: Problem) -> Sequences:
    return make_engine("hybrid").solve(
        problem, budget=Budget(iterations=5_000), seed=1, on_progress=ignore_progress, should_stop=never_stop
    )


def failing(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Have GLOP give up so many times, then do its work."""
    left = [times]
    solve = pywraplp.Solver.Solve

    def give_up(solver: object) -> int:
        if left[0] > 0:
            left[0] -= 1
            return int(pywraplp.Solver.ABNORMAL)
        return int(solve(solver))

    monkeypatch.setattr(pywraplp.Solver, "Solve", give_up)


def test_a_master_that_glop_gives_up_is_solved_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    master = Master(PENALTIES, [2])
    master.add(COLUMNS)
    failing(monkeypatch, 2)

    master.solve()

    assert master.value == pytest.approx(40)
    assert sorted(column.visits for column, _ in master.amounts) == [(0,), (1, 2)]


def test_a_master_that_cannot_be_solved_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    master = Master(PENALTIES, [2])
    failing(monkeypatch, 100)

    with pytest.raises(UnsolvedError):
        master.solve()


def test_a_search_that_glop_ends_keeps_its_plan_and_a_true_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = villages(visits=14, vehicles=2)
    plan = planned(problem)
    failing(monkeypatch, 10_000)

    bound = lower_bound(problem, plan)

    assert bound.reason == "exhausted"
    assert bound.plan == plan
    assert bound.value_s <= sequences_cost(problem, plan).total_s


def test_a_thinned_master_keeps_what_its_choice_is_made_of() -> None:
    master = Master(PENALTIES, [2])
    master.add(COLUMNS)
    master.solve()

    master.thin(2)
    master.solve()

    assert master.value == pytest.approx(40)
    assert [column.visits for column in master.columns] == [(0,), (1, 2)]


def test_the_search_begins_with_many_routes_that_can_be_driven() -> None:
    problem = villages(visits=30, vehicles=3)
    plan = planned(problem)

    with Watch(None, never_stop) as watch:
        setting = Setting.of(problem, sequences_cost(problem, plan).total_s)
        columns = seeded(setting, plan, watch)

    assert len(columns) > 50
    for column in columns[:50]:
        vehicle = setting.graphs[column.group].vehicles[0]
        alone = tuple(column.visits if number == vehicle else () for number in range(3))
        assert sequences_cost(problem, alone).travel_s == column.cost

"""The benchmark's table says who is better by how much, and never more than was measured."""

from collections.abc import Sequence

import pytest

from tests.benchmarks.records import Measure
from tests.benchmarks.solver.contenders.snapshots import Snapshots
from tests.benchmarks.solver.kinds import OURS, PYVRP, Cell
from tests.benchmarks.solver.runs import Found, Job
from tests.benchmarks.solver.rural import everyday
from tests.benchmarks.solver.summary import as_text, measures, rows

_DAY = everyday(1)
_DATA = "1a2b"


def _cell(*, below: bool | None = True, most_percent: float | None = None) -> Cell:
    return Cell(kind="test", name=_DAY.name, make=lambda: _DAY, budget_s=1.0, below=below, most_percent=most_percent)


def _found(contender: str, costs: Sequence[int | None], found_s: float = 0.9) -> list[Found]:
    return [
        Found(
            job=Job(contender, "", _DAY.name, _DATA, seed, (1.0,), ""),
            budget_s=1.0,
            version="1",
            found_s=found_s,
            wall_s=found_s,
            used_s=1.0,
            peak_mb=50,
            cost=cost,
            prize=0,
            served=0,
            fault="" if cost is not None else "A rule was broken.",
        )
        for seed, cost in enumerate(costs)
    ]


def _measure(cell: Cell, found: list[Found]) -> Measure:
    return measures(rows([cell], found), {_DAY.name: _DAY})[0]


def test_gaps_are_medians_against_the_best_plan_of_all() -> None:
    found = _found(OURS, [100, 110, 150]) + _found(PYVRP, [120, 130, 140])

    measure = _measure(_cell(), found)

    assert (measure.ours, measure.peer) == (10.0, 30.0)
    assert measure.ratio == round(130 / 110, 4)
    assert measure.reached is True


def test_a_plan_that_other_runs_have_found_is_the_best_known_too() -> None:
    table = rows([_cell()], _found(OURS, [110]), {_DATA: 100, "of another day": 50})

    assert table[0].gap_percent(OURS) == pytest.approx(10.0)


@pytest.mark.parametrize(("below", "reached"), [(True, False), (False, True)])
def test_a_draw_is_enough_only_where_it_is_enough_not_to_be_worse(below: bool, reached: bool) -> None:
    found = _found(OURS, [100]) + _found(PYVRP, [100])

    assert _measure(_cell(below=below), found).reached is reached


def test_one_invalid_plan_of_ours_is_a_goal_missed() -> None:
    found = _found(OURS, [100, None, 100]) + _found(PYVRP, [200, 200, 200])

    measure = _measure(_cell(most_percent=50), found)

    assert measure.ours is None
    assert measure.reached is False


def test_goals_of_a_cell_must_all_be_reached() -> None:
    found = _found(OURS, [103, 100, 103]) + _found(PYVRP, [200])

    assert _measure(_cell(most_percent=1), found).reached is False
    assert _measure(_cell(most_percent=5), found).reached is True


def test_a_plan_that_came_late_is_marked_with_its_time() -> None:
    found = _found(OURS, [100]) + _found(PYVRP, [101], found_s=4.8)

    _, row = as_text(rows([_cell()], found))

    assert row[4:6] == ["0.00", "1.00 (5 s)"]


def test_a_search_answers_with_what_it_had_at_each_budget() -> None:
    snapshots: Snapshots[str] = Snapshots([0.0, 1e9])

    snapshots.offer("late for the first")
    snapshots.offer("better, and later still")

    assert snapshots.plans() == {0.0: "late for the first", 1e9: "better, and later still"}

"""`make bench-metamorphic`: does a day with more room ever get a plan that costs more, beyond what seeds differ by?

FULL=1 takes a larger day and more seeds too. Budgets are steps, so the figures are the same everywhere.
"""

import os
import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from routing.cost import left_out_s
from routing.engine import Budget, Engine
from routing.engines.registry import make_engine
from routing.engines.warm_up import warm_up
from routing.problem import Problem, Vehicle
from routing.solve import solve
from tests.benchmarks.records import Measure, load, save, show
from tests.benchmarks.solver.instance import Instance
from tests.benchmarks.solver.rural import everyday, rural

_FULL: Final = os.environ.get("FULL") == "1"
_STEPS: Final = 50_000
_SEEDS: Final = range(1, 6 if _FULL else 4)
_HOUR_S: Final = 3600

_NOTES: Final = (
    "Days of our generator, with seeds that nothing else is judged by or tuned on.",
    f"{_STEPS:,} steps each, {len(_SEEDS)} seeds: how much more the median costs than that of the day as it is.",
    "Below zero is what more room is worth. A visit more may cost what leaving it out does: that is taken off.",
    "The noise is what the seeds' plans differ by, for the day as it is or the other, whichever is more.",
)


def main() -> None:
    """Measure, print the table, write build/bench/metamorphic.json."""
    before = load()
    engine = make_engine("hybrid")
    warm_up(engine)
    rows: list[Measure] = []
    for day in _days():
        rows += _compare(engine, day)
    show(save("metamorphic", rows, _NOTES, load_before=before, peers={}))


def _days() -> list[Instance]:
    days = [everyday(201), everyday(202), rural(200, 201), rural(200, 202), rural(500, 201)]
    return [*days, rural(1000, 201)] if _FULL else days


def _compare(engine: Engine, day: Instance) -> list[Measure]:
    problem = day.problem()
    cars = problem.vehicles
    fewer = replace(problem, visits=problem.visits[:-1])
    costs_s = _costs_s(engine, problem)
    with_more = {
        "a collector more": replace(problem, vehicles=(*cars, replace(cars[0], id="one more"))),
        "shifts an hour longer": replace(problem, vehicles=tuple(_longer(car) for car in cars)),
    }
    rows = [compared(f"{day.name}: {change}", costs_s, _costs_s(engine, each)) for change, each in with_more.items()]
    allowed_s = [cost_s + left_out_s(problem.visits[-1]) for cost_s in _costs_s(engine, fewer)]
    return [*rows, compared(f"{day.name}: a visit more", allowed_s, costs_s)]


def compared(change: str, before_s: Sequence[int], after_s: Sequence[int]) -> Measure:
    """Hold the costs after a change that only gives room against those before it, one per seed."""
    middle_s = statistics.median(before_s)
    noise_percent = 100 * max((max(costs_s) - min(costs_s)) / middle_s for costs_s in (before_s, after_s))
    more_percent = 100 * (statistics.median(after_s) / middle_s - 1)
    return Measure(
        measure=change,
        ours=round(more_percent, 3),
        peer_name="",
        peer=None,
        unit="%",
        ratio=None,
        goal=f"at most the noise, {noise_percent:.2f} %",
        reached=more_percent <= noise_percent,
    )


def _longer(car: Vehicle) -> Vehicle:
    return replace(car, shift=replace(car.shift, end_s=car.shift.end_s + _HOUR_S))


def _costs_s(engine: Engine, problem: Problem) -> Sequence[int]:
    budget = Budget(iterations=_STEPS)
    return [solve(problem, engine, budget=budget, seed=seed).cost.total_s for seed in _SEEDS]


if __name__ == "__main__":
    main()

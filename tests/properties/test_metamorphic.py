"""What a change of the problem may do to its best plan: proven on tiny problems, within noise on a day's."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.cost import left_out_s
from routing.engine import Budget
from routing.engines.registry import ENGINES, make_engine
from routing.problem import Problem, Vehicle
from routing.solve import solve
from tests.properties.worlds import SLOW, lowest_cost_s, plain_problems, problems
from tests.routing.villages import villages

#: The same problems each time: a search of few steps finds the optimum nearly always, not always.
SAME = settings(max_examples=40, derandomize=True, suppress_health_check=SLOW)
FEW = settings(max_examples=40, suppress_health_check=SLOW)

#: What a short search may miss, in percent of the cost.
NOISE_PERCENT = 5


def short(engine: str) -> Budget:
    """Some tenths of a second: a step of OR-Tools is a better solution, one of the hybrid a ruin and recreate."""
    return Budget(iterations=200 if engine == "or_tools" else 10_000)


@FEW
@given(problem=problems(max_visits=4, max_vehicles=2))
def test_a_collector_more_never_makes_the_best_plan_dearer(problem: Problem) -> None:
    if problem.vehicles:
        twin = replace(problem.vehicles[0], id="twin", prefix=())

        assert lowest_cost_s(replace(problem, vehicles=(*problem.vehicles, twin))) <= lowest_cost_s(problem)


@FEW
@given(problem=problems(max_visits=4, max_vehicles=2))
def test_a_visit_more_never_costs_more_than_leaving_it_out(problem: Problem) -> None:
    owned = {visit for car in problem.vehicles for visit in car.prefix}
    if problem.visits and len(problem.visits) - 1 not in owned:
        fewer = replace(problem, visits=problem.visits[:-1])

        assert lowest_cost_s(problem) <= lowest_cost_s(fewer) + left_out_s(problem.visits[-1])


@FEW
@given(problem=problems(max_visits=4, max_vehicles=2), longer_s=st.integers(1, 200))
def test_a_shift_that_ends_later_never_makes_the_best_plan_dearer(problem: Problem, longer_s: int) -> None:
    def longer(car: Vehicle) -> Vehicle:
        return replace(car, shift=replace(car.shift, end_s=car.shift.end_s + longer_s))

    assert lowest_cost_s(replace(problem, vehicles=tuple(map(longer, problem.vehicles)))) <= lowest_cost_s(problem)


@pytest.mark.usefixtures("same_examples")
@pytest.mark.parametrize("engine", sorted(ENGINES))
@SAME
@given(problem=plain_problems(max_visits=5, max_vehicles=2), data=st.data())
def test_the_order_of_visits_in_the_problem_does_not_change_what_the_best_plan_costs(
    engine: str, problem: Problem, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(problem.visits))))
    shuffled = replace(problem, visits=tuple(problem.visits[visit] for visit in order))

    costs_s = {solve(each, make_engine(engine), budget=short(engine)).cost.total_s for each in (problem, shuffled)}

    assert len(costs_s) == 1


def test_the_order_of_visits_in_the_problem_does_not_change_what_a_days_plan_costs() -> None:
    day = villages(visits=25, vehicles=3)
    chance = random.Random(1)
    costs_s = set()

    for seed in range(4):
        shuffled = replace(day, visits=tuple(chance.sample(day.visits, len(day.visits))))
        costs_s.add(solve(shuffled, make_engine("hybrid"), budget=short("hybrid"), seed=seed).cost.total_s)

    assert len(costs_s) == 1


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_more_room_makes_a_found_plan_no_dearer_than_noise(engine: str) -> None:
    day = villages(visits=25, vehicles=3)
    relief = {
        "a collector more": replace(day, vehicles=(*day.vehicles, replace(day.vehicles[0], id="one more"))),
        "longer shifts": replace(
            day, vehicles=tuple(replace(car, shift=replace(car.shift, end_s=20 * 3600)) for car in day.vehicles)
        ),
        "a visit less": replace(day, visits=(*day.visits[:-1], replace(day.visits[-1], mandatory=False, penalty_s=0))),
    }
    before_s = solve(day, make_engine(engine), budget=short(engine)).cost.total_s

    after_s = {
        name: solve(each, make_engine(engine), budget=short(engine)).cost.total_s for name, each in relief.items()
    }

    assert all(cost_s * 100 <= before_s * (100 + NOISE_PERCENT) for cost_s in after_s.values()), after_s

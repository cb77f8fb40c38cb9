"""What a chain finds can be driven, costs what it says, and comes again with the same seed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing.check import violations
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.habits import Habits
from routing.engines.hybrid.instance import build
from routing.problem import Problem
from routing.schedule import schedule, sequences_cost
from routing.solve import finish
from tests.routing.villages import villages


def _searched(problem: Problem, *, seed: int = 1, steps: int = 2000) -> Chain:
    chain = Chain(build(problem), seed)
    chain.run(steps, hot=1000.0, cold=10.0)
    return chain


@pytest.mark.parametrize("seed", range(4))
def test_plans_can_be_driven_and_cost_what_the_chain_says(seed: int) -> None:
    problem = villages(visits=60, vehicles=5, seed=seed)

    chain = _searched(problem, seed=seed)

    schedule(problem, chain.best)
    assert sequences_cost(problem, chain.best).total_s == chain.best_cost


@pytest.mark.parametrize("limited", ["nothing", "max_visits", "max_load", "max_driving_s"])
def test_tails_are_exchanged_within_the_limits_of_equal_vehicles(limited: str) -> None:
    problem = villages(visits=60, vehicles=6)
    car = replace(
        problem.vehicles[0],
        max_visits=9 if limited == "max_visits" else None,
        max_load=20 if limited == "max_load" else None,
        max_driving_s=9000 if limited == "max_driving_s" else None,
    )
    problem = replace(
        problem,
        visits=tuple(replace(visit, mandatory=True, load=number % 5) for number, visit in enumerate(problem.visits)),
        vehicles=tuple(replace(car, id=f"c{number}") for number in range(6)),
    )
    instance = build(problem)
    chain, without = Chain(instance, 1), Chain(instance, 1)

    chain.run(1000, hot=1000.0, cold=10.0)
    without.run(1000, hot=1000.0, cold=10.0, habits=Habits(tails=0.0))

    assert sequences_cost(problem, chain.best).total_s == chain.best_cost
    assert violations(problem, finish(problem, chain.best, engine="hybrid")) == []
    assert chain.best != without.best


def test_searching_on_makes_plans_better() -> None:
    instance = build(villages(visits=80, vehicles=5))
    chain = Chain(instance, 1)
    first = chain.best_cost

    chain.run(3000, hot=1000.0, cold=10.0)

    assert chain.best_cost < 0.9 * first


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    problem = villages(visits=60, vehicles=5)

    assert _searched(problem, seed=3, steps=300).best == _searched(problem, seed=3, steps=300).best
    assert _searched(problem, seed=3, steps=300).best != _searched(problem, seed=4, steps=300).best


@pytest.mark.parametrize("walk", [Chain.run, Chain.reheat])
def test_slices_of_a_search_are_the_search(walk: Callable[..., None]) -> None:
    instance = build(villages(visits=60, vehicles=5))
    whole, sliced = Chain(instance, 1), Chain(instance, 1)

    walk(whole, 450, hot=100.0, cold=100.0)
    for _ in range(9):
        walk(sliced, 50, hot=100.0, cold=100.0)

    assert whole.best == sliced.best
    assert whole.steps == sliced.steps == 450


def test_reheating_betters_plans_that_have_cooled_down_and_never_forgets_the_best() -> None:
    problem = villages(visits=120, vehicles=6)
    better = 0
    for seed in range(3):
        chain = _searched(problem, seed=seed, steps=1000)
        cooled = chain.best_cost
        chain.reheat(3000, hot=500.0, cold=50.0)

        assert sequences_cost(problem, chain.best).total_s == chain.best_cost <= cooled
        better += chain.best_cost < cooled
    assert better == 3


def test_nothing_to_visit_is_searched_in_no_time() -> None:
    chain = Chain(build(replace(villages(visits=5, vehicles=2), visits=())), 1)

    chain.run(10, hot=100.0, cold=1.0)
    chain.reheat(10, hot=100.0, cold=1.0)

    assert chain.best == ((), ())


def test_a_start_is_taken_as_it_is_and_what_is_missing_is_inserted() -> None:
    problem = villages(visits=40, vehicles=4)
    good = _searched(problem)

    again = Chain(build(problem), 9, start=good.best)

    assert again.best_cost <= good.best_cost


def test_what_does_not_fit_is_dropped_from_a_start() -> None:
    problem = villages(visits=40, vehicles=4)
    everything = (tuple(range(40)), (), (), ())

    chain = Chain(build(problem), 1, start=everything)

    schedule(problem, chain.best)
    assert len(chain.best[0]) > 0


def test_found_routes_can_be_driven_by_any_vehicle_of_their_class_at_their_cost() -> None:
    problem = villages(visits=40, vehicles=4)
    instance = build(problem)
    chain = Chain(instance, 1)
    chain.run(500, hot=1000.0, cold=10.0)

    routes = list(chain.take_routes())

    assert len(routes) > 20
    for kind, visits, cost in routes:
        sequences: list[tuple[int, ...]] = [()] * len(problem.vehicles)
        sequences[instance.classes.index(kind)] = visits
        (route,) = [route for route in schedule(problem, tuple(sequences)) if route.stops]
        assert route.travel_s == cost
    assert list(chain.take_routes()) == []


def test_an_empty_day_and_a_day_without_vehicles_are_plans_too() -> None:
    problem = villages(visits=10, vehicles=3)

    assert _searched(replace(problem, visits=())).best == ((), (), ())
    assert _searched(replace(problem, vehicles=())).best == ()


def test_one_pinned_visit_keeps_no_other_from_an_idle_vehicle() -> None:
    problem = villages(visits=30, vehicles=3)
    first, *others = problem.visits
    pinned = replace(problem, visits=(replace(first, position=0), *others))

    served = [sum(map(len, _searched(one, steps=600).best)) for one in (problem, pinned)]

    assert served[1] >= served[0] - 2
    assert served[1] > 0


def test_a_frozen_prefix_is_driven_even_where_it_does_not_pay() -> None:
    problem = villages(visits=10, vehicles=3)
    dear = replace(problem.visits[0], penalty_s=0, mandatory=False, required_skills=frozenset(), windows=())
    problem = replace(
        problem,
        visits=(dear, *problem.visits[1:]),
        vehicles=(problem.vehicles[0], replace(problem.vehicles[1], prefix=(0,)), problem.vehicles[2]),
    )

    assert _searched(problem).best[1][0] == 0


def test_pinned_visits_stay_in_their_positions_when_others_leave() -> None:
    problem = villages(visits=40, vehicles=4)
    visits = tuple(
        replace(visit, position=number % 5 if number < 12 else None) for number, visit in enumerate(problem.visits)
    )

    plan = _searched(replace(problem, visits=visits)).best

    places = {visit: place for route in plan for place, visit in enumerate(route)}
    kept = [places[number] == number % 5 for number in range(12) if number in places]
    assert all(kept)
    assert len(kept) >= 4

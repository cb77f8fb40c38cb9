"""The kernels against the clock, the cost and the audit of routing, on problems with every rule there is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.check import violations
from routing.engine import Budget, Progress
from routing.engines.hybrid import engine, patchwork
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.instance import build
from routing.itinerary import Itinerary, itinerary
from routing.problem import Problem
from routing.schedule import frozen, route_cost_s, sequences_cost
from routing.solve import finish, never_stop
from tests.properties.worlds import prefixes_can_be_driven, problems

QUICK = settings(max_examples=150, suppress_health_check=list(HealthCheck))


def _classes_of_drivers(chain: Chain) -> list[int]:
    """Say of each visit which class of vehicle it is on in the present plan; one more than there are if on none."""
    nobody = len(chain.instance.world.member_from) - 1
    classes = [nobody] * len(chain.instance.problem.visits)
    for vehicle, visits in zip(chain.instance.classes, chain.present, strict=True):
        for visit in visits:
            classes[visit] = vehicle
    return classes


@QUICK
@given(problem=problems(), chance=st.randoms(use_true_random=False))
def test_the_clock_of_the_kernels_is_the_clock(problem: Problem, chance: object) -> None:
    chain = Chain(build(problem), 1) if prefixes_can_be_driven(problem) else None
    if chain is None:
        return
    for vehicle, car in enumerate(problem.vehicles):
        others = [visit for visit in range(len(problem.visits)) if visit not in car.prefix]
        chance.shuffle(others)  # type: ignore[attr-defined]  # a random.Random
        for count in range(len(others) + 1):
            visits = (*car.prefix, *others[:count])
            if visits and isinstance(itinerary(problem, vehicle, visits), Itinerary):
                assert chain.route_cost(vehicle, visits) == route_cost_s(problem, vehicle, visits)


@QUICK
@given(problem=problems(max_visits=9), seed=st.integers(0, 99))
def test_plans_keep_every_rule_and_cost_what_the_chain_says(problem: Problem, seed: int) -> None:
    if not prefixes_can_be_driven(problem):
        return
    chain = Chain(build(problem), seed, start=frozen(problem))

    for _ in range(4):
        chain.run(50, hot=100.0, cold=1.0)
        chain.reheat(150, hot=100.0, cold=1.0)

        assert sequences_cost(problem, chain.best).total_s == chain.best_cost
        assert chain._state.by.tolist() == _classes_of_drivers(chain)
    assert violations(problem, finish(problem, chain.best, engine="hybrid")) == []


@QUICK
@given(problem=problems(max_visits=12, max_vehicles=4), seed=st.integers(0, 99), begins=st.booleans())
def test_plans_made_in_parts_keep_every_rule_and_cost_what_is_reported(
    problem: Problem, seed: int, begins: bool
) -> None:
    if not prefixes_can_be_driven(problem):
        return
    reports: list[Progress] = []
    with pytest.MonkeyPatch.context() as cut:
        cut.setattr(engine, "LARGE", 2)
        cut.setattr(patchwork, "_DISTRICT_VISITS", 4)
        cut.setattr(patchwork, "_TERRITORY_VISITS", 4)

        plan = engine.HybridEngine().solve(
            problem,
            budget=Budget(iterations=400),
            seed=seed,
            on_progress=reports.append,
            should_stop=never_stop,
            start=frozen(problem) if begins else None,
        )

    assert violations(problem, finish(problem, plan, engine="hybrid")) == []
    assert not reports or sequences_cost(problem, plan).total_s == reports[-1].cost_s

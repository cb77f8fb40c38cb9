"""Run as a program with NUMBA_DISABLE_JIT: ejections are the best that there are, by the project's own clock."""

import os
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.cost import left_out_s
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.eject import ejection
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.layout import PINNED, TIMED
from routing.problem import Problem
from routing.schedule import route_cost_s
from tests.properties.worlds import problems
from tests.routing.villages import villages

_EXAMPLES = 300


def _exchanges(visits: tuple[int, ...], new: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Give who leaves, and the sequence with the new one anywhere but beside where that one was."""
    for at in range(len(visits) + 1):
        for gone, old in enumerate(visits):
            if gone not in (at - 1, at):
                joined = (*visits[:at], new, *visits[at:])
                yield old, tuple(visit for visit in joined if visit != old)


def _gain(problem: Problem, vehicle: int, old: tuple[int, ...], new: tuple[int, ...]) -> int | None:
    """Tell what is gained by another sequence; None when it breaks a rule."""
    before, after = route_cost_s(problem, vehicle, old), route_cost_s(problem, vehicle, new)
    assert before is not None
    if after is None:
        return None
    penalties = [sum(left_out_s(problem.visits[visit]) for visit in sequence) for sequence in (old, new)]
    return before - after + penalties[1] - penalties[0]


def compare(problem: Problem, seed: int) -> int:
    """Look for an ejection for every visit that is left over, and by hand; return how often one was found."""
    chain = Chain(build(problem), seed)
    rules = chain._world.rules
    if rules[PINNED] or rules[TIMED]:
        return 0
    plan = chain.present
    on = {visit: vehicle for vehicle, visits in enumerate(plan) for visit in visits}
    gained = 0
    for new, visit in enumerate(problem.visits):
        if new not in on and not visit.mandatory:
            gained += _compare_for(problem, chain, on, new)
    return gained


def _compare_for(problem: Problem, chain: Chain, on: dict[int, int], new: int) -> bool:
    world, classes = chain._world, chain.instance.classes
    routes = (on[near] for near in world.near[new] if near in on and world.able[new, classes[on[near]]])
    vehicle = next(routes, -1)
    out, behind = ejection(world, chain._state, new)
    if vehicle < 0:
        assert out < 0
        return False
    visits = chain.present[vehicle]
    best = 0
    for old, sequence in _exchanges(visits, new):
        leaves = problem.visits[old]
        if not leaves.mandatory and left_out_s(leaves) < left_out_s(problem.visits[new]):
            best = max(best, _gain(problem, vehicle, visits, sequence) or 0)
    found = 0
    if out >= 0:
        at = visits.index(behind) + 1 if behind in visits else 0
        joined = (*visits[:at], new, *visits[at:])
        gain = _gain(problem, vehicle, visits, tuple(visit for visit in joined if visit != out))
        assert gain is not None, (visits, new, out, behind)
        found = gain
    # Whether driving times are kept is asked of the best alone.
    assert found == best or (problem.vehicles[vehicle].max_driving_s is not None and found < best), (visits, new, out)
    return found > 0


def _burdened(problem: Problem) -> Problem:
    """Two visits at each place, with a setup, and vehicles that take few of them on board."""
    visits = [
        replace(visit, location=visit.location - number % 2, setup_s=300, load=1 + number % 3)
        for number, visit in enumerate(problem.visits)
    ]
    vehicles = [replace(car, max_load=20, max_visits=12) for car in problem.vehicles]
    return replace(problem, visits=tuple(visits), vehicles=tuple(vehicles))


@settings(max_examples=_EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(problem=problems(max_visits=12), seed=st.integers(0, 99))
def on_small_problems_with_every_rule(problem: Problem, seed: int) -> None:
    """Note how often an ejection was found on a problem with every rule."""
    _gained.append(compare(problem, seed))


if __name__ == "__main__":
    assert os.environ["NUMBA_DISABLE_JIT"]
    np.seterr(over="ignore")  # random numbers are drawn by multiplying without an end
    _gained: list[int] = []
    on_small_problems_with_every_rule()
    assert sum(_gained) > 0
    days = [villages(visits=60, vehicles=3, seed=seed) for seed in range(6)]
    assert sum(compare(day, seed) for seed, day in enumerate(days)) > 20
    assert sum(compare(_burdened(day), seed) for seed, day in enumerate(days)) > 20

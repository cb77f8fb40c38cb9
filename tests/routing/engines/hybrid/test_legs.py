"""What the legs of a search are, and how long."""

from math import inf

import pytest

from routing.engine import Budget
from routing.engines.hybrid.legs import Kind, Legs
from routing.engines.hybrid.pace import Pace

VISITS = 100


def legs_of(
    budget: Budget, steps_per_s: float = inf, *, are_mandatory: bool = False, threads: int = 1
) -> tuple[Pace, Legs]:
    pace = Pace(budget, lambda: False, clock=lambda: 0.0)
    legs = Legs(pace, visits=VISITS, are_mandatory=are_mandatory, threads=threads, unit=1.0, steps_per_s=steps_per_s)
    return pace, legs


def walked(budget: Budget, *, can_mix: bool, are_mandatory: bool = False) -> list[tuple[Kind, int]]:
    """Walk to the end of a budget of steps without ever bettering the plan; return the kinds and steps of the legs."""
    pace, legs = legs_of(budget, are_mandatory=are_mandatory)
    walk = []
    while not pace.is_over():
        leg = legs.leg()
        walk.append((legs.kind, leg.next_slice()))
        while leg.share() < 1.0:
            leg.take(leg.next_slice(), 0.0)
        walk[-1] = legs.kind, leg.done
        pace.steps += leg.done
        legs.count_start()
        if legs.are_begun:
            legs.go_on(can_mix=can_mix, is_better=False)
    return walk


def test_a_long_budget_begins_with_several_plans_made_anew() -> None:
    kinds = [kind for kind, _ in walked(Budget(iterations=500_000), can_mix=True)]

    assert kinds[:8] == [Kind.START] * 8
    assert Kind.START not in kinds[8:]


def test_where_no_visit_may_be_left_out_a_long_budget_begins_with_two_plans_that_take_as_much_of_it() -> None:
    several = walked(Budget(iterations=300_000), can_mix=True)
    two = walked(Budget(iterations=300_000), can_mix=True, are_mandatory=True)

    assert [kind for kind, _ in two].count(Kind.START) == 2
    assert sum(steps for _, steps in two[:2]) == pytest.approx(sum(steps for _, steps in several[:8]), rel=0.01)


@pytest.mark.parametrize("steps", [5_000, 110_000, 230_000])
def test_a_budget_too_short_for_eight_plans_makes_one_and_goes_on_with_it(steps: int) -> None:
    walk = walked(Budget(iterations=steps), can_mix=True)

    assert [kind for kind, _ in walk].count(Kind.START) == 1
    assert walk[0][1] == pytest.approx(0.85 * steps, rel=0.02)


@pytest.mark.parametrize("steps", [1, 700, 5_000, 500_000])
@pytest.mark.parametrize("can_mix", [True, False])
def test_legs_use_the_budget_up_and_no_more(steps: int, can_mix: bool) -> None:
    assert sum(steps for _, steps in walked(Budget(iterations=steps), can_mix=can_mix)) == steps


def test_without_a_better_plan_mixing_takes_turns_with_reheating_and_warm_walks() -> None:
    kinds = [kind for kind, _ in walked(Budget(iterations=500_000), can_mix=True)][8:]

    assert kinds[:5] == [Kind.MIX, Kind.REHEAT, Kind.MIX, Kind.WARM, Kind.MIX]


def test_where_nothing_can_be_mixed_the_best_plan_is_reheated_and_walked() -> None:
    kinds = [kind for kind, _ in walked(Budget(iterations=500_000), can_mix=False)][8:]

    assert kinds[:4] == [Kind.REHEAT, Kind.WARM, Kind.REHEAT, Kind.WARM]


def test_mixing_goes_on_as_long_as_it_betters_the_plan() -> None:
    pace, legs = legs_of(Budget(iterations=500_000))
    while not legs.are_begun:
        legs.count_start()
    for _ in range(3):
        legs.go_on(can_mix=True, is_better=True)
        assert legs.kind is Kind.MIX
    pace.steps = 400_000

    legs.go_on(can_mix=True, is_better=False)

    assert legs.kind is Kind.REHEAT


def test_reheating_cools_down_towards_the_end() -> None:
    pace, legs = legs_of(Budget(iterations=500_000))
    while not legs.are_begun:
        legs.count_start()
    hot = []
    for steps in (250_000, 350_000, 450_000):
        pace.steps = steps
        legs.go_on(can_mix=False, is_better=False)
        if legs.kind is Kind.WARM:
            legs.go_on(can_mix=False, is_better=False)
        hot.append(legs.cooling().hot)

    assert hot[0] == pytest.approx(1.0)
    assert hot == sorted(hot, reverse=True)
    assert hot[-1] < 0.3


def test_seconds_are_shared_out_by_how_fast_the_chain_walks() -> None:
    slow = legs_of(Budget(seconds=1.0), steps_per_s=1_000)[1].leg()
    fast = legs_of(Budget(seconds=1.0), steps_per_s=1_000_000)[1].leg()

    assert slow.seconds == pytest.approx(0.85)
    assert fast.seconds == pytest.approx(0.5 / 8)


def test_eight_threads_make_a_plan_each_in_the_time_in_which_one_makes_eight() -> None:
    leg = legs_of(Budget(seconds=1.0), steps_per_s=1_000_000, threads=8)[1].leg()

    assert leg.seconds == pytest.approx(0.5)

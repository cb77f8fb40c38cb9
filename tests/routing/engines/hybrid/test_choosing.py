"""Choosing among routes: as good as trying every choice, and never worse than the plan at hand."""

import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from routing.engines.hybrid.choosing import Chooser, Effort, in_background
from routing.engines.hybrid.packing import Packing
from routing.engines.hybrid.pool import Pool, PooledRoute

VISITS, CLASSES = 5, 2
EFFORT = Effort(seconds=None, units=1.0)

routes = st.builds(
    PooledRoute,
    vehicle_class=st.integers(0, CLASSES - 1),
    visits=st.lists(st.integers(0, VISITS - 1), min_size=1, unique=True).map(tuple),
    cost=st.integers(0, 500),
)


def value(packing: Packing, chosen: list[PooledRoute]) -> int:
    return sum(route.cost - int(packing.prize[list(route.visits)].sum()) for route in chosen)


def choose(packing: Packing, plan: list[PooledRoute]) -> list[PooledRoute] | None:
    prospect = Chooser(VISITS).better(packing, plan, EFFORT, seed=1)
    return None if prospect is None else prospect.choice


def may_be_driven(packing: Packing, chosen: list[PooledRoute]) -> bool:
    visits = [visit for route in chosen for visit in route.visits]
    used = [sum(route.vehicle_class == number for route in chosen) for number in range(CLASSES)]
    within = all(
        least <= count <= most for least, count, most in zip(packing.least, used, packing.vehicles, strict=True)
    )
    return len(set(visits)) == len(visits) and within


# Cheaper by 1 in 347: GLOP's value is less exact than that.
@example([PooledRoute(0, (0,), 347), PooledRoute(0, (0, 1), 0)], [0, 1, 0, 0, 0])
@given(st.lists(routes, min_size=1, max_size=8), st.lists(st.integers(0, 300), min_size=VISITS, max_size=VISITS))
def test_no_other_choice_is_cheaper(offered: list[PooledRoute], prizes: list[int]) -> None:
    pool = Pool()
    pool.add(offered)
    packing = Packing(list(pool), np.array(prizes), [1, 2], [0, 0])
    every = [list(some) for count in range(4) for some in combinations(pool, count)]
    lowest = min(value(packing, some) for some in every if may_be_driven(packing, some))

    chosen = choose(packing, [])

    assert may_be_driven(packing, chosen or [])
    assert value(packing, chosen or []) == min(0, lowest)


def test_a_vehicle_that_must_go_goes_even_at_a_loss() -> None:
    frozen = [PooledRoute(0, (0,), 90), PooledRoute(0, (0, 1), 95)]
    packing = Packing(frozen, np.array([10, 4]), [1], [1])

    chosen = choose(packing, [frozen[1]])

    assert chosen == [frozen[0]]


def test_a_plan_that_cannot_be_bettered_stays() -> None:
    only = PooledRoute(0, (0, 1), 50)
    packing = Packing([only], np.array([100, 100]), [1], [0])

    assert Chooser(VISITS).better(packing, [only], EFFORT, seed=1) is None


def test_work_in_the_background_is_given_up_when_the_run_is_over() -> None:
    began_s = time.monotonic()

    answer = in_background(lambda: time.sleep(0.5), is_over=lambda: True)

    assert answer is None
    assert time.monotonic() - began_s < 0.3


def test_what_goes_wrong_in_the_background_comes_out() -> None:
    def broken() -> list[PooledRoute] | None:
        raise LookupError

    with pytest.raises(LookupError):
        in_background(broken, is_over=lambda: False)

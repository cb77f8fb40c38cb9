"""Plans mixed from routes of which a relaxation takes a part."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from routing.engines.hybrid.mixing import mixed_plan
from routing.engines.hybrid.pool import PooledRoute

VISITS, CLASSES = 6, 2

routes = st.builds(
    PooledRoute,
    vehicle_class=st.integers(0, CLASSES - 1),
    visits=st.lists(st.integers(0, VISITS - 1), min_size=1, unique=True).map(tuple),
    cost=st.integers(0, 500),
)


@given(st.lists(st.tuples(routes, st.floats(0, 1)), max_size=12), st.integers(0, 9))
def test_a_mixed_plan_has_each_visit_once_and_no_more_routes_than_vehicles(
    offered: list[tuple[PooledRoute, float]], seed: int
) -> None:
    share = np.array([share for _, share in offered])

    plan = mixed_plan([route for route, _ in offered], share, [1, 2], np.random.default_rng(seed))

    visits = [visit for route in plan for visit in route.visits]
    assert len(set(visits)) == len(visits)
    for number, most in enumerate([1, 2]):
        assert sum(route.vehicle_class == number for route in plan) <= most
    assert all(route.visits for route in plan)


@given(st.integers(0, 99))
def test_routes_that_are_taken_as_a_whole_are_the_plan(seed: int) -> None:
    whole = [PooledRoute(0, (0, 1), 50), PooledRoute(1, (3, 2), 40)]
    other = PooledRoute(1, (1, 2), 10)

    plan = mixed_plan([other, *whole], np.array([0.0, 1.0, 1.0]), [1, 1], np.random.default_rng(seed))

    assert sorted(plan, key=lambda route: route.vehicle_class) == whole


def test_a_route_keeps_its_order_without_the_visits_that_are_taken_already() -> None:
    first, second = PooledRoute(0, (0, 1), 50), PooledRoute(0, (3, 1, 4, 2), 40)

    plan = mixed_plan([first, second], np.array([0.9, 0.4]), [2], np.random.default_rng(1))

    assert [route.visits for route in plan] == [(0, 1), (3, 4, 2)]

"""The pool remembers each set of visits once, in its cheapest order, and forgets what is old."""

from routing.engines.hybrid.pool import Pool, PooledRoute


def test_of_two_orders_the_cheaper_one_stays() -> None:
    pool = Pool()

    pool.add([PooledRoute(0, (1, 2), 30), PooledRoute(0, (2, 1), 20), PooledRoute(0, (1, 2), 25)])

    assert list(pool) == [PooledRoute(0, (2, 1), 20)]


def test_vehicle_classes_are_told_apart_and_empty_routes_are_none() -> None:
    pool = Pool()

    pool.add([PooledRoute(0, (1,), 30), PooledRoute(1, (1,), 30), PooledRoute(0, (), 0)])

    assert len(pool) == 2


def test_a_full_pool_forgets_what_was_not_met_for_longest() -> None:
    pool = Pool(capacity=2)

    pool.add([PooledRoute(0, (1,), 1), PooledRoute(0, (2,), 2), PooledRoute(0, (1,), 1), PooledRoute(0, (3,), 3)])

    assert list(pool) == [PooledRoute(0, (1,), 1), PooledRoute(0, (3,), 3)]

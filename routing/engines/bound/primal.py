"""The cheapest plan that the routes of the master can make: a better one closes the bound from above."""

from collections.abc import Sequence

import numpy as np

from routing.engines.bound.master import Column
from routing.engines.bound.watch import Watch
from routing.engines.hybrid.choosing import Effort, best_choice, in_background
from routing.engines.hybrid.packing import Packing
from routing.engines.hybrid.pool import PooledRoute


def cheapest_choice(
    columns: Sequence[Column],
    plan: Sequence[Column],
    penalty: Sequence[int],
    vehicles: Sequence[int],
    seconds: float,
    watch: Watch,
) -> list[Column] | None:
    """Choose columns, each visit in one of them at most, that cost less than the plan; None when none were found.

    Parameters
    ----------
    penalty : of each visit, for leaving it out. vehicles : of each class.
    seconds : of wall time.
    """
    routes = [_pooled(column) for column in columns if len(set(column.visits)) == len(column.visits)]
    packing = Packing(
        routes=routes,
        prize=np.array(penalty, np.int64),
        vehicles=vehicles,
        least=[0] * len(vehicles),
    )
    effort = Effort(seconds=seconds, units=seconds)
    chosen = in_background(
        lambda: best_choice(packing, [_pooled(column) for column in plan], effort, 0), lambda: watch.over
    )
    if chosen is None:
        return None
    return [Column(group=route.vehicle_class, visits=route.visits, cost=route.cost) for route in chosen]


def _pooled(column: Column) -> PooledRoute:
    return PooledRoute(vehicle_class=column.group, visits=column.visits, cost=column.cost)

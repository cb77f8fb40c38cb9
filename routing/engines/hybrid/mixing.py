"""A plan mixed from the routes of which a relaxation takes a part: where to search on."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engines.hybrid.pool import PooledRoute

#: A route is taken if no more of its visits than this share stand on other routes already.
_OVERLAP: Final = 0.4
#: What chance adds to the share of a route at most.
_NOISE: Final = 0.2
_NONE: Final = 1e-6


def mixed_plan(
    routes: Sequence[PooledRoute],
    share: NDArray[np.float64],
    vehicles: Sequence[int],
    chance: np.random.Generator,
) -> list[PooledRoute]:
    """Take routes one by one, those first of which the relaxation takes most, without visits that are taken already.

    Parameters
    ----------
    share : (routes,) how much of each the relaxation takes.
    vehicles : how many vehicles each class has.
    """
    left = Counter(dict(enumerate(vehicles)))
    taken: set[int] = set()
    plan: list[PooledRoute] = []
    hopeful = np.flatnonzero(share > _NONE)
    drawn = share[hopeful] + chance.uniform(0, _NOISE, len(hopeful))
    for place in hopeful[np.argsort(-drawn, kind="stable")]:
        route = routes[place]
        visits = tuple(visit for visit in route.visits if visit not in taken)
        if left[route.vehicle_class] == 0 or len(visits) < (1 - _OVERLAP) * len(route.visits):
            continue
        left[route.vehicle_class] -= 1
        taken.update(visits)
        plan.append(PooledRoute(route.vehicle_class, visits, route.cost))
    return plan

"""The OR-Tools engine: cheapest insertion, then guided local search on the RoutingModel."""

import random
from collections.abc import Iterator
from math import inf
from typing import Final

import numpy as np

from routing.cost import left_out, left_out_s
from routing.engine import Budget, OnProgress, Sequences, ShouldStop
from routing.engines.model import Model, Scope
from routing.engines.search import Search
from routing.insertion import insert_in_order, possible_vehicles
from routing.problem import Problem
from routing.repair import repair
from routing.schedule import frozen

#: Up to so many visits times vehicles OR-Tools makes its own first plan: it is by far better than visits inserted
#: one by one (8 % after the search at 150 visits, 30 % at 300), but takes 0.7 s at 300 x 20 and 30 s at
#: 1000 x 60, and neither a budget nor a stop ends it. Beyond, the search starts from the inserted plan.
OWN_START_SIZE: Final = 10_000

#: After so much of the budget no other order of insertion is tried.
ORDERS_SHARE: Final = 0.05

#: How much longer than its budget the insertion may take, as a share of the budget.
OVERRUN_SHARE: Final = 0.2


class OrToolsEngine:
    """Google OR-Tools' routing library behind the Engine port.

    Carries every rule of a Problem. Where its model times a route more cleverly than the clock does, what
    the clock refuses is repaired. A visit that no vehicle could serve even alone stays out of the model
    (matrices of shortest paths are taken for granted, where no detour is shorter). A step of a budget is a
    better solution of the model. The search holds the GIL: use `routing.child` to keep a program responsive.
    """

    name = "or_tools"

    def solve(
        self,
        problem: Problem,
        *,
        budget: Budget,
        seed: int,
        on_progress: OnProgress,
        should_stop: ShouldStop,
        start: Sequences | None = None,
    ) -> Sequences:
        """Search within the budget, from `start` if given; stop early and keep the best when `should_stop` says so.

        A plan of visits inserted one by one is there within milliseconds and is never lost, whatever
        OR-Tools finds in time. Ends before the budget does when the search is at rest (see `Search`).
        """
        search = Search(problem, budget, on_progress, should_stop)
        scope = _scope(problem, seed)
        _insert(problem, scope, search, budget, start)
        if scope.visits and not should_stop():
            small = len(scope.visits) * len(scope.vehicles) <= OWN_START_SIZE
            search.run(Model(problem, scope), seed, start=None if small and start is None else search.best)
        return search.best


def _scope(problem: Problem, seed: int) -> Scope:
    """Keep what can be served at all. The seed shuffles the nodes, which is what ties are broken by."""
    able = possible_vehicles(problem)
    visits = [visit for visit, vehicles in enumerate(able) if vehicles]
    if seed:
        random.Random(seed).shuffle(visits)  # noqa: S311 - repeatable, not secret  # nosec B311
    vehicles = sorted({vehicle for vehicles in able for vehicle in vehicles})
    position = {vehicle: number for number, vehicle in enumerate(vehicles)}
    return Scope(
        visits=tuple(visits),
        vehicles=tuple(vehicles),
        able=tuple(frozenset(position[vehicle] for vehicle in able[visit]) for visit in visits),
    )


def _insert(problem: Problem, scope: Scope, search: Search, budget: Budget, start: Sequences | None) -> None:
    """Offer plans of what is not in the start inserted visit by visit, in one order after the other."""
    until_s = inf if budget.seconds is None else max(budget.seconds, search.elapsed_s()) * (1 + OVERRUN_SHARE)

    def expired() -> bool:
        return search.elapsed_s() > until_s

    begun = frozen(problem) if start is None else repair(problem, start, expired=expired)
    missing = sorted(set(left_out(problem, begun)).intersection(scope.visits))
    for order in _orders(problem, missing):
        search.offer(insert_in_order(problem, begun, order, expired))
        if search.elapsed_s() > until_s * ORDERS_SHARE:
            return


def _orders(problem: Problem, visits: list[int]) -> Iterator[list[int]]:
    """Give orders to insert visits in: the dearest first, the soonest over, the farthest from every start.

    The best of the three is up to 30 % cheaper than the first (60 to 1000 visits).
    """
    if not visits:
        yield []
        return

    def dearest(visit: int) -> int:
        return -left_out_s(problem.visits[visit])

    yield sorted(visits, key=dearest)
    yield sorted(
        visits, key=lambda visit: (not problem.visits[visit].mandatory, _over_s(problem, visit), dearest(visit))
    )
    starts = sorted({(car.matrix, car.start) for car in problem.vehicles})
    near_s = np.min([problem.matrices[matrix].durations_s[start] for matrix, start in starts], axis=0)
    yield sorted(
        visits,
        key=lambda visit: (not problem.visits[visit].mandatory, -int(near_s[problem.visits[visit].location])),
    )


def _over_s(problem: Problem, visit: int) -> float:
    return max((window.last_s for window in problem.visits[visit].windows), default=inf)

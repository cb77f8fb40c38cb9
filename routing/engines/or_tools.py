"""The OR-Tools engine: cheapest insertion, then guided local search on the RoutingModel."""

import random
from typing import Final

from routing.cost import left_out_s
from routing.engine import Budget, OnProgress, Sequences, ShouldStop
from routing.engines.model import Model, Scope
from routing.engines.search import Search
from routing.explain import able_vehicles
from routing.insertion import insert_in_order
from routing.problem import Problem

#: How much longer than its budget the fallback may take, as a share of the budget.
FALLBACK_SHARE: Final = 0.2


class OrToolsEngine:
    """Google OR-Tools' routing library behind the Engine port.

    Keeps every hard rule of a Problem. A visit that no vehicle could serve even alone stays out of the
    model, so it never makes the rest infeasible (matrices of shortest paths are taken for granted, where
    no detour is shorter). The search holds the GIL: use `routing.child` to keep a program responsive.
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
    ) -> Sequences:
        """Search within the budget; stop early and keep the best when `should_stop` says so.

        Ends before the budget does when the search is at rest (see `Search`). If OR-Tools finds nothing
        in time, visits are inserted one by one, for a fifth of the budget at most.
        """
        search = Search(problem, budget, on_progress, should_stop)
        scope = _scope(problem, seed)
        if scope.visits and not should_stop():
            search.run(Model(problem, scope), seed)
        if search.best is None:
            search.offer(_insert(problem, scope, search, budget))
        return search.best or ()


def _scope(problem: Problem, seed: int) -> Scope:
    """Keep what can be served at all. The seed shuffles the nodes, which is what ties are broken by."""
    able = {visit: able_vehicles(problem, visit) for visit in range(len(problem.visits))}
    visits = [visit for visit, vehicles in able.items() if vehicles]
    if seed:
        random.Random(seed).shuffle(visits)  # noqa: S311 - repeatable, not secret
    vehicles = sorted({vehicle for vehicles in able.values() for vehicle in vehicles})
    position = {vehicle: number for number, vehicle in enumerate(vehicles)}
    return Scope(
        visits=tuple(visits),
        vehicles=tuple(vehicles),
        able=tuple(frozenset(position[vehicle] for vehicle in able[visit]) for visit in visits),
    )


def _insert(problem: Problem, scope: Scope, search: Search, budget: Budget) -> Sequences:
    """Insert visits one by one, the dearest first."""
    until_s = None if budget.seconds is None else max(budget.seconds, search.elapsed_s())
    dearest_first = sorted(scope.visits, key=lambda visit: (-left_out_s(problem.visits[visit]), visit))
    return insert_in_order(
        problem,
        ((),) * len(problem.vehicles),
        dearest_first,
        lambda: until_s is not None and search.elapsed_s() > until_s * (1 + FALLBACK_SHARE),
    )

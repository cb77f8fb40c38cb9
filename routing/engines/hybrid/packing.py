"""Which of many routes make the cheapest plan: the set packing problem, and what its relaxation says of each route.

minimise    sum of (cost of r - prizes of its visits) * x[r]
subject to  each visit is on one chosen route at most
as many routes of each vehicle class at most as it has vehicles, and at least as many as must go
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

# The inside of OR-Tools' model_builder, which takes pandas along: 0.3 s for nothing in a child that lives for one.
from ortools.linear_solver.python.model_builder_helper import ModelBuilderHelper, ModelSolverHelper, SolveStatus

from routing.engines.hybrid.pool import PooledRoute

_SOLVED: Final = (SolveStatus.OPTIMAL, SolveStatus.FEASIBLE)


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """A set packing problem.

    Attributes
    ----------
    routes : what there is to choose from.
    prize : (visits,) int64, what leaving each visit out costs.
    vehicles : how many vehicles each class has.
    least : how many of them must go, because their routes begin with frozen visits.
    """

    routes: Sequence[PooledRoute]
    prize: NDArray[np.int64]
    vehicles: Sequence[int]
    least: Sequence[int]

    def tempered(self) -> "Packing":
        """Let no prize be worth more than ten of the dearest routes: GLOP fails where some are a million times others.

        Mandatory visits have such prizes. A plan that is chosen this way may miss one, and is not better then.
        """
        dearest = max((route.cost for route in self.routes), default=0)
        return replace(self, prize=np.minimum(self.prize, 10 * max(1, dearest)))

    def worth(self) -> NDArray[np.float64]:
        """Return each route's cost less the prizes of its visits, shape (routes,)."""
        return np.array(
            [route.cost - int(self.prize[list(route.visits)].sum()) for route in self.routes], dtype=np.float64
        )

    def part(self, places: NDArray[np.intp]) -> "Packing":
        """Keep the routes at these places only."""
        return replace(self, routes=[self.routes[place] for place in places])


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """The optimum of the linear relaxation.

    Attributes
    ----------
    value : its cost, prizes of all visits taken off.
    share : (routes,) how much of each route it takes, from 0 to 1.
    reduced_cost : (routes,)
    """

    value: float
    share: NDArray[np.float64]
    reduced_cost: NDArray[np.float64]


def relax(packing: Packing, parameters: str) -> Relaxation | None:
    """Solve the linear relaxation with GLOP; None when its limits end it before.

    Parameters
    ----------
    parameters : limits, in the text format of GlopParameters.
    """
    unit = max(1.0, float(np.abs(packing.worth()).max(initial=0.0)))
    solver = ModelSolverHelper("glop")
    solver.set_solver_specific_parameters(f"use_dual_simplex:1 {parameters}")
    solver.solve(model_of(packing, unit))  # its tolerances are for figures about 1
    if solver.status() != SolveStatus.OPTIMAL:
        return None
    return Relaxation(
        value=solver.objective_value() * unit,
        share=np.array(solver.variable_values()),
        reduced_cost=np.array(solver.reduced_costs()) * unit,
    )


def choose(packing: Packing, hint: Sequence[int], parameters: str) -> list[int] | None:
    """Choose routes with CP-SAT; None when its limits end it before it has a plan.

    Parameters
    ----------
    hint : places in `packing.routes` of the plan to better.
    parameters : limits and seed, in the text format of SatParameters.
    """
    model = model_of(packing)
    for place in range(len(packing.routes)):
        model.set_var_integrality(place, True)
    chosen = set(hint)
    for place in range(len(packing.routes)):
        model.add_hint(place, float(place in chosen))
    solver = ModelSolverHelper("sat")
    solver.set_solver_specific_parameters(f"num_workers:1 {parameters}")
    solver.solve(model)
    if solver.status() not in _SOLVED:
        return None
    return [int(place) for place in np.flatnonzero(np.array(solver.variable_values()) > 0.5)]


def model_of(packing: Packing, unit: float = 1.0) -> ModelBuilderHelper:
    """Write the relaxed problem, costs in units of so much: a variable per route, a row per visit, one per class."""
    model = ModelBuilderHelper()
    count = len(packing.routes)
    for _ in range(count):
        place = model.add_var()
        model.set_var_lower_bound(place, 0.0)
        model.set_var_upper_bound(place, 1.0)
    for place, worth in enumerate(packing.worth() / unit):
        model.set_var_objective_coefficient(place, float(worth))
    once = [(0, 1)] * len(packing.prize)
    for least, most in (*once, *zip(packing.least, packing.vehicles, strict=True)):
        row = model.add_linear_constraint()
        model.set_constraint_lower_bound(row, float(least) if least else -np.inf)
        model.set_constraint_upper_bound(row, float(most))
    classes_from = len(packing.prize)
    for place, route in enumerate(packing.routes):
        for visit in route.visits:
            model.add_term_to_constraint(visit, place, 1.0)
        model.add_term_to_constraint(classes_from + route.vehicle_class, place, 1.0)
    return model

"""The cheapest plan that the routes of the master can make: a better one closes the bound from above."""

from collections.abc import Sequence

import numpy as np
from ortools.linear_solver.python.model_builder_helper import ModelSolverHelper, SolveStatus

from routing.engines.bound.master import Column
from routing.engines.bound.watch import Watch
from routing.engines.hybrid.choosing import Effort, best_choice, in_background
from routing.engines.hybrid.packing import Packing, model_of
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


def proven_choice(
    columns: Sequence[Column], plan: Sequence[Column], penalty: Sequence[int], vehicles: Sequence[int], watch: Watch
) -> tuple[list[Column] | None, float | None]:
    """Choose columns at the least cost, by CP-SAT, and say what no choice costs less than; None where it did not end.

    Parameters
    ----------
    as of cheapest_choice; columns have no visit twice.
    """
    routes = [_pooled(column) for column in {**dict.fromkeys(columns), **dict.fromkeys(plan)}]
    packing = Packing(routes=routes, prize=np.array(penalty, np.int64), vehicles=vehicles, least=[0] * len(vehicles))
    model = model_of(packing)
    here = {_pooled(column) for column in plan}
    for place, route in enumerate(routes):
        model.set_var_integrality(place, True)
        model.add_hint(place, float(route in here))
    solver = ModelSolverHelper("sat")
    limit = "" if watch.left_s is None else f"max_time_in_seconds:{watch.left_s}"
    solver.set_solver_specific_parameters(f"num_workers:1 {limit}")
    in_background(lambda: solver.solve(model), lambda: watch.over)
    if watch.over or solver.status() != SolveStatus.OPTIMAL:
        return None, None
    chosen = np.flatnonzero(np.array(solver.variable_values()) > 0.5)
    everything_left_out = sum(penalty)
    return [
        Column(group=routes[place].vehicle_class, visits=routes[place].visits, cost=routes[place].cost)
        for place in chosen
    ], everything_left_out + solver.best_objective_bound()


def _pooled(column: Column) -> PooledRoute:
    return PooledRoute(vehicle_class=column.group, visits=column.visits, cost=column.cost)

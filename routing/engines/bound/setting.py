"""What the bound makes of a problem: a graph for each class of vehicles, and what leaving out each visit costs."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.cost import cost_of, left_out, left_out_s
from routing.engine import Sequences
from routing.engines.bound.graph import ClassGraph, class_graphs
from routing.engines.bound.master import Column
from routing.errors import InvalidScheduleError
from routing.problem import Problem
from routing.schedule import schedule


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """A problem as the bound sees it.

    Attributes
    ----------
    penalty : of each visit, for leaving it out; 0 of visits that nobody can serve.
    lost_s : what those cost in any plan.
    """

    problem: Problem
    graphs: tuple[ClassGraph, ...]
    penalty: tuple[int, ...]
    lost_s: int

    @staticmethod
    def of(problem: Problem, plan_s: int) -> "Setting":
        """Set a problem out for which a plan of that cost is known."""
        graphs = class_graphs(problem)
        able = np.zeros(len(problem.visits), bool)
        for graph in graphs:
            able |= graph.legs.latest_s >= 0
        penalty = [left_out_s(visit) for visit in problem.visits]
        lost_s = sum(cost for cost, can in zip(penalty, able, strict=True) if not can)
        # A plan that leaves out what costs more than the known plan is no better than it, so more is never needed;
        # prices of sane size make better programmes.
        most = 4 * (plan_s - lost_s) + 1
        return Setting(
            problem=problem,
            graphs=graphs,
            penalty=tuple(min(cost, most) if can else 0 for cost, can in zip(penalty, able, strict=True)),
            lost_s=lost_s,
        )

    @property
    def vehicles(self) -> tuple[int, ...]:
        """Number of vehicles of each class."""
        return tuple(len(graph.vehicles) for graph in self.graphs)

    def column(self, group: int, visits: tuple[int, ...]) -> Column:
        """Make a column of a class's route."""
        return Column(group=group, visits=visits, cost=self.graphs[group].route_cost(visits))

    def columns_of(self, sequences: Sequences) -> list[Column]:
        """Make columns of a plan that can be driven."""
        group_of = {vehicle: group for group, graph in enumerate(self.graphs) for vehicle in graph.vehicles}
        return [self.column(group_of[vehicle], visits) for vehicle, visits in enumerate(sequences) if visits]

    def alone(self) -> list[Column]:
        """Make the columns that serve one visit."""
        return [
            self.column(group, (int(visit),))
            for group, graph in enumerate(self.graphs)
            for visit in np.flatnonzero(_alone(graph))
        ]

    def sequences_of(self, columns: Iterable[Column]) -> Sequences:
        """Share the columns out among the vehicles of their classes."""
        idle = [list(graph.vehicles) for graph in self.graphs]
        routes = {idle[column.group].pop(0): column.visits for column in columns}
        return tuple(routes.get(vehicle, ()) for vehicle in range(len(self.problem.vehicles)))

    def cost_s(self, sequences: Sequences) -> int | None:
        """Cost by the clock and with every rule of the problem, None when it cannot be driven."""
        try:
            return cost_of(self.problem, schedule(self.problem, sequences), left_out(self.problem, sequences)).total_s
        except InvalidScheduleError:
            return None


def _alone(graph: ClassGraph) -> NDArray[np.bool_]:
    """Which visits can make a route of their own."""
    legs = graph.legs
    fits = (legs.first_s <= legs.last_s) & (legs.load <= legs.max_load)
    return (legs.first_s >= 0) & (legs.home_s >= 0) & fits

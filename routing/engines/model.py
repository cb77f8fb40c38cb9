"""The problem as an OR-Tools RoutingModel: nodes, costs, counts, pins and penalties. Its clock is in `model_clock`."""

from itertools import pairwise
from typing import Any

from routing.cost import left_out_s
from routing.engine import Sequences
from routing.engines.layout import Layout, Scope
from routing.engines.model_clock import add_clock
from routing.problem import Problem, Vehicle, Visit
from routing.schedule import frozen

__all__ = ["Model", "Scope"]


class Model:
    """A RoutingModel of a scope, and the way back from its nodes to the problem's indices."""

    def __init__(self, problem: Problem, scope: Scope) -> None:
        self._problem = problem
        self._layout = Layout(problem, scope)
        self.routing = self._layout.routing
        self._add_costs()
        add_clock(problem, self._layout)
        self._add_driving()
        self._add_counts()
        for node, door in enumerate(self._layout.doors):
            self._add_visit(node, door)
        for position, car in enumerate(self._layout.cars):
            self._add_prefix(position, car)

    @property
    def size(self) -> int:
        """Number of visits in the model."""
        return len(self._layout.doors)

    def sequences(self, assignment: Any = None) -> Sequences:
        """Read an assignment, or, in an at-solution callback, what the search is at."""
        read = assignment.Value if assignment is not None else _value
        sequences = list(frozen(self._problem))
        for position, vehicle in enumerate(self._layout.scope.vehicles):
            visits = []
            index = read(self.routing.NextVar(self.routing.Start(position)))
            while not self.routing.IsEnd(index):
                visits.append(self._layout.scope.visits[self._layout.manager.IndexToNode(index)])
                index = read(self.routing.NextVar(index))
            sequences[vehicle] = tuple(visits)
        return tuple(sequences)

    def assignment(self, sequences: Sequences) -> Any:
        """Write sequences as an assignment to start from, None where it is none; the model must be closed."""
        scope = self._layout.scope
        node = {visit: number for number, visit in enumerate(scope.visits)}
        routes = [[self._layout.index(node[visit]) for visit in sequences[vehicle]] for vehicle in scope.vehicles]
        return self.routing.ReadAssignmentFromRoutes(routes, True)

    def _add_costs(self) -> None:
        weight = self._problem.weights.travel
        costs = {
            profile: self.routing.RegisterTransitMatrix((self._layout.legs_s(profile) * weight).tolist())
            for profile in self._layout.profiles
        }
        for position, car in enumerate(self._layout.cars):
            self.routing.SetArcCostEvaluatorOfVehicle(costs[car.matrix, car.pace_percent], position)

    def _add_driving(self) -> None:
        limits_s = [car.max_driving_s for car in self._layout.cars]
        if all(limit_s is None for limit_s in limits_s):
            return
        legs = {
            profile: self.routing.RegisterTransitMatrix(self._layout.legs_s(profile).tolist())
            for profile in self._layout.profiles
        }
        day_s = self._layout.horizon_s
        self.routing.AddDimensionWithVehicleTransitAndCapacity(
            [legs[car.matrix, car.pace_percent] for car in self._layout.cars],
            0,
            [day_s if limit_s is None else min(limit_s, day_s) for limit_s in limits_s],
            True,
            "driving",
        )

    def _add_counts(self) -> None:
        """Limit visits and loads. The count of visits before a node is its position."""
        doors, cars = self._layout.doors, self._layout.cars
        if any(car.max_visits is not None for car in cars) or any(door.position is not None for door in doors):
            self._add_count("visits", [1] * len(doors), [car.max_visits for car in cars])
            visits = self.routing.GetDimensionOrDie("visits")
            for node, door in enumerate(doors):
                if door.position is None:
                    continue
                index = self._layout.index(node)
                if door.position <= visits.CumulVar(index).Max():
                    visits.CumulVar(index).SetValue(door.position)
                else:
                    self.routing.ActiveVar(index).SetValue(0)
        if any(car.max_load is not None for car in cars):
            self._add_count("load", [door.load for door in doors], [car.max_load for car in cars])

    def _add_count(self, name: str, amounts: list[int], limits: list[int | None]) -> None:
        total = sum(amounts)
        depots = [0] * (self._layout.size - len(amounts))
        evaluator = self.routing.RegisterUnaryTransitVector([*amounts, *depots])
        capacities = [total if limit is None else min(limit, total) for limit in limits]
        self.routing.AddDimensionWithVehicleCapacity(evaluator, 0, capacities, True, name)

    def _add_visit(self, node: int, door: Visit) -> None:
        index = self._layout.index(node)
        self.routing.AddDisjunction([index], left_out_s(door))
        unable = set(range(len(self._layout.cars))) - self._layout.scope.able[node]
        if unable:
            self.routing.VehicleVar(index).RemoveValues(sorted(unable))

    def _add_prefix(self, position: int, car: Vehicle) -> None:
        node = {visit: number for number, visit in enumerate(self._layout.scope.visits)}
        indices = [self.routing.Start(position), *(self._layout.index(node[visit]) for visit in car.prefix)]
        for before, after in pairwise(indices):
            self.routing.NextVar(before).SetValue(after)


def _value(variable: Any) -> int:
    return int(variable.Value())

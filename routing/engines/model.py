"""The problem as an OR-Tools RoutingModel: nodes, costs, clock, skills, penalties."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, cast

import numpy as np
from ortools.constraint_solver import pywrapcp

from routing.cost import left_out_s
from routing.engine import Sequences
from routing.problem import UNREACHABLE, Problem, TravelMatrix, Visit

TIME: Final = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The part of the problem that the model sees: who can serve what.

    Attributes
    ----------
    visits : indices into Problem.visits, in the order of the model's nodes.
    vehicles : indices into Problem.vehicles, in the order of the model's vehicles.
    able : for each of `visits`, the positions in `vehicles` that can serve it.
    """

    visits: tuple[int, ...]
    vehicles: tuple[int, ...]
    able: tuple[frozenset[int], ...]


class Model:
    """A RoutingModel of a scope, and the way back from its nodes to the problem's indices.

    Node layout: the visits first, then the distinct depots, then one sink where open routes end. Every
    node must be a visit or some vehicle's depot: OR-Tools would insist on visiting any other.
    """

    def __init__(self, problem: Problem, scope: Scope) -> None:
        self._problem = problem
        self._scope = scope
        self._cars = [problem.vehicles[vehicle] for vehicle in scope.vehicles]
        self._doors = [problem.visits[visit] for visit in scope.visits]
        self._horizon_s = max(car.shift.end_s for car in self._cars)
        ends = [car.end for car in self._cars if car.end is not None]
        self._depots = sorted({*ends, *(car.start for car in self._cars)})
        self._open = len(ends) < len(self._cars)
        self._manager = pywrapcp.RoutingIndexManager(
            len(self._doors) + len(self._depots) + self._open,
            len(self._cars),
            [self._depot_node(car.start) for car in self._cars],
            [self._depot_node(car.end) for car in self._cars],
        )
        self.routing = pywrapcp.RoutingModel(self._manager)
        self._add_travel()
        self._add_shifts()
        for node, door in enumerate(self._doors):
            self._add_windows(node, door)
            self._add_visit(node, door)

    @property
    def size(self) -> int:
        """Number of visits in the model."""
        return len(self._doors)

    def sequences(self, assignment: Any = None) -> Sequences:
        """Read an assignment, or, in an at-solution callback, what the search is at."""
        read = assignment.Value if assignment is not None else _value
        sequences: list[tuple[int, ...]] = [()] * len(self._problem.vehicles)
        for position, vehicle in enumerate(self._scope.vehicles):
            visits = []
            index = read(self.routing.NextVar(self.routing.Start(position)))
            while not self.routing.IsEnd(index):
                visits.append(self._scope.visits[self._manager.IndexToNode(index)])
                index = read(self.routing.NextVar(index))
            sequences[vehicle] = tuple(visits)
        return tuple(sequences)

    def assignment(self, sequences: Sequences) -> Any:
        """Write sequences as an assignment to start from; the model must be closed."""
        node = {visit: number for number, visit in enumerate(self._scope.visits)}
        routes = [[node[visit] for visit in sequences[vehicle]] for vehicle in self._scope.vehicles]
        return self.routing.ReadAssignmentFromRoutes(
            [[self._manager.NodeToIndex(number) for number in route] for route in routes], True
        )

    def _depot_node(self, location: int | None) -> int:
        depot = len(self._depots) if location is None else self._depots.index(location)
        return len(self._doors) + depot

    def _add_travel(self) -> None:
        """One cost and one clock per matrix: travel alone costs, travel and service take time."""
        costs: dict[int, int] = {}
        clocks: dict[int, int] = {}
        for number in sorted({car.matrix for car in self._cars}):
            travel_s = self._travel(self._problem.matrices[number])
            costs[number] = self.routing.RegisterTransitMatrix(travel_s)
            for node, door in enumerate(self._doors):
                travel_s[node] = [leg_s + door.service_s for leg_s in travel_s[node]]
            clocks[number] = self.routing.RegisterTransitMatrix(travel_s)
        for position, car in enumerate(self._cars):
            self.routing.SetArcCostEvaluatorOfVehicle(costs[car.matrix], position)
        self.routing.AddDimensionWithVehicleTransits(
            [clocks[car.matrix] for car in self._cars],
            self._horizon_s,  # waiting: as long as it takes
            self._horizon_s,
            False,  # the shift says when the day begins
            TIME,
        )

    def _travel(self, matrix: TravelMatrix) -> list[list[int]]:
        """Seconds between nodes; what is unreachable takes longer than the horizon, which forbids it."""
        doors = len(self._doors)
        places = [*(door.location for door in self._doors), *self._depots]
        legs_s = matrix.durations_s[places][:, places].astype(np.int64)
        legs_s[legs_s == UNREACHABLE] = self._horizon_s + 1
        legs_s = legs_s.clip(max=self._horizon_s + 1)
        legs_s[doors:, doors:] = 0  # from a depot to a depot goes only who stays at home
        if self._open:
            legs_s = np.pad(legs_s, (0, 1))
        return cast("list[list[int]]", legs_s.tolist())

    def _add_shifts(self) -> None:
        clock = self.routing.GetDimensionOrDie(TIME)
        for position, car in enumerate(self._cars):
            clock.CumulVar(self.routing.Start(position)).SetRange(car.shift.start_s, car.shift.end_s)
            clock.CumulVar(self.routing.End(position)).SetRange(car.shift.start_s, car.shift.end_s)

    def _add_windows(self, node: int, door: Visit) -> None:
        if not door.windows:
            return
        starts = _start_intervals(door)
        cumul = self.routing.GetDimensionOrDie(TIME).CumulVar(self._manager.NodeToIndex(node))
        cumul.SetRange(starts[0][0], min(starts[-1][1], self._horizon_s))
        for (_, end_s), (start_s, _) in pairwise(starts):
            cumul.RemoveInterval(end_s + 1, start_s - 1)

    def _add_visit(self, node: int, door: Visit) -> None:
        index = self._manager.NodeToIndex(node)
        self.routing.AddDisjunction([index], left_out_s(door))
        unable = set(range(len(self._cars))) - self._scope.able[node]
        if unable:
            self.routing.VehicleVar(index).RemoveValues(sorted(unable))


def _value(variable: Any) -> int:
    return int(variable.Value())


def _start_intervals(door: Visit) -> list[tuple[int, int]]:
    """When the service may begin: disjoint intervals in ascending order, gaps of at least one second."""
    merged: list[tuple[int, int]] = []
    for window in sorted(door.windows, key=lambda window: window.start_s):
        start_s, end_s = window.start_s, window.end_s - door.service_s
        if end_s < start_s:
            continue
        if merged and start_s <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end_s))
        else:
            merged.append((start_s, end_s))
    return merged

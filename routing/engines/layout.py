"""Which nodes an OR-Tools model has, and what lies between them."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp

from routing.problem import UNREACHABLE, Problem, paced


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


class Layout:
    """The nodes of a scope: the visits first, then the distinct depots, then one sink where open routes end.

    Every node must be a visit or some vehicle's depot: OR-Tools would insist on visiting any other. A
    profile is a matrix and a pace.
    """

    def __init__(self, problem: Problem, scope: Scope) -> None:
        self._problem = problem
        self.scope = scope
        self.cars = [problem.vehicles[vehicle] for vehicle in scope.vehicles]
        self.doors = [problem.visits[visit] for visit in scope.visits]
        self.horizon_s = max(car.shift.end_s for car in self.cars)
        self.profiles = sorted({(car.matrix, car.pace_percent) for car in self.cars})
        ends = [car.end for car in self.cars if car.end is not None]
        at = Counter(door.location for door in self.doors)
        #: Setups that may be spared: only doors at one location can follow each other there. Others are service.
        self.spare_setups_s = [door.setup_s if at[door.location] > 1 else 0 for door in self.doors]
        self._depots = sorted({*ends, *(car.start for car in self.cars)})
        self._open = len(ends) < len(self.cars)
        self.size = len(self.doors) + len(self._depots) + self._open
        self.manager = pywrapcp.RoutingIndexManager(
            self.size,
            len(self.cars),
            [self._depot_node(car.start) for car in self.cars],
            [self._depot_node(car.end) for car in self.cars],
        )
        self.routing = pywrapcp.RoutingModel(self.manager)

    def index(self, node: int) -> int:
        """Index of a visit's node in the model."""
        return int(self.manager.NodeToIndex(node))

    def legs_s(self, profile: tuple[int, int]) -> NDArray[np.int64]:
        """Seconds on the road between nodes; what is unreachable takes longer than the horizon, which forbids it."""
        doors = len(self.doors)
        places = [*(door.location for door in self.doors), *self._depots]
        matrix, pace_percent = profile
        legs_s = paced(self._problem.matrices[matrix].durations_s[places][:, places], pace_percent)
        legs_s[legs_s == UNREACHABLE] = self.horizon_s + 1
        legs_s = legs_s.clip(max=self.horizon_s + 1)
        legs_s[doors:, doors:] = 0  # from a depot to a depot goes only who stays at home
        return np.pad(legs_s, (0, 1)) if self._open else legs_s

    def setups_s(self) -> NDArray[np.int64]:
        """Seconds of a setup that may be spared, by the node before and the node: none at the same location."""
        setups_s = np.zeros((self.size, self.size), dtype=np.int64)
        doors = len(self.doors)
        setups_s[:, :doors] = self.spare_setups_s
        locations = np.array([door.location for door in self.doors], dtype=np.int64)
        setups_s[:doors, :doors][locations[:, None] == locations[None, :]] = 0
        return setups_s

    def services_s(self) -> list[int]:
        """Seconds of service at each node, with the setup where it cannot be spared."""
        doors = zip(self.doors, self.spare_setups_s, strict=True)
        works_s = [door.service_s + door.setup_s - spare_s for door, spare_s in doors]
        return [*works_s, *([0] * (self.size - len(works_s)))]

    def _depot_node(self, location: int | None) -> int:
        depot = len(self._depots) if location is None else self._depots.index(location)
        return len(self.doors) + depot

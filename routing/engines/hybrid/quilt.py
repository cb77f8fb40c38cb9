"""The plan of a large problem while parts of it are searched: its routes, their worth, and who is on none."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from routing.cost import left_out_s
from routing.engine import Sequences
from routing.problem import Problem
from routing.schedule import route_cost_s


class Quilt:
    """A plan that is replaced piece by piece.

    Attributes
    ----------
    routes : visits of each vehicle, in driving order.
    """

    def __init__(self, problem: Problem, sequences: Sequences) -> None:
        self.routes: list[tuple[int, ...]] = [()] * len(sequences)
        self._prize = np.array([left_out_s(visit) for visit in problem.visits], np.int64)
        self._costs = np.zeros(len(sequences), np.int64)
        self._spared = np.zeros(len(sequences), np.int64)
        self._free = np.ones(len(problem.visits), bool)
        self._penalty = np.array([visit.penalty_s for visit in problem.visits], np.int64)
        self._mandatory = np.array([visit.mandatory for visit in problem.visits], bool)
        self._begun = np.array([bool(car.prefix) for car in problem.vehicles], bool)
        self._spare = np.zeros(len(sequences), bool)
        costs = [route_cost_s(problem, vehicle, visits) for vehicle, visits in enumerate(sequences)]
        self.replace(dict(enumerate(sequences)), [_driven(cost) for cost in costs])

    @property
    def cost(self) -> int:
        """Cost.total_s of the plan."""
        return int(self._costs.sum() + self._prize[self._free].sum())

    @property
    def mean_leg(self) -> float:
        """Cost of a leg on average."""
        used = sum(1 for visits in self.routes if visits)
        return max(1.0, float(self._costs.sum()) / max(1, used + int((~self._free).sum())))

    def free(self) -> list[int]:
        """List the visits on no route."""
        return [int(visit) for visit in np.flatnonzero(self._free)]

    def replace(self, routes: Mapping[int, tuple[int, ...]], costs: Sequence[int]) -> None:
        """Give vehicles other routes, which share visits with those that they had alone.

        Parameters
        ----------
        costs : of each route, in the order of `routes`; penalties not included.
        """
        for vehicle in routes:
            self._free[list(self.routes[vehicle])] = True
        for (vehicle, visits), cost in zip(routes.items(), costs, strict=True):
            self.routes[vehicle] = visits
            self._costs[vehicle] = cost
            self._spared[vehicle] = self._penalty[list(visits)].sum()
            self._spare[vehicle] = bool(visits) and not (self._begun[vehicle] or self._mandatory[list(visits)].any())
            self._free[list(visits)] = False

    def gains(self) -> NDArray[np.int64]:
        """Return the penalties that each vehicle's route spares, less what it costs; shape (vehicles,)."""
        gains: NDArray[np.int64] = self._spared - self._costs
        return gains

    def poorest(self, extra: NDArray[np.int64], but: Collection[int]) -> tuple[int, int] | None:
        """Find the route that is missed least, and how much; None when none can be given up.

        Routes of mandatory or frozen visits cannot.

        Parameters
        ----------
        extra : (vehicles,) what speaks against each vehicle, in units of cost.
        but : vehicles that are not asked for.
        """
        asked = self._spare.copy()
        asked[list(but)] = False
        if not asked.any():
            return None
        missed = self.gains() + extra
        vehicle = int(np.flatnonzero(asked)[missed[asked].argmin()])
        return vehicle, int(missed[vehicle])


def _driven(cost: int | None) -> int:
    if cost is None:
        msg = "A plan's routes can be driven."
        raise ValueError(msg)
    return cost

"""Who may serve what, asked once for all visits that ask for the same."""

import numpy as np
from numpy.typing import NDArray

from routing.itinerary import unfit
from routing.problem import Problem, Visit


class Fitness:
    """Knows which vehicles may serve a visit: skills and allowed vehicles, whatever the hour."""

    def __init__(self, problem: Problem) -> None:
        self._vehicles = problem.vehicles
        self._known: dict[tuple[object, ...], NDArray[np.bool_]] = {}

    def of(self, door: Visit) -> NDArray[np.bool_]:
        """Tell for each vehicle whether it may serve the visit; shape (vehicles,)."""
        demand = door.required_skills, door.excluded_skills, door.allowed_vehicles
        if demand not in self._known:
            fit = [unfit(vehicle, car, door) is None for vehicle, car in enumerate(self._vehicles)]
            self._known[demand] = np.array(fit, dtype=np.bool_)
        return self._known[demand]

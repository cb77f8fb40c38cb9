"""A problem cut down to some of its visits and vehicles, and the way back from its indices."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from routing.engine import Sequences
from routing.problem import Problem, TravelMatrix, Vehicle, Visit

_NOBODY: Final[frozenset[int]] = frozenset()


class Excerpt:
    """A part of a problem as a problem of its own; travel is copied for its places alone.

    Attributes
    ----------
    problem : the part.
    visits, vehicles : indices in the whole problem of what is in the part, in its order. A visit that none of
        the vehicles is allowed to serve is not in it.
    """

    def __init__(self, whole: Problem, visits: Iterable[int], vehicles: Sequence[int]) -> None:
        self.vehicles = tuple(vehicles)
        vehicle_of = {vehicle: number for number, vehicle in enumerate(self.vehicles)}
        self.visits = tuple(
            visit for visit in visits if _allowed(whole.visits[visit].allowed_vehicles, vehicle_of) != _NOBODY
        )
        self._visit_of = {visit: number for number, visit in enumerate(self.visits)}
        doors = [whole.visits[visit] for visit in self.visits]
        cars = [whole.vehicles[vehicle] for vehicle in self.vehicles]
        ends = {car.end for car in cars if car.end is not None}
        places = sorted({*(door.location for door in doors), *(car.start for car in cars), *ends})
        place_of = {place: number for number, place in enumerate(places)}
        matrices = sorted({car.matrix for car in cars})
        self.problem = Problem(
            visits=tuple(self._door(door, place_of, vehicle_of) for door in doors),
            vehicles=tuple(self._car(car, place_of, matrices) for car in cars),
            matrices=tuple(_travel(whole.matrices[number], places) for number in matrices or (0,)),
            weights=whole.weights,
        )

    def inner(self, sequences: Sequence[tuple[int, ...]]) -> Sequences:
        """Give the part's vehicles their routes of a plan of the whole, without visits that are not in the part."""
        return tuple(
            tuple(self._visit_of[visit] for visit in sequences[vehicle] if visit in self._visit_of)
            for vehicle in self.vehicles
        )

    def outer(self, sequences: Sequences) -> dict[int, tuple[int, ...]]:
        """Give a plan of the part in the whole problem's indices: visits by vehicle."""
        return {
            vehicle: tuple(self.visits[visit] for visit in visits)
            for vehicle, visits in zip(self.vehicles, sequences, strict=True)
        }

    def _door(self, door: Visit, place_of: dict[int, int], vehicle_of: dict[int, int]) -> Visit:
        return replace(
            door, location=place_of[door.location], allowed_vehicles=_allowed(door.allowed_vehicles, vehicle_of)
        )

    def _car(self, car: Vehicle, place_of: dict[int, int], matrices: list[int]) -> Vehicle:
        return replace(
            car,
            start=place_of[car.start],
            end=None if car.end is None else place_of[car.end],
            matrix=matrices.index(car.matrix),
            prefix=tuple(self._visit_of[visit] for visit in car.prefix),
        )


def _allowed(vehicles: frozenset[int] | None, vehicle_of: dict[int, int]) -> frozenset[int] | None:
    if vehicles is None:
        return None
    return frozenset(vehicle_of[vehicle] for vehicle in vehicles if vehicle in vehicle_of)


def _travel(matrix: TravelMatrix, places: list[int]) -> TravelMatrix:
    """Cut out the seconds; no engine looks at metres."""
    durations_s = np.ascontiguousarray(matrix.durations_s[np.ix_(places, places)])
    return TravelMatrix(durations_s=durations_s, lengths_m=durations_s)

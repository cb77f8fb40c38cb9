"""The problem: visits, vehicles and travel, validated once at construction."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from routing.errors import InvalidProblemError
from routing.travel import UNREACHABLE, TravelMatrix, paced, paced_s
from routing.vehicle import Break, Vehicle
from routing.visit import MANDATORY_PENALTY_S, Visit
from routing.weights import DEFAULT_WEIGHTS, Weights
from routing.window import TimeWindow

__all__ = [
    "DEFAULT_WEIGHTS",
    "MANDATORY_PENALTY_S",
    "UNREACHABLE",
    "Break",
    "Problem",
    "TimeWindow",
    "TravelMatrix",
    "Vehicle",
    "Visit",
    "Weights",
    "paced",
    "paced_s",
]


#: The loads of all visits together, in their own unit: engines add them in 32 bits.
MAX_TOTAL_LOAD: Final = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """What one day asks for. What a plan costs is told by `routing.solution.Cost`, each part times its weight."""

    visits: tuple[Visit, ...]
    vehicles: tuple[Vehicle, ...]
    matrices: tuple[TravelMatrix, ...]
    weights: Weights = DEFAULT_WEIGHTS

    def __post_init__(self) -> None:
        if not self.matrices:
            msg = "A problem needs at least one travel matrix."
            raise InvalidProblemError(msg)
        sizes = {matrix.size for matrix in self.matrices}
        if len(sizes) != 1:
            msg = f"All travel matrices must have one size, got {sorted(sizes)}."
            raise InvalidProblemError(msg)
        _refuse_duplicates("visit", (visit.id for visit in self.visits))
        _refuse_duplicates("vehicle", (vehicle.id for vehicle in self.vehicles))
        carried = sum(visit.load for visit in self.visits)
        if carried > MAX_TOTAL_LOAD:
            msg = f"The loads of all visits together must be <= {MAX_TOTAL_LOAD}, got {carried}."
            raise InvalidProblemError(msg)
        size = sizes.pop()
        for visit in self.visits:
            _require_index(f"Visit {visit.id!r}: location", visit.location, size)
            for vehicle in sorted(visit.allowed_vehicles or ()):
                _require_index(f"Visit {visit.id!r}: allowed_vehicles", vehicle, len(self.vehicles))
        for car in self.vehicles:
            self._require_known_indices(car, size)
        frozen = Counter(visit for car in self.vehicles for visit in car.prefix)
        for visit_index, count in frozen.items():
            if count > 1:
                msg = f"Visit {self.visits[visit_index].id!r}: it may be in one prefix once, got it {count} times."
                raise InvalidProblemError(msg)

    def _require_known_indices(self, car: Vehicle, size: int) -> None:
        _require_index(f"Vehicle {car.id!r}: start", car.start, size)
        if car.end is not None:
            _require_index(f"Vehicle {car.id!r}: end", car.end, size)
        if not 0 <= car.matrix < len(self.matrices):
            msg = f"Vehicle {car.id!r}: matrix must be below {len(self.matrices)}, got {car.matrix}."
            raise InvalidProblemError(msg)
        for visit in car.prefix:
            _require_index(f"Vehicle {car.id!r}: prefix", visit, len(self.visits))


def _refuse_duplicates(kind: str, ids: Iterable[str]) -> None:
    repeated = sorted(id_ for id_, count in Counter(ids).items() if count > 1)
    if repeated:
        msg = f"Each {kind} id must be unique, got {repeated[0]!r} more than once."
        raise InvalidProblemError(msg)


def _require_index(what: str, index: int, size: int) -> None:
    if not 0 <= index < size:
        msg = f"{what} must be an index below {size}, got {index}."
        raise InvalidProblemError(msg)

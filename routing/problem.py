"""The problem: visits, vehicles and travel, validated once at construction."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.errors import InvalidProblemError

#: Stands in a TravelMatrix where one cannot go from row to column.
UNREACHABLE: Final = int(np.iinfo(np.int32).max)

#: What one unserved mandatory visit adds to Cost.total_s, on top of its own penalty: 116 days of travel,
#: more than all travel and all optional penalties of any real day together (1000 visits at 100 minutes
#: each plus 100 shifts of ten hours make 9.6 million), yet 200 of them still fit into 32 bits.
MANDATORY_PENALTY_S: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """From start_s to end_s, both included, in seconds since the plan's own zero."""

    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_s <= self.end_s:
            msg = f"A time window must satisfy 0 <= start_s <= end_s, got start_s={self.start_s}, end_s={self.end_s}."
            raise InvalidProblemError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One door to knock on.

    The whole service lies inside one of `windows`: it starts no earlier than the window's start
    and ENDS no later than the window's end. No windows means any time of the shift.

    Attributes
    ----------
    location : row and column in every travel matrix.
    penalty_s : what leaving the visit out costs, in seconds of travel.
    mandatory : served before any optional visit, whatever it costs, if it can be served at all.
    required_skills : the vehicle must have all of them.
    """

    id: str
    location: int
    service_s: int = 0
    windows: tuple[TimeWindow, ...] = ()
    required_skills: frozenset[str] = frozenset()
    mandatory: bool = False
    penalty_s: int = 0

    def __post_init__(self) -> None:
        if self.location < 0:
            msg = f"Visit {self.id!r}: location must be >= 0, got {self.location}."
            raise InvalidProblemError(msg)
        if self.service_s < 0:
            msg = f"Visit {self.id!r}: service_s must be >= 0, got {self.service_s}."
            raise InvalidProblemError(msg)
        if not 0 <= self.penalty_s < MANDATORY_PENALTY_S:
            msg = f"Visit {self.id!r}: penalty_s must be >= 0 and below {MANDATORY_PENALTY_S}, got {self.penalty_s}."
            raise InvalidProblemError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One collector on the road.

    Attributes
    ----------
    start : matrix index where the day begins.
    end : matrix index where it ends, None to end at the last door.
    shift : departure from `start` and arrival at `end` lie inside it.
    matrix : which of the problem's matrices the vehicle travels by.
    """

    id: str
    start: int
    end: int | None
    shift: TimeWindow
    skills: frozenset[str] = frozenset()
    matrix: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelMatrix:
    """Travel from row to column: int32 arrays of one square shape, UNREACHABLE in both where cut off."""

    durations_s: NDArray[np.int32]
    lengths_m: NDArray[np.int32]

    def __post_init__(self) -> None:
        for name in ("durations_s", "lengths_m"):
            array: NDArray[np.int32] = getattr(self, name)
            if array.ndim != 2 or array.shape[0] != array.shape[1]:
                msg = f"TravelMatrix: {name} must be square, got shape {array.shape}."
                raise InvalidProblemError(msg)
            if array.dtype != np.int32:
                msg = f"TravelMatrix: {name} must be int32, got {array.dtype}."
                raise InvalidProblemError(msg)
            if array.size and int(array.min()) < 0:
                msg = f"TravelMatrix: {name} must be >= 0, got {int(array.min())}."
                raise InvalidProblemError(msg)
        if self.durations_s.shape != self.lengths_m.shape:
            msg = "TravelMatrix: durations_s and lengths_m must have the same shape."
            raise InvalidProblemError(msg)

    @property
    def size(self) -> int:
        """Number of locations."""
        return int(self.durations_s.shape[0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """What one day asks for.

    Cost = seconds of travel + penalties of the visits left out (see routing.solution).
    """

    visits: tuple[Visit, ...]
    vehicles: tuple[Vehicle, ...]
    matrices: tuple[TravelMatrix, ...]

    def __post_init__(self) -> None:
        if not self.matrices:
            msg = "A problem needs at least one travel matrix."
            raise InvalidProblemError(msg)
        sizes = {matrix.size for matrix in self.matrices}
        if len(sizes) != 1:
            msg = f"All travel matrices must have one size, got {sorted(sizes)}."
            raise InvalidProblemError(msg)
        size = sizes.pop()
        _refuse_duplicates("visit", (visit.id for visit in self.visits))
        _refuse_duplicates("vehicle", (vehicle.id for vehicle in self.vehicles))
        for visit in self.visits:
            _require_location(f"Visit {visit.id!r}: location", visit.location, size)
        for vehicle in self.vehicles:
            _require_location(f"Vehicle {vehicle.id!r}: start", vehicle.start, size)
            if vehicle.end is not None:
                _require_location(f"Vehicle {vehicle.id!r}: end", vehicle.end, size)
            if not 0 <= vehicle.matrix < len(self.matrices):
                msg = f"Vehicle {vehicle.id!r}: matrix must be below {len(self.matrices)}, got {vehicle.matrix}."
                raise InvalidProblemError(msg)


def _refuse_duplicates(kind: str, ids: Iterable[str]) -> None:
    repeated = sorted(id_ for id_, count in Counter(ids).items() if count > 1)
    if repeated:
        msg = f"Each {kind} id must be unique, got {repeated[0]!r} more than once."
        raise InvalidProblemError(msg)


def _require_location(what: str, location: int, size: int) -> None:
    if not 0 <= location < size:
        msg = f"{what} must be an index below {size}, got {location}."
        raise InvalidProblemError(msg)

"""Travel between locations: seconds and metres from row to column."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.errors import InvalidProblemError

#: Stands in a TravelMatrix where one cannot go from row to column.
UNREACHABLE: Final = int(np.iinfo(np.int32).max)

_AS_THE_MATRIX: Final = 100


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


def paced_s(duration_s: int, pace_percent: int) -> int:
    """Seconds that a vehicle of that pace takes, rounded up; UNREACHABLE stays what it is."""
    return UNREACHABLE if duration_s == UNREACHABLE else -(-duration_s * pace_percent // 100)


def paced(durations_s: NDArray[np.int32], pace_percent: int) -> NDArray[np.int64]:
    """Do what `paced_s` does, for a whole array."""
    wide = durations_s.astype(np.int64)
    if pace_percent == _AS_THE_MATRIX:
        return wide
    return np.where(durations_s == UNREACHABLE, UNREACHABLE, -(-wide * pace_percent // 100))

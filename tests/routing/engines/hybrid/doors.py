"""Small days for single steps: half an hour at each door, collectors who differ in the ends of their shifts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from routing.problem import Problem, TimeWindow, TravelMatrix, Vehicle, Visit
from routing.weights import DEFAULT_WEIGHTS, Weights


def half_hours(
    durations_s: NDArray[np.int32],
    penalties_s: Sequence[int],
    shifts_s: Sequence[int],
    weights: Weights = DEFAULT_WEIGHTS,
) -> Problem:
    """Make a problem of the branch, place 0, and a visit at each place after it."""
    return Problem(
        visits=tuple(
            Visit(id=f"v{number}", location=1 + number, service_s=1800, penalty_s=penalty)
            for number, penalty in enumerate(penalties_s)
        ),
        vehicles=tuple(
            Vehicle(id=f"c{number}", start=0, end=0, shift=TimeWindow(start_s=0, end_s=end_s))
            for number, end_s in enumerate(shifts_s)
        ),
        matrices=(TravelMatrix(durations_s=durations_s, lengths_m=durations_s),),
        weights=weights,
    )

"""Own instances like Solomon's: every client must be served by vehicles of one depot, and distance is all that counts.

Drawn by the description of Solomon's classes (10.1287/opre.35.2.254), for whoever tunes an engine: the published ones
are for the table of results.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.solver.instance import Instance
from tests.benchmarks.solver.published import TENTHS

#: First word of a class: how clients lie. R everywhere, C in clusters, RC half and half.
_CLUSTERED: Final = {"R": 0.0, "C": 1.0, "RC": 0.5}

_SERVICE: Final = 10


def windowed(kind: str, size: int, seed: int, *, open_share: float = 0.25) -> Instance:
    """Make an instance of class R1, R2, C1, C2, RC1 or RC2.

    Classes 1 have narrow windows, small vehicles and short routes; classes 2 wide ones, large ones and long ones.

    Parameters
    ----------
    open_share : share of clients whose window is the whole day.
    """
    chance = np.random.default_rng([*kind.encode(), size, seed])
    long_routes = kind[-1] == "2"
    side = 100 * max(1.0, (size / 100) ** 0.5 / 1.5)
    horizon = (1000 if long_routes else 240) * side / 100
    capacity = 1000 if long_routes else 200
    points = chance.uniform(0, side, (size + 1, 2))
    clustered = np.flatnonzero(chance.random(size + 1) < _CLUSTERED[kind[:-1]])
    centres = chance.uniform(0.1 * side, 0.9 * side, (max(2, size // 15), 2))
    points[clustered] = centres[chance.integers(len(centres), size=len(clustered))]
    points[clustered] += chance.normal(0, 0.04 * side, (len(clustered), 2))
    points[0] = side / 2
    durations = np.floor(TENTHS * np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))).astype(np.int32)
    vehicles = max(size // 4, 5)
    at_depot = np.zeros(vehicles, np.int32)
    return Instance(
        name=f"{kind}-{size}-{seed}",
        depots=1,
        durations_s=durations,
        service_s=np.full(size, TENTHS * _SERVICE, np.int32),
        window_s=_windows(
            chance, durations, round(TENTHS * horizon), width=0.25 if long_routes else 0.15, open_share=open_share
        ),
        penalty_s=np.zeros(size, np.int32),
        mandatory=np.ones(size, bool),
        load=chance.integers(1, 37, size).astype(np.int32),
        vehicle_start=at_depot,
        vehicle_end=at_depot,
        shift_s=np.tile(np.array([0, round(TENTHS * horizon)], np.int32), (vehicles, 1)),
        max_load=np.full(vehicles, capacity, np.int32),
        allowed=np.ones((vehicles, size), bool),
    )


def _windows(
    chance: np.random.Generator, durations: NDArray[np.int32], horizon: int, *, width: float, open_share: float
) -> NDArray[np.int32]:
    """Draw when services may start, such that each client can be served by a vehicle of its own."""
    reached = durations[0, 1:]
    last = horizon - durations[1:, 0] - TENTHS * _SERVICE
    middle = chance.uniform(reached, last)
    half = horizon * width / 2 * chance.uniform(0.5, 1.5, len(middle))
    early = np.maximum(middle - half, reached)
    late = np.minimum(middle + half, last)
    whole_day = chance.random(len(middle)) < open_share
    return np.stack([np.where(whole_day, 0, early), np.where(whole_day, last, late)], axis=1).astype(np.int32)

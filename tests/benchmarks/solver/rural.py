"""Own instances: cases in villages, collectors from a few branches. The same seed gives the same instance everywhere.

Seeds from 100 on are for the table of results; whoever tunes an engine takes others.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.solver.instance import Instance

#: Visits -> collectors: with so many a third to a half of the penalties can be worth leaving out.
COLLECTORS: Final = {200: 8, 500: 20, 1000: 40, 10_000: 400}

_DAY_S: Final = 8 * 3600
_HOUR_S: Final = 3600
_S_PER_KM: Final = 85  # about 42 km/h as a car drives
_DETOUR: Final = 1.3


def rural(size: int, seed: int) -> Instance:
    """Make a day of many branches: two depots, skills, windows of two hours and of half a day, skewed prizes.

    Villages as dense as 30 in 60 x 60 km at 200 to 1000 visits; at 10,000 the country grows with them.
    """
    chance = np.random.default_rng([size, seed])
    grown = max(1.0, size / 1000)
    depots = 2 if size <= 1000 else 8
    return _instance(
        f"own{size}-{seed}",
        chance,
        size=size,
        collectors=COLLECTORS[size],
        depots=depots,
        villages=round(30 * grown),
        side_km=60 * grown**0.5,
        skilled_share=0.15,
    )


def everyday(seed: int) -> Instance:
    """Make the day of one branch: 20 to 60 visits, 2 to 5 collectors, one depot, not all of it possible as a rule."""
    chance = np.random.default_rng([60, seed])
    size = int(chance.integers(20, 61))
    return _instance(
        f"everyday-{seed}",
        chance,
        size=size,
        collectors=int(np.clip(round(size / 13), 2, 5)),
        depots=1,
        villages=int(chance.integers(5, 12)),
        side_km=40,
        skilled_share=0.1,
    )


def _instance(
    name: str,
    chance: np.random.Generator,
    *,
    size: int,
    collectors: int,
    depots: int,
    villages: int,
    side_km: float,
    skilled_share: float,
) -> Instance:
    centres = chance.uniform(0, side_km, (villages, 2))
    inhabitants = chance.pareto(1.5, villages) + 0.3
    homes = chance.choice(villages, size, p=inhabitants / inhabitants.sum())
    doors = centres[homes] + chance.normal(0, 0.8, (size, 2))
    # Branches are in the largest villages.
    branches = centres[np.argsort(-inhabitants)[:depots]]
    prize = np.ceil(np.clip(chance.lognormal(2.6, 1.0, size), 1, 100))
    starts_s = chance.choice([0, 0, _HOUR_S], collectors)
    ends_s = np.where(starts_s == 0, chance.choice([_DAY_S - _HOUR_S, _DAY_S], collectors), _DAY_S)
    home = np.arange(collectors) % depots
    skilled = chance.permutation(collectors) < max(1, round(collectors / 2))
    return Instance(
        name=name,
        depots=depots,
        durations_s=_durations_s(np.concatenate([branches, doors]), chance),
        service_s=(60 * chance.integers(15, 26, size)).astype(np.int32),
        window_s=_windows_s(chance, size),
        penalty_s=(60 * prize).astype(np.int32),
        mandatory=np.zeros(size, bool),
        load=np.zeros(size, np.int32),
        vehicle_start=home.astype(np.int32),
        vehicle_end=home.astype(np.int32),
        shift_s=np.stack([starts_s, ends_s], axis=1).astype(np.int32),
        max_load=np.zeros(collectors, np.int32),
        allowed=skilled[:, None] | (chance.random(size) >= skilled_share)[None, :],
    )


def _windows_s(chance: np.random.Generator, size: int) -> NDArray[np.int32]:
    """Draw when services may start: 20 % two hours, 10 % each half of the day, the others all day."""
    kind = chance.choice(4, size, p=[0.6, 0.2, 0.1, 0.1])
    opening_s = 1800 * chance.integers(0, 13, size)
    earliest_s = np.choose(kind, [0, opening_s, 0, _DAY_S // 2])
    latest_s = np.choose(kind, [_DAY_S, opening_s + 2 * _HOUR_S, _DAY_S // 2, _DAY_S])
    return np.stack([earliest_s, latest_s], axis=1).astype(np.int32)


def _durations_s(places_km: NDArray[np.float64], chance: np.random.Generator) -> NDArray[np.int32]:
    """Drive straight lines with a detour, and take a little while to leave and to stop at each place.

    What leaving and stopping take differs from place to place, so the way back takes another time; going by a third
    place is never quicker.
    """
    places_km = places_km.astype(np.float32)
    leaving_s = chance.uniform(5, 40, len(places_km)).astype(np.float32)
    stopping_s = chance.uniform(5, 40, len(places_km)).astype(np.float32)
    durations_s = np.empty((len(places_km), len(places_km)), np.int32)
    for row, place_km in enumerate(places_km):  # row by row: 10,000 places need no second matrix
        ways_km = np.hypot(*(places_km - place_km).T)
        durations_s[row] = np.ceil(_S_PER_KM * _DETOUR * ways_km + leaving_s[row] + stopping_s)
        durations_s[row, row] = 0
    return durations_s

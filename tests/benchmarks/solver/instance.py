"""An instance as plain arrays, which every contender reads, and as the Problem that our engines solve."""

import hashlib
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from routing.problem import Problem, TimeWindow, TravelMatrix, Vehicle, Visit

Int32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """Routes from and back to depots; cost = travel + penalties of the visits left out.

    Rows of the matrix: `depots` depots, then n visits. m vehicles. All int32, in the instance's own unit of time
    (seconds, or tenths of the published instances' unit).

    Attributes
    ----------
    durations_s : (depots + n, depots + n), row from, column to.
    service_s : (n,). window_s : (n, 2), earliest and latest START of the service.
    penalty_s : (n,), of leaving a visit out. mandatory : (n,) bool. load : (n,), 0 where nothing is carried.
    vehicle_start, vehicle_end : (m,), rows of depots. shift_s : (m, 2). max_load : (m,), 0 where there is no limit.
    allowed : (m, n) bool, who has the skills for which visit.
    """

    name: str
    depots: int
    durations_s: Int32
    service_s: Int32
    window_s: Int32
    penalty_s: Int32
    mandatory: NDArray[np.bool_]
    load: Int32
    vehicle_start: Int32
    vehicle_end: Int32
    shift_s: Int32
    max_load: Int32
    allowed: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """Number of visits."""
        return len(self.service_s)

    def digest(self) -> str:
        """Name the instance by what is in it."""
        known = hashlib.sha256()
        for field in fields(self):
            known.update(np.ascontiguousarray(getattr(self, field.name)).tobytes())
        return known.hexdigest()[:12]

    def save(self, path: Path) -> None:
        """Write a .npz that NumPy alone can read."""
        with path.open("wb") as file:
            arrays = {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}
            np.savez(file, allow_pickle=False, **arrays)

    @staticmethod
    def load_file(path: Path) -> "Instance":
        """Read what `save` wrote."""
        with np.load(path) as arrays:
            values = {field.name: arrays[field.name] for field in fields(Instance)}
        return Instance(**(values | {"name": str(values["name"]), "depots": int(values["depots"])}))

    def problem(self) -> Problem:
        """Make the Problem: windows end with the service in them, and skills say who is allowed.

        The matrix stands for lengths too, which nothing here depends on, so that it is held once.
        """
        needed, held = _skills(self.allowed)
        shift_s = int(self.shift_s[:, 0].min()), int(self.shift_s[:, 1].max())
        visits = tuple(
            Visit(
                id=f"v{number}",
                location=self.depots + number,
                service_s=int(self.service_s[number]),
                windows=_windows(self.window_s[number].tolist(), int(self.service_s[number]), shift_s),
                required_skills=needed[number],
                mandatory=bool(self.mandatory[number]),
                penalty_s=int(self.penalty_s[number]),
                load=int(self.load[number]),
            )
            for number in range(self.size)
        )
        vehicles = tuple(
            Vehicle(
                id=f"c{number}",
                start=int(self.vehicle_start[number]),
                end=int(self.vehicle_end[number]),
                shift=TimeWindow(start_s=int(start_s), end_s=int(end_s)),
                skills=held[number],
                max_load=int(self.max_load[number]) or None,
            )
            for number, (start_s, end_s) in enumerate(self.shift_s.tolist())
        )
        matrix = TravelMatrix(durations_s=self.durations_s, lengths_m=self.durations_s)
        return Problem(visits=visits, vehicles=vehicles, matrices=(matrix,))


def prize_collected(instance: Instance, sequences: tuple[tuple[int, ...], ...]) -> int:
    """Sum the penalties of the visits served."""
    return int(instance.penalty_s[[visit for visits in sequences for visit in visits]].sum())


def _windows(start_s: list[int], service_s: int, shift_s: tuple[int, int]) -> tuple[TimeWindow, ...]:
    earliest_s, latest_s = start_s
    if earliest_s <= shift_s[0] and latest_s + service_s >= shift_s[1]:
        return ()
    return (TimeWindow(start_s=earliest_s, end_s=latest_s + service_s),)


def _skills(allowed: NDArray[np.bool_]) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """Name one skill for each set of vehicles that some visits are kept for."""
    sets = [column.tobytes() for column in np.ascontiguousarray(allowed.T)]
    everybody = np.ones(len(allowed), bool).tobytes()
    names = {key: f"skill{number}" for number, key in enumerate(sorted(Counter(sets))) if key != everybody}
    needed = [frozenset({names[key]}) if key in names else frozenset[str]() for key in sets]
    held = [
        frozenset(name for key, name in names.items() if np.frombuffer(key, bool)[vehicle])
        for vehicle in range(len(allowed))
    ]
    return needed, held

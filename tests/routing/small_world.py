"""Problems on a straight road: place x lies x seconds from the origin, ten metres a second."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from routing.problem import UNREACHABLE, Problem, TimeWindow, TravelMatrix, Vehicle, Visit

DAY = TimeWindow(start_s=0, end_s=10_000)


def window(start_s: int, end_s: int) -> TimeWindow:
    return TimeWindow(start_s=start_s, end_s=end_s)


def visit(
    location: int,
    *,
    service_s: int = 0,
    windows: Sequence[TimeWindow] = (),
    skills: Sequence[str] = (),
    mandatory: bool = False,
    penalty_s: int = 5_000,
) -> Visit:
    """Make a visit whose id is set by `road_problem`."""
    return Visit(
        id="",
        location=location,
        service_s=service_s,
        windows=tuple(windows),
        required_skills=frozenset(skills),
        mandatory=mandatory,
        penalty_s=penalty_s,
    )


def vehicle(
    start: int = 0,
    end: int | None = 0,
    *,
    shift: TimeWindow = DAY,
    skills: Sequence[str] = (),
    matrix: int = 0,
) -> Vehicle:
    """Make a vehicle whose id is set by `road_problem`."""
    return Vehicle(id="", start=start, end=end, shift=shift, skills=frozenset(skills), matrix=matrix)


def road(places: Sequence[int], *, cut: Sequence[tuple[int, int]] = (), slowness: int = 1) -> TravelMatrix:
    """Travel between places on the road, except from a to b for each (a, b) in `cut`."""
    x = np.array(places, dtype=np.int32)
    durations_s = (np.abs(x[:, None] - x[None, :]) * slowness).astype(np.int32)
    lengths_m = (np.abs(x[:, None] - x[None, :]) * 10).astype(np.int32)
    for leg in cut:
        durations_s[leg] = lengths_m[leg] = UNREACHABLE
    return TravelMatrix(durations_s=durations_s, lengths_m=lengths_m)


def road_problem(
    places: Sequence[int],
    visits: Sequence[Visit],
    vehicles: Sequence[Vehicle] | None = None,
    *,
    cut: Sequence[tuple[int, int]] = (),
    matrices: Sequence[TravelMatrix] | None = None,
) -> Problem:
    """Number the visits v0, v1, ... and the vehicles c0, c1, ...; one vehicle from 0 to 0 unless told."""
    given = [vehicle()] if vehicles is None else vehicles
    return Problem(
        visits=tuple(replace(item, id=f"v{number}") for number, item in enumerate(visits)),
        vehicles=tuple(replace(item, id=f"c{number}") for number, item in enumerate(given)),
        matrices=tuple(matrices) if matrices is not None else (road(places, cut=cut),),
    )

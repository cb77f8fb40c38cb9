"""The gaps between neighbours on routes, as arrays: where a visit might be put in, asked of all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.clock import earliest_start_s, latest_start_s
from routing.problem import UNREACHABLE, Problem, Vehicle, Visit, paced, paced_s

#: Stands for "it does not fit" among extra seconds.
NO_ROOM: Final = int(np.iinfo(np.int64).max)

_NO_END: Final = -1
_FIELDS: Final = ("vehicle", "position", "before", "after", "leave_s", "reach_s", "travel_s", "spare_s", "spare_load")


@dataclass(frozen=True, slots=True)
class Gaps:
    """Gaps on routes of one profile (a matrix and a pace); all arrays have the shape (gaps,).

    A visit fits when it can be served after leaving `before` at the earliest (leave_s) and in time to
    reach `after` at the latest (reach_s). Breaks, setups and hours of work are not looked at: on routes
    that have them, what does not fit here fits nowhere, and what fits here has to be tried.

    Attributes
    ----------
    profile : index of the matrix, and the pace in percent.
    position : before which visit of the route the gap is.
    before, after : locations; an open route ends at _NO_END.
    travel_s : what driving straight on takes.
    spare_s : how much longer the route may be on the road.
    spare_load : how much more load it may have.
    """

    profile: tuple[int, int]
    vehicle: NDArray[np.int64]
    position: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    leave_s: NDArray[np.int64]
    reach_s: NDArray[np.int64]
    travel_s: NDArray[np.int64]
    spare_s: NDArray[np.int64]
    spare_load: NDArray[np.int64]


def gaps_of(problem: Problem, vehicle: int, visits: Sequence[int]) -> Gaps:
    """List the gaps of a feasible route in which a visit breaks neither its prefix nor a pinned position."""
    car = problem.vehicles[vehicle]
    doors = [problem.visits[visit] for visit in visits]
    legs_s = _legs_s(problem, car, doors)
    leave_s = [car.shift.start_s]
    for door, leg_s in zip(doors, legs_s, strict=False):
        start_s = earliest_start_s(door.windows, door.service_s, leave_s[-1] + leg_s)
        leave_s.append(_known(start_s) + door.service_s)
    reach_s = [car.shift.end_s]
    for door, leg_s in zip(reversed(doors), reversed(legs_s), strict=False):
        reach_s.append(_known(latest_start_s(door.windows, door.service_s, reach_s[-1] - leg_s)))
    spare_s = NO_ROOM if car.max_driving_s is None else car.max_driving_s - sum(legs_s)
    spare_load = NO_ROOM if car.max_load is None else car.max_load - sum(door.load for door in doors)
    pinned = [position + 1 for position, door in enumerate(doors) if door.position is not None]
    first = max([len(car.prefix), *pinned])
    full = car.max_visits is not None and len(visits) >= car.max_visits
    columns = zip(
        [car.start, *(door.location for door in doors)],
        [*(door.location for door in doors), _NO_END if car.end is None else car.end],
        leave_s,
        reversed(reach_s),
        legs_s,
        strict=True,
    )
    rows = [] if full else [(vehicle, at, *row, spare_s, spare_load) for at, row in enumerate(columns) if at >= first]
    table = np.array(rows, dtype=np.int64).reshape(-1, len(_FIELDS))
    return Gaps((car.matrix, car.pace_percent), *np.ascontiguousarray(table.T))


def joined(gaps: Sequence[Gaps]) -> list[Gaps]:
    """Put the gaps of many routes together, profile by profile."""
    profiles = sorted({each.profile for each in gaps})
    return [
        Gaps(
            profile,
            *(np.concatenate([getattr(each, name) for each in gaps if each.profile == profile]) for name in _FIELDS),
        )
        for profile in profiles
    ]


def extra_travel_s(problem: Problem, gaps: Gaps, visit: Visit) -> NDArray[np.int64]:
    """Seconds on the road that the visit adds in each gap, NO_ROOM where it does not fit; shape (gaps,)."""
    matrix, pace_percent = gaps.profile
    durations_s = problem.matrices[matrix].durations_s
    there_s = paced(durations_s[gaps.before, visit.location], pace_percent)
    back_s = paced(durations_s[visit.location, gaps.after], pace_percent)
    back_s[gaps.after == _NO_END] = 0
    extra_s = there_s + back_s - gaps.travel_s
    start_s = arrival_s = gaps.leave_s + there_s
    if visit.windows:
        start_s = np.full_like(arrival_s, UNREACHABLE)
        for window in visit.windows:
            begin_s = np.maximum(arrival_s, window.start_s)
            holds = begin_s + visit.service_s <= window.last_s
            np.minimum(start_s, begin_s, out=start_s, where=holds)
    fits = (start_s + visit.service_s + back_s <= gaps.reach_s) & (extra_s <= gaps.spare_s)
    fits &= visit.load <= gaps.spare_load
    fits &= (there_s != UNREACHABLE) & (back_s != UNREACHABLE)
    if visit.position is not None:
        fits &= gaps.position == visit.position
    return np.where(fits, extra_s, NO_ROOM)


def _legs_s(problem: Problem, car: Vehicle, doors: Sequence[Visit]) -> list[int]:
    """Seconds of each leg, from the start to the end; who stays at home drives nothing."""
    if not doors:
        return [0]
    places = [car.start, *(door.location for door in doors), *(() if car.end is None else (car.end,))]
    durations_s = problem.matrices[car.matrix].durations_s
    legs_s = [paced_s(int(durations_s[leg]), car.pace_percent) for leg in pairwise(places)]
    return legs_s if car.end is not None else [*legs_s, 0]


def _known(time_s: int | None) -> int:
    if time_s is None:
        msg = "An open plan is built on feasible sequences only."
        raise ValueError(msg)
    return time_s

"""What does not depend on the hour: who may serve whom, in which order, over which legs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from routing.problem import UNREACHABLE, Problem, TimeWindow, Vehicle, Visit, paced_s


class Obstacle(StrEnum):
    """Why a sequence cannot be driven."""

    PREFIX_BROKEN = "prefix_broken"  # the route does not begin with the vehicle's frozen prefix
    TOO_MANY_VISITS = "too_many_visits"  # more visits than the vehicle's max_visits
    LOAD_EXCEEDED = "load_exceeded"  # more load than the vehicle's max_load
    SKILL_MISSING = "skill_missing"  # the vehicle lacks a required skill
    SKILL_EXCLUDED = "skill_excluded"  # the vehicle has an excluded skill
    VEHICLE_NOT_ALLOWED = "vehicle_not_allowed"  # the visit is for other vehicles
    WRONG_POSITION = "wrong_position"  # the visit is pinned to another position
    UNREACHABLE = "unreachable"  # no road to this position
    DRIVING_EXCEEDED = "driving_exceeded"  # more seconds on the road than the vehicle's max_driving_s
    WINDOWS_MISSED = "windows_missed"  # no window is left in which the service begins and ends
    SHIFT_EXCEEDED = "shift_exceeded"  # the shift ends before the service, or before being home
    BREAK_MISSED = "break_missed"  # a break can begin neither early enough nor late enough
    WORK_EXCEEDED = "work_exceeded"  # a longer day than the vehicle's max_work_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Infeasible:
    """An obstacle on a route. `position` counts visits from 0; the way home is the last position."""

    position: int
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class Leg:
    """The road to a door, and the work there: the setup where it is due, then the service."""

    visit: int
    travel_s: int
    travel_m: int
    work_s: int
    windows: tuple[TimeWindow, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A break with the bounds that those after it leave: they have to follow in time, too.

    It begins by latest_s, and after within_work_s of work at the latest, if that is not None.
    """

    earliest_s: int
    latest_s: int
    duration_s: int
    within_work_s: int | None


@dataclass(frozen=True, slots=True)
class Itinerary:
    """A sequence that breaks no rule but perhaps one of time. It has at least one leg."""

    vehicle: int
    car: Vehicle
    legs: tuple[Leg, ...]
    return_s: int
    return_m: int
    breaks: tuple[Due, ...]

    @property
    def travel_s(self) -> int:
        """Seconds on the road, the way home included."""
        return sum(leg.travel_s for leg in self.legs) + self.return_s


def itinerary(problem: Problem, vehicle: int, visits: Sequence[int]) -> Itinerary | Infeasible:
    """Lay out a sequence of at least one visit, or say what stands in the way whatever the hour."""
    car = problem.vehicles[vehicle]
    doors = [problem.visits[visit] for visit in visits]
    if tuple(visits[: len(car.prefix)]) != car.prefix:
        return Infeasible(position=0, obstacle=Obstacle.PREFIX_BROKEN)
    carried = 0
    for position, door in enumerate(doors):
        carried += door.load
        obstacle = unfit(vehicle, car, door)
        if obstacle is None and door.position not in (None, position):
            obstacle = Obstacle.WRONG_POSITION
        if car.max_visits is not None and position >= car.max_visits:
            obstacle = Obstacle.TOO_MANY_VISITS
        if car.max_load is not None and carried > car.max_load:
            obstacle = Obstacle.LOAD_EXCEEDED
        if obstacle is not None:
            return Infeasible(position=position, obstacle=obstacle)
    return _with_legs(problem, vehicle, visits, doors)


def _with_legs(problem: Problem, vehicle: int, visits: Sequence[int], doors: Sequence[Visit]) -> Itinerary | Infeasible:
    car = problem.vehicles[vehicle]
    matrix = problem.matrices[car.matrix]
    places = [car.start, *(door.location for door in doors), *(() if car.end is None else (car.end,))]
    legs_s = [paced_s(int(matrix.durations_s[leg]), car.pace_percent) for leg in pairwise(places)]
    driven_s = 0
    for position, leg_s in enumerate(legs_s):
        driven_s += leg_s
        if leg_s == UNREACHABLE:
            return Infeasible(position=position, obstacle=Obstacle.UNREACHABLE)
        if car.max_driving_s is not None and driven_s > car.max_driving_s:
            return Infeasible(position=position, obstacle=Obstacle.DRIVING_EXCEEDED)
    legs_m = [int(matrix.lengths_m[leg]) for leg in pairwise(places)]
    setups_s = [
        door.setup_s if number == 0 or doors[number - 1].location != door.location else 0
        for number, door in enumerate(doors)
    ]
    rows = zip(visits, legs_s, legs_m, setups_s, doors, strict=False)
    legs = tuple(
        Leg(visit, leg_s, leg_m, setup_s + door.service_s, door.windows) for visit, leg_s, leg_m, setup_s, door in rows
    )
    returns = len(legs_s) > len(legs)
    return Itinerary(vehicle, car, legs, legs_s[-1] if returns else 0, legs_m[-1] if returns else 0, due_breaks(car))


def unfit(vehicle: int, car: Vehicle, visit: Visit) -> Obstacle | None:
    """Say why the vehicle, `car` with that index, must not serve the visit; None when it may."""
    if not visit.required_skills <= car.skills:
        return Obstacle.SKILL_MISSING
    if visit.excluded_skills & car.skills:
        return Obstacle.SKILL_EXCLUDED
    if visit.allowed_vehicles is not None and vehicle not in visit.allowed_vehicles:
        return Obstacle.VEHICLE_NOT_ALLOWED
    return None


def due_breaks(car: Vehicle) -> tuple[Due, ...]:
    """List the breaks of a vehicle, each so early that those after it can follow."""
    found: list[Due] = []
    for rest in reversed(car.breaks):
        latest_s, within_s = rest.latest_s, rest.after_work_s
        if found:
            latest_s = min(latest_s, found[-1].latest_s - rest.duration_s)
            bounds = [bound for bound in (within_s, found[-1].within_work_s) if bound is not None]
            within_s = min(bounds, default=None)
        found.append(Due(rest.earliest_s, latest_s, rest.duration_s, within_s))
    return tuple(reversed(found))

"""The only clock of the project: a sequence becomes arrival, waiting, start and departure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from routing.engine import Sequences
from routing.errors import InvalidScheduleError
from routing.problem import UNREACHABLE, Problem, TravelMatrix, Vehicle, Visit
from routing.solution import Route, Stop


class Obstacle(StrEnum):
    """Why a sequence cannot be driven."""

    SKILL_MISSING = "skill_missing"  # the vehicle lacks a required skill
    UNREACHABLE = "unreachable"  # no road to this position
    WINDOWS_MISSED = "windows_missed"  # no window is left in which the service begins and ends
    SHIFT_EXCEEDED = "shift_exceeded"  # the shift ends before the service, or before being home


@dataclass(frozen=True, slots=True, kw_only=True)
class Infeasible:
    """The first obstacle on a route. `position` counts visits from 0; the way home is the last position."""

    position: int
    obstacle: Obstacle


def schedule(problem: Problem, sequences: Sequences) -> tuple[Route, ...]:
    """Time one sequence per vehicle, in the order of Problem.vehicles.

    Raises
    ------
    InvalidScheduleError
        The sequences do not fit the problem, or one of them cannot be driven.
    """
    if len(sequences) != len(problem.vehicles):
        msg = f"One sequence per vehicle is needed: {len(problem.vehicles)}, got {len(sequences)}."
        raise InvalidScheduleError(msg)
    _refuse_repeats([visit for visits in sequences for visit in visits])
    routes = []
    for vehicle, visits in enumerate(sequences):
        route = schedule_route(problem, vehicle, visits)
        if isinstance(route, Infeasible):
            msg = f"Vehicle index {vehicle}: {route.obstacle.value} at position {route.position}."
            raise InvalidScheduleError(msg)
        routes.append(route)
    return tuple(routes)


def schedule_route(problem: Problem, vehicle: int, visits: Sequence[int]) -> Route | Infeasible:
    """Time the day of one vehicle, or say what stands in the way.

    Each visit takes the earliest window that works, its END included, so every time of the route is
    the earliest possible. Only the departure is as late as it can be without making a visit later:
    nobody waits at the first door. An empty route stays at home.

    Parameters
    ----------
    vehicle : index into Problem.vehicles.
    visits : indices into Problem.visits, in driving order.

    Raises
    ------
    InvalidScheduleError
        An index is unknown, or a visit comes twice.
    """
    _require_known(problem, vehicle, visits)
    car = problem.vehicles[vehicle]
    if not visits:
        home_s = car.shift.start_s
        return Route(vehicle=vehicle, stops=(), departure_s=home_s, arrival_s=home_s, return_s=0, return_m=0)
    stops = _drive(problem, car, visits)
    if isinstance(stops, Infeasible):
        return stops
    return_leg = _way_home(problem, car, stops[-1])
    arrival_s = stops[-1].departure_s + return_leg[0]
    if return_leg[0] == UNREACHABLE:
        return Infeasible(position=len(visits), obstacle=Obstacle.UNREACHABLE)
    if arrival_s > car.shift.end_s:
        return Infeasible(position=len(visits), obstacle=Obstacle.SHIFT_EXCEEDED)
    return Route(
        vehicle=vehicle,
        stops=(_without_waiting(stops[0]), *stops[1:]),
        departure_s=stops[0].start_s - stops[0].travel_s,
        arrival_s=arrival_s,
        return_s=return_leg[0],
        return_m=return_leg[1],
    )


def earliest_start_s(visit: Visit, arrival_s: int) -> int | None:
    """When the service can begin at the earliest, None when no window is left that holds all of it."""
    if not visit.windows:
        return arrival_s
    starts = [
        max(arrival_s, window.start_s)
        for window in visit.windows
        if max(arrival_s, window.start_s) + visit.service_s <= window.end_s
    ]
    return min(starts, default=None)


def latest_start_s(visit: Visit, departure_s: int) -> int | None:
    """When the service can begin at the latest to be over by `departure_s`, None when in no window."""
    if not visit.windows:
        return departure_s - visit.service_s
    starts = [
        min(departure_s, window.end_s) - visit.service_s
        for window in visit.windows
        if min(departure_s, window.end_s) - visit.service_s >= window.start_s
    ]
    return max(starts, default=None)


def _drive(problem: Problem, car: Vehicle, visits: Sequence[int]) -> list[Stop] | Infeasible:
    matrix = problem.matrices[car.matrix]
    stops: list[Stop] = []
    here, now_s = car.start, car.shift.start_s
    for position, index in enumerate(visits):
        visit = problem.visits[index]
        if not visit.required_skills <= car.skills:
            return Infeasible(position=position, obstacle=Obstacle.SKILL_MISSING)
        travel_s, travel_m = _leg(matrix, here, visit.location)
        if travel_s == UNREACHABLE:
            return Infeasible(position=position, obstacle=Obstacle.UNREACHABLE)
        arrival_s = now_s + travel_s
        start_s = earliest_start_s(visit, arrival_s)
        if start_s is None:
            return Infeasible(position=position, obstacle=Obstacle.WINDOWS_MISSED)
        here, now_s = visit.location, start_s + visit.service_s
        if now_s > car.shift.end_s:
            return Infeasible(position=position, obstacle=Obstacle.SHIFT_EXCEEDED)
        stops.append(
            Stop(
                visit=index,
                arrival_s=arrival_s,
                start_s=start_s,
                departure_s=now_s,
                travel_s=travel_s,
                travel_m=travel_m,
            )
        )
    return stops


def _way_home(problem: Problem, car: Vehicle, last: Stop) -> tuple[int, int]:
    if car.end is None:
        return 0, 0
    return _leg(problem.matrices[car.matrix], problem.visits[last.visit].location, car.end)


def _leg(matrix: TravelMatrix, origin: int, target: int) -> tuple[int, int]:
    return int(matrix.durations_s[origin, target]), int(matrix.lengths_m[origin, target])


def _without_waiting(first: Stop) -> Stop:
    return Stop(
        visit=first.visit,
        arrival_s=first.start_s,
        start_s=first.start_s,
        departure_s=first.departure_s,
        travel_s=first.travel_s,
        travel_m=first.travel_m,
    )


def _require_known(problem: Problem, vehicle: int, visits: Sequence[int]) -> None:
    if not 0 <= vehicle < len(problem.vehicles):
        msg = f"Vehicle index must be below {len(problem.vehicles)}, got {vehicle}."
        raise InvalidScheduleError(msg)
    for visit in visits:
        if not 0 <= visit < len(problem.visits):
            msg = f"Visit index must be below {len(problem.visits)}, got {visit}."
            raise InvalidScheduleError(msg)
    _refuse_repeats(visits)


def _refuse_repeats(visits: Sequence[int]) -> None:
    seen: set[int] = set()
    for visit in visits:
        if visit in seen:
            msg = f"Visit index {visit} comes more than once."
            raise InvalidScheduleError(msg)
        seen.add(visit)

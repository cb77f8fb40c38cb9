"""The only clock of the project: a sequence becomes departure, arrivals, waiting, rests and services."""

from collections.abc import Sequence

from routing.cost import cost_of, is_timeless, left_out
from routing.departure import best_day, day_cost_s
from routing.engine import Sequences
from routing.errors import InvalidProblemError, InvalidScheduleError
from routing.itinerary import Infeasible, Itinerary, Obstacle, itinerary
from routing.problem import Problem
from routing.solution import Cost, Route

__all__ = [
    "Infeasible",
    "Obstacle",
    "can_be_driven",
    "frozen",
    "route_cost_s",
    "schedule",
    "schedule_route",
    "sequences_cost",
]


def schedule(problem: Problem, sequences: Sequences, *, known: Sequence[Route] = ()) -> tuple[Route, ...]:
    """Time one sequence per vehicle, in the order of Problem.vehicles.

    Parameters
    ----------
    known : routes of other sequences of the problem: what they have in common is not timed again.

    Raises
    ------
    InvalidScheduleError
        The sequences do not fit the problem, or one of them cannot be driven.
    """
    if len(sequences) != len(problem.vehicles):
        msg = f"One sequence per vehicle is needed: {len(problem.vehicles)}, got {len(sequences)}."
        raise InvalidScheduleError(msg)
    _refuse_repeats([visit for visits in sequences for visit in visits])
    timed = {(route.vehicle, *(stop.visit for stop in route.stops)): route for route in known}
    routes = []
    for vehicle, visits in enumerate(sequences):
        route = timed.get((vehicle, *visits)) or schedule_route(problem, vehicle, visits)
        if isinstance(route, Infeasible):
            msg = f"Vehicle index {vehicle}: {route.obstacle.value} at position {route.position}."
            raise InvalidScheduleError(msg)
        routes.append(route)
    return tuple(routes)


def schedule_route(problem: Problem, vehicle: int, visits: Sequence[int]) -> Route | Infeasible:
    """Time the day of one vehicle, or say what stands in the way.

    From a given departure everything happens as soon as it can (`routing.clock.drive`). The departure is
    the one whose day costs least (`routing.departure.best_day`): with the default weights every time of the
    route is the earliest possible, and only the departure is as late as it can be without making a visit
    later; waiting that costs is waited at home. An empty route stays at home.

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
    if not visits and not car.prefix:
        home_s = car.shift.start_s
        return Route(vehicle=vehicle, stops=(), departure_s=home_s, arrival_s=home_s, return_s=0, return_m=0)
    way = itinerary(problem, vehicle, visits)
    return best_day(way, problem.weights) if isinstance(way, Itinerary) else way


def route_cost_s(problem: Problem, vehicle: int, visits: Sequence[int]) -> int | None:
    """Tell what a route adds to Cost.total_s, None where it cannot be driven; the indices must be known."""
    car = problem.vehicles[vehicle]
    if not visits and not car.prefix:
        return 0
    way = itinerary(problem, vehicle, visits)
    if isinstance(way, Infeasible):
        return None
    timeless = is_timeless(problem.weights, car, (problem.visits[visit] for visit in visits))
    day = best_day(way, problem.weights, any_will_do=timeless)
    return day_cost_s(way, problem.weights, day) if isinstance(day, Route) else None


def can_be_driven(problem: Problem, vehicle: int, visits: Sequence[int]) -> bool:
    """Tell whether a route can be driven, whatever it costs; the indices must be known."""
    way = itinerary(problem, vehicle, visits)
    return isinstance(way, Itinerary) and isinstance(best_day(way, problem.weights, any_will_do=True), Route)


def sequences_cost(problem: Problem, sequences: Sequences) -> Cost:
    """Cost of sequences that can be driven.

    Raises
    ------
    InvalidScheduleError
        They do not fit the problem, or one of them cannot be driven.
    """
    return cost_of(problem, schedule(problem, sequences), left_out(problem, sequences))


def frozen(problem: Problem) -> Sequences:
    """Give the least plan that there is: every vehicle drives its prefix, and nothing else.

    Raises
    ------
    InvalidProblemError
        A prefix cannot be driven.
    """
    for vehicle, car in enumerate(problem.vehicles):
        route = schedule_route(problem, vehicle, car.prefix)
        if isinstance(route, Infeasible):
            msg = f"Vehicle {car.id!r}: prefix cannot be driven, {route.obstacle.value} at position {route.position}."
            raise InvalidProblemError(msg)
    return tuple(car.prefix for car in problem.vehicles)


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

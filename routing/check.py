"""The audit of a solution: its own walk over the numbers, independent of the clock and of every engine."""

from collections import Counter
from collections.abc import Iterator

from routing.check_breaks import rest_between_s, rests_at_fault
from routing.problem import MANDATORY_PENALTY_S, UNREACHABLE, Problem, Vehicle
from routing.rules import Rule, Violation
from routing.solution import Route, Solution, Stop

__all__ = ["Rule", "Violation", "violations"]


def violations(problem: Problem, solution: Solution) -> list[Violation]:
    """Every rule that the solution breaks; an empty list means it may be driven."""
    found = list(_membership(problem, solution))
    if found:
        return found  # the walk below needs indices that exist
    for route in solution.routes:
        found.extend(_route(problem, route))
    found.extend(_cost(problem, solution))
    return found


def _membership(problem: Problem, solution: Solution) -> Iterator[Violation]:
    vehicles = [route.vehicle for route in solution.routes]
    if vehicles != list(range(len(problem.vehicles))):
        yield Violation(
            rule=Rule.ROUTE_PER_VEHICLE,
            message=f"Routes must be those of vehicles 0..{len(problem.vehicles) - 1}, got {vehicles}.",
        )
    seen = Counter(stop.visit for route in solution.routes for stop in route.stops)
    seen.update(entry.visit for entry in solution.unassigned)
    known = range(len(problem.visits))
    for visit in sorted(set(seen) - set(known)):
        yield Violation(rule=Rule.VISIT_KNOWN, message=f"There is no visit {visit}.", visit=visit)
    for visit in known:
        if seen[visit] != 1:
            yield Violation(
                rule=Rule.VISIT_ONCE,
                message=f"Visit {visit} must be on one route or unassigned, it is there {seen[visit]} times.",
                visit=visit,
            )


def _route(problem: Problem, route: Route) -> Iterator[Violation]:
    car = problem.vehicles[route.vehicle]
    for rule, what in (*_day(problem, car, route), *_order(problem, car, route)):
        yield Violation(rule=rule, message=f"Vehicle {route.vehicle}: {what}.", vehicle=route.vehicle)
    if not route.stops:
        return
    here, before, now_s = car.start, None, route.departure_s
    for stop in route.stops:
        for rule, what in _stop(problem, route, stop, here, before, now_s):
            message = f"Vehicle {route.vehicle}, visit {stop.visit}: {what}."
            yield Violation(rule=rule, message=message, vehicle=route.vehicle, visit=stop.visit)
        here = before = problem.visits[stop.visit].location
        now_s = stop.departure_s
    for rule, what in _return(problem, car, route, here, now_s):
        message = f"Vehicle {route.vehicle}, way home: {what}."
        yield Violation(rule=rule, message=message, vehicle=route.vehicle)


def _day(problem: Problem, car: Vehicle, route: Route) -> Iterator[tuple[Rule, str]]:
    """Check the day as a whole: shift, limits, breaks."""
    if not car.shift.start_s <= route.departure_s <= route.arrival_s <= car.shift.end_s:
        day = f"{route.departure_s}..{route.arrival_s}"
        yield Rule.SHIFT, f"{day} is not inside the shift {car.shift.start_s}..{car.shift.end_s}"
    if not route.stops:
        if route.departure_s != route.arrival_s or route.return_s != 0 or route.return_m != 0 or route.rests:
            yield Rule.AT_HOME, "a route without stops stays at home"
        return
    driving_s = sum(stop.travel_s for stop in route.stops) + route.return_s
    work_s = route.arrival_s - route.departure_s - sum(rest.duration_s for rest in route.rests)
    for name, value, limit in (
        ("visits", len(route.stops), car.max_visits),
        ("load", sum(problem.visits[stop.visit].load for stop in route.stops), car.max_load),
        ("driving", driving_s, car.max_driving_s),
        ("work", work_s, car.max_work_s),
    ):
        if limit is not None and value > limit:
            yield Rule.LIMITS, f"{name} {value} must be at most {limit}"
    fault = rests_at_fault(car, route)
    if fault is not None:
        yield Rule.BREAKS, fault


def _order(problem: Problem, car: Vehicle, route: Route) -> Iterator[tuple[Rule, str]]:
    visits = tuple(stop.visit for stop in route.stops)
    if visits[: len(car.prefix)] != car.prefix:
        yield Rule.PREFIX, f"the route must begin with its {len(car.prefix)} frozen visits"
    for place, visit in enumerate(visits):
        pinned = problem.visits[visit].position
        if pinned is not None and pinned != place:
            yield Rule.POSITION, f"visit {visit} must be at position {pinned}, is at {place}"


def _stop(
    problem: Problem, route: Route, stop: Stop, here: int, before: int | None, now_s: int
) -> Iterator[tuple[Rule, str]]:
    """Check one stop, reached from location `here`; `before` is the location of the stop before, if there is one."""
    car, visit = problem.vehicles[route.vehicle], problem.visits[stop.visit]
    if visit.required_skills - car.skills:
        yield Rule.SKILLS, f"{len(visit.required_skills - car.skills)} of its required skills are missing"
    if visit.excluded_skills & car.skills:
        yield Rule.SKILLS, f"{len(visit.excluded_skills & car.skills)} of the vehicle's skills are excluded"
    if visit.allowed_vehicles is not None and route.vehicle not in visit.allowed_vehicles:
        yield Rule.ALLOWED, "the vehicle is not one of those allowed"
    yield from _leg(problem, car, (here, visit.location), stop.travel_s, stop.travel_m)
    on_the_way_s = rest_between_s(route, now_s, stop.arrival_s)
    if stop.arrival_s != now_s + stop.travel_s + on_the_way_s:
        yield Rule.CLOCK, f"arrival {stop.arrival_s} must be {now_s} + {stop.travel_s} + {on_the_way_s} of rest"
    if stop.rest_s != rest_between_s(route, stop.arrival_s, stop.start_s):
        yield Rule.CLOCK, f"rest {stop.rest_s} is not what the route rests before the start"
    if stop.start_s < stop.arrival_s + stop.rest_s:
        yield Rule.CLOCK, f"start {stop.start_s} is before arrival {stop.arrival_s} and {stop.rest_s} of rest"
    work_s = visit.service_s + (0 if before == visit.location else visit.setup_s)
    if stop.departure_s != stop.start_s + work_s:
        yield Rule.CLOCK, f"departure {stop.departure_s} must be {stop.start_s} + {work_s}"
    late_s = [
        max(0, stop.departure_s - window.end_s)
        for window in visit.windows
        if window.start_s <= stop.start_s and stop.departure_s <= window.end_s + window.grace_s
    ]
    if visit.windows and not late_s:
        yield Rule.WINDOW, f"service {stop.start_s}..{stop.departure_s} is inside no window"
    elif stop.lateness_s != min(late_s, default=0):
        yield Rule.CLOCK, f"lateness {stop.lateness_s} must be {min(late_s, default=0)}"


def _return(problem: Problem, car: Vehicle, route: Route, here: int, now_s: int) -> Iterator[tuple[Rule, str]]:
    if car.end is not None:
        yield from _leg(problem, car, (here, car.end), route.return_s, route.return_m)
    elif route.return_s != 0 or route.return_m != 0:
        yield Rule.TRAVEL, "an open route has none"
    on_the_way_s = rest_between_s(route, now_s, route.arrival_s)
    if route.arrival_s != now_s + route.return_s + on_the_way_s:
        yield Rule.CLOCK, f"arrival {route.arrival_s} must be {now_s} + {route.return_s} + {on_the_way_s} of rest"


def _leg(
    problem: Problem, car: Vehicle, leg: tuple[int, int], travel_s: int, travel_m: int
) -> Iterator[tuple[Rule, str]]:
    matrix = problem.matrices[car.matrix]
    seconds, metres = int(matrix.durations_s[leg]), int(matrix.lengths_m[leg])
    if seconds == UNREACHABLE:
        yield Rule.REACHABLE, "no road leads there"
        return
    paced = (seconds * car.pace_percent + 99) // 100
    if travel_s != paced:
        yield Rule.TRAVEL, f"travel {travel_s} s must be {paced} s"
    if travel_m != metres:
        yield Rule.TRAVEL, f"travel {travel_m} m must be {metres} m"


def _cost(problem: Problem, solution: Solution) -> Iterator[Violation]:
    missing = [problem.visits[entry.visit] for entry in solution.unassigned]
    travel_s = waiting_s = overtime_s = lateness_s = 0
    for route in solution.routes:
        travel_s += route.return_s
        for stop in route.stops:
            travel_s += stop.travel_s
            waiting_s += stop.start_s - stop.arrival_s - stop.rest_s
            lateness_s += stop.lateness_s
        after_s = problem.vehicles[route.vehicle].overtime_after_s
        if route.stops and after_s is not None:
            overtime_s += max(0, route.arrival_s - after_s)
    weights = problem.weights
    penalty_s = sum(visit.penalty_s for visit in missing)
    unserved = len([visit for visit in missing if visit.mandatory])
    timed_s = weights.waiting * waiting_s + weights.overtime * overtime_s + weights.lateness * lateness_s
    for name, value in {
        "travel_s": travel_s,
        "waiting_s": waiting_s,
        "overtime_s": overtime_s,
        "lateness_s": lateness_s,
        "penalty_s": penalty_s,
        "unserved_mandatory": unserved,
        "total_s": weights.travel * travel_s + timed_s + penalty_s + unserved * MANDATORY_PENALTY_S,
    }.items():
        actual: int = getattr(solution.cost, name)
        if actual != value:
            yield Violation(rule=Rule.COST, message=f"Cost: {name} must be {value}, got {actual}.")

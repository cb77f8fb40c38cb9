"""The audit of a solution: its own walk over the numbers, independent of schedule and of every engine."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from routing.problem import UNREACHABLE, Problem, TravelMatrix, Vehicle
from routing.solution import Route, Solution, Stop


class Rule(StrEnum):
    """What a solution must keep."""

    ROUTE_PER_VEHICLE = "route_per_vehicle"  # one route for each vehicle, in their order
    VISIT_KNOWN = "visit_known"  # every index is one of the problem's visits
    VISIT_ONCE = "visit_once"  # each visit is on one route or unassigned, once
    SKILLS = "skills"  # the vehicle has every skill that the visit requires
    WINDOW = "window"  # the whole service lies inside one window
    SHIFT = "shift"  # departure and arrival lie inside the shift
    REACHABLE = "reachable"  # no leg goes where no road goes
    TRAVEL = "travel"  # seconds and metres of each leg are the matrix's
    CLOCK = "clock"  # every time follows from the one before
    AT_HOME = "at_home"  # a route without stops has no figures
    COST = "cost"  # the cost is the sum of its parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule. `vehicle` and `visit` are indices, where they apply; the message holds no ids."""

    rule: Rule
    message: str
    vehicle: int | None = None
    visit: int | None = None


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
    vehicle = problem.vehicles[route.vehicle]
    if not vehicle.shift.start_s <= route.departure_s <= route.arrival_s <= vehicle.shift.end_s:
        yield Violation(
            rule=Rule.SHIFT,
            message=(
                f"Vehicle {route.vehicle}: {route.departure_s}..{route.arrival_s} is not inside the shift "
                f"{vehicle.shift.start_s}..{vehicle.shift.end_s}."
            ),
            vehicle=route.vehicle,
        )
    if not route.stops:
        if route.departure_s != route.arrival_s or route.return_s != 0 or route.return_m != 0:
            message = f"Vehicle {route.vehicle}: a route without stops stays at home."
            yield Violation(rule=Rule.AT_HOME, message=message, vehicle=route.vehicle)
        return
    here, now_s = vehicle.start, route.departure_s
    for stop in route.stops:
        yield from _stop(problem, route.vehicle, stop, here, now_s)
        here, now_s = problem.visits[stop.visit].location, stop.departure_s
    yield from _return(problem, route, here, now_s)


def _stop(problem: Problem, vehicle: int, stop: Stop, here: int, now_s: int) -> Iterator[Violation]:
    def broken(rule: Rule, what: str) -> Violation:
        message = f"Vehicle {vehicle}, visit {stop.visit}: {what}."
        return Violation(rule=rule, message=message, vehicle=vehicle, visit=stop.visit)

    car, visit = problem.vehicles[vehicle], problem.visits[stop.visit]
    missing = visit.required_skills - car.skills
    if missing:
        yield broken(Rule.SKILLS, f"{len(missing)} of its required skills are missing")
    yield from (
        broken(rule, what)
        for rule, what in _leg(problem.matrices[car.matrix], here, visit.location, stop.travel_s, stop.travel_m)
    )
    if stop.arrival_s != now_s + stop.travel_s:
        yield broken(Rule.CLOCK, f"arrival {stop.arrival_s} must be {now_s} + {stop.travel_s}")
    if stop.start_s < stop.arrival_s:
        yield broken(Rule.CLOCK, f"start {stop.start_s} is before arrival {stop.arrival_s}")
    if stop.departure_s != stop.start_s + visit.service_s:
        yield broken(Rule.CLOCK, f"departure {stop.departure_s} must be {stop.start_s} + {visit.service_s}")
    if visit.windows and not any(
        window.start_s <= stop.start_s and stop.departure_s <= window.end_s for window in visit.windows
    ):
        yield broken(Rule.WINDOW, f"service {stop.start_s}..{stop.departure_s} is inside no window")


def _return(problem: Problem, route: Route, here: int, now_s: int) -> Iterator[Violation]:
    def broken(rule: Rule, what: str) -> Violation:
        message = f"Vehicle {route.vehicle}, way home: {what}."
        return Violation(rule=rule, message=message, vehicle=route.vehicle)

    vehicle: Vehicle = problem.vehicles[route.vehicle]
    if vehicle.end is not None:
        matrix = problem.matrices[vehicle.matrix]
        for rule, what in _leg(matrix, here, vehicle.end, route.return_s, route.return_m):
            yield broken(rule, what)
    elif route.return_s != 0 or route.return_m != 0:
        yield broken(Rule.TRAVEL, "an open route has none")
    if route.arrival_s != now_s + route.return_s:
        yield broken(Rule.CLOCK, f"arrival {route.arrival_s} must be {now_s} + {route.return_s}")


def _leg(matrix: TravelMatrix, here: int, there: int, travel_s: int, travel_m: int) -> Iterator[tuple[Rule, str]]:
    seconds, metres = int(matrix.durations_s[here, there]), int(matrix.lengths_m[here, there])
    if seconds == UNREACHABLE:
        yield Rule.REACHABLE, "no road leads there"
    if travel_s != seconds:
        yield Rule.TRAVEL, f"travel {travel_s} s must be {seconds} s"
    if travel_m != metres:
        yield Rule.TRAVEL, f"travel {travel_m} m must be {metres} m"


def _cost(problem: Problem, solution: Solution) -> Iterator[Violation]:
    missing = [problem.visits[entry.visit] for entry in solution.unassigned]
    travel_s = 0
    for route in solution.routes:
        travel_s += route.return_s
        for stop in route.stops:
            travel_s += stop.travel_s
    expected = {
        "travel_s": travel_s,
        "penalty_s": sum(visit.penalty_s for visit in missing),
        "unserved_mandatory": len([visit for visit in missing if visit.mandatory]),
    }
    actual = {
        "travel_s": solution.cost.travel_s,
        "penalty_s": solution.cost.penalty_s,
        "unserved_mandatory": solution.cost.unserved_mandatory,
    }
    for name, value in expected.items():
        if actual[name] != value:
            yield Violation(rule=Rule.COST, message=f"Cost: {name} must be {value}, got {actual[name]}.")

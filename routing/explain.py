"""Why a visit is not in the plan: decided by the clock alone, never by an engine's word."""

from collections.abc import Iterable

from routing.engine import Sequences
from routing.insertion import OpenPlan
from routing.problem import UNREACHABLE, Problem, Vehicle, Visit
from routing.schedule import earliest_start_s, schedule_route
from routing.solution import Reason, Route, Unassigned


def explain(problem: Problem, routes: Iterable[Route], unassigned: Iterable[int]) -> tuple[Unassigned, ...]:
    """Give each visit left out the most telling reason.

    First what no plan could change (skills, windows, roads, shifts), then what this plan decided: the
    visit would fit but is not worth its travel, or the visits that were kept leave no time for it.
    """
    sequences: Sequences = tuple(tuple(stop.visit for stop in route.stops) for route in routes)
    plan = OpenPlan(problem, sequences)
    return tuple(Unassigned(visit=visit, reason=_reason(problem, plan, visit)) for visit in unassigned)


def able_vehicles(problem: Problem, visit: int) -> tuple[int, ...]:
    """List the vehicles that could serve the visit if it were the only one."""
    return tuple(
        vehicle
        for vehicle in range(len(problem.vehicles))
        if isinstance(schedule_route(problem, vehicle, (visit,)), Route)
    )


def _reason(problem: Problem, plan: OpenPlan, visit: int) -> Reason:
    if plan.cheapest(visit) is not None:
        return Reason.NOT_WORTH_THE_TIME
    if able_vehicles(problem, visit):
        return Reason.NO_TIME_LEFT
    return _obstacle(problem, problem.visits[visit])


def _obstacle(problem: Problem, visit: Visit) -> Reason:
    skilled = [car for car in problem.vehicles if visit.required_skills <= car.skills]
    reaching = [car for car in skilled if _has_road(problem, car, visit)]
    if not problem.vehicles:
        return Reason.NO_VEHICLES
    if not skilled:
        return Reason.SKILL_MISSING
    if earliest_start_s(visit, 0) is None or all(_longer_than_shift(visit, car) for car in skilled):
        return Reason.SERVICE_TOO_LONG
    if not reaching:
        return Reason.UNREACHABLE
    if not any(_meets_shift(visit, car) for car in reaching):
        return Reason.OUTSIDE_SHIFTS
    return Reason.TOO_FAR


def _has_road(problem: Problem, car: Vehicle, visit: Visit) -> bool:
    durations_s = problem.matrices[car.matrix].durations_s
    if durations_s[car.start, visit.location] == UNREACHABLE:
        return False
    return car.end is None or bool(durations_s[visit.location, car.end] != UNREACHABLE)


def _longer_than_shift(visit: Visit, car: Vehicle) -> bool:
    return visit.service_s > car.shift.end_s - car.shift.start_s


def _meets_shift(visit: Visit, car: Vehicle) -> bool:
    start_s = earliest_start_s(visit, car.shift.start_s)
    return start_s is not None and start_s + visit.service_s <= car.shift.end_s

"""Why a visit is not in the plan: decided by the clock alone, never by an engine's word."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property

from routing.clock import earliest_start_s
from routing.cost import left_out_s
from routing.engine import Sequences
from routing.insertion import OpenPlan, never_expired
from routing.itinerary import Obstacle, unfit
from routing.problem import UNREACHABLE, Problem, Vehicle, Visit
from routing.schedule import frozen
from routing.solution import Reason, Route, Unassigned


def explain(
    problem: Problem,
    routes: Iterable[Route],
    unassigned: Iterable[int],
    *,
    expired: Callable[[], bool] = never_expired,
    is_completed: bool = True,
) -> tuple[Unassigned, ...]:
    """Give each visit left out the most telling reason.

    First what no plan could change (skills, windows, roads, shifts, limits), then what this plan decided:
    the visit would fit but is not worth its travel, or the visits that were kept leave no time for it.
    Once `expired` says so, the latter is told wherever gaps would have to be tried to know better.

    Parameters
    ----------
    is_completed : whatever fits the plan has been tried, and does not pay; else that is not said of what may pay.
    """
    timed, missing = tuple(routes), tuple(unassigned)
    sequences = tuple(tuple(stop.visit for stop in route.stops) for route in timed)
    alone = _Alone(problem, sequences, expired)
    reasons = {visit: alone.reason(visit) for visit in missing}
    plan = OpenPlan(problem, sequences, expired, timed)
    # Where there is not the time to ask for all: who does not fit alone hardly ever fits beside others.
    for visit in sorted(missing, key=lambda index: reasons[index] is not Reason.NO_TIME_LEFT):
        fits = None if expired() else plan.fits(visit)
        if fits and (is_completed or _is_dear(plan, problem, visit)):
            reasons[visit] = Reason.NOT_WORTH_THE_TIME
        elif fits is not False and reasons[visit] is Reason.NO_SUCH_POSITION and not alone.is_taken(visit):
            reasons[visit] = Reason.NO_TIME_LEFT  # its position may be on a route of the plan
    return tuple(Unassigned(visit=visit, reason=reasons[visit]) for visit in missing)


def _is_dear(plan: OpenPlan, problem: Problem, visit: int) -> bool:
    """Tell whether the visit cannot be worth what it costs anywhere."""
    least_s = plan.least_extra_s(visit)
    return least_s is not None and least_s > left_out_s(problem.visits[visit])


class _Alone:
    """What stands in the way of a visit that would be alone on its route, with all the rules and with fewer."""

    def __init__(self, problem: Problem, sequences: Sequences, expired: Callable[[], bool]) -> None:
        self._problem = problem
        self._sequences = sequences
        self._expired = expired

    def reason(self, visit: int) -> Reason:
        fits = self._idle.fits(visit)
        if fits:
            return Reason.NO_SUCH_POSITION if self.is_taken(visit) else Reason.NO_TIME_LEFT
        door = self._problem.visits[visit]
        # Beside others it may be spared its setup: in a hurry nothing is said that depends on it.
        obstacle = _obstacle(self._problem, door if fits is False else replace(door, setup_s=0))
        if obstacle is not None or fits is None:
            return obstacle or Reason.NO_TIME_LEFT
        unpinned = self._unpinned.fits(visit)
        if unpinned is not False:
            return Reason.NO_SUCH_POSITION if unpinned else Reason.NO_TIME_LEFT
        unlimited = self._unlimited.fits(visit)
        if unlimited is not False:
            return Reason.OVER_LIMITS if unlimited else Reason.NO_TIME_LEFT
        return Reason.TOO_FAR

    def is_taken(self, visit: int) -> bool:
        """Whether a visit of a prefix, or one pinned there, has its position on each route that could have it."""
        visits = self._problem.visits
        at = visits[visit].position
        if at is None:
            return False
        return all(
            len(route) > at and (at < len(car.prefix) or visits[route[at]].position == at)
            for vehicle, (car, route) in enumerate(zip(self._problem.vehicles, self._sequences, strict=True))
            if unfit(vehicle, car, visits[visit]) is None
        )

    @cached_property
    def _idle(self) -> OpenPlan:
        return OpenPlan(self._problem, frozen(self._problem), self._expired)

    @cached_property
    def _unpinned(self) -> OpenPlan:
        problem = _unpinned(self._problem)
        return OpenPlan(problem, frozen(problem), self._expired)

    @cached_property
    def _unlimited(self) -> OpenPlan:
        cars = tuple(
            replace(car, max_work_s=None, max_driving_s=None, max_visits=None, max_load=None, breaks=())
            for car in self._problem.vehicles
        )
        problem = replace(_unpinned(self._problem), vehicles=cars)
        return OpenPlan(problem, frozen(problem), self._expired)


def _unpinned(problem: Problem) -> Problem:
    return replace(problem, visits=tuple(replace(visit, position=None) for visit in problem.visits))


def _obstacle(problem: Problem, visit: Visit) -> Reason | None:
    """Name what stands in the way whatever the plan, None when it is the vehicles' limits or the way itself."""
    if any(_could_come(problem, vehicle, visit) for vehicle in range(len(problem.vehicles))):
        return None
    if not problem.vehicles:
        return Reason.NO_VEHICLES
    unfits = [unfit(vehicle, car, visit) for vehicle, car in enumerate(problem.vehicles)]
    fit = [car for car, obstacle in zip(problem.vehicles, unfits, strict=True) if obstacle is None]
    if not fit:
        return Reason.SKILL_MISSING if set(unfits) == {Obstacle.SKILL_MISSING} else Reason.NOT_ALLOWED
    work_s = visit.setup_s + visit.service_s
    longest_s = max(car.shift.end_s - car.shift.start_s for car in fit)
    if earliest_start_s(visit.windows, work_s, 0) is None or work_s > longest_s:
        return Reason.SERVICE_TOO_LONG
    reaching = [car for car in fit if _has_road(problem, car, visit)]
    if not reaching:
        return Reason.UNREACHABLE
    if not any(_meets_shift(visit, car) for car in reaching):
        return Reason.OUTSIDE_SHIFTS
    return None


def _could_come(problem: Problem, vehicle: int, visit: Visit) -> bool:
    """Tell whether nothing of all this stands in the way of one vehicle: there is no need to look at the others."""
    car, work_s = problem.vehicles[vehicle], visit.setup_s + visit.service_s
    return (
        unfit(vehicle, car, visit) is None
        and work_s <= car.shift.end_s - car.shift.start_s
        and earliest_start_s(visit.windows, work_s, 0) is not None
        and _meets_shift(visit, car)
        and _has_road(problem, car, visit)
    )


def _has_road(problem: Problem, car: Vehicle, visit: Visit) -> bool:
    durations_s = problem.matrices[car.matrix].durations_s
    if durations_s[car.start, visit.location] == UNREACHABLE:
        return False
    return car.end is None or bool(durations_s[visit.location, car.end] != UNREACHABLE)


def _meets_shift(visit: Visit, car: Vehicle) -> bool:
    start_s = earliest_start_s(visit.windows, visit.service_s, car.shift.start_s)
    return start_s is not None and start_s + visit.service_s <= car.shift.end_s

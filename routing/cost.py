"""The one cost function: what engines minimise and benchmarks compare. The audit adds up on its own."""

from collections.abc import Iterable, Sequence

from routing.engine import Sequences
from routing.problem import MANDATORY_PENALTY_S, Problem, Vehicle, Visit, Weights
from routing.solution import Cost, Route


def left_out_s(visit: Visit) -> int:
    """Seconds that leaving the visit out adds to Cost.total_s."""
    return visit.penalty_s + (MANDATORY_PENALTY_S if visit.mandatory else 0)


def cost_of(problem: Problem, routes: Sequence[Route], unassigned: Iterable[int]) -> Cost:
    """Cost of timed routes; `unassigned` holds the indices of the visits left out."""
    missing = [problem.visits[visit] for visit in unassigned]
    return Cost(
        travel_s=sum(route.travel_s for route in routes),
        waiting_s=sum(route.waiting_s for route in routes),
        overtime_s=sum(overtime_s(problem.vehicles[route.vehicle], route.arrival_s) for route in routes if route.stops),
        lateness_s=sum(route.lateness_s for route in routes),
        penalty_s=sum(visit.penalty_s for visit in missing),
        unserved_mandatory=sum(visit.mandatory for visit in missing),
        weights=problem.weights,
    )


def overtime_s(car: Vehicle, arrival_s: int) -> int:
    """Seconds of overtime of a day that ends at arrival_s."""
    return 0 if car.overtime_after_s is None else max(0, arrival_s - car.overtime_after_s)


def is_timeless(weights: Weights, car: Vehicle, visits: Iterable[Visit]) -> bool:
    """Tell whether any route of these visits costs nothing but its travel, whatever its times."""
    if weights.waiting or (weights.overtime and car.overtime_after_s is not None):
        return False
    return weights.lateness == 0 or not are_soft(visits)


def are_soft(visits: Iterable[Visit]) -> bool:
    """Tell whether a visit may be late at a price."""
    return any(window.grace_s for visit in visits for window in visit.windows)


def left_out(problem: Problem, sequences: Sequences) -> tuple[int, ...]:
    """List the indices of the visits on no route, ascending."""
    served = {visit for visits in sequences for visit in visits}
    return tuple(visit for visit in range(len(problem.visits)) if visit not in served)

"""The one cost function: what engines minimise, `check` re-adds and benchmarks compare."""

from collections.abc import Iterable
from itertools import pairwise

from routing.engine import Sequences
from routing.problem import MANDATORY_PENALTY_S, Problem, Vehicle, Visit
from routing.solution import Cost, Route


def left_out_s(visit: Visit) -> int:
    """Seconds that leaving the visit out adds to Cost.total_s."""
    return visit.penalty_s + (MANDATORY_PENALTY_S if visit.mandatory else 0)


def cost_of(problem: Problem, routes: Iterable[Route], unassigned: Iterable[int]) -> Cost:
    """Cost of timed routes; `unassigned` holds the indices of the visits left out."""
    return _cost(problem, sum(route.travel_s for route in routes), unassigned)


def sequences_cost(problem: Problem, sequences: Sequences) -> Cost:
    """Cost of sequences, whether or not they can be scheduled; every leg must be reachable."""
    travel_s = sum(
        route_travel_s(problem, vehicle, visits) for vehicle, visits in zip(problem.vehicles, sequences, strict=True)
    )
    return _cost(problem, travel_s, left_out(problem, sequences))


def route_travel_s(problem: Problem, vehicle: Vehicle, visits: Iterable[int]) -> int:
    """Seconds on the road for one vehicle; an empty route stays at home and costs nothing."""
    places = [vehicle.start, *(problem.visits[visit].location for visit in visits)]
    if len(places) == 1:
        return 0
    if vehicle.end is not None:
        places.append(vehicle.end)
    durations_s = problem.matrices[vehicle.matrix].durations_s
    return sum(int(durations_s[leg]) for leg in pairwise(places))


def left_out(problem: Problem, sequences: Sequences) -> tuple[int, ...]:
    """List the indices of the visits on no route, ascending."""
    served = {visit for visits in sequences for visit in visits}
    return tuple(visit for visit in range(len(problem.visits)) if visit not in served)


def _cost(problem: Problem, travel_s: int, unassigned: Iterable[int]) -> Cost:
    missing = [problem.visits[visit] for visit in unassigned]
    return Cost(
        travel_s=travel_s,
        penalty_s=sum(visit.penalty_s for visit in missing),
        unserved_mandatory=sum(visit.mandatory for visit in missing),
    )

"""The meeting of geography and numbers: snapped points become the travel matrices and the problem."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geodata.network.port import UNREACHABLE as NO_ROAD
from geodata.network.port import RoadNetwork, SnappedPoint
from routing.problem import UNREACHABLE, Problem, TimeWindow, TravelMatrix, Vehicle, Visit
from service.cases.case import Case, Day
from service.cases.priority import penalty_s
from service.planning.clock import PlanClock
from service.planning.locate import LocatedCollector, Snapped


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannableCase:
    """A case that may be visited: where, and when. `index` is its position in the request."""

    index: int
    case: Case
    point: int
    windows: tuple[TimeWindow, ...]


def travel_matrix(network: RoadNetwork, points: tuple[SnappedPoint | None, ...]) -> TravelMatrix:
    """Travel between all points; UNREACHABLE to and from a point that is not on this network."""
    on_network = [index for index, point in enumerate(points) if point is not None]
    snapped = [point for point in points if point is not None]
    road = network.matrix(snapped, snapped)
    shape = (len(points), len(points))
    durations_s = np.full(shape, UNREACHABLE, dtype=np.int32)
    lengths_m = np.full(shape, UNREACHABLE, dtype=np.int32)
    np.fill_diagonal(durations_s, 0)
    np.fill_diagonal(lengths_m, 0)
    cells = np.ix_(on_network, on_network)
    joined = road.durations_s != NO_ROAD
    durations_s[cells] = np.where(joined, road.durations_s, UNREACHABLE)
    lengths_m[cells] = np.where(joined, road.lengths_m, UNREACHABLE)
    return TravelMatrix(durations_s=durations_s, lengths_m=lengths_m)


def make_problem(
    day: Day,
    *,
    cases: tuple[PlannableCase, ...],
    collectors: tuple[LocatedCollector, ...],
    networks: Mapping[str, RoadNetwork],
    snapped: Snapped,
) -> Problem:
    """Build the problem in numbers. Visits and vehicles keep the order of `cases` and `collectors`."""
    kinds = list(networks)
    clock = PlanClock(day=day.date, time_zone=day.time_zone)
    return Problem(
        visits=tuple(_visit(day, plannable) for plannable in cases),
        vehicles=tuple(
            Vehicle(
                id=located.collector.id,
                start=located.start,
                end=located.end,
                shift=TimeWindow(
                    start_s=clock.seconds(located.collector.shift.start),
                    end_s=clock.seconds(located.collector.shift.end),
                ),
                skills=located.collector.skills,
                matrix=kinds.index(located.collector.vehicle),
            )
            for located in collectors
        ),
        matrices=tuple(travel_matrix(network, snapped.on[kind]) for kind, network in networks.items()),
    )


def _visit(day: Day, plannable: PlannableCase) -> Visit:
    case = plannable.case
    return Visit(
        id=case.id,
        location=plannable.point,
        service_s=case.service_s,
        windows=plannable.windows,
        required_skills=case.required_skills,
        mandatory=case.mandatory,
        penalty_s=penalty_s(case.priority, minutes_per_priority_point=day.minutes_per_priority_point),
    )

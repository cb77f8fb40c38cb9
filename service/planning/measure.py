"""The meeting of geography and numbers: snapped points become the travel matrices and the problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from geodata.network.port import UNREACHABLE as NO_ROAD
from geodata.network.port import RoadNetwork, SnappedPoint
from routing.problem import UNREACHABLE, Break, Problem, TimeWindow, TravelMatrix, Vehicle, Visit
from service.cases.case import Case, Collector, Day
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
    """Build the problem in numbers. Visits and vehicles keep the order of `cases` and `collectors`.

    Each case has a collector among `collectors` who may come, and what a prefix names is among `cases`.
    """
    kinds = list(networks)
    clock = PlanClock(day=day.date, time_zone=day.time_zone)
    visits = {plannable.case.id: visit for visit, plannable in enumerate(cases)}
    vehicles = {located.collector.id: vehicle for vehicle, located in enumerate(collectors)}
    return Problem(
        visits=tuple(_visit(day, plannable, vehicles) for plannable in cases),
        vehicles=tuple(
            _vehicle(clock, located, kinds.index(located.collector.vehicle), visits) for located in collectors
        ),
        matrices=tuple(travel_matrix(network, snapped.on[kind]) for kind, network in networks.items()),
        weights=day.weights,
    )


def _vehicle(clock: PlanClock, located: LocatedCollector, matrix: int, visits: Mapping[str, int]) -> Vehicle:
    one = located.collector
    return Vehicle(
        id=one.id,
        start=located.start,
        end=located.end,
        shift=TimeWindow(start_s=clock.seconds(one.shift.start), end_s=clock.seconds(one.shift.end)),
        skills=one.skills,
        matrix=matrix,
        pace_percent=one.pace_percent,
        max_work_s=one.max_work_s,
        max_driving_s=one.max_driving_s,
        max_visits=one.max_visits,
        overtime_after_s=None if one.overtime_after is None else clock.seconds(one.overtime_after),
        breaks=tuple(_breaks(clock, one)),
        prefix=tuple(visits[case] for case in one.prefix),
    )


def _breaks(clock: PlanClock, collector: Collector) -> Iterator[Break]:
    """Bound each break by those before and after it: they are taken in their order."""
    for number, rest in enumerate(collector.breaks):
        earlier = [one.earliest for one in collector.breaks[: number + 1] if one.earliest is not None]
        later = [one.latest for one in collector.breaks[number:] if one.latest is not None]
        yield Break(
            earliest_s=clock.seconds(max(earlier, default=collector.shift.start)),
            latest_s=clock.seconds(min(later, default=collector.shift.end)),
            duration_s=rest.duration_s,
            after_work_s=rest.after_work_s,
        )


def _visit(day: Day, plannable: PlannableCase, vehicles: Mapping[str, int]) -> Visit:
    case = plannable.case
    allowed = case.allowed_collectors
    return Visit(
        id=case.id,
        location=plannable.point,
        service_s=case.service_s,
        setup_s=case.setup_s,
        windows=plannable.windows,
        required_skills=case.required_skills,
        excluded_skills=case.excluded_skills,
        allowed_vehicles=None if allowed is None else frozenset(vehicles[id_] for id_ in allowed if id_ in vehicles),
        position=case.position,
        mandatory=case.mandatory,
        penalty_s=penalty_s(case.priority, minutes_per_priority_point=day.minutes_per_priority_point),
    )

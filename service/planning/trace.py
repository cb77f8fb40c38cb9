"""From a solution in numbers to routes on the map: instants, doors, breaks and the lines between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from geodata.network.port import RoadNetwork, RoadPath, Step
from routing.cost import overtime_s
from routing.problem import Problem, paced_s
from routing.solution import Rest, Route, Solution, Stop
from service.cases.case import Day
from service.planning.clock import PlanClock
from service.planning.locate import Located, LocatedCollector, Snapped
from service.planning.measure import PlannableCase
from service.planning.plan import Leg, PlannedBreak, PlannedRoute, PlannedStop


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracer:
    """Draws the routes of one solution with the very networks that measured them."""

    day: Day
    problem: Problem
    located: Located
    collectors: tuple[LocatedCollector, ...]
    cases: tuple[PlannableCase, ...]
    networks: Mapping[str, RoadNetwork]
    snapped: Snapped

    def routes(self, solution: Solution) -> tuple[PlannedRoute, ...]:
        """One route a collector, in their order."""
        return tuple(self._route(route) for route in solution.routes)

    def _route(self, route: Route) -> PlannedRoute:
        located, car = self.collectors[route.vehicle], self.problem.vehicles[route.vehicle]
        clock = PlanClock(day=self.day.date, time_zone=self.day.time_zone)
        stops: list[PlannedStop] = []
        here = located.start
        for number, stop in enumerate(route.stops, start=1):
            there = self.cases[stop.visit].point
            leg = self._leg(located, here, there, stop.travel_s, stop.travel_m)
            stops.append(self._stop(clock, number, stop, leg, self._flags(located, there)))
            here = there
        return_leg = None
        if located.end is not None and route.stops:
            return_leg = self._leg(located, here, located.end, route.return_s, route.return_m)
        return PlannedRoute(
            collector=located.collector.id,
            vehicle=located.collector.vehicle,
            start=self.located.points[located.start],
            end=None if located.end is None else self.located.points[located.end],
            departure=clock.instant(route.departure_s),
            arrival=clock.instant(route.arrival_s),
            stops=tuple(stops),
            return_leg=return_leg,
            breaks=tuple(_break(clock, rest, route.stops) for rest in route.rests),
            overtime_s=overtime_s(car, route.arrival_s) if route.stops else 0,
            start_flags=self._flags(located, located.start),
            end_flags=() if located.end is None else self._flags(located, located.end),
        )

    def _flags(self, one: LocatedCollector, point: int) -> tuple[str, ...]:
        snapped = self.snapped.on[one.collector.vehicle][point]
        return () if snapped is None else snapped.flags

    def _stop(self, clock: PlanClock, number: int, stop: Stop, leg: Leg, flags: tuple[str, ...]) -> PlannedStop:
        plannable = self.cases[stop.visit]
        return PlannedStop(
            number=number,
            case=plannable.case.id,
            location=self.located.points[plannable.point],
            priority=plannable.case.priority,
            mandatory=plannable.case.mandatory,
            arrival=clock.instant(stop.arrival_s),
            start=clock.instant(stop.start_s),
            departure=clock.instant(stop.departure_s),
            service_s=plannable.case.service_s,
            setup_s=stop.departure_s - stop.start_s - plannable.case.service_s,
            waiting_s=stop.waiting_s,
            lateness_s=stop.lateness_s,
            leg=leg,
            flags=flags,
        )

    def _leg(self, one: LocatedCollector, source: int, target: int, travel_s: int, travel_m: int) -> Leg:
        point = self.located.points[source]
        if source == target:
            return Leg(travel_s=0, length_m=0, access_s=0, line=(point, point))
        points = self.snapped.on[one.collector.vehicle]
        start, end = points[source], points[target]
        if start is None or end is None:
            msg = "A route uses a point that is not on its vehicle's network."
            raise ValueError(msg)
        leg = paced_leg(self.networks[one.collector.vehicle].path(start, end), one.collector.pace_percent)
        if (leg.travel_s, leg.length_m) != (travel_s, travel_m):
            msg = f"A leg was costed as {travel_s} s, {travel_m} m and drawn as {leg.travel_s} s, {leg.length_m} m."
            raise ValueError(msg)
        return leg


def paced_leg(path: RoadPath, pace_percent: int) -> Leg:
    """Return the way at a collector's pace, which holds for its parts as for the whole: they add up to it."""
    travel_s = paced_s(path.duration_s, pace_percent)
    access_s = paced_s(path.access_s, pace_percent)
    return Leg(
        travel_s=travel_s,
        length_m=path.length_m,
        access_s=access_s,
        line=tuple(path.line),
        steps=tuple(_paced_steps(path.steps, travel_s - access_s)),
    )


def _paced_steps(steps: Sequence[Step], driven_s: int) -> Iterator[Step]:
    """Share the driven seconds among the steps as their own seconds do; rounding leaves nothing over."""
    whole_s = sum(step.duration_s for step in steps)
    passed_s = told_s = 0
    for step in steps:
        passed_s += step.duration_s
        until_s = driven_s * passed_s // whole_s if whole_s else 0
        yield step._replace(duration_s=until_s - told_s)
        told_s = until_s


def _break(clock: PlanClock, rest: Rest, stops: Sequence[Stop]) -> PlannedBreak:
    next_number = next((number for number, stop in enumerate(stops, start=1) if rest.start_s < stop.start_s), None)
    return PlannedBreak(
        start=clock.instant(rest.start_s),
        end=clock.instant(rest.end_s),
        duration_s=rest.duration_s,
        stop=next_number,
        at_door=next_number is not None and rest.start_s >= stops[next_number - 1].arrival_s,
    )

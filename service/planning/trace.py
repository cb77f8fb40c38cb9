"""From a solution in numbers to routes on the map: instants, doors and the lines between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from geodata.network.port import RoadNetwork
from routing.solution import Route, Solution, Stop
from service.cases.case import Day
from service.planning.clock import PlanClock
from service.planning.locate import Located, LocatedCollector, Snapped
from service.planning.measure import PlannableCase
from service.planning.plan import Leg, PlannedRoute, PlannedStop


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracer:
    """Draws the routes of one solution with the very networks that measured them."""

    day: Day
    located: Located
    collectors: tuple[LocatedCollector, ...]
    cases: tuple[PlannableCase, ...]
    networks: Mapping[str, RoadNetwork]
    snapped: Snapped

    def routes(self, solution: Solution) -> tuple[PlannedRoute, ...]:
        """One route a collector, in their order."""
        return tuple(self._route(route) for route in solution.routes)

    def _route(self, route: Route) -> PlannedRoute:
        located = self.collectors[route.vehicle]
        kind = located.collector.vehicle
        clock = PlanClock(day=self.day.date, time_zone=self.day.time_zone)
        stops: list[PlannedStop] = []
        here = located.start
        for number, stop in enumerate(route.stops, start=1):
            there = self.cases[stop.visit].point
            leg = self._leg(kind, here, there, stop.travel_s, stop.travel_m)
            stops.append(self._stop(clock, number, stop, leg, self._flags(kind, there)))
            here = there
        return_leg = None
        if located.end is not None and route.stops:
            return_leg = self._leg(kind, here, located.end, route.return_s, route.return_m)
        return PlannedRoute(
            collector=located.collector.id,
            vehicle=kind,
            start=self.located.points[located.start],
            end=None if located.end is None else self.located.points[located.end],
            departure=clock.instant(route.departure_s),
            arrival=clock.instant(route.arrival_s),
            stops=tuple(stops),
            return_leg=return_leg,
            start_flags=self._flags(kind, located.start),
            end_flags=() if located.end is None else self._flags(kind, located.end),
        )

    def _flags(self, kind: str, point: int) -> tuple[str, ...]:
        snapped = self.snapped.on[kind][point]
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
            waiting_s=stop.waiting_s,
            leg=leg,
            flags=flags,
        )

    def _leg(self, kind: str, source: int, target: int, travel_s: int, travel_m: int) -> Leg:
        point = self.located.points[source]
        if source == target:
            return Leg(travel_s=0, length_m=0, access_s=0, line=(point, point))
        points = self.snapped.on[kind]
        start, end = points[source], points[target]
        if start is None or end is None:
            msg = "A route uses a point that is not on its vehicle's network."
            raise ValueError(msg)
        path = self.networks[kind].path(start, end)
        if (path.duration_s, path.length_m) != (travel_s, travel_m):
            msg = f"A leg was costed as {travel_s} s, {travel_m} m and drawn as {path.duration_s} s, {path.length_m} m."
            raise ValueError(msg)
        return Leg(
            travel_s=path.duration_s,
            length_m=path.length_m,
            access_s=path.access_s,
            line=tuple(path.line),
            steps=tuple(path.steps),
        )

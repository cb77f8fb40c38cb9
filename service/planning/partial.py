"""The best routes of a search that still goes on: who goes where, and when."""

from dataclasses import dataclass
from datetime import datetime

from routing.engine import Sequences
from routing.problem import Problem
from routing.schedule import schedule
from service.cases.case import Day
from service.planning.clock import PlanClock
from service.planning.locate import LocatedCollector
from service.planning.measure import PlannableCase


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialStop:
    """One door of the best plan so far."""

    case: str
    arrival: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialRoute:
    """The day of one collector in the best plan so far; a collector who stays at home has no stops."""

    collector: str
    departure: datetime
    arrival: datetime
    stops: tuple[PartialStop, ...]


def partial_routes(
    day: Day,
    problem: Problem,
    sequences: Sequences,
    *,
    collectors: tuple[LocatedCollector, ...],
    cases: tuple[PlannableCase, ...],
) -> tuple[PartialRoute, ...]:
    """Time the sequences that an engine has reported; one route a collector, in their order. Nothing is drawn."""
    clock = PlanClock(day=day.date, time_zone=day.time_zone)
    return tuple(
        PartialRoute(
            collector=located.collector.id,
            departure=clock.instant(route.departure_s),
            arrival=clock.instant(route.arrival_s),
            stops=tuple(
                PartialStop(case=cases[stop.visit].case.id, arrival=clock.instant(stop.arrival_s))
                for stop in route.stops
            ),
        )
        for located, route in zip(collectors, schedule(problem, sequences), strict=True)
    )

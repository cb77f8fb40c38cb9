"""Checks an answered plan against what was asked, from the two JSON documents alone."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from service.schemas.case_request import CaseRequest
from service.schemas.collector_request import CollectorRequest
from service.schemas.plan import PlanResult
from service.schemas.plan_request import PlanRequest
from service.schemas.route import RouteOut, StopOut


def faults(request: PlanRequest, result: PlanResult) -> list[str]:
    """Say in one sentence each what the plan breaks; an empty list for a sound plan.

    Every case is visited once or left out with a reason; every visit lies in one of its windows, its end
    included and its grace where it is late, and is made by a collector who may come; every route keeps the
    collector's shift, limits and prefix; and the times of each route add up.
    """
    return [*_cases_are_there_once(request, result), *_routes_keep_the_rules(request, result)]


def _cases_are_there_once(request: PlanRequest, result: PlanResult) -> Iterator[str]:
    named = Counter(stop.case for route in result.routes for stop in route.stops)
    named.update(left_out.case for left_out in result.unassigned)
    asked = {case.id for case in request.cases}
    for case in sorted(asked | set(named)):
        if case not in asked:
            yield f"{case} was never asked for."
        elif named[case] != 1:
            yield f"{case} is in the plan {named[case]} times."


def _routes_keep_the_rules(request: PlanRequest, result: PlanResult) -> Iterator[str]:
    cases = {case.id: case for case in request.cases}
    collectors = {collector.id: collector for collector in request.collectors}
    for id_, number in Counter(route.collector for route in result.routes).items():
        if number > 1:
            yield f"{id_} has {number} routes."
    for route in result.routes:
        collector = collectors.get(route.collector)
        if collector is None:
            yield f"{route.collector} was never asked for."
            continue
        if route.stops:
            yield from _shift(route, collector)
            yield from _times(route)
        yield from _limits(route, collector)
        for stop in route.stops:
            if stop.case in cases:
                yield from _visit(stop, cases[stop.case], collector)


def _shift(route: RouteOut, collector: CollectorRequest) -> Iterator[str]:
    begins_late_enough = route.departure.time() >= collector.shift.start
    ends_early_enough = route.arrival.time() <= collector.shift.end
    if not (begins_late_enough and ends_early_enough and route.departure.date() == route.arrival.date()):
        yield f"{collector.id} is under way outside the shift."


def _limits(route: RouteOut, collector: CollectorRequest) -> Iterator[str]:
    work_s = round((route.arrival - route.departure).total_seconds()) - sum(rest.duration_s for rest in route.breaks)
    for name, used, limit in (
        ("max_work_s", work_s, collector.max_work_s),
        ("max_driving_s", route.travel_s, collector.max_driving_s),
        ("max_visits", len(route.stops), collector.max_visits),
    ):
        if limit is not None and used > limit:
            yield f"{collector.id} has {used} of at most {limit} {name}."
    if [stop.case for stop in route.stops][: len(collector.prefix)] != collector.prefix:
        yield f"{collector.id} does not begin with the prefix."


def _times(route: RouteOut) -> Iterator[str]:
    """Drive the route again with the legs' own figures."""
    now: datetime = route.departure
    for stop in route.stops:
        now += timedelta(seconds=stop.leg.travel_s + _rested_s(route, stop.number, at_door=False))
        if stop.arrival != now:
            yield f"{stop.case}: the arrival is not the last departure plus the travel and the breaks."
        idle_s = stop.waiting_s + _rested_s(route, stop.number, at_door=True)
        if stop.start != stop.arrival + timedelta(seconds=idle_s) or stop.waiting_s < 0:
            yield f"{stop.case}: the start is not the arrival plus the waiting and the breaks."
        if stop.departure != stop.start + timedelta(seconds=stop.setup_s + stop.service_s):
            yield f"{stop.case}: the departure is not the start plus setup and service."
        now = stop.departure
    if route.return_leg is not None:
        now += timedelta(seconds=route.return_leg.travel_s + _rested_s(route, None, at_door=False))
    if route.arrival != now:
        yield f"{route.collector}: the end of the route is not the last departure plus the way back."


def _rested_s(route: RouteOut, number: int | None, *, at_door: bool) -> int:
    return sum(rest.duration_s for rest in route.breaks if (rest.stop, rest.at_door) == (number, at_door))


def _visit(stop: StopOut, case: CaseRequest, collector: CollectorRequest) -> Iterator[str]:
    if not set(case.required_skills) <= set(collector.skills):
        yield f"{case.id} needs a skill that {collector.id} does not have."
    if set(case.excluded_skills) & set(collector.skills) or collector.id not in (case.may_come() or {collector.id}):
        yield f"{case.id} is visited by {collector.id}, who may not come."
    if case.pin is not None and case.pin.position not in {None, stop.number}:
        yield f"{case.id} is visited in another position than its pin's."
    if stop.service_s != case.service_s:
        yield f"{case.id} does not get the service time that was asked."
    inside = (
        window.start <= stop.start.time()
        and (stop.departure - timedelta(seconds=min(window.grace_s, stop.lateness_s))).time() <= window.end
        for window in case.windows
    )
    if case.windows and not any(inside):
        yield f"{case.id} is visited outside its windows."

"""From what was asked to what is planned: defaults filled in, names looked up, all of it decided once."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from geodata.area.meta import AreaMeta
from service.cases.case import Case, Day
from service.cases.policy import PACKS
from service.planning.clock import PlanClock
from service.planning.errors import (
    MissingDayError,
    UnknownPlanError,
    UnknownPolicyError,
    UnknownSeasonError,
    UnknownStoredError,
    UnknownTimeZoneError,
    UnknownVehicleError,
)
from service.schemas.options import PlanOptions, StartRouteRequest
from service.schemas.plan import PlanResult
from service.schemas.plan_request import CompletePlanRequest, PlanRequest
from service.settings import Settings

#: Names of the IANA database that say nothing of a place: what they mean depends on the machine.
NO_PLACES = {"localtime", "Factory"}


def resolve(request: PlanRequest, *, area: AreaMeta, settings: Settings, now: datetime) -> PlanRequest:
    """Return the request with nothing left open, so that it means the same when it is run later or again.

    Parameters
    ----------
    area : the area that the plan will use, whether the request named it or not.
    settings : what a request that says nothing gets; the area's time zone comes before theirs.
    now : an aware instant; the branch's clock turns it into today.

    Raises
    ------
    UnknownTimeZoneError, UnknownPolicyError, MissingDayError, UnknownVehicleError, UnknownSeasonError, UnknownPlanError
        When the request names what does not exist.
    """
    if request.names_stored():
        msg = "Only a running service knows what is stored; give cases and collectors."
        raise UnknownStoredError(msg, pointers=_named(request))
    check_area(request, area)
    start = request.options.start
    if start is not None and start.plan is not None and start.routes is None:
        msg = "Only a running service knows earlier plans; give their routes in start.routes."
        raise UnknownPlanError(msg)
    time_zone = time_zone_of(request, area=area, settings=settings)
    policy = request.policy or settings.policy
    if policy not in PACKS:
        msg = f"policy must be one of {', '.join(sorted(PACKS))}."
        raise UnknownPolicyError(msg)
    options = request.options
    filled = options.model_copy(
        update={
            "budget_s": _budget_s(options, settings),
            "threads": options.threads or settings.solver_threads,
            "bound_budget_s": options.bound_budget_s or float(settings.solve_budget_s),
            "minutes_per_priority_point": options.minutes_per_priority_point or settings.minutes_per_priority_point,
        }
    )
    day = request.date or now.astimezone(ZoneInfo(time_zone)).date()
    if PlanClock(day=day, time_zone=ZoneInfo(time_zone)).skips_the_day():
        msg = "The clocks of this time_zone skipped this date."
        raise MissingDayError(msg)
    return request.model_copy(
        update={
            "date": day,
            "area": area.name,
            "time_zone": time_zone,
            "policy": policy,
            "options": filled,
        }
    )


def time_zone_of(request: PlanRequest, *, area: AreaMeta, settings: Settings) -> str:
    """Return the time zone of a request: its own, the area's, or the settings'.

    Raises
    ------
    UnknownTimeZoneError
        When there is no such zone.
    """
    time_zone = request.time_zone or area.time_zone or settings.time_zone
    if time_zone not in available_timezones() - NO_PLACES:
        msg = "time_zone must be an IANA name such as Asia/Shanghai."
        raise UnknownTimeZoneError(msg)
    return time_zone


def routes_of(result: PlanResult) -> list[StartRouteRequest]:
    """Return the routes of a plan, for a search to begin from."""
    return [
        StartRouteRequest(collector=route.collector, cases=[stop.case for stop in route.stops])
        for route in result.routes
    ]


def _budget_s(options: PlanOptions, settings: Settings) -> float:
    """Return the seconds of search: where iterations are asked, time only ends what would never end."""
    if options.budget_s is not None:
        return options.budget_s
    return float(settings.solve_budget_s if options.iterations is None else settings.max_solve_budget_s)


def check_area(request: PlanRequest, area: AreaMeta) -> None:
    """Check that the area has what the request names of it.

    Raises
    ------
    UnknownVehicleError, UnknownSeasonError
        When it has no roads for a vehicle, or a vehicle does not know the season.
    """
    missing = [
        f"/collectors/{index}/vehicle"
        for index, collector in enumerate(request.collectors)
        if collector.vehicle not in area.profiles
    ]
    if missing:
        msg = f"vehicle must be one that the area has roads for: {', '.join(area.profiles)}."
        raise UnknownVehicleError(msg, pointers=tuple(missing))
    season = None if request.roads is None else request.roads.season
    if season is None:
        return
    for vehicle in dict.fromkeys(collector.vehicle for collector in request.collectors):
        if season not in (known := area.seasons.get(vehicle, {})):
            msg = f"season must be one that every vehicle in use knows; {vehicle} knows {', '.join(known) or 'none'}."
            raise UnknownSeasonError(msg)


def day_of(request: PlanRequest) -> Day:
    """Turn a resolved request into the planner's values.

    Raises
    ------
    ValueError
        When the request was not resolved.
    """
    budget_s, minutes = request.options.budget_s, request.options.minutes_per_priority_point
    if (
        request.date is None
        or request.time_zone is None
        or request.policy is None
        or budget_s is None
        or minutes is None
    ):
        msg = "Resolve the request first: it leaves something open."
        raise ValueError(msg)
    closed = frozenset(request.closed_cases if isinstance(request, CompletePlanRequest) else ())
    return Day(
        date=request.date,
        time_zone=ZoneInfo(request.time_zone),
        policy=PACKS[request.policy],
        cases=tuple(_closed(case.to_domain()) if case.id in closed else case.to_domain() for case in request.cases),
        collectors=tuple(collector.to_domain() for collector in request.collectors),
        engine=request.options.engine,
        budget_s=budget_s,
        iterations=request.options.iterations,
        seed=request.options.seed,
        bound_s=request.options.bound_budget_s if request.options.bound else None,
        minutes_per_priority_point=minutes,
        roads=None if request.roads is None else request.roads.to_domain(),
        threads=request.options.threads or 1,
        weights=request.options.weights.to_domain(),
        start=None if request.options.start is None else request.options.start.to_domain(),
    )


def _closed(case: Case) -> Case:
    return replace(case, history=replace(case.history, is_closed=True))


def _named(request: PlanRequest) -> tuple[str, ...]:
    named = {"/branch": request.branch, "/case_ids": request.case_ids, "/collector_ids": request.collector_ids}
    return tuple(pointer for pointer, value in named.items() if value)

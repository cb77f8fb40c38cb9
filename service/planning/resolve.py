"""From what was asked to what is planned: defaults filled in, names looked up, all of it decided once."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from service.cases.case import Day
from service.cases.policy import PACKS
from service.planning.errors import UnknownPolicyError, UnknownTimeZoneError
from service.schemas.plan_request import PlanRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a request that says nothing gets: the area's time zone first, then the service's settings."""

    area: str
    area_time_zone: str | None
    time_zone: str
    policy: str
    minutes_per_priority_point: float


def resolve(request: PlanRequest, *, defaults: Defaults, now: datetime) -> PlanRequest:
    """Return the request with nothing left open, so that it means the same when it is run later or again.

    Parameters
    ----------
    defaults : `defaults.area` is the area that the plan will use, whether the request named it or not.
    now : an aware instant; the branch's clock turns it into today.

    Raises
    ------
    UnknownTimeZoneError, UnknownPolicyError
        When the request names what does not exist.
    """
    time_zone = request.time_zone or defaults.area_time_zone or defaults.time_zone
    if time_zone not in available_timezones():
        msg = "time_zone must be an IANA name such as Asia/Shanghai."
        raise UnknownTimeZoneError(msg)
    policy = request.policy or defaults.policy
    if policy not in PACKS:
        msg = f"policy must be one of {', '.join(sorted(PACKS))}."
        raise UnknownPolicyError(msg)
    minutes = request.options.minutes_per_priority_point or defaults.minutes_per_priority_point
    return request.model_copy(
        update={
            "date": request.date or now.astimezone(ZoneInfo(time_zone)).date(),
            "area": defaults.area,
            "time_zone": time_zone,
            "policy": policy,
            "options": request.options.model_copy(update={"minutes_per_priority_point": minutes}),
        }
    )


def day_of(request: PlanRequest) -> Day:
    """Turn a resolved request into the planner's values.

    Raises
    ------
    ValueError
        When the request was not resolved.
    """
    minutes = request.options.minutes_per_priority_point
    if request.date is None or request.time_zone is None or request.policy is None or minutes is None:
        msg = "Resolve the request first: date, time_zone, policy and minutes_per_priority_point must be set."
        raise ValueError(msg)
    return Day(
        date=request.date,
        time_zone=ZoneInfo(request.time_zone),
        policy=PACKS[request.policy],
        cases=tuple(case.to_domain() for case in request.cases),
        collectors=tuple(collector.to_domain() for collector in request.collectors),
        engine=request.options.engine,
        budget_s=request.options.budget_s,
        iterations=request.options.iterations,
        seed=request.options.seed,
        minutes_per_priority_point=minutes,
    )

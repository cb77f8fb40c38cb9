"""The plans of schedules: which slot is due, and the plan of that slot, made as if somebody had asked for it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from fastapi_problem.error import Problem
from sqlalchemy.exc import SQLAlchemyError

from geodata.errors import AreaError
from service.api.requested import complete
from service.api.stored_refs import branch_of, with_defaults
from service.audit.acting import on_behalf_of
from service.audit.entry import Actor
from service.auth.caller import Caller, CallerKind
from service.auth.scope import Role, granted
from service.deps import Deps
from service.logs import frames_of
from service.planning.errors import PlanningError
from service.planning.slots import DailySlots
from service.schemas.branch import CalendarFields
from service.schemas.resolve import time_zone_of
from service.schemas.schedule import Schedule
from service.store.errors import PlanNotFoundError, TooMuchWaitingError
from service.store.jobs.records import JsonObject
from service.store.jobs.schedules import Ran, ScheduleRecord, plan_id_of

_log = structlog.stdlib.get_logger(__name__)

_REFUSED: Final = (Problem, AreaError, PlanningError)


def slots_of(schedule: Schedule, deps: Deps) -> DailySlots:
    """Return when a schedule is due, by the calendar and the clock of its branch.

    Raises
    ------
    Problem, AreaNotFoundError, PlanningError
        When its branch, its area or its time zone does not exist.
    """
    branch = branch_of(schedule.request, deps.registry)
    request = with_defaults(schedule.request, branch)
    area = deps.areas.open(request.area or deps.settings.area).meta
    zone = time_zone_of(request, area=area, settings=deps.settings)
    calendar = branch.calendar if branch is not None else schedule.calendar or CalendarFields()
    return DailySlots(at=schedule.at, time_zone=ZoneInfo(zone), works=calendar.to_domain().is_working_day)


class SchedulePlanner:
    """Makes the plan of the latest slot that has come, of a schedule of any tenant; earlier ones are let go.

    After a long stop that is one plan: and none, when its day is over. What the schedule may see was found out when
    somebody stored it.
    """

    def __init__(self, deps_of: Callable[[str], Deps]) -> None:
        self._deps_of = deps_of

    def __call__(self, record: ScheduleRecord) -> Ran:
        """Make the plan, or find it made already. What breaks is a run without a plan, and the log says where.

        Raises
        ------
        TooMuchWaitingError
            When the tenant has as many plans waiting as it may: the schedule stays due.
        """
        try:
            with on_behalf_of(Actor(kind="schedule", id=str(record.id), role=Role.PLANNER.value)):
                return self._run(record)
        except (TooMuchWaitingError, SQLAlchemyError):
            raise
        except Exception as exc:  # noqa: BLE001 - one broken schedule stops neither the others nor the worker
            _log.error("schedule_broken", schedule=str(record.id), error=type(exc).__name__, frames=frames_of(exc))
            now, broken = (
                self._deps_of(record.tenant).now(),
                {"code": "planning_failed", "detail": "The fault is ours; see the log."},
            )
            return _not_planned(record, dict(broken), now)

    def _run(self, record: ScheduleRecord) -> Ran:
        caller = Caller(
            tenant=record.tenant,
            kind=CallerKind.LOCAL,
            subject=f"schedule {record.id}",
            role=Role.PLANNER,
            scopes=granted(Role.PLANNER, None),
        )
        deps = replace(self._deps_of(record.tenant), caller=caller)
        schedule, now = Schedule.model_validate(record.document, strict=False), deps.now()
        due = record.next_run_at or now
        try:
            slots = slots_of(schedule, deps)
        except _REFUSED as exc:
            return _not_planned(record, _problem(exc), now)
        slot, following = slots.latest(due, now), slots.after(now)
        if slot is None:  # its branch has changed: it is not due, or not on this day
            return Ran(slot=None, plan=None, problem=None, next_run_at=following)
        day = slots.day_of(slot)
        planned = day if schedule.plan_day == "same" else slots.next_day(day)
        if planned is None or planned < slots.day_of(now):
            missed: JsonObject = {"code": "slot_missed", "detail": "The service did not run, and the day is over."}
            return Ran(slot=slot, plan=None, problem=missed, next_run_at=following)
        plan_id = plan_id_of(record.id, slot)
        with suppress(PlanNotFoundError):
            deps.plans.get(plan_id)
            return Ran(slot=slot, plan=plan_id, problem=None, next_run_at=following)
        try:
            request, area, plan_date = complete(schedule.request.model_copy(update={"date": planned}), deps)
        except _REFUSED as exc:
            return Ran(slot=slot, plan=None, problem=_problem(exc), next_run_at=following)
        deps.plans.create(request=request, area=area, plan_date=plan_date, plan_id=plan_id)
        return Ran(slot=slot, plan=plan_id, problem=None, next_run_at=following)


def _not_planned(record: ScheduleRecord, why: JsonObject, now: datetime) -> Ran:
    """Return that there is no plan, and that the next day is tried; nothing at all before it is due."""
    due = record.next_run_at or now
    if due > now:
        return Ran(slot=None, plan=None, problem=None, next_run_at=due)
    return Ran(slot=due, plan=None, problem=why, next_run_at=_same_time(due, now))


def _same_time(due: datetime, now: datetime) -> datetime:
    """Return the same time on the first day on which it is still to come."""
    return due + timedelta(days=max((now - due).days + 1, 1))


def _problem(exc: Exception) -> JsonObject:
    """Return what is kept of a refusal: its code, and for people the first rule that was broken."""
    if isinstance(exc, Problem):
        errors = exc.extras.get("errors") or [{}]
        return {"code": str(exc.extras.get("code", "")), "detail": str(errors[0].get("detail") or exc.detail)}
    code = exc.code if isinstance(exc, PlanningError) else "area_unusable"
    return {"code": code, "detail": str(exc) if isinstance(exc, PlanningError) else "The area cannot be used."}

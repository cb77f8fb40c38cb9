"""/v1/schedules: plans that are made every working day."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response, status

from service.access import needs
from service.answered_errors import within
from service.api.examples import examples
from service.api.examples.schedule_examples import SCHEDULE_REQUESTS
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import Cursor, Limit, made_at, next_page, page_of, position_of
from service.api.http.versions import IfMatch, tagged, version_of
from service.api.requested import require_to_see
from service.api.scheduled import slots_of
from service.auth.scope import Scope
from service.deps import Deps, UsesDeps
from service.errors import problem
from service.reading import told_of_schedules
from service.schemas.problem import FieldError
from service.schemas.schedule import Schedule, ScheduleOut, SchedulePage, ScheduleRunOut
from service.store.jobs.schedules import ScheduleRecord

router = APIRouter(prefix="/v1/schedules", tags=["Schedules"], route_class=JsonBodyRoute)

ScheduleId = Annotated[UUID, Path(description="The schedule's id.")]
ScheduleBody = Annotated[Schedule, Body(openapi_examples=SCHEDULE_REQUESTS)]
_BODY = ("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request", "area_unusable")


@router.post(
    "",
    dependencies=[needs(Scope.SCHEDULES_WRITE, Scope.PLANS_WRITE)],
    summary="Store a schedule",
    status_code=status.HTTP_201_CREATED,
    response_model=ScheduleOut,
    responses={201: examples.answer("Created; see Location.", "schedule"), **problems(*_BODY)},
)
def create_schedule(body: ScheduleBody, deps: UsesDeps, response: Response) -> ScheduleOut:
    """Plan every working day at the same time. Each slot makes one plan, however many workers there are.

    After a stop the latest slot is made up for, once, unless the day that it would plan is over.
    """
    require_to_see(body.request, deps.caller)
    schedule_id = deps.schedules.create(
        _document(body),
        enabled=body.enabled,
        next_run_at=_next_run_at(body, deps),
        schedule_id=deps.new_id(),
    )
    response.headers["Location"] = f"/v1/schedules/{schedule_id}"
    return _shown(deps, schedule_id, response)


@router.get(
    "",
    dependencies=[needs(Scope.SCHEDULES_READ)],
    summary="List schedules",
    response_model=SchedulePage,
    responses={200: examples.answer("A page of schedules.", "schedules"), **problems("invalid_request")},
)
def list_schedules(deps: UsesDeps, limit: Limit = 50, cursor: Cursor = None) -> SchedulePage:
    """List the schedules, the newest first."""
    found = deps.schedules.list(limit=limit + 1, after=position_of(cursor))
    shown, behind = page_of(found, limit, made_at)
    told_of_schedules(deps, found=len(shown))
    return SchedulePage(
        schedules=[_out(one) for one in shown],
        next=next_page("/v1/schedules", behind, {"limit": limit}),
    )


@router.get(
    "/{schedule_id}",
    dependencies=[needs(Scope.SCHEDULES_READ)],
    summary="A schedule and its last runs",
    response_model=ScheduleOut,
    responses={200: examples.answer("The schedule.", "schedule"), **problems("schedule_not_found")},
)
def get_schedule(schedule_id: ScheduleId, deps: UsesDeps, response: Response) -> ScheduleOut:
    """Return a schedule, when it runs next and what its last runs came to."""
    schedule = _shown(deps, schedule_id, response)
    told_of_schedules(deps, schedule_id=schedule_id)
    return schedule


@router.put(
    "/{schedule_id}",
    dependencies=[needs(Scope.SCHEDULES_WRITE, Scope.PLANS_WRITE)],
    summary="Change a schedule",
    response_model=ScheduleOut,
    responses={
        200: examples.answer("The schedule as it is now.", "schedule"),
        **problems(*_BODY, "schedule_not_found", "resource_changed", "version_missing"),
    },
)
def put_schedule(
    schedule_id: ScheduleId, body: ScheduleBody, deps: UsesDeps, response: Response, if_match: IfMatch = None
) -> ScheduleOut:
    """Store it anew; a slot that is due already and has not run is then left out."""
    deps.schedules.get(schedule_id)
    version = version_of(if_match)
    require_to_see(body.request, deps.caller)
    deps.schedules.replace(
        schedule_id,
        _document(body),
        enabled=body.enabled,
        next_run_at=_next_run_at(body, deps),
        version=version,
    )
    return _shown(deps, schedule_id, response)


@router.delete(
    "/{schedule_id}",
    dependencies=[needs(Scope.SCHEDULES_WRITE)],
    summary="Delete a schedule",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems("schedule_not_found", "resource_changed", "version_missing"),
)
def delete_schedule(schedule_id: ScheduleId, deps: UsesDeps, if_match: IfMatch = None) -> None:
    """Delete it. The plans that it made stay."""
    deps.schedules.get(schedule_id)
    deps.schedules.delete(schedule_id, version=version_of(if_match))


def _next_run_at(body: Schedule, deps: Deps) -> datetime:
    with within("/request"):
        slots = slots_of(body, deps)
    found = slots.after(deps.now())
    if found is None:
        rule = "No day of the coming year is a working day."
        pointer = "/calendar" if body.request.branch is None else "/request/branch"
        raise problem(code="invalid_request", errors=[FieldError(pointer=pointer, code="no_working_day", detail=rule)])
    return found


def _document(body: Schedule) -> dict[str, object]:
    return body.model_dump(mode="json", exclude={"enabled"}, exclude_unset=True)


def _shown(deps: Deps, schedule_id: UUID, response: Response) -> ScheduleOut:
    record = deps.schedules.get(schedule_id)
    tagged(response, record.version)
    runs = [ScheduleRunOut.model_validate(run, from_attributes=True) for run in deps.schedules.runs(schedule_id)]
    return _out(record).model_copy(update={"runs": runs})


def _out(record: ScheduleRecord) -> ScheduleOut:
    names = ("id", "version", "created_at", "changed_at", "enabled", "next_run_at")
    return ScheduleOut.model_validate(record.document | {name: getattr(record, name) for name in names}, strict=False)

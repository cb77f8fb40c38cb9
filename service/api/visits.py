"""/v1/cases/{id}/visits: what came of the visits of a case."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Body, Path, status

from service.access import needs
from service.api.editing import ResourceId
from service.api.examples import examples
from service.api.examples.resource_examples import VISIT_REQUESTS
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import IdCursor, Limit, id_of, next_page, no_cursor, page_of
from service.api.http.paths import path_to
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.errors import problem
from service.reading import told_of_case
from service.schemas.problem import FieldError
from service.schemas.stored_case import VisitOut, VisitPage, VisitRequest
from service.store.resources.case_store import VisitPosition, VisitRecord

router = APIRouter(prefix="/v1/cases", tags=["Cases"], route_class=JsonBodyRoute)

#: Where it is tomorrow already when it is today in UTC.
_AHEAD: Final = timedelta(hours=14)
_BODY = ("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request")


@router.post(
    "/{case_id}/visits",
    dependencies=[needs(Scope.CASES_WRITE)],
    summary="Record a visit",
    status_code=status.HTTP_201_CREATED,
    response_model=VisitOut,
    responses={201: examples.answer("Recorded.", "visit"), **problems(*_BODY, "case_not_found")},
)
def record_visit(
    case_id: ResourceId, body: Annotated[VisitRequest, Body(openapi_examples=VISIT_REQUESTS)], deps: UsesDeps
) -> VisitOut:
    """Record what came of a visit. Later plans keep the distance to it that the policy asks for, and suppressions."""
    if body.visited_on > (deps.now() + _AHEAD).date():
        rule = "Must not be a day to come: a visit is recorded when it was made."
        raise problem(
            code="invalid_request", errors=[FieldError(pointer="/visited_on", code="out_of_range", detail=rule)]
        )
    document = body.model_dump(mode="json", exclude_none=True)
    return _visit(deps.registry.cases.add_visit(case_id, document, visited_on=body.visited_on, visit_id=deps.new_id()))


@router.get(
    "/{case_id}/visits",
    dependencies=[needs(Scope.CASES_READ)],
    summary="The visits of a case",
    response_model=VisitPage,
    responses={
        200: examples.answer("A page of visits.", "visits"),
        **problems("case_not_found", "invalid_request"),
    },
)
def list_visits(case_id: ResourceId, deps: UsesDeps, limit: Limit = 50, cursor: IdCursor = None) -> VisitPage:
    """List the visits that were recorded, the latest first."""
    deps.registry.cases.get(case_id)
    found = deps.registry.cases.page_of_visits(case_id, limit=limit + 1, after=_visit_behind(cursor))
    told_of_case(deps, case_id, view="visits")
    shown, behind = page_of(found, limit, _position)
    return VisitPage(
        visits=[_visit(one) for one in shown],
        next=next_page(path_to("cases", case_id, "visits"), behind, {"limit": limit}),
    )


@router.delete(
    "/{case_id}/visits/{visit_id}",
    dependencies=[needs(Scope.CASES_WRITE)],
    summary="Take a visit back",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems("case_not_found", "visit_not_found"),
)
def delete_visit(
    case_id: ResourceId, visit_id: Annotated[UUID, Path(description="The visit's id.")], deps: UsesDeps
) -> None:
    """Delete a visit that was recorded by mistake, with its suppressions."""
    deps.registry.cases.remove_visit(case_id, visit_id)


def _visit(record: VisitRecord) -> VisitOut:
    return VisitOut.model_validate({**record.document, "id": record.id, "created_at": record.created_at}, strict=False)


def _position(record: VisitRecord) -> str:
    return f"{record.visited_on.isoformat()} {record.created_at.isoformat()} {record.id}"


def _visit_behind(cursor: str | None) -> VisitPosition | None:
    said = id_of(cursor)
    if said is None:
        return None
    try:
        day, at, id_ = said.split(" ")
        instant = datetime.fromisoformat(at)
        return date.fromisoformat(day), instant.replace(tzinfo=instant.tzinfo or UTC), UUID(id_)
    except ValueError:
        raise no_cursor() from None

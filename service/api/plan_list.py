"""GET /v1/plans: the plans there are, in pages, and all of them as NDJSON."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response

from service.access import needs
from service.api.examples import examples
from service.api.examples.plan_examples import PLAN_LINES
from service.api.http.documented import problems
from service.api.http.ndjson import NdjsonResponse, documented
from service.api.http.paging import Cursor, Limit, Position, made_at, next_page, page_of, position_of
from service.auth.scope import Scope
from service.deps import Deps, UsesDeps
from service.schemas.base import IsoDate
from service.schemas.plan_list import PlanListed, PlanPage
from service.store.jobs.records import PlanStatus

router = APIRouter(tags=["Plans"])

_PATH: Final = "/v1/plans"
_EXPORT_PAGE: Final = 500


def filters(
    status: Annotated[list[PlanStatus], Query(description="Only plans in one of these states; none: all.")] = [],  # noqa: B006 - FastAPI copies it
    area: Annotated[str | None, Query(min_length=1, max_length=63, description="Only of this area.")] = None,
    date_from: Annotated[IsoDate | None, Query(description="Only of this day and later ones.")] = None,
    date_to: Annotated[IsoDate | None, Query(description="Only of this day and earlier ones.")] = None,
) -> dict[str, Any]:
    """Return the filters as the store takes them."""
    return {"statuses": status, "area": area, "first_day": date_from, "last_day": date_to}


Filters = Annotated[dict[str, Any], Depends(filters)]


@router.get(
    _PATH,
    dependencies=[needs(Scope.PLANS_READ)],
    summary="List plans",
    response_model=PlanPage,
    responses={200: examples.answer("A page of plans.", "plans"), **problems("invalid_request")},
)
def list_plans(deps: UsesDeps, wanted: Filters, limit: Limit = 50, cursor: Cursor = None) -> PlanPage:
    """List the plans, the newest first. What is made meanwhile moves no page that was not read yet."""
    found = deps.plans.list(**wanted, limit=limit + 1, after=position_of(cursor))
    shown, behind = page_of(found, limit, made_at)
    query = {
        "status": [status.value for status in wanted["statuses"]],
        "area": wanted["area"],
        "date_from": _day(wanted["first_day"]),
        "date_to": _day(wanted["last_day"]),
        "limit": limit,
    }
    return PlanPage(
        plans=[PlanListed.of(summary) for summary in shown],
        next=next_page(_PATH, behind, query),
    )


@router.get(
    f"{_PATH}.ndjson",
    dependencies=[needs(Scope.PLANS_READ)],
    summary="All plans as NDJSON",
    response_class=NdjsonResponse,
    responses={200: documented("A line for each plan.", PLAN_LINES), **problems("invalid_request")},
)
def export_plans(deps: UsesDeps, wanted: Filters) -> Response:
    """Give a line for each plan that passes the filters, the newest first: all that there were when it was asked."""
    return NdjsonResponse(_all(deps, wanted), filename="plans.ndjson")


def _all(deps: Deps, wanted: dict[str, Any]) -> Iterator[PlanListed]:
    after: Position | None = None
    while found := deps.plans.list(**wanted, limit=_EXPORT_PAGE, after=after):
        yield from map(PlanListed.of, found)
        after = (found[-1].created_at, found[-1].id)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

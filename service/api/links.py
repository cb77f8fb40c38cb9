"""/v1/plans/{plan_id}/links: preview links, each to one route, for a collector's telephone."""

from datetime import datetime, time, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Body, Path, Request, status
from fastapi_problem.error import Problem

from service.access import needs
from service.api.examples import examples
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import Cursor, Limit, made_at, next_page, page_of, position_of
from service.api.plan_resource import document_of
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.errors import problem
from service.schemas.document import PlanDocument
from service.schemas.link import LinkOut, LinkPage, LinkRequest, NewLink
from service.schemas.problem import FieldError

router = APIRouter(prefix="/v1/plans/{plan_id}", tags=["Plans"], route_class=JsonBodyRoute)

PlanId = Annotated[UUID, Path(description="The plan's id, as in its Location.")]
RouteNumber = Annotated[int, Path(ge=1, le=1_000_000, description="The route's position in the plan, from 1.")]


@router.post(
    "/routes/{route}/links",
    dependencies=[needs(Scope.LINKS_WRITE)],
    summary="Make a preview link",
    status_code=status.HTTP_201_CREATED,
    response_model=NewLink,
    responses={
        201: examples.answer("The link with its address, which is shown this once.", "new_link"),
        **problems(
            "malformed_json",
            "body_too_large",
            "unsupported_media_type",
            "plan_not_found",
            "route_not_found",
            "plan_not_done",
            "plan_without_result",
            "invalid_request",
        ),
    },
)
def create_link(
    plan_id: PlanId,
    route: RouteNumber,
    body: Annotated[LinkRequest, Body()],
    deps: UsesDeps,
    request: Request,
) -> NewLink:
    """Make an address that opens one route on a map for whoever has it: with no name, no case id and no debt.

    It ends with the plan's day, or when you say, or when it is revoked.
    """
    document = document_of(deps.plans.get(plan_id))
    if route > len(document.result.routes):
        raise problem(code="route_not_found")
    expires_at = end_of(body, document, now=deps.now(), most=timedelta(days=deps.settings.link_max_days))
    link, secret = deps.links.create(
        plan_id, route, expires_at=expires_at, created_by=deps.caller.subject, link_id=deps.new_id()
    )
    return NewLink(link=LinkOut.of(link), url=str(request.url_for("link_page", secret=secret)))


@router.get(
    "/links",
    dependencies=[needs(Scope.LINKS_READ)],
    summary="List a plan's links",
    response_model=LinkPage,
    responses={
        200: examples.answer("A page of links.", "links"),
        **problems("plan_not_found", "invalid_request"),
    },
)
def list_links(plan_id: PlanId, deps: UsesDeps, limit: Limit = 50, cursor: Cursor = None) -> LinkPage:
    """List the links of all routes, the newest first, with those that are over."""
    deps.plans.get(plan_id)
    found = deps.links.list(plan_id, limit=limit + 1, after=position_of(cursor))
    shown, behind = page_of(found, limit, made_at)
    return LinkPage(
        links=[LinkOut.of(link) for link in shown],
        next=next_page(f"/v1/plans/{plan_id}/links", behind, {"limit": limit}),
    )


@router.delete(
    "/links/{link_id}",
    dependencies=[needs(Scope.LINKS_WRITE)],
    summary="Revoke a link",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems("plan_not_found", "link_not_found"),
)
def revoke_link(plan_id: PlanId, link_id: Annotated[UUID, Path(description="The link's id.")], deps: UsesDeps) -> None:
    """End a link at once. Asking again changes nothing."""
    deps.plans.get(plan_id)
    deps.links.revoke(plan_id, link_id)


def end_of(body: LinkRequest, document: PlanDocument, *, now: datetime, most: timedelta) -> datetime:
    """Return when a link ends.

    Raises
    ------
    Problem
        `invalid_request` when that is longer than links may last, or over already.
    """
    if body.expires_in_s is not None:
        if timedelta(seconds=body.expires_in_s) > most:
            rule = f"A link lasts at most {most.days} days (link_max_days)."
            raise _refused(code="too_large", rule=rule)
        return now + timedelta(seconds=body.expires_in_s)
    next_day = document.result.date + timedelta(days=1)
    end = datetime.combine(next_day, time(), tzinfo=ZoneInfo(document.result.time_zone))
    if end <= now:
        raise _refused(code="day_is_over", rule="The plan's day is over: say how long the link shall last.")
    return min(end, now + most)


def _refused(*, code: str, rule: str) -> Problem:
    return problem(code="invalid_request", errors=[FieldError(pointer="/expires_in_s", code=code, detail=rule)])

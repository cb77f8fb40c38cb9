"""/v1/plans: ask for a day's plan, watch it, stop it, give it up."""

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response, status
from fastapi.concurrency import run_in_threadpool

from service.access import needs
from service.api.examples import examples, request_examples
from service.api.examples.plan_examples import PLAN_EVENTS, VISIT_LINES
from service.api.geojson import GeoJsonResponse, feature_collection
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.events import EventStream, LastEventId, event_responses, work_events
from service.api.http.ndjson import NdjsonResponse
from service.api.http.ndjson import documented as documented_lines
from service.api.http.versions import NOT_MODIFIED, IfNoneMatch, unchanged
from service.api.http.waiting import Prefer, accepted, say_when_again
from service.api.plan_lines import plan_lines
from service.api.plan_resource import document_of, plan_links, plan_path, plan_resource, plan_tag
from service.api.requested import complete
from service.api.sheet import plan_sheet
from service.auth.scope import Scope
from service.deps import Deps, UsesDeps
from service.reading import read_plan, seen_plan
from service.schemas.geojson import FeatureCollection
from service.schemas.plan_request import PlanRequest
from service.schemas.plan_resource import PlanResource
from service.schemas.sheet import PlanSheet
from service.store.errors import PlanFinishedError
from service.store.jobs.records import PlanStatus
from service.store.jobs.states import state_of

router = APIRouter(prefix="/v1/plans", tags=["Plans"], route_class=JsonBodyRoute)

PlanId = Annotated[UUID, Path(description="The plan's id, as in its Location.")]


@router.post(
    "",
    dependencies=[needs(Scope.PLANS_WRITE)],
    summary="Plan a day",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=PlanResource,
    responses={
        202: examples.answer("Accepted. The plan is made in the background; see Location.", "accepted_plan"),
        200: examples.answer("Done within the time of Prefer: wait.", "finished_plan", model=PlanResource),
        **problems(
            "malformed_json",
            "body_too_large",
            "unsupported_media_type",
            "invalid_request",
            "area_unusable",
            "too_much_waiting",
        ),
    },
)
async def create_plan(
    body: Annotated[PlanRequest, Body(openapi_examples=request_examples.PLAN_REQUESTS)],
    deps: UsesDeps,
    response: Response,
    prefer: Prefer = None,
) -> PlanResource:
    """Accept the cases and collectors of one branch and one day, and plan the routes.

    One case that cannot be visited fails nothing: it is in `unassigned`, with its reason.
    """
    plan_id = await run_in_threadpool(_accept, deps, body)
    record = await accepted(
        deps.plan_watch,
        plan_id,
        lambda: deps.plans.get(plan_id),
        path=plan_path(plan_id),
        prefer=prefer,
        response=response,
    )
    return plan_resource(record)


@router.get(
    "/{plan_id}.geojson",
    dependencies=[needs(Scope.PLANS_READ)],
    summary="The routes as GeoJSON",
    response_class=GeoJsonResponse,
    response_model=FeatureCollection,
    responses={
        200: examples.answer("The map of the plan.", "geojson", media_type=GeoJsonResponse.media_type),
        304: NOT_MODIFIED,
        **problems("plan_not_found", "plan_not_done", "plan_without_result"),
    },
)
def get_plan_geojson(
    plan_id: PlanId, deps: UsesDeps, response: Response, if_none_match: IfNoneMatch = None
) -> FeatureCollection | Response:
    """Draw a line for each leg, and a point for each stop, depot and unassigned case. No address is in it."""
    record = read_plan(deps, plan_id, view="geojson")
    response.headers["ETag"] = tag = plan_tag(record, "geojson")
    return unchanged(if_none_match, tag) or feature_collection(document_of(record))


@router.get(
    "/{plan_id}.ndjson",
    dependencies=[needs(Scope.PLANS_READ)],
    summary="The visits, line by line",
    response_class=NdjsonResponse,
    responses={
        200: documented_lines("A line for each stop, then one for each case without a visit.", VISIT_LINES),
        304: NOT_MODIFIED,
        **problems("plan_not_found", "plan_not_done", "plan_without_result"),
    },
)
def get_plan_ndjson(plan_id: PlanId, deps: UsesDeps, if_none_match: IfNoneMatch = None) -> Response:
    """Give each visit with its times, and each case left out with the reason, as a JSON object a line."""
    record = read_plan(deps, plan_id, view="ndjson")
    tag = plan_tag(record, "ndjson")
    lines = plan_lines(plan_id, document_of(record).result)
    return unchanged(if_none_match, tag) or NdjsonResponse(lines, filename="visits.ndjson", headers={"ETag": tag})


@router.get(
    "/{plan_id}/sheet",
    dependencies=[needs(Scope.PLANS_READ)],
    summary="The route sheets: every turn",
    response_model=PlanSheet,
    responses={
        200: examples.answer("The turns of each way.", "sheet"),
        **problems("plan_not_found", "route_not_found", "plan_not_done", "plan_without_result", "invalid_request"),
    },
)
def get_plan_sheet(
    plan_id: PlanId,
    deps: UsesDeps,
    route: Annotated[
        int | None, Query(ge=1, le=1_000_000, description="Only this route, by its position in the plan, from 1.")
    ] = None,
) -> PlanSheet:
    """Say for each way between two doors where to turn, onto which road, and how far to follow it."""
    return plan_sheet(document_of(read_plan(deps, plan_id, view="sheet")), route=route)


@router.get(
    "/{plan_id}",
    dependencies=[needs(Scope.PLANS_READ)],
    summary="A plan: status, progress, result",
    response_model=PlanResource,
    responses={
        200: examples.answer("The plan as it is now.", "finished_plan"),
        304: NOT_MODIFIED,
        **problems("plan_not_found"),
    },
)
def get_plan(plan_id: PlanId, deps: UsesDeps, if_none_match: IfNoneMatch = None) -> Response:
    """While the plan is not done, Retry-After says when to look again."""
    seen, record = seen_plan(
        deps, plan_id, view="json", name="json", make=lambda one: (plan_resource(one), plan_tag(one, "json"))
    )
    running = record is not None and not record.status.is_terminal
    headers = {"ETag": seen.tag} | ({"Retry-After": "1"} if running else {})
    return unchanged(if_none_match, seen.tag) or Response(seen.body, media_type="application/json", headers=headers)


@router.get(
    "/{plan_id}/events",
    dependencies=[needs(Scope.PLANS_READ)],
    summary="A plan as it goes on: server-sent events",
    response_class=EventStream,
    responses={**event_responses("plan", PLAN_EVENTS), **problems("plan_not_found")},
)
def get_plan_events(plan_id: PlanId, deps: UsesDeps, last_event_id: LastEventId = None) -> Response:
    """Hear of each change while it happens, instead of asking again and again. The result itself is at `links.self`.

    A comment comes every fifteen seconds of silence. After a quarter of an hour the stream ends wherever the plan is;
    a client that follows the standard comes back by itself, and says with `Last-Event-ID` what it knows.
    """
    record = deps.plans.get(plan_id)
    return work_events(
        deps.plan_watch,
        plan_id,
        links=plan_links(record).model_dump(),
        now=state_of(record),
        last_event_id=last_event_id,
    )


@router.post(
    "/{plan_id}/stop",
    dependencies=[needs(Scope.PLANS_WRITE)],
    summary="End the search early",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=PlanResource,
    responses={
        202: examples.answer("The search ends soon, with the best plan so far.", "stopping_plan"),
        **problems("plan_not_found"),
    },
)
def stop_plan(plan_id: PlanId, deps: UsesDeps, response: Response) -> PlanResource:
    """Keep the best plan so far. Asking again, or when the plan is done already, changes nothing.

    A plan that still waits has none: it keeps its place and stays `accepted`, and when its turn comes it is made
    at once, without a search. To give it up, `DELETE` it.
    """
    with suppress(PlanFinishedError):  # then what was asked for is so
        deps.plans.request_stop(plan_id)
    record = deps.plans.get(plan_id)
    say_when_again(record, response)
    return plan_resource(record)


@router.delete(
    "/{plan_id}",
    dependencies=[needs(Scope.PLANS_WRITE)],
    summary="Dismiss a plan",
    response_model=PlanResource,
    responses={
        200: examples.answer("The plan is dismissed.", "dismissed_plan"),
        **problems("plan_not_found", "plan_finished"),
    },
)
def dismiss_plan(plan_id: PlanId, deps: UsesDeps) -> PlanResource:
    """Give the plan up: its computation ends without a result. A plan that is done cannot be dismissed."""
    try:
        deps.plans.dismiss(plan_id)
    except PlanFinishedError:
        if deps.plans.get(plan_id).status is not PlanStatus.DISMISSED:
            raise
    return plan_resource(deps.plans.get(plan_id))


def _accept(deps: Deps, body: PlanRequest) -> UUID:
    request, area, day = complete(body, deps)
    return deps.plans.create(request=request, area=area, plan_date=day, plan_id=deps.new_id())

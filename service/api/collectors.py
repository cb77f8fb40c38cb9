"""/v1/collectors: who makes the visits, found by the bank's own ids."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query, Response, status

from service.access import needs
from service.api.editing import MERGE_PATCH, IfMatchOrAny, ResourceId, patch, put, read, remove
from service.api.examples import examples
from service.api.examples.resource_examples import COLLECTOR_PATCHES, COLLECTOR_REQUESTS
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import IdCursor, Limit, id_of, next_page, page_of
from service.api.kinds import COLLECTOR, shown
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.reading import told_of_collectors
from service.schemas.base import printable_text
from service.schemas.stored_collector import CollectorOut, CollectorPage, StoredCollector

router = APIRouter(prefix="/v1/collectors", tags=["Collectors"], route_class=JsonBodyRoute)


class ListedCollectors:
    """The filters of a list, as query parameters."""

    def __init__(
        self,
        branch: Annotated[str | None, Query(min_length=1, max_length=64), printable_text] = None,
        status: Annotated[Literal["active", "inactive"] | None, Query()] = None,
    ) -> None:
        self.given: dict[str, str | None] = {"branch": branch, "status": status}


_BODY = ("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request")


@router.get(
    "",
    dependencies=[needs(Scope.COLLECTORS_READ)],
    summary="List collectors",
    response_model=CollectorPage,
    responses={200: examples.answer("A page of collectors.", "collectors"), **problems("invalid_request")},
)
def list_collectors(
    deps: UsesDeps, listed: Annotated[ListedCollectors, Depends()], limit: Limit = 50, cursor: IdCursor = None
) -> CollectorPage:
    """List the collectors in the order of their ids."""
    found = deps.registry.collectors.find(**listed.given, limit=limit + 1, after=id_of(cursor))
    page, behind = page_of(found, limit, lambda one: one.id)
    query = {**listed.given, "limit": limit}
    told_of_collectors(deps, view="list")
    return CollectorPage(
        collectors=[_out(shown(one)) for one in page],
        next=next_page("/v1/collectors", behind, query),
    )


@router.get(
    "/{collector_id}",
    dependencies=[needs(Scope.COLLECTORS_READ)],
    summary="A collector",
    response_model=CollectorOut,
    responses={200: examples.answer("The collector.", "collector"), **problems("collector_not_found")},
)
def get_collector(collector_id: ResourceId, deps: UsesDeps, response: Response) -> CollectorOut:
    """Return a collector; the ETag is needed to change what is stored."""
    collector = _out(read(COLLECTOR, deps.registry, collector_id, response))
    told_of_collectors(deps, collector_id=collector_id, view="collector")
    return collector


@router.put(
    "/{collector_id}",
    dependencies=[needs(Scope.COLLECTORS_WRITE)],
    summary="Store a collector",
    response_model=CollectorOut,
    responses={
        200: examples.answer("Changed, or the same as before.", "collector"),
        201: examples.answer("Created; see Location.", "collector", model=CollectorOut),
        **problems(*_BODY, "collector_not_found", "resource_changed", "version_missing"),
    },
)
def put_collector(
    collector_id: ResourceId,
    body: Annotated[StoredCollector, Body(openapi_examples=COLLECTOR_REQUESTS)],
    deps: UsesDeps,
    response: Response,
    if_match: IfMatchOrAny = None,
) -> CollectorOut:
    """Store the collector whole. If-Match is needed where there is one; the same content once more needs none."""
    return _out(put(COLLECTOR, deps.registry, collector_id, body, if_match=if_match, response=response))


@router.patch(
    "/{collector_id}",
    dependencies=[needs(Scope.COLLECTORS_WRITE)],
    summary="Change a collector",
    response_model=CollectorOut,
    responses={
        200: examples.answer("The collector as stored now.", "collector"),
        **problems(*_BODY, "collector_not_found", "resource_changed", "version_missing"),
    },
)
def patch_collector(
    collector_id: ResourceId,
    body: Annotated[dict[str, Any], Body(media_type=MERGE_PATCH, openapi_examples=COLLECTOR_PATCHES)],
    deps: UsesDeps,
    response: Response,
    if_match: IfMatchOrAny = None,
) -> CollectorOut:
    """Change some fields (JSON Merge Patch, RFC 7396): null takes one away, a list replaces the list."""
    return _out(patch(COLLECTOR, deps.registry, collector_id, body, if_match=if_match, response=response))


@router.delete(
    "/{collector_id}",
    dependencies=[needs(Scope.COLLECTORS_WRITE)],
    summary="Delete a collector",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems("collector_not_found", "resource_changed", "version_missing"),
)
def delete_collector(collector_id: ResourceId, deps: UsesDeps, if_match: IfMatchOrAny = None) -> None:
    """Delete a collector. Plans that were made stay."""
    remove(COLLECTOR, deps.registry, collector_id, if_match=if_match)


def _out(stored: dict[str, Any]) -> CollectorOut:
    return CollectorOut.model_validate(stored, strict=False)

"""/v1/cases: the overdue accounts of the bank, found by its own ids."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query, Response, status

from service.access import needs
from service.api.editing import MERGE_PATCH, IfMatchOrAny, ResourceId, patch, put, read, remove
from service.api.examples import examples
from service.api.examples.resource_examples import CASE_PATCHES, CASE_REQUESTS, CASE_SEARCHES
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import IdCursor, Limit, cursor_behind, id_of, next_page, page_of
from service.api.kinds import CASE, blind_forms, shown
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.reading import told_of_case, told_of_search
from service.schemas.base import IsoDate, printable_text
from service.schemas.stored_case import (
    CaseOut,
    CasePage,
    CaseSearch,
    CaseSearchPage,
    StoredCase,
)
from service.store.resources.case_store import CaseFilter

router = APIRouter(prefix="/v1/cases", tags=["Cases"], route_class=JsonBodyRoute)

_BODY = ("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request")


class ListedCases:
    """The filters of a list, as query parameters: none of them tells of a person."""

    def __init__(
        self,
        branch: Annotated[str | None, Query(min_length=1, max_length=64), printable_text] = None,
        status: Annotated[Literal["open", "closed"] | None, Query()] = None,
        id_prefix: Annotated[
            str | None, Query(min_length=1, max_length=64, description="How their ids begin."), printable_text
        ] = None,
        min_priority: Annotated[int | None, Query(ge=0, le=100)] = None,
        max_priority: Annotated[int | None, Query(ge=0, le=100)] = None,
        min_days_past_due: Annotated[int | None, Query(ge=0, le=36_500)] = None,
        max_days_past_due: Annotated[int | None, Query(ge=0, le=36_500)] = None,
        due_by: Annotated[IsoDate | None, Query(description="Due on that day or before.")] = None,
    ) -> None:
        self.given = {
            "branch": branch,
            "status": status,
            "id_prefix": id_prefix,
            "min_priority": min_priority,
            "max_priority": max_priority,
            "min_days_past_due": min_days_past_due,
            "max_days_past_due": max_days_past_due,
            "due_by": due_by,
        }

    def wanted(self) -> CaseFilter:
        """As the store's filter."""
        given: dict[str, Any] = self.given
        return CaseFilter(**given)


@router.get(
    "",
    dependencies=[needs(Scope.CASES_READ)],
    summary="List cases",
    response_model=CasePage,
    responses={200: examples.answer("A page of cases.", "cases"), **problems("invalid_request")},
)
def list_cases(
    deps: UsesDeps, listed: Annotated[ListedCases, Depends()], limit: Limit = 50, cursor: IdCursor = None
) -> CasePage:
    """List the cases in the order of their ids; by a name, a telephone number or an address: POST /v1/cases/search."""
    found = deps.registry.cases.find(listed.wanted(), limit=limit + 1, after=id_of(cursor))
    page, behind = page_of(found, limit, lambda one: one.id)
    told_of_search(deps, listed.given, found=len(page))
    return CasePage(
        cases=[_out(shown(one)) for one in page],
        next=next_page("/v1/cases", behind, {**listed.given, "limit": limit}),
    )


@router.post(
    "/search",
    dependencies=[needs(Scope.CASES_READ)],
    summary="Search cases",
    response_model=CaseSearchPage,
    responses={200: examples.answer("A page of cases.", "found_cases"), **problems(*_BODY)},
)
def search_cases(body: Annotated[CaseSearch, Body(openapi_examples=CASE_SEARCHES)], deps: UsesDeps) -> CaseSearchPage:
    """Find cases by anything, people exactly; in a body, so that no name stands in a log."""
    wanted = CaseFilter(
        branch=body.branch,
        status=body.status,
        id_prefix=body.id_prefix,
        min_priority=body.min_priority,
        max_priority=body.max_priority,
        min_days_past_due=body.min_days_past_due,
        max_days_past_due=body.max_days_past_due,
        due_by=body.due_by,
        blind=blind_forms(name=body.name, phone=body.phone, address=body.address),
    )
    after = id_of(body.cursor)
    if _asks_for_nobody(body, wanted):
        return CaseSearchPage(cases=[], next=None)
    found = deps.registry.cases.find(wanted, limit=body.limit + 1, after=after)
    page, behind = page_of(found, body.limit, lambda one: one.id)
    told_of_search(deps, body.model_dump(exclude={"limit", "cursor"}), found=len(page))
    return CaseSearchPage(
        cases=[_out(shown(one)) for one in page],
        next=None if behind is None else cursor_behind(behind),
    )


@router.get(
    "/{case_id}",
    dependencies=[needs(Scope.CASES_READ)],
    summary="A case",
    response_model=CaseOut,
    responses={200: examples.answer("The case.", "case"), **problems("case_not_found")},
)
def get_case(case_id: ResourceId, deps: UsesDeps, response: Response) -> CaseOut:
    """Return a case as it was sent, without its visits; its ETag is needed to change it."""
    case = _out(read(CASE, deps.registry, case_id, response))
    told_of_case(deps, case_id, view="case")
    return case


@router.put(
    "/{case_id}",
    dependencies=[needs(Scope.CASES_WRITE)],
    summary="Store a case",
    response_model=CaseOut,
    responses={
        200: examples.answer("Changed, or the same as before.", "case"),
        201: examples.answer("Created; see Location.", "case", model=CaseOut),
        **problems(*_BODY, "case_not_found", "resource_changed", "version_missing"),
    },
)
def put_case(
    case_id: ResourceId,
    body: Annotated[StoredCase, Body(openapi_examples=CASE_REQUESTS)],
    deps: UsesDeps,
    response: Response,
    if_match: IfMatchOrAny = None,
) -> CaseOut:
    """Store the case whole. If-Match is needed where there is one; the same content once more needs none.

    Its visits stay as they are.
    """
    return _out(put(CASE, deps.registry, case_id, body, if_match=if_match, response=response))


@router.patch(
    "/{case_id}",
    dependencies=[needs(Scope.CASES_WRITE)],
    summary="Change a case",
    response_model=CaseOut,
    responses={
        200: examples.answer("The case as it is now.", "case"),
        **problems(*_BODY, "case_not_found", "resource_changed", "version_missing"),
    },
)
def patch_case(
    case_id: ResourceId,
    body: Annotated[dict[str, Any], Body(media_type=MERGE_PATCH, openapi_examples=CASE_PATCHES)],
    deps: UsesDeps,
    response: Response,
    if_match: IfMatchOrAny = None,
) -> CaseOut:
    """Change some fields (JSON Merge Patch, RFC 7396): null takes one away, a list replaces the list."""
    return _out(patch(CASE, deps.registry, case_id, body, if_match=if_match, response=response))


@router.delete(
    "/{case_id}",
    dependencies=[needs(Scope.CASES_WRITE)],
    summary="Delete a case",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems("case_not_found", "resource_changed", "version_missing"),
)
def delete_case(case_id: ResourceId, deps: UsesDeps, if_match: IfMatchOrAny = None) -> None:
    """Delete a case with its visits. Plans that were made of it stay."""
    remove(CASE, deps.registry, case_id, if_match=if_match)


def _out(stored: dict[str, Any]) -> CaseOut:
    return CaseOut.model_validate(stored, strict=False)


def _asks_for_nobody(body: CaseSearch, wanted: CaseFilter) -> bool:
    """Whether a person is asked for of whom nothing is left in the form that is looked for."""
    asked = [name for name in ("name", "phone", "address") if getattr(body, name) is not None]
    return any(name not in wanted.blind for name in asked)

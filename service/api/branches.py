"""/v1/branches: what the plans of a branch have in common."""

from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Body, Response, status

from service.access import needs
from service.api.editing import MERGE_PATCH, IfMatchOrAny, ResourceId, patch, put, read, remove
from service.api.examples import examples
from service.api.examples.resource_examples import BRANCH_PATCHES, BRANCH_REQUESTS
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import IdCursor, Limit, id_of, next_page, page_of
from service.api.kinds import BRANCH, shown
from service.auth.scope import Scope
from service.cases.policy import PACKS
from service.deps import Deps, UsesDeps
from service.errors import problem
from service.schemas.branch import Branch, BranchOut, BranchPage
from service.schemas.problem import FieldError
from service.schemas.resolve import NO_PLACES

router = APIRouter(prefix="/v1/branches", tags=["Branches"], route_class=JsonBodyRoute)

_BODY = ("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request", "area_unusable")


@router.get(
    "",
    dependencies=[needs(Scope.BRANCHES_READ)],
    summary="List branches",
    response_model=BranchPage,
    responses={200: examples.answer("A page of branches.", "branches"), **problems("invalid_request")},
)
def list_branches(deps: UsesDeps, limit: Limit = 50, cursor: IdCursor = None) -> BranchPage:
    """List the branches in the order of their ids."""
    found = deps.registry.branches.page(limit=limit + 1, after=id_of(cursor))
    page, behind = page_of(found, limit, lambda one: one.id)
    return BranchPage(
        branches=[BranchOut.model_validate(shown(one), strict=False) for one in page],
        next=next_page("/v1/branches", behind, {"limit": limit}),
    )


@router.get(
    "/{branch_id}",
    dependencies=[needs(Scope.BRANCHES_READ)],
    summary="A branch",
    response_model=BranchOut,
    responses={200: examples.answer("The branch.", "branch"), **problems("branch_not_found")},
)
def get_branch(branch_id: ResourceId, deps: UsesDeps, response: Response) -> BranchOut:
    """Return a branch; its ETag is needed to change it."""
    return _out(read(BRANCH, deps.registry, branch_id, response))


@router.put(
    "/{branch_id}",
    dependencies=[needs(Scope.BRANCHES_WRITE)],
    summary="Store a branch",
    response_model=BranchOut,
    responses={
        200: examples.answer("Changed, or the same as before.", "branch"),
        201: examples.answer("Created; see Location.", "branch", model=BranchOut),
        **problems(*_BODY, "branch_not_found", "resource_changed", "version_missing"),
    },
)
def put_branch(
    branch_id: ResourceId,
    body: Annotated[Branch, Body(openapi_examples=BRANCH_REQUESTS)],
    deps: UsesDeps,
    response: Response,
    if_match: IfMatchOrAny = None,
) -> BranchOut:
    """Store the branch whole. If-Match is needed where there is one; the same content once more needs none."""
    _require_known(body, deps)
    return _out(put(BRANCH, deps.registry, branch_id, body, if_match=if_match, response=response))


@router.patch(
    "/{branch_id}",
    dependencies=[needs(Scope.BRANCHES_WRITE)],
    summary="Change a branch",
    response_model=BranchOut,
    responses={
        200: examples.answer("The branch as it is now.", "branch"),
        **problems(*_BODY, "branch_not_found", "resource_changed", "version_missing"),
    },
)
def patch_branch(
    branch_id: ResourceId,
    body: Annotated[dict[str, Any], Body(media_type=MERGE_PATCH, openapi_examples=BRANCH_PATCHES)],
    deps: UsesDeps,
    response: Response,
    if_match: IfMatchOrAny = None,
) -> BranchOut:
    """Change some fields (JSON Merge Patch, RFC 7396): null takes one away, a list replaces the list."""

    def check(resource: Any) -> None:
        _require_known(resource, deps)

    return _out(patch(BRANCH, deps.registry, branch_id, body, if_match=if_match, response=response, check=check))


@router.delete(
    "/{branch_id}",
    dependencies=[needs(Scope.BRANCHES_WRITE)],
    summary="Delete a branch",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems("branch_not_found", "branch_in_use", "resource_changed", "version_missing"),
)
def delete_branch(branch_id: ResourceId, deps: UsesDeps, if_match: IfMatchOrAny = None) -> None:
    """Delete a branch that has neither cases nor collectors."""
    remove(BRANCH, deps.registry, branch_id, if_match=if_match)


def _out(stored: dict[str, Any]) -> BranchOut:
    return BranchOut.model_validate(stored, strict=False)


def _require_known(branch: Branch, deps: Deps) -> None:
    """Refuse what plans of the branch would be refused for: an area, a time zone, a policy that there is not."""
    errors = []
    if branch.time_zone is not None and branch.time_zone not in available_timezones() - NO_PLACES:
        rule = "time_zone must be an IANA name such as Asia/Shanghai."
        errors.append(FieldError(pointer="/time_zone", code="unknown_time_zone", detail=rule))
    if branch.policy is not None and branch.policy not in PACKS:
        rule = f"policy must be one of {', '.join(sorted(PACKS))}."
        errors.append(FieldError(pointer="/policy", code="unknown_policy", detail=rule))
    if errors:
        raise problem(code="invalid_request", errors=errors)
    if branch.area is not None:
        deps.areas.open(branch.area)

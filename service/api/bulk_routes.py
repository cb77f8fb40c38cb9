"""/v1/cases/bulk and /v1/collectors/bulk: what the case system sends every night."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from service.access import needs
from service.api.bulk import NDJSON, rows_of_body, store_rows
from service.api.examples import examples
from service.api.examples.resource_examples import CASE_ROWS, COLLECTOR_ROWS
from service.api.http.documented import Responses, problems
from service.api.kinds import CASE, COLLECTOR, Kind
from service.auth.scope import Scope
from service.deps import Deps, UsesDeps
from service.schemas.bulk import BulkResult

router = APIRouter(prefix="/v1")

DryRun = Annotated[bool, Query(description="Only say what would become of each row, and store nothing.")]
_RESPONSES: Final[Responses] = {
    200: examples.answer("What became of each row.", "bulk_result"),
    **problems("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request"),
}


def _body(schema: str, example: dict[str, Any]) -> dict[str, Any]:
    """Describe a body of many rows, as an array or as lines."""
    row = {"$ref": f"#/components/schemas/{schema}"}
    array = {"schema": {"type": "array", "items": row}, "examples": example}
    lines = {"schema": {"type": "string", "description": "One JSON object in each line, as in the array."}}
    return {"requestBody": {"required": True, "content": {"application/json": array, NDJSON[0]: lines}}}


@router.post(
    "/cases/bulk",
    dependencies=[needs(Scope.CASES_WRITE)],
    tags=["Cases"],
    summary="Store many cases",
    response_model=BulkResult,
    openapi_extra=_body("CaseRow", CASE_ROWS),
    responses=_RESPONSES,
)
async def bulk_cases(request: Request, deps: UsesDeps, dry_run: DryRun = False) -> BulkResult:
    """Store cases by their ids, each whole, whatever version is there; visits stay as they are.

    A JSON array, or NDJSON with one case a line. Each row is answered by itself: bad ones are refused with the field
    and the rule, the others are stored, all in one transaction. Sent again, the same rows are `unchanged`.
    """
    return await _stored(CASE, request, deps, dry_run=dry_run)


@router.post(
    "/collectors/bulk",
    dependencies=[needs(Scope.COLLECTORS_WRITE)],
    tags=["Collectors"],
    summary="Store many collectors",
    response_model=BulkResult,
    openapi_extra=_body("CollectorRow", COLLECTOR_ROWS),
    responses=_RESPONSES,
)
async def bulk_collectors(request: Request, deps: UsesDeps, dry_run: DryRun = False) -> BulkResult:
    """Store collectors by their ids, each whole: as POST /v1/cases/bulk does."""
    return await _stored(COLLECTOR, request, deps, dry_run=dry_run)


async def _stored(kind: Kind, request: Request, deps: Deps, *, dry_run: bool) -> BulkResult:
    body = await request.body()
    content_type = request.headers.get("content-type", "")

    def store() -> BulkResult:
        rows = rows_of_body(body, content_type, most=deps.settings.max_bulk_rows)
        return store_rows(kind, rows, deps.registry, dry_run=dry_run)

    return await run_in_threadpool(store)

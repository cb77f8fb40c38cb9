"""Cases and collectors as files: imported, exported, and the template that says which columns there are."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from service.access import needs
from service.api.bulk_routes import DryRun
from service.api.cases import ListedCases
from service.api.collectors import ListedCollectors
from service.api.examples import examples
from service.api.examples.resource_examples import CASE_LINES, COLLECTOR_LINES
from service.api.http.documented import Responses, problems
from service.api.http.ndjson import NdjsonResponse, documented
from service.api.http.uploads import BINARY, CSV, XLSX, encoding_of, table_response
from service.api.imported import exported, header_of, import_file, pages_of
from service.api.kinds import CASE, COLLECTOR, Kind, shown
from service.auth.scope import Scope
from service.deps import Deps, UsesDeps
from service.reading import told_of_collectors, told_of_search
from service.schemas.bulk import ImportResult
from service.schemas.stored_case import CaseOut
from service.schemas.stored_collector import CollectorOut
from service.spreadsheets.sheet import SheetLimits
from service.store.resources.resource_records import Resource

router = APIRouter(prefix="/v1")

Sheet = Annotated[str | None, Query(max_length=31, description="Sheet of a workbook; the first without it.")]
_FILE_BODY: Final = {"requestBody": {"required": True, "content": {CSV: BINARY, XLSX: BINARY}}}
_IMPORTED: Final[Responses] = {
    200: examples.answer("What became of each row.", "import_result"),
    **problems("body_too_large", "unsupported_media_type", "invalid_file", "invalid_request"),
}


def _table(description: str, *codes: str) -> Responses:
    return {200: {"description": description, "content": {CSV: BINARY, XLSX: BINARY}}, **problems(*codes)}


@router.post(
    "/cases/files",
    dependencies=[needs(Scope.CASES_WRITE)],
    tags=["Cases"],
    summary="Import cases from a file",
    response_model=ImportResult,
    openapi_extra=_FILE_BODY,
    responses=_IMPORTED,
)
async def import_cases(request: Request, deps: UsesDeps, dry_run: DryRun = False, sheet: Sheet = None) -> ImportResult:
    """Store the rows of a CSV or XLSX file, by their ids; its first row names the columns, see /v1/templates/cases.csv.

    Each row is answered by its number in the spreadsheet; bad ones are refused with the column and the rule. Columns
    that the file does not have stay as they are stored; a blank cell takes away what is stored.
    """
    return await _imported(CASE, request, deps, dry_run=dry_run, sheet=sheet)


@router.post(
    "/collectors/files",
    dependencies=[needs(Scope.COLLECTORS_WRITE)],
    tags=["Collectors"],
    summary="Import collectors from a file",
    response_model=ImportResult,
    openapi_extra=_FILE_BODY,
    responses=_IMPORTED,
)
async def import_collectors(
    request: Request, deps: UsesDeps, dry_run: DryRun = False, sheet: Sheet = None
) -> ImportResult:
    """Store the rows of a CSV or XLSX file: as POST /v1/cases/files does, see /v1/templates/collectors.csv."""
    return await _imported(COLLECTOR, request, deps, dry_run=dry_run, sheet=sheet)


@router.get(
    "/templates/{name}.{ending}",
    dependencies=[needs(Scope.AREAS_READ)],
    tags=["Cases"],
    summary="An empty file to fill in",
    response_class=Response,
    responses=_table("A table with its first row.", "not_found"),
)
def get_template(name: Literal["cases", "collectors"], ending: Literal["csv", "xlsx"]) -> Response:
    """Give the columns that a file of cases or collectors may have; only `id` must be there."""
    kind = CASE if name == "cases" else COLLECTOR
    return table_response(name, ending, header_of(kind), [])


@router.get(
    "/cases.ndjson",
    dependencies=[needs(Scope.CASES_READ)],
    tags=["Cases"],
    summary="Export cases as lines",
    response_class=NdjsonResponse,
    responses={200: documented("One case a line.", CASE_LINES), **problems("invalid_request")},
)
def export_case_lines(deps: UsesDeps, listed: Annotated[ListedCases, Depends()]) -> NdjsonResponse:
    """Stream the cases that a list would show, one JSON object a line, however many they are."""
    pages = _case_pages(deps, listed)
    lines = (CaseOut.model_validate(shown(one), strict=False) for page in pages for one in page)
    return NdjsonResponse(lines, filename="cases.ndjson")


@router.get(
    "/cases.{ending}",
    dependencies=[needs(Scope.CASES_READ)],
    tags=["Cases"],
    summary="Export cases as a file",
    response_class=Response,
    responses=_table("The cases as a table.", "not_found", "invalid_request"),
)
def export_cases(ending: Literal["csv", "xlsx"], deps: UsesDeps, listed: Annotated[ListedCases, Depends()]) -> Response:
    """Give the cases that a list would show as a table; imported again, it changes nothing."""
    return table_response("cases", ending, header_of(CASE), exported(CASE, _case_pages(deps, listed)))


@router.get(
    "/collectors.ndjson",
    dependencies=[needs(Scope.COLLECTORS_READ)],
    tags=["Collectors"],
    summary="Export collectors as lines",
    response_class=NdjsonResponse,
    responses={200: documented("One collector a line.", COLLECTOR_LINES), **problems("invalid_request")},
)
def export_collector_lines(deps: UsesDeps, listed: Annotated[ListedCollectors, Depends()]) -> NdjsonResponse:
    """Stream the collectors that a list would show, one JSON object a line."""
    pages = _collector_pages(deps, listed)
    lines = (CollectorOut.model_validate(shown(one), strict=False) for page in pages for one in page)
    return NdjsonResponse(lines, filename="collectors.ndjson")


@router.get(
    "/collectors.{ending}",
    dependencies=[needs(Scope.COLLECTORS_READ)],
    tags=["Collectors"],
    summary="Export collectors as a file",
    response_class=Response,
    responses=_table("The collectors as a table.", "not_found", "invalid_request"),
)
def export_collectors(
    ending: Literal["csv", "xlsx"], deps: UsesDeps, listed: Annotated[ListedCollectors, Depends()]
) -> Response:
    """Give the collectors that a list would show as a table; imported again, it changes nothing."""
    pages = _collector_pages(deps, listed)
    return table_response("collectors", ending, header_of(COLLECTOR), exported(COLLECTOR, pages))


def _case_pages(deps: Deps, listed: ListedCases) -> Iterator[list[Resource]]:
    wanted = listed.wanted()
    told_of_search(deps, listed.given, found=deps.registry.cases.count(wanted))
    return pages_of(lambda after, limit: deps.registry.cases.find(wanted, after=after, limit=limit))


def _collector_pages(deps: Deps, listed: ListedCollectors) -> Iterator[list[Resource]]:
    told_of_collectors(deps, view="export")
    return pages_of(lambda after, limit: deps.registry.collectors.find(**listed.given, after=after, limit=limit))


async def _imported(kind: Kind, request: Request, deps: Deps, *, dry_run: bool, sheet: str | None) -> ImportResult:
    encoding = encoding_of(request.headers.get("content-type", ""))
    content = await request.body()
    limits = SheetLimits(file_bytes=deps.settings.max_body_bytes, rows=deps.settings.max_bulk_rows)

    def store() -> ImportResult:
        return import_file(kind, content, deps.registry, limits=limits, dry_run=dry_run, sheet=sheet, encoding=encoding)

    return await run_in_threadpool(store)

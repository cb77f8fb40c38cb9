"""/v1/geocode/batches: many addresses in one call, as JSON or as a file, answered in the background."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Request, Response, status
from fastapi.concurrency import run_in_threadpool

from geodata.datum import Datum
from service.access import needs
from service.api.batch_request import BatchRequest
from service.api.batch_resource import batch_links, batch_path, batch_resource, batch_result, batch_table
from service.api.examples import examples
from service.api.examples.batch_examples import BATCH_EVENTS, BATCH_LINES, BATCH_REQUESTS
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import Responses, problems
from service.api.http.events import EventStream, LastEventId, event_responses, work_events
from service.api.http.ndjson import NdjsonResponse, documented
from service.api.http.uploads import BINARY, CSV, XLSX, encoding_of, table_response
from service.api.http.waiting import Prefer, accepted, say_when_again
from service.auth.scope import Scope
from service.deps import Deps, UsesDeps
from service.errors import problem
from service.geocoding.columns import find_columns
from service.geocoding.rows import AddressRow, address_rows
from service.reading import read_batch
from service.schemas.batch import BatchResource, StoredBatch, StoredRow
from service.schemas.problem import FieldError
from service.spreadsheets.files import read_table
from service.spreadsheets.sheet import SheetLimits
from service.store.jobs.records import BatchRecord
from service.store.jobs.states import state_of

router = APIRouter(prefix="/v1/geocode", tags=["Geocoding"], route_class=JsonBodyRoute)

BatchId = Annotated[UUID, Path(description="The batch's id, as in its Location.")]
_ACCEPTED: Final[Responses] = {
    202: examples.answer("Accepted. The rows are answered in the background; see Location.", "accepted_batch"),
    200: examples.answer("Done within the time of Prefer: wait.", "finished_batch", model=BatchResource),
}


@router.post(
    "/batches",
    dependencies=[needs(Scope.GEOCODE)],
    summary="Locate many addresses",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=BatchResource,
    responses={
        **_ACCEPTED,
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
async def create_batch(
    body: Annotated[BatchRequest, Body(openapi_examples=BATCH_REQUESTS)],
    deps: UsesDeps,
    response: Response,
    prefer: Prefer = None,
) -> BatchResource:
    """Accept addresses and locate each by itself. They are kept until the batch is deleted, some days at most."""
    batch_id = await run_in_threadpool(_accept, deps, body.rows(), body.area)
    return await _answered(deps, batch_id, response, prefer)


@router.post(
    "/files",
    dependencies=[needs(Scope.GEOCODE)],
    summary="Locate the addresses of a file",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=BatchResource,
    openapi_extra={"requestBody": {"required": True, "content": {CSV: BINARY, XLSX: BINARY}}},
    responses={
        **_ACCEPTED,
        **problems(
            "body_too_large",
            "unsupported_media_type",
            "invalid_file",
            "invalid_request",
            "area_unusable",
            "too_much_waiting",
        ),
    },
)
async def create_batch_of_file(
    request: Request,
    deps: UsesDeps,
    response: Response,
    area: Annotated[str | None, Query(min_length=1, max_length=63, description="The map area's name.")] = None,
    address: Annotated[
        list[str] | None,
        Query(max_length=10, description="Columns that make the address, in their order; the usual names without it."),
    ] = None,
    sheet: Annotated[str | None, Query(max_length=31, description="Sheet of a workbook; the first without it.")] = None,
    datum: Annotated[
        Literal["wgs84", "gcj02", "bd09"], Query(description="Of coordinates in rows that say none themselves.")
    ] = "wgs84",
    prefer: Prefer = None,
) -> BatchResource:
    """Accept a CSV or XLSX file as the body. Its first row names the columns: an address, or lat and lon; an id.

    Other columns are not kept. Rows that cannot be located are in `bad_rows`, by their number; the others go on.
    """
    encoding = encoding_of(request.headers.get("content-type", ""))
    content = await request.body()
    limits = SheetLimits(file_bytes=deps.settings.max_body_bytes, rows=deps.settings.max_addresses)

    def accept() -> UUID:
        table = read_table(content, limits=limits, sheet=sheet, encoding=encoding)
        rows = address_rows(table, find_columns(table, address=address or ()), datum=Datum(datum))
        return _accept(deps, rows, area)

    return await _answered(deps, await run_in_threadpool(accept), response, prefer)


@router.get(
    "/batches/{batch_id}.csv",
    dependencies=[needs(Scope.GEOCODE)],
    summary="The answers as CSV",
    response_class=Response,
    responses={
        200: {
            "description": "UTF-8 with a byte order mark, nothing that runs as a formula.",
            "content": {CSV: BINARY},
        },
        **problems("batch_not_found", "batch_not_done", "batch_without_result"),
    },
)
def get_batch_csv(batch_id: BatchId, deps: UsesDeps) -> Response:
    """Give the rows with their answers: row, id, address, and the columns geo_status, geo_lat, geo_lon and others."""
    return _file(read_batch(deps, batch_id, view="csv"), "csv")


@router.get(
    "/batches/{batch_id}.ndjson",
    dependencies=[needs(Scope.GEOCODE)],
    summary="The answers, line by line",
    response_class=NdjsonResponse,
    responses={
        200: documented("A line for each row.", BATCH_LINES),
        **problems("batch_not_found", "batch_not_done", "batch_without_result"),
    },
)
def get_batch_ndjson(batch_id: BatchId, deps: UsesDeps) -> NdjsonResponse:
    """Give the answers as they stand in the batch's `result`, a JSON object a line: with the row and its id."""
    result = batch_result(read_batch(deps, batch_id, view="ndjson"))
    return NdjsonResponse(result.answers, filename="addresses.ndjson")


@router.get(
    "/batches/{batch_id}.xlsx",
    dependencies=[needs(Scope.GEOCODE)],
    summary="The answers as a workbook",
    response_class=Response,
    responses={
        200: {"description": "One sheet; texts that look like formulas are texts.", "content": {XLSX: BINARY}},
        **problems("batch_not_found", "batch_not_done", "batch_without_result"),
    },
)
def get_batch_xlsx(batch_id: BatchId, deps: UsesDeps) -> Response:
    """Give the same table as the CSV."""
    return _file(read_batch(deps, batch_id, view="xlsx"), "xlsx")


@router.get(
    "/batches/{batch_id}",
    dependencies=[needs(Scope.GEOCODE)],
    summary="A batch: status, progress, answers",
    response_model=BatchResource,
    responses={200: examples.answer("The batch as it is now.", "finished_batch"), **problems("batch_not_found")},
)
def get_batch(batch_id: BatchId, deps: UsesDeps, response: Response) -> BatchResource:
    """While the batch is not done, Retry-After says when to look again."""
    record = read_batch(deps, batch_id, view="json")
    say_when_again(record, response)
    return batch_resource(record)


@router.get(
    "/batches/{batch_id}/events",
    dependencies=[needs(Scope.GEOCODE)],
    summary="A batch as it goes on: server-sent events",
    response_class=EventStream,
    responses={**event_responses("batch", BATCH_EVENTS), **problems("batch_not_found")},
)
def get_batch_events(batch_id: BatchId, deps: UsesDeps, last_event_id: LastEventId = None) -> Response:
    """Hear of each change while it happens, as of a plan's. The stream also ends when the batch is erased."""
    record = deps.batches.get(batch_id)
    return work_events(
        deps.batch_watch,
        batch_id,
        links=batch_links(record).model_dump(),
        now=state_of(record),
        last_event_id=last_event_id,
    )


@router.delete(
    "/batches/{batch_id}",
    dependencies=[needs(Scope.GEOCODE)],
    summary="Erase a batch",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={204: {"description": "It is gone, with its addresses."}, **problems("batch_not_found")},
)
def erase_batch(batch_id: BatchId, deps: UsesDeps) -> Response:
    """Erase a batch with its addresses and answers; one that still runs is given up."""
    deps.batches.erase(batch_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _accept(deps: Deps, rows: Sequence[AddressRow], area: str | None) -> UUID:
    limit = deps.settings.max_addresses
    if len(rows) > limit:
        rule = f"This service locates at most {limit} addresses at a time."
        raise problem(code="invalid_request", errors=[FieldError(pointer="/queries", code="wrong_length", detail=rule)])
    name = deps.areas.open(area or deps.settings.area).meta.name
    stored = StoredBatch(area=name, rows=[StoredRow.of(row) for row in rows])
    request = stored.model_dump(mode="json")
    return deps.batches.create(request=request, area=name, total=len(rows), batch_id=deps.new_id())


async def _answered(deps: Deps, batch_id: UUID, response: Response, prefer: str | None) -> BatchResource:
    record = await accepted(
        deps.batch_watch,
        batch_id,
        lambda: deps.batches.get(batch_id),
        path=batch_path(batch_id),
        prefer=prefer,
        response=response,
    )
    return batch_resource(record)


def _file(record: BatchRecord, kind: Literal["csv", "xlsx"]) -> Response:
    header, rows = batch_table(record)
    return table_response("addresses", kind, header, rows)

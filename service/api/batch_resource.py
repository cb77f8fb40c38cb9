"""From a stored batch to what clients see of it."""

from uuid import UUID

from service.api.plan_resource import stored_problem
from service.errors import problem
from service.geocoding.answered import ANSWER_COLUMNS, answer_cells
from service.schemas.batch import BatchLinks, BatchProgress, BatchResource, BatchResult, StoredBatch, StoredRow
from service.spreadsheets.sheet import Cell
from service.store.jobs.records import BatchRecord


def batch_resource(record: BatchRecord) -> BatchResource:
    """Return the batch as JSON clients see it."""
    over = record.status.is_terminal
    return BatchResource(
        id=record.id,
        status=record.status,
        created_at=record.created_at,
        started_at=record.started_at,
        finished_at=record.finished_at,
        area=record.area,
        total=record.total,
        bad_rows=[row.fault for row in _asked(record).rows if row.fault is not None],
        progress=None
        if record.progress is None or over
        else BatchProgress.model_validate(record.progress, strict=False),
        result=None if record.result is None else BatchResult.model_validate(record.result, strict=False),
        problem=None if record.problem is None else stored_problem(record.problem),
        links=batch_links(record),
    )


def batch_result(record: BatchRecord) -> BatchResult:
    """Return the answers of a batch that is done.

    Raises
    ------
    Problem
        `batch_not_done` while it is not done, `batch_without_result` when it never will be.
    """
    if record.result is None:
        raise problem(code="batch_without_result" if record.status.is_terminal else "batch_not_done")
    return BatchResult.model_validate(record.result, strict=False)


def batch_table(record: BatchRecord) -> tuple[tuple[str, ...], list[tuple[Cell | None, ...]]]:
    """Return the header and the rows of a batch that is done, each with what was asked, its fault and its answer.

    Raises
    ------
    Problem
        As `batch_result`.
    """
    result = batch_result(record)
    header = ("row", "id", "address", "lat", "lon", "problem", "review", *ANSWER_COLUMNS)
    rows = [
        (*_asked_cells(row), None if answer.review is None else str(answer.review), *answer_cells(answer.to_answer()))
        for row, answer in zip(_asked(record).rows, result.answers, strict=False)
    ]
    return header, rows


def batch_links(record: BatchRecord) -> BatchLinks:
    """Return where to go on from a batch."""
    path = batch_path(record.id)
    return BatchLinks(
        self=path, events=f"{path}/events", csv=f"{path}.csv", xlsx=f"{path}.xlsx", ndjson=f"{path}.ndjson"
    )


def batch_path(batch_id: UUID) -> str:
    """Return the path of the batch's resource."""
    return f"/v1/geocode/batches/{batch_id}"


def _asked(record: BatchRecord) -> StoredBatch:
    return StoredBatch.model_validate(record.request, strict=False)


def _asked_cells(row: StoredRow) -> tuple[Cell | None, ...]:
    place, fault = row.location, row.fault
    return (
        row.row,
        row.id,
        row.address,
        None if place is None else place.lat,
        None if place is None else place.lon,
        None if fault is None else fault.detail,
    )

"""Batches over the wire: many addresses located in the background, each row answered by itself."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from geodata.geocoding.port import GeocodeAnswer, Status
from service.geocoding.rows import AddressRow
from service.schemas.base import ExternalId, Location, Schema
from service.schemas.geocoding import GeocodeQuery, GeocodeResult
from service.schemas.problem import ProblemDetails
from service.store.jobs.records import PlanStatus


class BadRow(Schema):
    """A row that cannot be located as it is; the others are."""

    row: Annotated[
        int, Field(description="Of a file, as a spreadsheet program shows it: the header is 1. Of a request, from 1.")
    ]
    code: str
    detail: Annotated[str, Field(description="The rule. What the row holds is not repeated.")]
    pointer: Annotated[
        str | None, Field(description="Where in the request that is, as `/queries/0/address`; null for files.")
    ] = None

    @classmethod
    def of(cls, row: AddressRow) -> "BadRow | None":
        """From the geocoder's value; None when nothing is wrong."""
        fault = row.fault
        if fault is None:
            return None
        return cls(row=row.number, code=fault.code, detail=fault.detail, pointer=fault.pointer)


class BatchQuery(GeocodeQuery):
    """One address, with an id of yours if you like."""

    id: ExternalId | None = None


class StoredRow(Schema):
    """A row as it is kept until it is answered."""

    row: int
    id: str | None = None
    address: str | None = None
    location: Location | None = None
    fault: BadRow | None = None

    @classmethod
    def of(cls, row: AddressRow) -> "StoredRow":
        """From the geocoder's value."""
        return cls(
            row=row.number,
            id=row.id,
            address=row.address,
            location=None if row.location is None else Location.of(row.location),
            fault=BadRow.of(row),
        )


class StoredBatch(Schema):
    """A batch as it is kept until it is answered."""

    area: str
    rows: list[StoredRow]


class BatchAnswer(GeocodeResult):
    """Where one row's address is."""

    row: Annotated[int, Field(description="Its number in the file, or in the request from 1.")]
    id: str | None = None
    fault: Annotated[BadRow | None, Field(description="Why it is no row to locate; its status is `invalid`.")] = None

    @classmethod
    def of_row(cls, row: AddressRow, answer: GeocodeAnswer, *, review: UUID | None = None) -> "BatchAnswer":
        """From geodata's values."""
        found = GeocodeResult.of(answer, review=review)
        return cls(row=row.number, id=row.id, fault=BadRow.of(row), **dict(found))


class BatchResult(Schema):
    """An answer for each row, in their order."""

    area: str
    area_version: str
    counts: Annotated[dict[Status, int], Field(description="How many rows have each status.")]
    answers: list[BatchAnswer]

    @classmethod
    def of(cls, answers: Sequence[BatchAnswer], *, area: str, area_version: str) -> "BatchResult":
        """Count and keep."""
        counts = Counter(answer.status for answer in answers)
        return cls(
            area=area,
            area_version=area_version,
            counts={status: counts[status] for status in Status if counts[status]},
            answers=list(answers),
        )


class BatchProgress(Schema):
    """How far a batch is."""

    done: Annotated[int, Field(description="Rows that are answered.")]
    total: int
    elapsed_s: float


class BatchLinks(Schema):
    """Where to go from here."""

    self: str
    events: str
    csv: str
    xlsx: str
    ndjson: str


class BatchResource(Schema):
    """A batch: its state, how far it is, and its answers once it is done."""

    id: UUID
    status: PlanStatus
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    area: str
    total: Annotated[int, Field(description="How many rows it has; blank ones are none.")]
    bad_rows: Annotated[list[BadRow], Field(description="The rows that cannot be located as they are, all of them.")]
    progress: BatchProgress | None
    result: BatchResult | None
    problem: ProblemDetails | None
    links: BatchLinks

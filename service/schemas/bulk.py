"""What became of each row of a bulk call or of a file."""

from typing import Annotated, Final, Literal

from pydantic import Field

from service.schemas.base import ExternalId, Schema
from service.schemas.branch import Branch
from service.schemas.problem import FieldError
from service.schemas.stored_case import StoredCase
from service.schemas.stored_collector import StoredCollector

RowOutcome = Literal["created", "updated", "unchanged", "refused"]


class BulkRow(Schema):
    """What became of one row."""

    row: Annotated[
        int, Field(description="Its number: of the entry or line, from 1; in a file as spreadsheets show it.")
    ]
    id: Annotated[str | None, Field(description="Its id; null where the row has none that can be one.")]
    outcome: RowOutcome
    version: Annotated[int | None, Field(description="The version now; null for a refused row, and in a dry run.")] = (
        None
    )
    errors: Annotated[
        list[FieldError],
        Field(
            description="Why it is refused: pointers into the row, in a file names of columns. No value is repeated."
        ),
    ] = []


class BulkCounts(Schema):
    """How many rows ended how."""

    created: int
    updated: int
    unchanged: int
    refused: int


class BulkResult(Schema):
    """An answer for each row, in their order: bad ones do not stop the others."""

    dry_run: Annotated[bool, Field(description="Nothing was stored.")]
    counts: BulkCounts
    rows: list[BulkRow]


class ImportResult(BulkResult):
    """The same of a file."""

    read_as: Annotated[str, Field(description="How the file was understood: kind, encoding, delimiter.")]
    columns: Annotated[list[str], Field(description="The fields that were found, in the order of the file.")]
    ignored_columns: Annotated[list[int], Field(description="Columns that say nothing known, by their number from 1.")]


class BranchRow(Branch):
    """A branch with its id."""

    id: ExternalId


class CaseRow(StoredCase):
    """A case with its id, as one entry of a bulk call."""

    id: ExternalId


class CollectorRow(StoredCollector):
    """A collector with the id, as one entry of a bulk call."""

    id: ExternalId


#: What a bulk call has many of.
BULK_ROWS: Final = (CaseRow, CollectorRow)

"""A file of cases or collectors, stored row by row; what is stored, as a file."""

from collections.abc import Callable, Iterator

from service.api.bulk import RawRow, store_rows
from service.api.kinds import Kind
from service.imports.columns import find_columns
from service.imports.sheet_rows import sheet_rows, table_rows
from service.schemas.bulk import ImportResult
from service.spreadsheets.files import read_table
from service.spreadsheets.sheet import Cell, SheetLimits
from service.store.resources.registry import Registry
from service.store.resources.resource_records import Resource

#: So many resources are opened at a time.
_PAGE = 500


def import_file(
    kind: Kind,
    content: bytes,
    registry: Registry,
    *,
    limits: SheetLimits,
    dry_run: bool,
    sheet: str | None = None,
    encoding: str | None = None,
) -> ImportResult:
    """Store the rows of a CSV or XLSX file.

    Columns that the file does not have are left as they are stored; a blank cell takes away what is stored.

    Raises
    ------
    SheetError
        When it is no table, or has no column of ids.
    """
    table = read_table(content, limits=limits, sheet=sheet, encoding=encoding)
    found = find_columns(table, kind.columns)
    rows = sheet_rows(table, found)
    there = kind.store_of(registry).get_many({row.id for row in rows if row.id})
    raw = [
        RawRow(
            number=row.number,
            value=row.applied_to(there[row.id].document if row.id in there else None) if row.id else {},
            errors=row.errors,
        )
        for row in rows
    ]
    result = store_rows(kind, raw, registry, dry_run=dry_run)
    return ImportResult(
        **dict(result),
        read_as=table.read_as,
        columns=[column.name for column in found.at.values()],
        ignored_columns=[position + 1 for position in found.ignored],
    )


def header_of(kind: Kind) -> list[str]:
    """Return the first row of a file of this kind."""
    return [column.name for column in kind.columns]


def exported(kind: Kind, pages: Iterator[list[Resource]]) -> Iterator[list[Cell | None]]:
    """Yield the rows of a file with all resources of some pages; to be imported, it changes nothing."""
    for page in pages:
        yield from table_rows(({**one.document, "id": one.id} for one in page), kind.columns)


def pages_of(find: Callable[[str | None, int], list[Resource]]) -> Iterator[list[Resource]]:
    """Yield page after page of what `find` gives behind an id, in the order of ids."""
    after: str | None = None
    while page := find(after, _PAGE):
        yield page
        after = page[-1].id

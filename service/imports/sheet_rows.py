"""The rows of a sheet as changes of documents, and documents as rows."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from service.imports.cells import CellError
from service.imports.columns import Column, FoundColumns
from service.schemas.problem import FieldError
from service.spreadsheets.sheet import Cell, Row, Sheet, text_of

_LOCATION = "location"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row: its id, if it has one, and what it says of each column of the sheet; None for a blank cell."""

    number: int
    id: str
    values: Mapping[Column, object]
    errors: tuple[FieldError, ...] = ()

    def applied_to(self, stored: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the document with this row's values: blank cells take a value away, columns that are not there none.

        A location is taken from the row as a whole, so that no degree is read by the datum of an earlier one.
        """
        document: dict[str, Any] = deepcopy(dict(stored or {}))
        for path in {column.path[:-1] for column in self.values if _LOCATION in column.path}:
            _set(document, path, None)
        for column, value in self.values.items():
            if value is not None or _LOCATION not in column.path:
                _set(document, column.path, value)
        return _pruned(document) | {"id": self.id}


def sheet_rows(sheet: Sheet, found: FoundColumns) -> list[SheetRow]:
    """Read every row of a sheet; what is wrong with a cell is said of it alone."""
    return [_row(row, found) for row in sheet.rows]


def table_rows(documents: Iterable[Mapping[str, Any]], columns: tuple[Column, ...]) -> Iterator[list[Cell | None]]:
    """Yield the cells of each document."""
    for document in documents:
        yield [column.cell_of(document) for column in columns]


def _row(row: Row, found: FoundColumns) -> SheetRow:
    values: dict[Column, object] = {}
    errors: list[FieldError] = []
    if row.is_too_long:
        rule = "The row has more cells than the header. A text with a comma in it stands between quotation marks."
        errors.append(FieldError(pointer="", code="too_many_cells", detail=rule))
    for position, column in found.at.items():
        cell = row.cells[position]
        if not text_of(cell):
            values[column] = None
            continue
        try:
            values[column] = column.kind.read(cell)
        except CellError as exc:
            errors.append(FieldError(pointer=f"/{column.name}", code=exc.code, detail=str(exc)))
    id_ = next((str(value or "") for column, value in values.items() if column.name == "id"), "")
    return SheetRow(number=row.number, id=id_, values=values, errors=tuple(errors))


def _set(document: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    *parents, last = path
    for step in parents:
        if not isinstance(document.get(step), dict):
            document[step] = {}
        document = document[step]
    if value is None:
        document.pop(last, None)
    else:
        document[last] = value


def _pruned(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without objects in which nothing is said."""
    kept = {name: _pruned(value) if isinstance(value, dict) else value for name, value in document.items()}
    return {name: value for name, value in kept.items() if value != {}}

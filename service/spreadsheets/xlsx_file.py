"""Excel workbooks, through openpyxl row by row: why not through python-calamine is told in docs/adr/0009."""

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from service.spreadsheets.collect import collect
from service.spreadsheets.formulas import neutralised
from service.spreadsheets.sheet import Cell, Sheet, SheetError, SheetLimits
from service.spreadsheets.xlsx_archive import not_a_workbook, repacked

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

#: Excel's own limits.
_MAX_CELL_CHARS: Final = 32_767
_MAX_ROW: Final = 1_048_576
#: What XML 1.0 cannot hold.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read_xlsx(content: bytes, *, limits: SheetLimits, sheet: str | None = None) -> Sheet:
    """Read one sheet of a workbook: the one of that name, or the first. Of formulas, the values that were saved.

    Raises
    ------
    SheetError
        When it is no workbook, has no such sheet, or passes a limit.
    """
    archive = repacked(content, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl does not keep, and we do not need
            return _read(archive, limits, sheet)
    except SheetError:
        raise
    except Exception:  # noqa: BLE001 - a damaged part makes openpyxl stumble in any way
        raise not_a_workbook() from None


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell | None]]) -> bytes:
    """Write a workbook with one sheet; every text is a text, also one that looks like a formula."""
    import openpyxl  # noqa: PLC0415 - a tenth of a second that other commands need not wait for

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("doorstep")
    page.freeze_panes = "A2"
    for row in (header, *rows):
        page.append([_written(page, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read(archive: io.BytesIO, limits: SheetLimits, sheet: str | None) -> Sheet:
    import openpyxl  # noqa: PLC0415 - likewise

    book = openpyxl.load_workbook(archive, read_only=True, data_only=True, keep_links=False)
    try:
        page = _page(book, sheet)
        page.reset_dimensions()  # some programs declare too little, and the rest would not be read
        return collect(_rows(page.iter_rows(values_only=True)), limits=limits, read_as="XLSX")
    finally:
        book.close()


def _page(book: "Workbook", name: str | None) -> "ReadOnlyWorksheet":
    pages = {page.title: page for page in book.worksheets}
    if name is not None and name not in pages:
        msg = f"The workbook has no sheet of this name, but {len(pages)} others."
        raise SheetError(msg, code="unknown_sheet")
    if not pages:
        raise not_a_workbook()
    return pages[name] if name is not None else next(iter(pages.values()))


def _rows(rows: Iterable[Sequence[object]]) -> Iterator[Sequence[Cell]]:
    """Read cells as text or number. Blank rows before one far below are made up, so that their number counts too."""
    for number, row in enumerate(rows, start=1):
        if number > _MAX_ROW:
            raise not_a_workbook()
        yield [_read_cell(value) for value in row]


def _read_cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float | str):
        return value
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _written(page: object, value: Cell | None) -> object:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - likewise

    if not isinstance(value, str):
        return value
    text = _NOT_XML.sub("\ufffd", value)[:_MAX_CELL_CHARS]
    cell = WriteOnlyCell(page, value="")
    cell.value = text
    cell.data_type = "s"  # or openpyxl takes a leading = for a formula
    if neutralised(text) != text:
        cell.quotePrefix = True  # stays a text when it is edited, and in a CSV that Excel makes of it
    return cell

"""Any file with a table, told by its first bytes."""

from typing import Final, Literal

from service.spreadsheets.csv_file import read_csv
from service.spreadsheets.sheet import Sheet, SheetError, SheetLimits
from service.spreadsheets.xlsx_file import read_xlsx

Kind = Literal["csv", "xlsx"]
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = b"\xd0\xcf\x11\xe0"
_OTHERS: Final = (b"%PDF", b"{\\rtf", b"\x1f\x8b", b"<!DOCTYPE", b"<html", b"\x89PNG")


def read_table(content: bytes, *, limits: SheetLimits, sheet: str | None = None, encoding: str | None = None) -> Sheet:
    """Read a CSV or XLSX file.

    Parameters
    ----------
    sheet : the sheet of a workbook; the first without it.
    encoding : of a CSV file; found out without it.

    Raises
    ------
    SheetError
        When it is neither, or passes a limit.
    """
    if len(content) > limits.file_bytes:
        msg = f"The file has more than {limits.file_bytes // 1024} kB. Send it in parts."
        raise SheetError(msg, code="too_large")
    if content.startswith(_ZIP):
        return read_xlsx(content, limits=limits, sheet=sheet)
    if content.startswith(_OLE):
        msg = "This is an old Excel file (.xls) or one with a password. Save it as .xlsx without a password."
        raise SheetError(msg, code="not_a_table")
    if content.lstrip().startswith(_OTHERS):
        msg = "The file is neither a CSV text nor an XLSX workbook."
        raise SheetError(msg, code="not_a_table")
    if sheet is not None:
        msg = "A CSV file has no sheets to choose from."
        raise SheetError(msg, code="unknown_sheet")
    return read_csv(content, limits=limits, encoding=encoding)

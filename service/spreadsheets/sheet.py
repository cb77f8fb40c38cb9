"""A table as a spreadsheet program shows it, the limits of a file, and why a file is no table."""

from dataclasses import dataclass

#: What a cell holds; a blank one is the empty text.
Cell = str | int | float


class SheetError(Exception):
    """A file that is no table, or one beyond the limits. The message says what to do and repeats no cell.

    Attributes
    ----------
    code : for programs: "not_a_table", "too_large", "too_many_rows", "too_many_columns", "unknown_sheet", ...
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLimits:
    """What a file may hold at most; it is refused before more of it is read.

    Attributes
    ----------
    file_bytes : the file as it is sent.
    unpacked_bytes : a workbook's parts, decompressed.
    rows : under the header; blank ones do not count.
    columns : of any row.
    """

    file_bytes: int = 10 * 1024 * 1024
    unpacked_bytes: int = 64 * 1024 * 1024
    rows: int = 10_000
    columns: int = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The cells under the header, as many as it has; `number` is the row's number in the spreadsheet, from 1."""

    number: int
    cells: tuple[Cell, ...]
    is_too_long: bool = False  # it had more cells than the header, which are lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A header with names, and the rows that are not blank. `read_as` says how the file was understood."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    read_as: str


def text_of(cell: Cell) -> str:
    """Give a cell's text: a number without a fraction has no point, as spreadsheets show it.

    Examples
    --------
    >>> text_of(19.0), text_of(" 9494 ")
    ('19', '9494')
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()

"""From raw rows to a sheet: the header found, blank rows left out, limits kept. The same for every kind of file."""

from collections.abc import Iterable, Sequence

from service.spreadsheets.sheet import Cell, Row, Sheet, SheetError, SheetLimits, text_of


def collect(raw: Iterable[Sequence[Cell]], *, limits: SheetLimits, read_as: str) -> Sheet:
    """Take the first row that is not blank for the header, and number the others as a spreadsheet does.

    Raises
    ------
    SheetError
        When there is no row, or more than the limits allow.
    """
    header: tuple[str, ...] | None = None
    rows: list[Row] = []
    for number, cells in enumerate(raw, start=1):
        filled = _filled(cells, limits)
        if not filled:
            continue
        if header is None:
            header = tuple(text_of(cell) for cell in filled)
            continue
        if len(rows) == limits.rows:
            msg = f"The file has more than {limits.rows} rows. Send it in parts."
            raise SheetError(msg, code="too_many_rows")
        width = len(header)
        padded = (*filled[:width], *("" for _ in range(width - len(filled))))
        rows.append(Row(number=number, cells=padded, is_too_long=len(filled) > width))
    if header is None:
        msg = "The file is empty. Its first row must name the columns."
        raise SheetError(msg, code="empty")
    if not rows:
        msg = "The file has a header and no rows under it."
        raise SheetError(msg, code="no_rows")
    return Sheet(header=header, rows=tuple(rows), read_as=read_as)


def _filled(cells: Sequence[Cell], limits: SheetLimits) -> Sequence[Cell]:
    """Return the cells up to the last that is not blank."""
    end = len(cells)
    while end and not text_of(cells[end - 1]):
        end -= 1
    if end > limits.columns:
        msg = f"A row has more than {limits.columns} columns. Leave out those that say no address."
        raise SheetError(msg, code="too_many_columns")
    return cells[:end]

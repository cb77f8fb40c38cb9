"""CSV: comma, semicolon, tab or bar between the cells, quotes around what holds one, any usual encoding."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from service.spreadsheets.collect import collect
from service.spreadsheets.encoding import decode
from service.spreadsheets.formulas import neutralised, original
from service.spreadsheets.sheet import Cell, Sheet, SheetError, SheetLimits

_ROWS_OF_A_PART: Final = 500
_DELIMITERS: Final = ",;\t|"
_NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def read_csv(content: bytes, *, limits: SheetLimits, encoding: str | None = None) -> Sheet:
    """Read a CSV file; the delimiter is found in its first line, or said by a line `sep=;` before it.

    Raises
    ------
    SheetError
        When it is no text, a quote is not closed, or a limit is passed.
    """
    text, name = decode(content, encoding)
    first, _, rest = text.partition("\n")
    said = first.strip().lower()
    if said.startswith("sep=") and len(said) <= 5:
        delimiter, text = first.strip("\r")[4:5] or "\t", rest
    else:
        delimiter = _delimiter_of(text)
    return collect(_rows(text, delimiter), limits=limits, read_as=f"CSV, {name}, {_NAMES.get(delimiter, delimiter)}")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell | None]]) -> bytes:
    """Write a CSV file in UTF-8 with its mark, which Excel needs, and nothing in it that runs as a formula."""
    return b"".join(csv_parts(header, rows))


def csv_parts(header: Sequence[str], rows: Iterable[Sequence[Cell | None]]) -> Iterator[bytes]:
    """Yield such a file in parts, as the rows come."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    out.write("\ufeff")
    for number, row in enumerate(chain((header,), rows), start=1):
        writer.writerow([neutralised(cell) if isinstance(cell, str) else cell for cell in row])
        if number % _ROWS_OF_A_PART == 0:
            yield out.getvalue().encode("utf-8", errors="replace")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode("utf-8", errors="replace")


def _rows(text: str, delimiter: str) -> Iterator[Sequence[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield [original(cell) for cell in row]
    except csv.Error as exc:
        msg = f"Line {reader.line_num} of the file: {_why(exc)}"
        raise SheetError(msg, code="malformed_csv") from None


def _why(exc: csv.Error) -> str:
    words = str(exc)
    if "unexpected end" in words:
        return "a quotation mark is opened before here and never closed."
    if "field larger" in words:
        return f"a cell has more than {csv.field_size_limit()} characters. Is a quotation mark never closed?"
    return "after a quotation mark that closes a cell, the delimiter must follow; double those inside a cell."


def _delimiter_of(text: str) -> str:
    """Return what stands most often in the first line with text, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)

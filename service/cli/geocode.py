"""`doorstep geocode FILE`: locate the addresses of a CSV or XLSX file, without a server or a database.

Exit codes: 0 answered (rows that cannot be located are listed), 2 the file or what is asked is wrong, 3 it failed.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich.console import Console

from geodata.datum import Datum
from geodata.errors import AreaNotFoundError, GeodataError
from geodata.geocoding.port import GeocodeAnswer, Status
from service.cli.failure import FAILED, WRONG_INPUT, fail, read_settings, system_error
from service.cli.open_area import opened_area
from service.cli.options import AddressColumns, Encoding, OfArea, SheetName
from service.cli.output import counted
from service.cli.progress import FractionBar
from service.cli.tables import message_console
from service.geocoding.answered import answered_table
from service.geocoding.batch import answer_rows
from service.geocoding.columns import find_columns
from service.geocoding.rows import AddressRow, address_rows
from service.settings import Settings
from service.spreadsheets.csv_file import write_csv
from service.spreadsheets.files import read_table
from service.spreadsheets.sheet import Sheet, SheetError, SheetLimits
from service.spreadsheets.xlsx_file import write_xlsx

_LIMITS: Final = SheetLimits(file_bytes=100 * 1024 * 1024, unpacked_bytes=256 * 1024 * 1024, rows=100_000)
#: So many bad rows are told; all of them are in the table.
_FEW: Final = 20


def geocode(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file with a header.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the answered table, .csv or .xlsx; else CSV to the output."),
    ] = None,
    area: OfArea = None,
    address: AddressColumns = None,
    sheet: SheetName = None,
    encoding: Encoding = None,
    datum: Annotated[
        Datum, typer.Option("--datum", help="Of coordinates in rows that say none themselves.")
    ] = Datum.WGS84,
) -> None:
    """Locate each row of a CSV or XLSX file, and give the table back with the answers beside it.

    It needs no server and no database: pins are not known to it, and no provider is asked.
    """
    settings = read_settings()
    messages = message_console()
    kind = _kind_of(out)
    try:
        table = read_table(file.read_bytes(), limits=_LIMITS, sheet=sheet, encoding=encoding)
        rows = address_rows(table, find_columns(table, address=address or ()), datum=datum)
        answers = _answers(rows, area or settings.area, settings, messages)
        content = _content(table, answers, kind)
        _write(out, content)
    except SheetError as exc:
        fail(f"{file}: {exc}", exit_code=WRONG_INPUT)
    except AreaNotFoundError as exc:
        fail(str(exc), exit_code=WRONG_INPUT)
    except OSError as exc:
        fail(system_error(exc), exit_code=WRONG_INPUT if exc.filename == str(file) else FAILED)
    except GeodataError as exc:
        fail(str(exc), exit_code=FAILED)
    _report(rows, answers, table.read_as, messages)


def _answers(rows: Sequence[AddressRow], area: str, settings: Settings, messages: Console) -> list[GeocodeAnswer]:
    geocoder = opened_area(area, settings, messages).geocoder
    doing = f"Locating {counted(len(rows), 'address', 'addresses')}"
    with FractionBar(messages) as bar:
        return answer_rows(rows, geocoder, on_progress=lambda done: bar(doing, done / len(rows)))


def _kind_of(out: Path | None) -> Literal["csv", "xlsx"]:
    ending = ".csv" if out is None else out.suffix.lower()
    if ending == ".csv":
        return "csv"
    if ending != ".xlsx":
        fail("--out: the file's name must end in .csv or .xlsx.", exit_code=WRONG_INPUT)
    return "xlsx"


def _content(table: Sheet, answers: Sequence[GeocodeAnswer], kind: Literal["csv", "xlsx"]) -> bytes:
    header, rows = answered_table(table, answers)
    return write_csv(header, rows) if kind == "csv" else write_xlsx(header, rows)


def _write(out: Path | None, content: bytes) -> None:
    if out is None:
        typer.echo(content.decode("utf-8-sig"), nl=False)
    else:
        out.write_bytes(content)


def _report(rows: Sequence[AddressRow], answers: Sequence[GeocodeAnswer], read_as: str, messages: Console) -> None:
    """Say on standard error how many rows have each status, and which rows are bad."""
    counts = Counter(answer.status for answer in answers)
    said = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    messages.print(f"{counted(len(rows), 'row')} ({read_as}): {said}.", markup=False)
    bad = [row for row in rows if row.fault is not None]
    for row in bad[:_FEW]:
        messages.print(f"Row {row.number}: {row.fault.detail if row.fault else ''}", markup=False)
    if len(bad) > _FEW:
        messages.print(f"... and {counted(len(bad) - _FEW, 'row')} more that cannot be located.", markup=False)

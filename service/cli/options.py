"""Options and arguments that many commands have."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from rfc9457 import Problem

from geodata.coords import LonLat
from geodata.errors import GeodataError
from service.api.http.body import parse_json
from service.cli.failure import InputError, system_error

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OfTenant = Annotated[str, typer.Option("--tenant", help="The bank's id.")]
OfArea = Annotated[
    str | None, typer.Option("--area", help="The map area; DOORSTEP_AREA without it.", show_default=False)
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")]
GivenId = Annotated[UUID, typer.Argument(metavar="ID", help="The id.", show_default=False)]
Place = Annotated[str, typer.Argument(metavar="LON,LAT", help="Longitude and latitude in degrees.", show_default=False)]
JsonFile = Annotated[Path, typer.Argument(help="JSON, as the API takes it.", show_default=False)]
SheetName = Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook; the first without it.")]
Encoding = Annotated[
    str | None, typer.Option("--encoding", help="Of a CSV file, such as gb18030; found out without it.")
]
AddressColumns = Annotated[
    list[str] | None,
    typer.Option("--address", metavar="COLUMN", help="A column of the address; give it again for further ones."),
]

#: The format of a day.
DAY: Final = ["%Y-%m-%d"]


def day_of(instant: datetime | None) -> str | None:
    """Return a day that was given as the API takes it."""
    return None if instant is None else instant.date().isoformat()


def given(**fields: object) -> dict[str, Any]:
    """Return the fields that were given: those that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def location_of(text: str) -> dict[str, float]:
    """Return a place as the API takes it."""
    try:
        lon, lat = map(float, text.split(","))
        LonLat(lon, lat)
    except GeodataError as exc:
        raise InputError(str(exc)) from None
    except ValueError:
        msg = f"A place is a longitude and a latitude with a comma, such as 9.5215,47.1410, got {text!r}."
        raise InputError(msg) from None
    return {"lon": lon, "lat": lat}


def read_file(file: Path) -> bytes:
    """Return what a file has."""
    try:
        return file.read_bytes()
    except OSError as exc:
        raise InputError(system_error(exc)) from None


def read_json(file: Path) -> Any:
    """Return what a file of JSON has."""
    try:
        return parse_json(read_file(file))
    except Problem as exc:
        msg = f"{file} is not JSON. {exc.detail}"
        raise InputError(msg) from None


def table_ending(file: Path, *, also: str | None = None) -> str:
    """Return the ending of a table's file, which says what is written; `also` is one more that it may have."""
    ending = file.suffix.lower()
    known = [".csv", ".xlsx", *([] if also is None else [also])]
    if ending not in known:
        msg = f"{file}: the file's name must end in {', '.join(known[:-1])} or {known[-1]}."
        raise InputError(msg)
    return ending


def changed_fields(changes: Sequence[str]) -> dict[str, object]:
    """Return `FIELD=VALUE` words as a merge patch; a value is JSON where it is some, else text."""
    split = [word.partition("=") for word in changes]
    if wrong := [word for word, equals, _ in split if not equals]:
        msg = f"A change is FIELD=VALUE, such as priority=80, got {wrong[0]!r}."
        raise InputError(msg)
    return {field: _value_of(value) for field, _, value in split}


def _value_of(text: str) -> Any:
    """Return a word of a command line as JSON where it is some, else as text.

    Examples
    --------
    >>> _value_of("30"), _value_of("null"), _value_of("north")
    (30, None, 'north')
    """
    try:
        return json.loads(text)
    except ValueError:
        return text

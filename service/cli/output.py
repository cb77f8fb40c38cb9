"""What commands print: tables for people, JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from service.cli.tables import make_console


def print_json(value: object) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_rows(rows: Sequence[Mapping[str, Any]], columns: Iterable[str], *, as_json: bool) -> None:
    """Print entries: all that is known of each as JSON, or some columns of them as a table."""
    if as_json:
        print_json(list(rows))
        return
    if not rows:
        typer.echo("There are none.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name.replace("_", " "), no_wrap=name == "id")  # ids are copied from here
    for row in rows:
        table.add_row(*(Text(said(row.get(name))) for name in columns))
    make_console().print(table)


def print_one(value: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what is known of one thing: a line for each field that has a value, or JSON."""
    if as_json:
        print_json(value)
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, one in value.items():
        if one not in (None, "", [], {}) and name != "links":
            table.add_row(name.replace("_", " "), Text(said(one)))
    make_console().print(table)


def said(value: object) -> str:
    """Return a value of JSON as people read it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return _instant(value)
        case {"lon": lon, "lat": lat}:
            return f"{lon:.6f},{lat:.6f}"
        case list() if all(isinstance(one, str | int) for one in value):
            return ", ".join(map(said, value))
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "row"), counted(2, "row"), counted(0, "address", "addresses")
    ('1 row', '2 rows', '0 addresses')
    """
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _instant(text: str) -> str:
    """Return an instant to the second, with what it is ahead of UTC (Z: nothing), any other text as it is.

    Examples
    --------
    >>> _instant("2026-11-24T07:30:00.123456Z"), _instant("2026-11-24T15:30:00+08:00"), _instant("2026-11-24")
    ('2026-11-24 07:30:00Z', '2026-11-24 15:30:00+08:00', '2026-11-24')
    """
    if len(text) < 20 or text[4:5] != "-" or text[10:11] != "T":
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return at.isoformat(" ", "seconds").replace("+00:00", "Z")

"""What the commands on cases, collectors and branches do, whichever of them it is."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

import typer
from pydantic import ValidationError
from rfc9457 import Problem
from rich.console import Console
from rich.table import Table

from service.api.body import parse_json
from service.api.bulk import row_errors
from service.api.imported import exported, header_of, import_file, pages_of
from service.api.kinds import Kind, shown
from service.cli.failure import plain_failures, read_settings, system_error
from service.cli.tables import make_console
from service.schemas.bulk import ImportResult
from service.settings import Settings
from service.spreadsheets.csv_file import write_csv
from service.spreadsheets.sheet import SheetError, SheetLimits
from service.spreadsheets.xlsx_file import write_xlsx
from service.store.embedded import reachable_database
from service.store.engine import open_engine
from service.store.migrate import migrate
from service.store.registry import Registry, registry
from service.store.resources import ANY, Resource
from service.store.tenancy import tenant_engine
from service.store.tenant_keys import TenantKeys

_BAD_INPUT: Final = 2
#: So many refused rows are told; all of them with --json.
_FEW: Final = 20
_FILE_BYTES: Final = 100 * 1024 * 1024


@contextmanager
def stores_of(tenant: str) -> Iterator[tuple[Registry, Settings]]:
    """Give the stores of a bank, while the service runs or not; what goes wrong is one line and exit code 1."""
    settings = read_settings()
    with plain_failures(), reachable_database(settings) as url:
        migrate(url)
        engine = open_engine(url)
        try:
            keys = TenantKeys(engine, secrets=settings.secrets)
            yield registry(tenant_engine(engine, tenant), keys, tenant=tenant), settings
        finally:
            engine.dispose()


def import_table(
    kind: Kind, file: Path, *, dry_run: bool, sheet: str | None, encoding: str | None, tenant: str, as_json: bool
) -> None:
    """Store the rows of a file, and say what became of each; exit code 2 when one was refused."""
    content = _read(file)
    with stores_of(tenant) as (stores, settings):
        limits = SheetLimits(file_bytes=_FILE_BYTES, unpacked_bytes=4 * _FILE_BYTES, rows=settings.max_bulk_rows)
        try:
            result = import_file(kind, content, stores, limits=limits, dry_run=dry_run, sheet=sheet, encoding=encoding)
        except SheetError as exc:
            _leave(f"{file}: {exc}")
    if as_json:
        typer.echo(result.model_dump_json(indent=2))
    else:
        _report(kind, result)
    if result.counts.refused:
        raise typer.Exit(_BAD_INPUT)


def _report(kind: Kind, result: ImportResult) -> None:
    counts = result.counts
    would = "would be " if result.dry_run else ""
    typer.echo(
        f"{kind.plural} ({result.read_as}): {counts.created} {would}created, {counts.updated} {would}updated, "
        f"{counts.unchanged} unchanged, {counts.refused} refused."
    )
    if result.ignored_columns:
        numbers = ", ".join(map(str, result.ignored_columns))
        typer.echo(f"Columns that say nothing known, and were left out, by number: {numbers}.")
    refused = [row for row in result.rows if row.outcome == "refused"]
    table = Table("row", "id", "field", "rule")
    for row in refused[:_FEW]:
        for error in row.errors:
            table.add_row(str(row.row), row.id or "", error.pointer, error.detail)
    if refused:
        make_console().print(table)
    if len(refused) > _FEW:
        typer.echo(f"... and {len(refused) - _FEW} more refused rows; --json lists them all.")


def export_table(kind: Kind, file: Path, tenant: str) -> None:
    """Write all resources of a kind to a file."""
    if file.suffix.lower() not in {".csv", ".xlsx"}:
        _leave("The file's name must end in .csv or .xlsx.")
    with stores_of(tenant) as (stores, _):
        pages = pages_of(lambda after, limit: kind.store_of(stores).page(limit=limit, after=after))
        rows = exported(kind, pages)
        write = write_csv if file.suffix.lower() == ".csv" else write_xlsx
        file.write_bytes(write(header_of(kind), rows))


def show(kind: Kind, id_: str, tenant: str) -> None:
    """Print a resource with all that is stored of it, as JSON."""
    with stores_of(tenant) as (stores, _):
        _print_json(_plain(kind.store_of(stores).get(id_)))


def put(kind: Kind, id_: str, file: Path, tenant: str) -> None:
    """Store what a JSON file has, whatever is there."""
    try:
        given = parse_json(_read(file))
        resource: Any = kind.row.model_validate({**given, "id": id_} if isinstance(given, dict) else given)
    except Problem as exc:
        _leave(f"{file} is not JSON. {exc.detail}")
    except ValidationError as exc:
        _leave("\n".join(f"{one.pointer or 'The whole file'}: {one.detail} ({one.code})" for one in row_errors(exc)))
    with stores_of(tenant) as (stores, _):
        stored = kind.store_of(stores).put(kind.entry(id_, resource), expected=ANY)
    typer.echo(f"{kind.name} {id_}: {stored.outcome}, version {stored.version}.")


def delete(kind: Kind, id_: str, tenant: str) -> None:
    """Delete a resource, whatever its version is."""
    with stores_of(tenant) as (stores, _):
        kind.store_of(stores).delete(id_, expected=ANY)
    typer.echo(f"{kind.name} {id_}: deleted.")


def print_list(found: Sequence[Resource], columns: Sequence[str], *, as_json: bool) -> None:
    """Print some columns of resources."""
    rows = [{"id": one.id, **{name: one.document.get(name) for name in columns}} for one in found]
    if as_json:
        _print_json(rows)
        return
    table = Table("id", *columns)
    for row in rows:
        table.add_row(*(_text(value) for value in row.values()))
    console: Console = make_console()
    console.print(table)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _plain(resource: Resource) -> dict[str, Any]:
    return {
        name: value.isoformat() if name in {"created_at", "changed_at"} else value
        for name, value in shown(resource).items()
    }


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as exc:
        _leave(system_error(exc))


def _leave(message: str) -> NoReturn:
    typer.echo("\n".join(f"doorstep: {line}" for line in message.splitlines()), err=True)
    raise typer.Exit(_BAD_INPUT)

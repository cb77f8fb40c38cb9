"""`doorstep batches`: many addresses that workers locate."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from geodata.datum import Datum
from service.auth.caller import FIRST_TENANT
from service.cli.bank import opened_bank
from service.cli.options import (
    AddressColumns,
    AsJson,
    Encoding,
    GivenId,
    OfArea,
    OfTenant,
    SheetName,
    read_file,
    read_json,
    table_ending,
)
from service.cli.output import counted, print_json
from service.cli.progress import FractionBar
from service.cli.tables import message_console
from service.cli.watching import leave_unless_successful, print_work, watched

app = typer.Typer(name="batches", help="Many addresses that workers locate.", no_args_is_help=True)

_PATH: Final = "/v1/geocode/batches"


@app.command("create")
def create_batch(
    file: Annotated[
        Path, typer.Argument(help="CSV or XLSX with a header, or .json as the API takes it.", show_default=False)
    ],
    area: OfArea = None,
    address: AddressColumns = None,
    sheet: SheetName = None,
    encoding: Encoding = None,
    datum: Annotated[Datum, typer.Option("--datum", help="Of coordinates in rows that say none.")] = Datum.WGS84,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Have a worker locate the addresses of a file; `watch` waits for it, `export` gives the answers."""
    with opened_bank(tenant) as bank:
        if file.suffix.lower() == ".json":
            body = read_json(file)
            made = bank.post(_PATH, {**body, "area": area} if area is not None and isinstance(body, dict) else body)
        else:
            made = bank.post_table(
                "/v1/geocode/files",
                read_file(file),
                encoding=encoding,
                area=area,
                address=address,
                sheet=sheet,
                datum=datum.value,
            )
    print_work(made, as_json=as_json)
    if not as_json and made["bad_rows"]:
        typer.echo(f"{counted(len(made['bad_rows']), 'row')} cannot be located as they are; --json lists them.")


@app.command("show")
def show_batch(batch: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Print a batch as JSON, with the answers once it is done."""
    with opened_bank(tenant) as bank:
        print_json(bank.get(f"{_PATH}/{batch}"))


@app.command("watch")
def watch_batch(batch: GivenId, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Wait until a batch is done, with a progress bar; exit code 3 when it has no answers."""
    with opened_bank(tenant) as bank, FractionBar(message_console()) as bar:

        def show(work: dict[str, Any]) -> None:
            progress = work["progress"]
            done = work["total"] if work["result"] else (progress or {}).get("done", 0)
            bar(f"{work['status']}: {done} of {counted(work['total'], 'row')}", done / max(work["total"], 1))

        work = watched(bank, f"{_PATH}/{batch}", show=show)
    print_work(work, as_json=as_json)
    leave_unless_successful(work)


@app.command("export")
def export_batch(
    batch: GivenId,
    file: Annotated[Path, typer.Argument(help="Where to, .csv, .xlsx or .ndjson.", show_default=False)],
    tenant: OfTenant = FIRST_TENANT,
) -> None:
    """Write the answers of a batch to a file, as a table or as lines of JSON."""
    with opened_bank(tenant) as bank:
        file.write_bytes(bank.content(f"{_PATH}/{batch}{table_ending(file, also='.ndjson')}"))


@app.command("delete")
def erase_batch(batch: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Erase a batch with its addresses; one that still runs is given up."""
    with opened_bank(tenant) as bank:
        bank.delete(f"{_PATH}/{batch}")
    typer.echo("The batch is erased.")

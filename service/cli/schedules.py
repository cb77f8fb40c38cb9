"""`doorstep schedules`: plans that are made every working day."""

from typing import Final

import typer

from service.auth.caller import FIRST_TENANT
from service.cli.bank import opened_bank
from service.cli.options import AsJson, GivenId, JsonFile, Limit, OfTenant, read_json
from service.cli.output import print_json, print_one, print_rows

app = typer.Typer(name="schedules", help="Plans that are made every working day.", no_args_is_help=True)

_PATH: Final = "/v1/schedules"
_COLUMNS: Final = ("id", "name", "enabled", "at", "next_run_at")


@app.command("create")
def create_schedule(file: JsonFile, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Have a plan made every working day; docs/planning.md says what a schedule has."""
    with opened_bank(tenant) as bank:
        made = bank.post(_PATH, read_json(file))
    _print(made, as_json=as_json)


@app.command("list")
def list_schedules(limit: Limit = 50, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List schedules, the newest first."""
    with opened_bank(tenant) as bank:
        found = bank.listed(_PATH, "schedules", limit=limit)
    print_rows(found, _COLUMNS, as_json=as_json)


@app.command("show")
def show_schedule(schedule: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Print a schedule with its last runs, as JSON."""
    with opened_bank(tenant) as bank:
        print_json(bank.get(f"{_PATH}/{schedule}"))


@app.command("change")
def put_schedule(schedule: GivenId, file: JsonFile, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Store a schedule anew; a run that is due already and has not begun is left out."""
    with opened_bank(tenant) as bank:
        changed = bank.change("PUT", f"{_PATH}/{schedule}", read_json(file))
    _print(changed, as_json=as_json)


@app.command("delete")
def delete_schedule(schedule: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Delete a schedule; its plans stay."""
    with opened_bank(tenant) as bank:
        bank.change("DELETE", f"{_PATH}/{schedule}")
    typer.echo("The schedule is deleted.")


def _print(schedule: dict[str, object], *, as_json: bool) -> None:
    print_one(schedule if as_json else {name: schedule[name] for name in _COLUMNS}, as_json=as_json)

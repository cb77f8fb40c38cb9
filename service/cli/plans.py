"""`doorstep plans`: what workers planned, plan and will plan."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import typer

from service.auth.caller import FIRST_TENANT
from service.cli.bank import Bank, Value, opened_bank
from service.cli.failure import CommandError
from service.cli.options import DAY, AsJson, GivenId, JsonFile, Limit, OfTenant, day_of, read_json
from service.cli.output import print_json, print_rows
from service.cli.progress import SearchBar
from service.cli.tables import message_console
from service.cli.watching import leave_unless_successful, print_work, watched
from service.schemas.plan_resource import PlanProgress
from service.store.jobs.records import PlanStatus

app = typer.Typer(name="plans", help="Plans that workers make.", no_args_is_help=True)

_PATH: Final = "/v1/plans"
_Status = Annotated[list[PlanStatus] | None, typer.Option(help="Only these; may be repeated.")]
_Area = Annotated[str | None, typer.Option("--area", help="Only of this area.")]
_From = Annotated[
    datetime | None, typer.Option("--from", formats=DAY, metavar="DAY", help="Only of this day and later ones.")
]
_To = Annotated[
    datetime | None, typer.Option("--to", formats=DAY, metavar="DAY", help="Only of this day and earlier ones.")
]


@app.command("create")
def create_plan(
    file: JsonFile,
    watch: Annotated[bool, typer.Option("--watch", help="Wait for it, as `plans watch` does.")] = False,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Have a worker plan a day; it may name stored cases and collectors. `doorstep plan` needs no worker."""
    with opened_bank(tenant) as bank:
        plan = bank.post(_PATH, read_json(file))
        if watch:
            with _said_how_to_go_on(plan["id"], tenant):
                plan = _watched(bank, plan["id"])
    print_work(plan, as_json=as_json)
    if watch:
        leave_unless_successful(plan)


@app.command("list")
def list_plans(
    status: _Status = None,
    area: _Area = None,
    since: _From = None,
    until: _To = None,
    limit: Limit = 20,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """List plans, the newest first."""
    with opened_bank(tenant) as bank:
        found = bank.listed(_PATH, "plans", limit=limit, **_filters(status, area, since, until))
    print_rows(found, ("id", "status", "area", "date", "cases", "unassigned", "created_at"), as_json=as_json)


@app.command("lines")
def export_plans(
    status: _Status = None,
    area: _Area = None,
    since: _From = None,
    until: _To = None,
    tenant: OfTenant = FIRST_TENANT,
) -> None:
    """Print all plans as NDJSON, one a line, the newest first."""
    with opened_bank(tenant) as bank:
        typer.echo(bank.text(f"{_PATH}.ndjson", **_filters(status, area, since, until)), nl=False)


@app.command("show")
def show_plan(plan: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Print a plan as JSON."""
    with opened_bank(tenant) as bank:
        print_json(bank.get(f"{_PATH}/{plan}"))


@app.command("watch")
def watch_plan(plan: GivenId, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Wait until a plan is done, with a progress bar; exit code 3 when it has no result."""
    with opened_bank(tenant) as bank:
        done = _watched(bank, plan)
    print_work(done, as_json=as_json)
    leave_unless_successful(done)


@app.command("export")
def export_plan(
    plan: GivenId,
    form: Annotated[
        Literal["ndjson", "geojson", "sheet"],
        typer.Option("--format", help="Visits by line, the map, or every turn of the routes."),
    ] = "ndjson",
    tenant: OfTenant = FIRST_TENANT,
) -> None:
    """Print the visits of a plan that is done, its lines and points, or its turns. No address is in any."""
    ending = "/sheet" if form == "sheet" else f".{form}"
    with opened_bank(tenant) as bank:
        typer.echo(bank.text(f"{_PATH}/{plan}{ending}").rstrip("\n"))


@app.command("stop")
def stop_plan(plan: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """End the search early and keep the best routes so far."""
    with opened_bank(tenant) as bank:
        stopping = bank.post(f"{_PATH}/{plan}/stop")
    over = PlanStatus(stopping["status"]).is_terminal
    typer.echo(f"The plan is {stopping['status']} already." if over else "The search ends soon.")


@app.command("dismiss")
def dismiss_plan(plan: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Give a plan up: it ends without a result."""
    with opened_bank(tenant) as bank:
        bank.delete(f"{_PATH}/{plan}")
    typer.echo("The plan is dismissed.")


@contextmanager
def _said_how_to_go_on(plan: str, tenant: str) -> Iterator[None]:
    """Have whoever leaves before a new plan is done know its id, and what to do with it."""
    try:
        yield
    except (KeyboardInterrupt, CommandError):
        of_bank = "" if tenant == FIRST_TENANT else f" --tenant {tenant}"
        typer.echo(
            f"doorstep: The plan {plan} is stored and does not need this command. To watch or stop it:\n"
            f"  doorstep plans watch {plan}{of_bank}\n"
            f"  doorstep plans stop {plan}{of_bank}",
            err=True,
        )
        raise


def _watched(bank: Bank, plan: object) -> dict[str, Any]:
    bank.get(f"{_PATH}/{plan}")  # before there is a bar
    with SearchBar(message_console(), doing="Planning") as bar:

        def show(work: dict[str, Any]) -> None:
            if work["progress"] is not None:
                bar(PlanProgress.model_validate_json(json.dumps(work["progress"])))

        return watched(bank, f"{_PATH}/{plan}", show=show)


def _filters(
    status: list[PlanStatus] | None, area: str | None, since: datetime | None, until: datetime | None
) -> dict[str, Value]:
    return {
        "status": [one.value for one in status or ()],
        "area": area,
        "date_from": day_of(since),
        "date_to": day_of(until),
    }

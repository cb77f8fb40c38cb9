"""`doorstep webhooks`: where a bank's events go, and what was sent."""

from typing import Annotated, Any, Final
from uuid import UUID

import typer

from service.auth.caller import FIRST_TENANT
from service.cli.bank import opened_bank
from service.cli.options import AsJson, GivenId, Limit, OfTenant, given
from service.cli.output import print_json, print_one, print_rows
from service.store.webhooks.webhook_records import DeliveryStatus
from service.webhooks.events import EVENTS

app = typer.Typer(name="webhooks", help="Where a bank's events go, and what was sent.", no_args_is_help=True)

_PATH: Final = "/v1/webhooks"
_COLUMNS: Final = ("id", "url", "events", "enabled", "disabled_reason", "description")
_Events = Annotated[list[str] | None, typer.Option("--event", help="An event; may be repeated.", show_default=False)]


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Where events are posted.", show_default=False)],
    event: _Events = None,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Make a webhook for some events, or for all, and print its secret once."""
    body = {"url": url, "events": event or list(EVENTS), "description": description}
    with opened_bank(tenant) as bank:
        _print_secret(bank.post(_PATH, body), as_json=as_json)


@app.command("list")
def list_webhooks(tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List the webhooks, the oldest first."""
    with opened_bank(tenant) as bank:
        found = bank.get(_PATH)["webhooks"]
    print_rows(found, _COLUMNS, as_json=as_json)


@app.command("show")
def show(webhook_id: GivenId, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Show a webhook."""
    with opened_bank(tenant) as bank:
        found = bank.get(f"{_PATH}/{webhook_id}")
    print_one(found, as_json=as_json)


@app.command("change")
def change(
    webhook_id: GivenId,
    url: Annotated[str | None, typer.Option(help="Where events are posted.", show_default=False)] = None,
    event: _Events = None,
    description: Annotated[str | None, typer.Option(help="What it is for.", show_default=False)] = None,
    enabled: Annotated[
        bool | None, typer.Option("--enable/--disable", help="Disabled, nothing is noted or sent.", show_default=False)
    ] = None,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Change what is given of a webhook, and nothing else."""
    body = given(url=url, events=event, description=description, enabled=enabled)
    with opened_bank(tenant) as bank:
        changed = bank.change("PATCH", f"{_PATH}/{webhook_id}", body)
    print_one(changed, as_json=as_json)


@app.command("delete")
def delete(webhook_id: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Delete a webhook with its log; what waits is not sent any more."""
    with opened_bank(tenant) as bank:
        bank.delete(f"{_PATH}/{webhook_id}")
    typer.echo("The webhook is deleted.")


@app.command("rotate")
def rotate(webhook_id: GivenId, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Give a webhook a new secret, and print it once; for a day the one before signs too."""
    with opened_bank(tenant) as bank:
        _print_secret(bank.post(f"{_PATH}/{webhook_id}/rotate"), as_json=as_json)


@app.command("test")
def send_test(webhook_id: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Have a worker send a test message."""
    with opened_bank(tenant) as bank:
        sent = bank.post(f"{_PATH}/{webhook_id}/test")
    typer.echo(f"{sent['id']}\nA worker sends it; `doorstep webhooks deliveries {webhook_id}` shows what came of it.")


@app.command("deliveries")
def deliveries(
    webhook_id: GivenId,
    status: Annotated[DeliveryStatus | None, typer.Option(help="Only these.")] = None,
    limit: Limit = 50,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """List the messages of a webhook, the latest first, and what came of them."""
    with opened_bank(tenant) as bank:
        found = bank.listed(f"{_PATH}/{webhook_id}/deliveries", "deliveries", limit=limit, status=status)
    told = found if as_json else [{**one, "last_answer": _last_answer(one)} for one in found]
    print_rows(told, ("id", "event", "status", "created_at", "last_answer"), as_json=as_json)


@app.command("replay")
def replay(
    webhook_id: GivenId,
    delivery_id: Annotated[UUID, typer.Argument(metavar="DELIVERY", help="The delivery's id.", show_default=False)],
    tenant: OfTenant = FIRST_TENANT,
) -> None:
    """Have a worker send a message again."""
    with opened_bank(tenant) as bank:
        bank.post(f"{_PATH}/{webhook_id}/deliveries/{delivery_id}/replay")
    typer.echo("A worker sends it again.")


def _print_secret(made: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(made)
    else:
        typer.echo(f"{made['id']}\n{made['secret']}\nThe secret is shown this once: receivers verify messages with it.")


def _last_answer(delivery: dict[str, Any]) -> object:
    last = delivery["tries"][-1] if delivery["tries"] else {}
    return last.get("error") or last.get("status")

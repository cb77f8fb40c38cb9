"""`doorstep webhooks`: where a bank's events go, and what was sent. For whoever runs the service, at the database."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID, uuid4

import typer
from rich.console import Console
from rich.table import Table

from service.auth.caller import FIRST_TENANT
from service.cli.failure import CommandError, plain_failures, read_settings
from service.settings import Settings
from service.store.deliveries import DeliveryStore
from service.store.embedded import reachable_database
from service.store.engine import open_engine
from service.store.errors import DeliveryNotFoundError, TooManyWebhooksError, WebhookNotFoundError
from service.store.identities import IdentityStore
from service.store.migrate import migrate
from service.store.tenancy import tenant_engine
from service.store.tenant_keys import TenantKeys
from service.store.webhook_records import DeliveryRecord, WebhookRecord
from service.store.webhooks import WebhookStore
from service.webhooks.events import EVENTS
from service.webhooks.target import TargetError, read_target

app = typer.Typer(name="webhooks", help="Where a bank's events go, and what was sent.", no_args_is_help=True)

_SHOWN: Final = 50

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OfTenant = Annotated[str, typer.Option("--tenant", help="The bank's id.")]
WebhookId = Annotated[UUID, typer.Argument(help="The webhook's id.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stores:
    settings: Settings
    webhooks: WebhookStore
    deliveries: DeliveryStore


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Where events are posted.")],
    event: Annotated[list[str] | None, typer.Option("--event", help="An event; may be repeated. Else all.")] = None,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Make a webhook, and print its secret once."""
    events = event or list(EVENTS)
    with _stores(tenant) as stores:
        if unknown := sorted(set(events) - set(EVENTS)):
            msg = f"There is no event {unknown[0]!r}. There are: {', '.join(EVENTS)}."
            raise CommandError(msg)
        read_target(url, allowed=stores.settings.webhook_nets)
        record, secret = stores.webhooks.create(uuid4(), url=url, events=set(events), description=description)
    if as_json:
        typer.echo(json.dumps({**_webhook(record), "secret": secret}))
    else:
        typer.echo(f"{record.id}\n{secret}\nThe secret is shown this once: receivers verify messages with it.")


@app.command("list")
def list_webhooks(tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List the webhooks."""
    with _stores(tenant) as stores:
        found = stores.webhooks.list()
    _print([_webhook(record) for record in found], as_json=as_json)


@app.command("delete")
def delete(webhook_id: WebhookId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Delete a webhook with its log; what waits is not sent any more."""
    with _stores(tenant) as stores:
        stores.webhooks.delete(webhook_id)
    typer.echo("The webhook is deleted.")


@app.command("test")
def send_test(webhook_id: WebhookId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Have a worker send a test message."""
    with _stores(tenant) as stores:
        sent = stores.deliveries.send_test(webhook_id, delivery_id=uuid4())
    typer.echo(f"{sent.id}\nA worker sends it; `doorstep webhooks deliveries {webhook_id}` shows what came of it.")


@app.command("deliveries")
def deliveries(webhook_id: WebhookId, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List the latest messages of a webhook, and what came of them."""
    with _stores(tenant) as stores:
        found = stores.deliveries.list(webhook_id, limit=_SHOWN)
    _print([_delivery(record) for record in found], as_json=as_json)


@app.command("replay")
def replay(
    webhook_id: WebhookId,
    delivery_id: Annotated[UUID, typer.Argument(help="The delivery's id.")],
    tenant: OfTenant = FIRST_TENANT,
) -> None:
    """Have a worker send a message again."""
    with _stores(tenant) as stores:
        stores.deliveries.replay(webhook_id, delivery_id)
    typer.echo("A worker sends it again.")


@contextmanager
def _stores(tenant: str) -> Iterator[_Stores]:
    with plain_failures():
        settings = read_settings()
        try:
            with reachable_database(settings) as url:
                migrate(url)
                engine = open_engine(url)
                try:
                    keys = TenantKeys(engine, secrets=settings.secrets)
                    if tenant not in {one.id for one in IdentityStore(engine, keys).list_tenants()}:
                        msg = f"There is no tenant {tenant!r}. `doorstep tenants list` shows them."
                        raise CommandError(msg)
                    mine = tenant_engine(engine, tenant)
                    yield _Stores(
                        settings=settings,
                        webhooks=WebhookStore(mine, keys, tenant=tenant),
                        deliveries=DeliveryStore(mine, tenant=tenant),
                    )
                finally:
                    engine.dispose()
        except (WebhookNotFoundError, DeliveryNotFoundError, TooManyWebhooksError, TargetError) as exc:
            raise CommandError(str(exc)) from None


def _webhook(record: WebhookRecord) -> dict[str, object]:
    return {
        "id": str(record.id),
        "url": record.url,
        "events": " ".join(record.events),
        "enabled": record.enabled,
        "description": record.description,
    }


def _delivery(record: DeliveryRecord) -> dict[str, object]:
    last = record.log[-1] if record.log else {}
    return {
        "id": str(record.id),
        "event": record.event,
        "status": record.status.value,
        "created_at": record.created_at.isoformat(),
        "tries": len(record.log),
        "last": last.get("error") or last.get("status") or "",
    }


def _print(rows: Sequence[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(list(rows)))
        return
    if not rows:
        typer.echo("There are none.")
        return
    table = Table(*rows[0], box=None)
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console(soft_wrap=True).print(table)

"""`doorstep links`: preview links to the routes of a plan, for collectors' telephones."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer
from fastapi_problem.error import Problem
from rich.table import Table

from service.api.links import end_of
from service.api.plan_resource import document_of
from service.auth.caller import FIRST_TENANT
from service.cli.database import opened_database, this_user
from service.cli.failure import CommandError, plain_failures, read_settings
from service.cli.tables import make_console
from service.schemas.link import LinkOut, LinkRequest, NewLink
from service.store.links import LinkStore
from service.store.plans import PlanStore
from service.store.tenancy import tenant_engine
from service.store.tenant_keys import TenantKeys

app = typer.Typer(name="links", help="Links that show one route on a telephone.", no_args_is_help=True)

_Plan = Annotated[UUID, typer.Argument(help="The plan's id.", show_default=False)]
_OfTenant = Annotated[str, typer.Option("--tenant", help="The bank's id.")]
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_ALL = 10_000


@app.command("add")
def add_link(
    plan: _Plan,
    route: Annotated[int, typer.Argument(min=1, help="The route's position in the plan, from 1.", show_default=False)],
    base: Annotated[str, typer.Option(help="Where telephones reach the service, such as https://doorstep.bank.")],
    hours: Annotated[int | None, typer.Option(min=1, help="How long; else until the plan's day ends.")] = None,
    tenant: _OfTenant = FIRST_TENANT,
    as_json: _AsJson = False,
) -> None:
    """Make a link, and print its address once."""
    settings = read_settings()
    with _stores(tenant) as (plans, links):
        document = document_of(plans.get(plan))
        if route > len(document.result.routes):
            msg = f"The plan has {len(document.result.routes)} routes."
            raise CommandError(msg)
        lasts = LinkRequest(expires_in_s=None if hours is None else hours * 3600)
        ends = end_of(lasts, document, now=datetime.now(UTC), most=timedelta(days=settings.link_max_days))
        link, secret = links.create(plan, route, expires_at=ends, created_by=this_user().id)
    new = NewLink(link=LinkOut.of(link), url=f"{base.rstrip('/')}/r/{secret}")
    typer.echo(new.model_dump_json() if as_json else f"{new.url}\nOpens route {route} until {ends:%Y-%m-%d %H:%M %Z}.")


@app.command("list")
def list_links(plan: _Plan, tenant: _OfTenant = FIRST_TENANT, as_json: _AsJson = False) -> None:
    """List a plan's links, the newest first; their addresses are nowhere stored."""
    with _stores(tenant) as (plans, links):
        plans.get(plan)
        found = [LinkOut.of(link) for link in links.list(plan, limit=_ALL)]
    if as_json:
        typer.echo(json.dumps([link.model_dump(mode="json") for link in found]))
        return
    table = Table("Id", "Route", "Until", "Revoked", "Last opened")
    for link in found:
        instants = (link.expires_at, link.revoked_at, link.last_opened_at)
        table.add_row(str(link.id), str(link.route), *("" if at is None else f"{at:%Y-%m-%d %H:%M}" for at in instants))
    make_console().print(table if found else "There are none.")


@app.command("revoke")
def revoke_link(
    plan: _Plan,
    link: Annotated[UUID, typer.Argument(help="The link's id.", show_default=False)],
    tenant: _OfTenant = FIRST_TENANT,
) -> None:
    """End a link at once."""
    with _stores(tenant) as (_, links):
        links.revoke(plan, link)
    typer.echo("It opens nothing any more.")


@contextmanager
def _stores(tenant: str) -> Iterator[tuple[PlanStore, LinkStore]]:
    with plain_failures(), opened_database() as engine:
        mine = tenant_engine(engine, tenant)
        keys = TenantKeys(engine, secrets=read_settings().secrets)
        try:
            yield PlanStore(mine, keys, tenant=tenant), LinkStore(mine, tenant=tenant)
        except Problem as exc:
            errors = getattr(exc, "extras", {}).get("errors") or [{}]
            raise CommandError(errors[0].get("detail") or exc.detail or exc.title) from None

"""`doorstep links`: preview links to the routes of a plan, for collectors' telephones."""

import re
from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID

import typer

from service.auth.caller import FIRST_TENANT
from service.cli.bank import opened_bank
from service.cli.failure import InputError
from service.cli.options import AsJson, Limit, OfTenant
from service.cli.output import print_json, print_rows, said

app = typer.Typer(name="links", help="Links that show one route on a telephone.", no_args_is_help=True)

_ONE_WORD: Final = re.compile(r"\S+")
_Plan = Annotated[UUID, typer.Argument(help="The plan's id.", show_default=False)]


@app.command("add")
def add_link(
    plan: _Plan,
    route: Annotated[int, typer.Argument(min=1, help="The route's position in the plan, from 1.", show_default=False)],
    base: Annotated[str, typer.Option(help="Where telephones reach the service, such as https://doorstep.bank.")],
    hours: Annotated[int | None, typer.Option(min=1, help="How long; else until the plan's day ends.")] = None,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Make a link, and print its address once."""
    lasts = {} if hours is None else {"expires_in_s": hours * 3600}
    with opened_bank(tenant) as bank:
        reached = _web_address(base)
        new = bank.post(f"/v1/plans/{plan}/routes/{route}/links", lasts)
    url = reached + urlsplit(new["url"]).path
    if as_json:
        print_json({**new, "url": url})
    else:
        typer.echo(f"{url}\nOpens route {route} until {said(new['link']['expires_at'])}.")


@app.command("list")
def list_links(plan: _Plan, limit: Limit = 200, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List a plan's links, the newest first; their addresses are nowhere stored."""
    with opened_bank(tenant) as bank:
        found = bank.listed(f"/v1/plans/{plan}/links", "links", limit=limit)
    print_rows(found, ("id", "route", "expires_at", "revoked_at", "last_opened_at"), as_json=as_json)


@app.command("revoke")
def revoke_link(
    plan: _Plan,
    link: Annotated[UUID, typer.Argument(help="The link's id.", show_default=False)],
    tenant: OfTenant = FIRST_TENANT,
) -> None:
    """End a link at once."""
    with opened_bank(tenant) as bank:
        bank.delete(f"/v1/plans/{plan}/links/{link}")
    typer.echo("It opens nothing any more.")


def _web_address(base: str) -> str:
    """Return where a service is reached, without a slash at its end; what opens nothing is refused."""
    try:
        parts = urlsplit(base)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        known = False
    if not known or "@" in base or any(mark in base for mark in "?#\\") or not _ONE_WORD.fullmatch(base):
        msg = "--base must be where telephones reach the service, http or https, such as https://doorstep.bank."
        raise InputError(msg)
    return base.rstrip("/")

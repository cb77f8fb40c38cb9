"""`doorstep keys`: the keys of a bank's programs."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from service.auth.caller import FIRST_TENANT
from service.auth.scope import Role, Scope
from service.cli.bank import opened_bank
from service.cli.failure import read_settings
from service.cli.options import AsJson, GivenId, Limit, OfTenant
from service.cli.output import print_json, print_one, print_rows, said
from service.cli.privacy import rotate_keys

app = typer.Typer(name="keys", help="The keys of a bank's programs.", no_args_is_help=True)
app.command("rotate")(rotate_keys)

_PATH: Final = "/v1/keys"
_COLUMNS: Final = ("id", "name", "role", "ends", "last_used_at")

OfRole = Annotated[Role, typer.Option("--role", help="What it may do.")]
Days = Annotated[int | None, typer.Option("--days", min=1, max=3650, help="Days until it expires; else it never does.")]


@app.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="What uses it; no person's name.")],
    role: OfRole,
    scope: Annotated[
        list[Scope] | None, typer.Option("--scope", help="Only this of the role's scopes; may be repeated.")
    ] = None,
    days: Days = None,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Make a key, and print it once."""
    ends = until(days)
    body = {
        "name": name,
        "role": role.value,
        "scopes": [one.value for one in scope] if scope else None,
        "expires_at": None if ends is None else ends.isoformat(),
    }
    with opened_bank(tenant) as bank:
        made = bank.post(_PATH, body)
    print_new_key(made, as_json=as_json)


@app.command("list")
def list_keys(limit: Limit = 200, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List a bank's keys, without their secrets."""
    with opened_bank(tenant) as bank:
        found = bank.listed(_PATH, "keys", limit=limit)
    print_rows(found if as_json else [{**key, "ends": _end_of(key)} for key in found], _COLUMNS, as_json=as_json)


@app.command("show")
def show_key(key: GivenId, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Show a key, without its secret."""
    with opened_bank(tenant) as bank:
        found = bank.get(f"{_PATH}/{key}")
    print_one(found, as_json=as_json)


@app.command("revoke")
def revoke_key(key: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """End a key at once."""
    with opened_bank(tenant) as bank:
        bank.delete(f"{_PATH}/{key}")
    typer.echo("The key is revoked.")


def until(days: int | None) -> datetime | None:
    """Return when a key of so many days ends; None when it never does."""
    return None if days is None else datetime.now(UTC) + timedelta(days=days)


def print_new_key(made: dict[str, Any], *, as_json: bool) -> None:
    """Print a new key: the secret alone on standard output, the rest beside it."""
    if as_json:
        print_json(made)
        return
    typer.echo(made["secret"])
    key, told = made["key"], Console(stderr=True)
    told.print(f"Key {key['id']} ({key['role']}). It is shown this once: keep it safe.", markup=False, soft_wrap=True)
    told.print(
        f'Try it: curl -H "Authorization: Bearer KEY" http://127.0.0.1:{read_settings().port}/v1/me',
        markup=False,
        soft_wrap=True,
    )


def _end_of(key: dict[str, Any]) -> str:
    return "revoked" if key["revoked_at"] else said(key["expires_at"]) or "never"

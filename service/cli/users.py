"""`doorstep users`: a bank's people who may sign in."""

from typing import Annotated, Final

import typer

from service.auth.caller import FIRST_TENANT
from service.auth.scope import Role
from service.cli.bank import opened_bank
from service.cli.options import AsJson, GivenId, Limit, OfTenant, given
from service.cli.output import print_one, print_rows

app = typer.Typer(name="users", help="A bank's people who may sign in.", no_args_is_help=True)

_PATH: Final = "/v1/users"


@app.command("add")
def add_user(
    email: Annotated[str, typer.Argument(help="As the identity provider verifies it.")],
    role: Annotated[Role, typer.Option("--role", help="What they may do.")],
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Let a person sign in with the bank's identity provider."""
    with opened_bank(tenant) as bank:
        made = bank.post(_PATH, {"email": email, "role": role.value})
    print_one(made, as_json=as_json)


@app.command("list")
def list_users(limit: Limit = 200, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List the people who may sign in, the newest first."""
    with opened_bank(tenant) as bank:
        found = bank.listed(_PATH, "users", limit=limit)
    print_rows(found, ("id", "email", "role", "active", "last_login_at"), as_json=as_json)


@app.command("show")
def show_user(user: GivenId, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Show a user."""
    with opened_bank(tenant) as bank:
        found = bank.get(f"{_PATH}/{user}")
    print_one(found, as_json=as_json)


@app.command("change")
def change_user(
    user: GivenId,
    role: Annotated[Role | None, typer.Option("--role", help="What they may do.", show_default=False)] = None,
    active: Annotated[
        bool | None, typer.Option("--let-in/--shut-out", help="Shut out, their sessions end.", show_default=False)
    ] = None,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Give a user another role, shut them out, or let them in again."""
    body = given(role=None if role is None else role.value, active=active)
    with opened_bank(tenant) as bank:
        changed = bank.change("PATCH", f"{_PATH}/{user}", body)
    print_one(changed, as_json=as_json)


@app.command("remove")
def remove_user(user: GivenId, tenant: OfTenant = FIRST_TENANT) -> None:
    """Delete a user; their sessions end."""
    with opened_bank(tenant) as bank:
        bank.delete(f"{_PATH}/{user}")
    typer.echo("The user is deleted.")

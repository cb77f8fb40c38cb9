"""`doorstep init`, `tenants`, `keys` and `users`: who may use the service. For whoever runs it, at the database."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from service.auth.caller import FIRST_TENANT
from service.auth.errors import AuthError
from service.auth.identity import ApiKey, User
from service.auth.scope import Role, Scope
from service.cli.database import opened_database
from service.cli.failure import CommandError, plain_failures, read_settings
from service.store.identities import IdentityStore
from service.store.tenancy import tenant_engine
from service.store.tenant_identities import TenantIdentities
from service.store.tenant_keys import TenantKeys

tenants = typer.Typer(name="tenants", help="The banks of this service.", no_args_is_help=True)
keys = typer.Typer(name="keys", help="The keys of a bank's programs.", no_args_is_help=True)
users = typer.Typer(name="users", help="A bank's people who may sign in.", no_args_is_help=True)

_ALL = 10_000
_MADE_BY = "command line"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OfTenant = Annotated[str, typer.Option("--tenant", help="The bank's id.")]
OfRole = Annotated[Role, typer.Option("--role", help="What it may do.")]
Scopes = Annotated[list[Scope] | None, typer.Option("--scope", help="Only this of the role's scopes; may be repeated.")]
Days = Annotated[int | None, typer.Option("--days", min=1, max=3650, help="Days until it expires; else it never does.")]


def init(
    tenant: OfTenant = FIRST_TENANT,
    name: Annotated[str | None, typer.Option(help="The bank's name; its id when left out.")] = None,
    days: Days = None,
    as_json: AsJson = False,
) -> None:
    """Make the first bank and its administrator's key. From then on nobody gets in without a key.

    The key is printed once. What was stored before belongs to the bank `main`.
    """
    with _stores(tenant) as (everybody, mine):
        if everybody.is_anybody_known():
            msg = "There are keys already. `doorstep keys add` makes more, `doorstep tenants add` another bank."
            raise CommandError(msg)
        if tenant == FIRST_TENANT:
            everybody.rename_tenant(tenant, name or tenant)
        else:
            everybody.add_tenant(tenant, name or tenant)
        key, secret = mine.add_key(name="administrator", role=Role.ADMIN, expires_at=_until(days), created_by="init")
    _print_new(key, secret, as_json=as_json)


@tenants.command("add")
def add_tenant(
    tenant: Annotated[str, typer.Argument(help="An id of small letters, digits and hyphens.")],
    name: Annotated[str | None, typer.Option(help="The bank's name; its id when left out.")] = None,
    days: Days = None,
    as_json: AsJson = False,
) -> None:
    """Add a bank, and print its administrator's key once."""
    with _stores(tenant) as (everybody, mine):
        everybody.add_tenant(tenant, name or tenant)
        key, secret = mine.add_key(name="administrator", role=Role.ADMIN, expires_at=_until(days), created_by="init")
    _print_new(key, secret, as_json=as_json)


@tenants.command("list")
def list_tenants(as_json: AsJson = False) -> None:
    """List the banks."""
    with _stores(FIRST_TENANT) as (everybody, _):
        found = everybody.list_tenants()
    rows = [{"id": one.id, "name": one.name, "created_at": one.created_at.isoformat()} for one in found]
    _print_rows(rows, as_json=as_json)


@tenants.command("limit")
def limit_tenant(
    tenant: Annotated[str, typer.Argument(help="The bank's id.")],
    max_running: Annotated[int | None, typer.Option(min=1, help="Plans, and batches, that workers compute.")] = None,
    max_waiting: Annotated[int | None, typer.Option(min=1, help="Plans, and batches, that may wait.")] = None,
) -> None:
    """Give one bank another share of the workers than the settings give each; without options: the settings' again."""
    with _stores(tenant) as (everybody, _):
        _require(everybody, tenant)
        everybody.limit_tenant(tenant, max_running=max_running, max_waiting=max_waiting)
    typer.echo("The limits are set.")


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="What uses it; no person's name.")],
    role: OfRole,
    tenant: OfTenant = FIRST_TENANT,
    scope: Scopes = None,
    days: Days = None,
    as_json: AsJson = False,
) -> None:
    """Make a key, and print it once."""
    with _stores(tenant) as (everybody, mine):
        _require(everybody, tenant)
        key, secret = mine.add_key(
            name=name,
            role=role,
            scopes=frozenset(scope) if scope else None,
            expires_at=_until(days),
            created_by=_MADE_BY,
        )
    _print_new(key, secret, as_json=as_json)


@keys.command("list")
def list_keys(tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List a bank's keys, without their secrets."""
    with _stores(tenant) as (everybody, mine):
        _require(everybody, tenant)
        found = mine.list_keys(limit=_ALL)
    _print_rows([_shown(key) if as_json else _told(key) for key in found], as_json=as_json)


@keys.command("revoke")
def revoke_key(key_id: Annotated[UUID, typer.Argument(help="The key's id.")], tenant: OfTenant = FIRST_TENANT) -> None:
    """End a key at once."""
    with _stores(tenant) as (_, mine):
        mine.revoke_key(key_id)
    typer.echo("The key is revoked.")


@users.command("add")
def add_user(
    email: Annotated[str, typer.Argument(help="As the identity provider verifies it.")],
    role: OfRole,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Let a person sign in with the bank's identity provider."""
    with _stores(tenant) as (everybody, mine):
        _require(everybody, tenant)
        user = mine.add_user(email=email, role=role)
    _print_rows([_person(user)], as_json=as_json)


@users.command("list")
def list_users(tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List a bank's people who may sign in."""
    with _stores(tenant) as (everybody, mine):
        _require(everybody, tenant)
        found = mine.list_users(limit=_ALL)
    _print_rows([_person(user) for user in found], as_json=as_json)


@users.command("remove")
def remove_user(
    user_id: Annotated[UUID, typer.Argument(help="The user's id.")], tenant: OfTenant = FIRST_TENANT
) -> None:
    """Delete a user; their sessions end."""
    with _stores(tenant) as (_, mine):
        mine.remove_user(user_id)
    typer.echo("The user is deleted.")


@contextmanager
def _stores(tenant: str) -> Iterator[tuple[IdentityStore, TenantIdentities]]:
    with plain_failures():
        settings = read_settings()
        try:
            with opened_database(settings) as engine:
                stored = TenantKeys(engine, secrets=settings.secrets)
                yield (
                    IdentityStore(engine, stored),
                    TenantIdentities(tenant_engine(engine, tenant), stored, tenant=tenant),
                )
        except AuthError as exc:
            raise CommandError(str(exc) or "There is none of this id.") from None


def _require(everybody: IdentityStore, tenant: str) -> None:
    if tenant not in {one.id for one in everybody.list_tenants()}:
        msg = f"There is no tenant {tenant!r}. `doorstep tenants list` shows them."
        raise CommandError(msg)


def _until(days: int | None) -> datetime | None:
    return None if days is None else datetime.now(UTC) + timedelta(days=days)


def _print_new(key: ApiKey, secret: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"key": _shown(key), "secret": secret}))
        return
    typer.echo(secret)
    told = Console(stderr=True)
    told.print(f"Key {key.id} ({key.role}). It is shown this once: keep it safe.", markup=False, soft_wrap=True)
    told.print(
        f'Try it: curl -H "Authorization: Bearer KEY" http://127.0.0.1:{read_settings().port}/v1/me',
        markup=False,
        soft_wrap=True,
    )


def _shown(key: ApiKey) -> Mapping[str, object]:
    return {
        "id": str(key.id),
        "name": key.name,
        "hint": key.hint,
        "role": key.role.value,
        "scopes": None if key.scopes is None else sorted(key.scopes),
        "expires_at": _said(key.expires_at),
        "last_used_at": _said(key.last_used_at),
        "revoked_at": _said(key.revoked_at),
    }


def _told(key: ApiKey) -> Mapping[str, object]:
    """Return what fits into a line; JSON has it all."""
    ends = (
        "revoked" if key.revoked_at is not None else "never" if key.expires_at is None else str(key.expires_at.date())
    )
    used = "never" if key.last_used_at is None else str(key.last_used_at.date())
    return {"id": str(key.id), "name": key.name, "role": key.role.value, "ends": ends, "used": used}


def _person(user: User) -> Mapping[str, object]:
    return {
        "id": str(user.id),
        "email": user.email,
        "role": user.role.value,
        "active": user.active,
        "last_login_at": _said(user.last_login_at),
    }


def _said(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat(timespec="seconds")


def _print_rows(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(list(rows)))
        return
    if not rows:
        typer.echo("There are none.")
        return
    table = Table(box=None, pad_edge=False)
    for column in rows[0]:
        table.add_column(column, no_wrap=column == "id")  # they are copied from here
    for row in rows:
        table.add_row(*("" if value is None else _cell(value) for value in row.values()))
    Console().print(table)


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

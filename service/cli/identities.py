"""`doorstep init` and `tenants`: the banks of the service. For whoever runs it, at the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from service.auth.caller import FIRST_TENANT
from service.auth.errors import AuthError, InvalidIdentityError
from service.auth.scope import Role
from service.cli.bank import no_tenant
from service.cli.database import opened_database
from service.cli.failure import CommandError, InputError, plain_failures, read_settings
from service.cli.keys import Days, print_new_key, until
from service.cli.options import AsJson, OfTenant
from service.cli.output import print_rows
from service.cli.privacy import erase_whole_tenant
from service.schemas.identity import KeyOut, NewKey
from service.store.access.identities import IdentityStore
from service.store.access.tenant_identities import TenantIdentities
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tenancy import tenant_engine

tenants = typer.Typer(name="tenants", help="The banks of this service.", no_args_is_help=True)
tenants.command("erase")(erase_whole_tenant)


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
        made = _first_key(mine, days)
    print_new_key(made, as_json=as_json)


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
        made = _first_key(mine, days)
    print_new_key(made, as_json=as_json)


@tenants.command("list")
def list_tenants(as_json: AsJson = False) -> None:
    """List the banks."""
    with _stores(FIRST_TENANT) as (everybody, _):
        found = everybody.list_tenants()
    rows = [{"id": one.id, "name": one.name, "created_at": one.created_at.isoformat()} for one in found]
    print_rows(rows, ("id", "name", "created_at"), as_json=as_json)


@tenants.command("limit")
def limit_tenant(
    tenant: Annotated[str, typer.Argument(help="The bank's id.")],
    max_running: Annotated[int | None, typer.Option(min=1, help="Plans, and batches, that workers compute.")] = None,
    max_waiting: Annotated[int | None, typer.Option(min=1, help="Plans, and batches, that may wait.")] = None,
) -> None:
    """Give one bank another share of the workers than the settings give each; without options: the settings' again."""
    with _stores(tenant) as (everybody, _):
        if tenant not in {one.id for one in everybody.list_tenants()}:
            raise no_tenant(tenant)
        everybody.limit_tenant(tenant, max_running=max_running, max_waiting=max_waiting)
    typer.echo("The limits are set.")


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
        except InvalidIdentityError as exc:
            msg = f"/{exc.field}: {exc}"
            raise InputError(msg) from None
        except AuthError as exc:
            raise CommandError(str(exc) or "There is none of this id.") from None


def _first_key(mine: TenantIdentities, days: int | None) -> dict[str, Any]:
    key, secret = mine.add_key(name="administrator", role=Role.ADMIN, expires_at=until(days), created_by="init")
    return NewKey(key=KeyOut.of(key), secret=secret).model_dump(mode="json")

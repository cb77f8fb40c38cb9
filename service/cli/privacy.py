"""`doorstep keys rotate` and `tenants erase`: what is done about whole banks at the database itself."""

from typing import Annotated

import typer

from service.cli.bank import no_tenant
from service.cli.database import opened_database
from service.cli.failure import plain_failures, read_settings
from service.store.access.tenant_end import erase_tenant
from service.store.access.tenant_settings import settings_of_all
from service.store.privacy.resealing import reseal
from service.store.privacy.tenant_keys import TenantKeys

_OfTenant = Annotated[str | None, typer.Option("--tenant", help="The bank's id; all banks without it.")]


def rotate_keys(
    tenant: _OfTenant = None,
    now: Annotated[
        bool, typer.Option("--now", help="No other process runs: seal everything anew at once, and not by a worker.")
    ] = False,
) -> None:
    """Give banks a new key. Within the hour a worker seals everything with it, and deletes the old one."""
    with plain_failures(), opened_database() as engine:
        keys = TenantKeys(engine, secrets=read_settings().secrets)
        known = list(settings_of_all(engine))
        if tenant is not None and tenant not in known:
            raise no_tenant(tenant)
        for one in known if tenant is None else [tenant]:
            keys.rotate(one, at_once=now)
            if now:
                typer.echo(f"{one}: a new key; {reseal(engine, keys, one)} values sealed anew, the old key deleted.")
            else:
                typer.echo(f"{one}: a new key, used in two minutes. A worker seals anew what the old one sealed.")


def erase_whole_tenant(
    tenant: Annotated[str, typer.Argument(help="The bank's id.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Destroy a bank's keys and delete all that it stored, for good. Its audit log stays, which names nobody."""
    if not yes:
        typer.confirm(f"Erase everything of {tenant}? Backups that have its keys too are not touched.", abort=True)
    with plain_failures(), opened_database() as engine:
        if tenant not in settings_of_all(engine):
            raise no_tenant(tenant)
        erased = erase_tenant(engine, TenantKeys(engine, secrets=read_settings().secrets), tenant)
    rows = ", ".join(f"{count} of {table}" for table, count in erased.items() if count) or "nothing else"
    typer.echo(f"{tenant}: its keys are destroyed. Deleted: {rows}.")

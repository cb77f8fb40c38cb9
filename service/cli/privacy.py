"""`doorstep keys rotate`, `tenants erase` and `persons`: what is done about personal data at the database itself."""

from contextlib import AbstractContextManager
from typing import Annotated

import typer
from sqlalchemy import Engine

from service.audit.acting import on_behalf_of
from service.audit.entry import ReasonError, checked_reason
from service.cli.database import opened_database, this_user
from service.cli.failure import CommandError, plain_failures, read_settings
from service.schemas.persons import ErasureOut, PersonExport
from service.store.person_search import Wanted
from service.store.persons import PersonStore
from service.store.resealing import reseal
from service.store.tenancy import tenant_engine
from service.store.tenant_end import erase_tenant
from service.store.tenant_keys import TenantKeys
from service.store.tenant_settings import settings_of_all

persons = typer.Typer(name="persons", help="What is kept about one person.", no_args_is_help=True)

_OfTenant = Annotated[str | None, typer.Option("--tenant", help="The bank's id; all banks without it.")]
_Case = Annotated[str | None, typer.Option(help="Id of one of the person's cases.", show_default=False)]
_Collector = Annotated[str | None, typer.Option(help="Id of a collector, without the others.", show_default=False)]
_Phone = Annotated[str | None, typer.Option(help="The whole telephone number.", show_default=False)]
_Name = Annotated[str | None, typer.Option(help="The whole name.", show_default=False)]
_Why = Annotated[str, typer.Option("--reason", help="Why; names nobody, and is kept for good.", show_default=False)]
_OneTenant = Annotated[str, typer.Option("--tenant", help="The bank's id.")]


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
            raise _no_tenant(tenant)
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
            raise _no_tenant(tenant)
        erased = erase_tenant(engine, TenantKeys(engine, secrets=read_settings().secrets), tenant)
    rows = ", ".join(f"{count} of {table}" for table, count in erased.items() if count) or "nothing else"
    typer.echo(f"{tenant}: its keys are destroyed. Deleted: {rows}.")


@persons.command("erase")
def erase_person(
    tenant: _OneTenant,
    reason: _Why,
    case: _Case = None,
    phone: _Phone = None,
    name: _Name = None,
    collector: _Collector = None,
) -> None:
    """Erase one person across all tables, and print the proof as JSON."""
    with plain_failures(), opened_database() as engine, _because(reason):
        store = _people(engine, tenant)
        typer.echo(
            ErasureOut.of(store.erase(store.find(_wanted(case, phone, name, collector)))).model_dump_json(indent=2)
        )


@persons.command("export")
def export_person(
    tenant: _OneTenant,
    reason: _Why,
    case: _Case = None,
    phone: _Phone = None,
    name: _Name = None,
    collector: _Collector = None,
) -> None:
    """Print everything that is kept about one person as JSON."""
    with plain_failures(), opened_database() as engine, _because(reason):
        store = _people(engine, tenant)
        typer.echo(
            PersonExport.of(store.export(store.find(_wanted(case, phone, name, collector)))).model_dump_json(indent=2)
        )


def _people(engine: Engine, tenant: str) -> PersonStore:
    if tenant not in settings_of_all(engine):
        raise _no_tenant(tenant)
    keys = TenantKeys(engine, secrets=read_settings().secrets)
    return PersonStore(tenant_engine(engine, tenant), keys, tenant=tenant)


def _wanted(case: str | None, phone: str | None, name: str | None, collector: str | None) -> Wanted:
    of_customer = case is not None or phone is not None or name is not None
    if of_customer == (collector is not None):
        msg = "Say who: --case, --phone, --name, or several of them; or a --collector alone."
        raise CommandError(msg)
    return Wanted(case=case, phone=phone, name=name, collector=collector)


def _because(reason: str) -> AbstractContextManager[None]:
    try:
        return on_behalf_of(this_user(), reason=checked_reason(reason))
    except ReasonError as exc:
        raise CommandError(str(exc)) from None


def _no_tenant(tenant: str) -> CommandError:
    return CommandError(f"There is no tenant {tenant!r}. `doorstep tenants list` shows them.")

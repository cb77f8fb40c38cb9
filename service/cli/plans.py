"""`doorstep plans` and `doorstep schedules`: what was planned, is planned, and will be."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Literal
from uuid import UUID

import typer
from fastapi_problem.error import Problem
from rich.table import Table

from service.api.geojson import feature_collection
from service.api.plan_lines import plan_lines
from service.api.plan_resource import document_of, plan_resource
from service.auth.caller import FIRST_TENANT
from service.cli.database import opened_database
from service.cli.failure import CommandError, plain_failures, read_settings
from service.cli.tables import make_console
from service.schemas.plan_list import PlanListed
from service.store.plans import PlanStore
from service.store.records import PlanStatus
from service.store.schedules import ScheduleStore
from service.store.tenancy import tenant_engine
from service.store.tenant_keys import TenantKeys

plans = typer.Typer(name="plans", help="Plans that the service has.", no_args_is_help=True)
schedules = typer.Typer(name="schedules", help="Plans that are made again and again.", no_args_is_help=True)

_Plan = Annotated[UUID, typer.Argument(help="The plan's id.", show_default=False)]
_OfTenant = Annotated[str, typer.Option("--tenant", help="The bank's id.")]
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_MOST = 10_000


@plans.command("list")
def list_plans(
    status: Annotated[list[PlanStatus] | None, typer.Option(help="Only these; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="At most so many.")] = 20,
    tenant: _OfTenant = FIRST_TENANT,
    as_json: _AsJson = False,
) -> None:
    """List plans, the newest first."""
    with _stores(tenant) as (store, _):
        found = [PlanListed.of(one) for one in store.list(statuses=status or (), limit=limit)]
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in found]))
        return
    rows = [
        (str(one.id), one.status.value, one.area, str(one.date), f"{one.created_at:%Y-%m-%d %H:%M}") for one in found
    ]
    _print(("Id", "Status", "Area", "Day", "Made"), rows)


@plans.command("show")
def show_plan(plan: _Plan, tenant: _OfTenant = FIRST_TENANT) -> None:
    """Print a plan as JSON, as `GET /v1/plans/{id}` answers it."""
    with _stores(tenant) as (store, _):
        typer.echo(plan_resource(store.get(plan)).model_dump_json(indent=2))


@plans.command("export")
def export_plan(
    plan: _Plan,
    form: Annotated[
        Literal["ndjson", "geojson"], typer.Option("--format", help="Visits by line, or the map.")
    ] = "ndjson",
    tenant: _OfTenant = FIRST_TENANT,
) -> None:
    """Print the visits of a plan that is done, or its lines and points. No address is in either."""
    with _stores(tenant) as (store, _):
        document = document_of(store.get(plan))
        if form == "geojson":
            typer.echo(feature_collection(document).model_dump_json())
            return
        for line in plan_lines(plan, document.result):
            typer.echo(line.model_dump_json())


@plans.command("stop")
def stop_plan(plan: _Plan, tenant: _OfTenant = FIRST_TENANT) -> None:
    """End the search early and keep the best routes so far."""
    with _stores(tenant) as (store, _):
        store.request_stop(plan)
    typer.echo("The search ends soon.")


@plans.command("dismiss")
def dismiss_plan(plan: _Plan, tenant: _OfTenant = FIRST_TENANT) -> None:
    """Give a plan up: it ends without a result."""
    with _stores(tenant) as (store, _):
        store.dismiss(plan)
    typer.echo("The plan is dismissed.")


@schedules.command("list")
def list_schedules(tenant: _OfTenant = FIRST_TENANT, as_json: _AsJson = False) -> None:
    """List schedules, the newest first."""
    with _stores(tenant) as (_, store):
        found = store.list(limit=_MOST)
    shown = [
        {
            "id": str(one.id),
            "name": one.document.get("name"),
            "enabled": one.enabled,
            "next_run_at": None if one.next_run_at is None else one.next_run_at.isoformat(),
        }
        for one in found
    ]
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    rows = [tuple("" if value is None else str(value) for value in one.values()) for one in shown]
    _print(("Id", "Name", "Enabled", "Next"), rows)


@schedules.command("delete")
def delete_schedule(
    schedule: Annotated[UUID, typer.Argument(help="The schedule's id.", show_default=False)],
    tenant: _OfTenant = FIRST_TENANT,
) -> None:
    """Delete a schedule; its plans stay."""
    with _stores(tenant) as (_, store):
        store.delete(schedule, version=store.get(schedule).version)
    typer.echo("The schedule is deleted.")


@contextmanager
def _stores(tenant: str) -> Iterator[tuple[PlanStore, ScheduleStore]]:
    with plain_failures(), opened_database() as engine:
        mine, keys = tenant_engine(engine, tenant), TenantKeys(engine, secrets=read_settings().secrets)
        try:
            yield PlanStore(mine, keys, tenant=tenant), ScheduleStore(mine, keys, tenant=tenant)
        except Problem as exc:
            raise CommandError(exc.detail or exc.title) from None


def _print(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    table = Table()
    for column in columns:
        table.add_column(column, no_wrap=column == "Id")
    for row in rows:
        table.add_row(*row)
    make_console().print(table if rows else "There are none.")

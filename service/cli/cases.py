"""`doorstep cases`: finding cases, and their visits."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import typer

from service.auth.caller import FIRST_TENANT
from service.cli.bank import Value, opened_bank
from service.cli.options import DAY, AsJson, Limit, OfTenant, day_of, given
from service.cli.output import print_one, print_rows
from service.cli.resources import CASE, Id, OfBranch, add_file_verbs, add_verbs
from service.schemas.stored_case import VisitOutcome

app = typer.Typer(name="cases", help="The cases that a bank keeps here.", no_args_is_help=True)

_Status = Annotated[Literal["open", "closed"] | None, typer.Option(help="Only these.")]
_Prefix = Annotated[str | None, typer.Option("--prefix", help="Only ids that begin so.")]
_MinPriority = Annotated[int | None, typer.Option(min=0, max=100, help="Of this priority at least.")]
_MaxPriority = Annotated[int | None, typer.Option(min=0, max=100, help="Of this priority at most.")]
_DueBy = Annotated[datetime | None, typer.Option(formats=DAY, metavar="DAY", help="Due on that day or before.")]
#: Of each page of a search.
_PAGE = 200


@app.command("list")
def list_cases(
    branch: OfBranch = None,
    status: _Status = None,
    prefix: _Prefix = None,
    min_priority: _MinPriority = None,
    max_priority: _MaxPriority = None,
    due_by: _DueBy = None,
    limit: Limit = 100,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """List cases by their ids: a table without names and addresses, or all of them as JSON."""
    wanted = _filters(branch, status, prefix, min_priority, max_priority, due_by)
    with opened_bank(tenant) as bank:
        found = bank.listed(CASE.path, "cases", limit=limit, **wanted)
    print_rows(found, CASE.columns, as_json=as_json)


@app.command("search")
def search_cases(
    name: Annotated[str | None, typer.Option(help="The whole name.", show_default=False)] = None,
    phone: Annotated[str | None, typer.Option(help="The whole telephone number.", show_default=False)] = None,
    address: Annotated[str | None, typer.Option(help="The whole address, as it was sent.", show_default=False)] = None,
    branch: OfBranch = None,
    status: _Status = None,
    limit: Limit = 100,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Find cases by a person, exactly; the audit log notes that somebody searched, and not for whom."""
    wanted = given(name=name, phone=phone, address=address, branch=branch, status=status)
    found: list[dict[str, Any]] = []
    cursor = None
    with opened_bank(tenant) as bank:
        while len(found) < limit:
            asked = {**wanted, "limit": min(_PAGE, limit - len(found)), "cursor": cursor}
            page = bank.post(f"{CASE.path}/search", asked)
            found += page["cases"]
            cursor = page["next"]
            if cursor is None:
                break
    print_rows(found, CASE.columns, as_json=as_json)


add_verbs(app, CASE)


@app.command("visits")
def list_visits(case: Id, limit: Limit = 100, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List the visits of a case, the latest first."""
    with opened_bank(tenant) as bank:
        found = bank.listed(f"{CASE.path_of(case)}/visits", "visits", limit=limit)
    print_rows(found, ("id", "visited_on", "outcome", "collector", "promised_on"), as_json=as_json)


@app.command("add-visit")
def record_visit(
    case: Id,
    outcome: Annotated[VisitOutcome, typer.Argument(metavar="OUTCOME", help="What came of it.", show_default=False)],
    on: Annotated[
        datetime, typer.Option("--on", formats=DAY, metavar="DAY", help="The day, as 2026-11-28.", show_default=False)
    ],
    collector: Annotated[str | None, typer.Option(help="Who made it.", show_default=False)] = None,
    plan: Annotated[UUID | None, typer.Option(help="The plan that it was part of.", show_default=False)] = None,
    promised: Annotated[
        datetime | None,
        typer.Option(formats=DAY, metavar="DAY", help="The day by which payment was promised.", show_default=False),
    ] = None,
    note: Annotated[str | None, typer.Option(help="For people; kept sealed.", show_default=False)] = None,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Record what came of a visit; later plans keep the distance to it that the policy asks for."""
    said = given(
        visited_on=day_of(on),
        outcome=outcome,
        collector=collector,
        plan=None if plan is None else str(plan),
        promised_on=day_of(promised),
        note=note,
    )
    with opened_bank(tenant) as bank:
        recorded = bank.post(f"{CASE.path_of(case)}/visits", said)
    print_one(recorded, as_json=as_json)


@app.command("delete-visit")
def delete_visit(
    case: Id,
    visit: Annotated[UUID, typer.Argument(help="The visit's id.", show_default=False)],
    tenant: OfTenant = FIRST_TENANT,
) -> None:
    """Take back a visit that was recorded by mistake."""
    with opened_bank(tenant) as bank:
        bank.delete(f"{CASE.path_of(case)}/visits/{visit}")
    typer.echo("The visit is taken back.")


add_file_verbs(app, CASE)


@app.command("lines")
def export_lines(
    branch: OfBranch = None,
    status: _Status = None,
    prefix: _Prefix = None,
    min_priority: _MinPriority = None,
    max_priority: _MaxPriority = None,
    due_by: _DueBy = None,
    tenant: OfTenant = FIRST_TENANT,
) -> None:
    """Print cases as NDJSON, one a line, with names and addresses: keep it well."""
    wanted = _filters(branch, status, prefix, min_priority, max_priority, due_by)
    with opened_bank(tenant) as bank:
        typer.echo(bank.text(f"{CASE.path}.ndjson", **wanted), nl=False)


def _filters(
    branch: str | None,
    status: str | None,
    prefix: str | None,
    min_priority: int | None,
    max_priority: int | None,
    due_by: datetime | None,
) -> dict[str, Value]:
    return {
        "branch": branch,
        "status": status,
        "id_prefix": prefix,
        "min_priority": min_priority,
        "max_priority": max_priority,
        "due_by": day_of(due_by),
    }

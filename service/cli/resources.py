"""`doorstep cases`, `collectors` and `branches`: what a bank keeps here. For whoever runs the service, at the database.

Exit codes: 0 done, 1 the database cannot be used or there is no such id, 2 the file, or a row of it, is wrong.
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from service.api.kinds import BRANCH, CASE, COLLECTOR
from service.auth.caller import FIRST_TENANT
from service.cli.resource_work import delete, export_table, import_table, print_list, put, show, stores_of
from service.store.case_store import CaseFilter

cases = typer.Typer(name="cases", help="The cases that a bank keeps here.", no_args_is_help=True)
collectors = typer.Typer(name="collectors", help="The collectors that a bank keeps here.", no_args_is_help=True)
branches = typer.Typer(name="branches", help="The branches that a bank keeps here.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OfTenant = Annotated[str, typer.Option("--tenant", help="The bank's id.")]
Id = Annotated[str, typer.Argument(help="The id.", show_default=False)]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Most of them.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each row.")]
SheetName = Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook; the first without it.")]
Encoding = Annotated[
    str | None, typer.Option("--encoding", help="Of a CSV file, such as gb18030; found out without it.")
]
TableFile = Annotated[Path, typer.Argument(help="A CSV or XLSX file with a header.", show_default=False)]
NewFile = Annotated[Path, typer.Argument(help="Where to, .csv or .xlsx.", show_default=False)]
JsonFile = Annotated[Path, typer.Argument(help="JSON, as PUT takes it; without an id.", show_default=False)]


@cases.command("import")
def import_cases(
    file: TableFile,
    dry_run: DryRun = False,
    sheet: SheetName = None,
    encoding: Encoding = None,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Store the cases of a CSV or XLSX file, row by row; docs/cases.md has its columns."""
    import_table(CASE, file, dry_run=dry_run, sheet=sheet, encoding=encoding, tenant=tenant, as_json=as_json)


@collectors.command("import")
def import_collectors(
    file: TableFile,
    dry_run: DryRun = False,
    sheet: SheetName = None,
    encoding: Encoding = None,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Store the collectors of a CSV or XLSX file, row by row; docs/cases.md has its columns."""
    import_table(COLLECTOR, file, dry_run=dry_run, sheet=sheet, encoding=encoding, tenant=tenant, as_json=as_json)


@cases.command("export")
def export_cases(file: NewFile, tenant: OfTenant = FIRST_TENANT) -> None:
    """Write all cases to a CSV or XLSX file. It has names and addresses: keep it well."""
    export_table(CASE, file, tenant)


@collectors.command("export")
def export_collectors(file: NewFile, tenant: OfTenant = FIRST_TENANT) -> None:
    """Write all collectors to a CSV or XLSX file."""
    export_table(COLLECTOR, file, tenant)


@cases.command("list")
def list_cases(
    branch: Annotated[str | None, typer.Option(help="Only of this branch.")] = None,
    status: Annotated[Literal["open", "closed"] | None, typer.Option(help="Only these.")] = None,
    prefix: Annotated[str | None, typer.Option(help="Only ids that begin so.")] = None,
    min_priority: Annotated[int | None, typer.Option(min=0, max=100, help="Of this priority at least.")] = None,
    limit: Limit = 100,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """List cases by their ids, without names and addresses."""
    wanted = CaseFilter(branch=branch, status=status, id_prefix=prefix, min_priority=min_priority)
    with stores_of(tenant) as (stores, _):
        found = stores.cases.find(wanted, limit=limit)
    print_list(found, ("branch", "status", "priority", "days_past_due", "due_on"), as_json=as_json)


@collectors.command("list")
def list_collectors(
    branch: Annotated[str | None, typer.Option(help="Only of this branch.")] = None,
    status: Annotated[Literal["active", "inactive"] | None, typer.Option(help="Only these.")] = None,
    limit: Limit = 100,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """List collectors by their ids, without names and addresses."""
    with stores_of(tenant) as (stores, _):
        found = stores.collectors.find(branch=branch, status=status, limit=limit)
    print_list(found, ("branch", "status", "vehicle", "skills"), as_json=as_json)


@branches.command("list")
def list_branches(limit: Limit = 100, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List branches by their ids."""
    with stores_of(tenant) as (stores, _):
        found = stores.branches.page(limit=limit)
    print_list(found, ("name", "area", "time_zone", "policy"), as_json=as_json)


@cases.command("show")
def show_case(id_: Id, tenant: OfTenant = FIRST_TENANT) -> None:
    """Print a case with all that is stored of it, as JSON."""
    show(CASE, id_, tenant)


@collectors.command("show")
def show_collector(id_: Id, tenant: OfTenant = FIRST_TENANT) -> None:
    """Print a collector with all that is stored, as JSON."""
    show(COLLECTOR, id_, tenant)


@branches.command("show")
def show_branch(id_: Id, tenant: OfTenant = FIRST_TENANT) -> None:
    """Print a branch, as JSON."""
    show(BRANCH, id_, tenant)


@cases.command("put")
def put_case(id_: Id, file: JsonFile, tenant: OfTenant = FIRST_TENANT) -> None:
    """Store a case whole, whatever is there."""
    put(CASE, id_, file, tenant)


@collectors.command("put")
def put_collector(id_: Id, file: JsonFile, tenant: OfTenant = FIRST_TENANT) -> None:
    """Store a collector whole, whatever is there."""
    put(COLLECTOR, id_, file, tenant)


@branches.command("put")
def put_branch(id_: Id, file: JsonFile, tenant: OfTenant = FIRST_TENANT) -> None:
    """Store a branch whole, whatever is there."""
    put(BRANCH, id_, file, tenant)


@cases.command("delete")
def delete_case(id_: Id, tenant: OfTenant = FIRST_TENANT) -> None:
    """Delete a case with its visits."""
    delete(CASE, id_, tenant)


@collectors.command("delete")
def delete_collector(id_: Id, tenant: OfTenant = FIRST_TENANT) -> None:
    """Delete a collector."""
    delete(COLLECTOR, id_, tenant)


@branches.command("delete")
def delete_branch(id_: Id, tenant: OfTenant = FIRST_TENANT) -> None:
    """Delete a branch that has neither cases nor collectors."""
    delete(BRANCH, id_, tenant)

"""`doorstep cases`, `collectors` and `branches`: the verbs that all kinds of stored resources have."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from service.auth.caller import FIRST_TENANT
from service.cli.bank import Bank, opened_bank, segment
from service.cli.options import AsJson, Encoding, JsonFile, Limit, OfTenant, SheetName, changed_fields, read_json
from service.cli.output import print_json, print_rows
from service.cli.resource_files import export_table, import_table, upsert_rows, write_template

_ANY: Final = {"If-Match": "*"}

Id = Annotated[str, typer.Argument(metavar="ID", help="Your id of it.", show_default=False)]
Changes = Annotated[
    list[str],
    typer.Argument(metavar="FIELD=VALUE...", help="What to change; null takes a field away.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each row.")]
TableFile = Annotated[Path, typer.Argument(help="A CSV or XLSX file with a header.", show_default=False)]
RowsFile = Annotated[Path, typer.Argument(help="NDJSON, an object a line, or a JSON array.", show_default=False)]
NewFile = Annotated[Path, typer.Argument(help="Where to, .csv or .xlsx.", show_default=False)]
OfBranch = Annotated[str | None, typer.Option("--branch", help="Only of this branch.")]
_Status = Annotated[Literal["active", "inactive"] | None, typer.Option("--status", help="Only these.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfResource:
    """A kind of resource, as its commands treat it. `columns` are those of its lists: none tells of a person."""

    name: str
    plural: str
    columns: Sequence[str]
    deletes: str

    @property
    def path(self) -> str:
        """Where all of them are."""
        return f"/v1/{self.plural}"

    def path_of(self, id_: str) -> str:
        """Where one of them is."""
        return f"{self.path}/{segment(id_)}"


CASE: Final = KindOfResource(
    name="case",
    plural="cases",
    columns=("id", "branch", "status", "priority", "days_past_due", "due_on"),
    deletes="a case with its visits",
)
COLLECTOR: Final = KindOfResource(
    name="collector",
    plural="collectors",
    columns=("id", "branch", "status", "vehicle", "skills"),
    deletes="a collector",
)
BRANCH: Final = KindOfResource(
    name="branch",
    plural="branches",
    columns=("id", "name", "area", "time_zone", "policy", "version"),
    deletes="a branch that has neither cases nor collectors",
)

collectors = typer.Typer(name="collectors", help="The collectors that a bank keeps here.", no_args_is_help=True)
branches = typer.Typer(name="branches", help="The branches that a bank keeps here.", no_args_is_help=True)


@collectors.command("list")
def list_collectors(
    branch: OfBranch = None,
    status: _Status = None,
    limit: Limit = 100,
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """List collectors by their ids."""
    with opened_bank(tenant) as bank:
        found = bank.listed(COLLECTOR.path, "collectors", limit=limit, branch=branch, status=status)
    print_rows(found, COLLECTOR.columns, as_json=as_json)


@collectors.command("lines")
def export_collector_lines(
    branch: OfBranch = None,
    status: _Status = None,
    tenant: OfTenant = FIRST_TENANT,
) -> None:
    """Print collectors as NDJSON, one a line, with names and homes: keep it well."""
    with opened_bank(tenant) as bank:
        typer.echo(bank.text(f"{COLLECTOR.path}.ndjson", branch=branch, status=status), nl=False)


@branches.command("list")
def list_branches(limit: Limit = 100, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """List branches by their ids."""
    with opened_bank(tenant) as bank:
        found = bank.listed(BRANCH.path, "branches", limit=limit)
    print_rows(found, BRANCH.columns, as_json=as_json)


def add_verbs(app: typer.Typer, kind: KindOfResource) -> None:
    """Give a kind's commands the verbs that are the same for all of them."""

    @app.command("show", help=f"Print a {kind.name} with all that is stored of it, as JSON.")
    def show(id_: Id, tenant: OfTenant = FIRST_TENANT) -> None:
        with opened_bank(tenant) as bank:
            print_json(bank.get(kind.path_of(id_)))

    @app.command("put", help=f"Store a {kind.name} whole, in place of whatever is there.")
    def put(id_: Id, file: JsonFile, tenant: OfTenant = FIRST_TENANT) -> None:
        with opened_bank(tenant) as bank:
            _say_stored(kind, id_, bank, "PUT", read_json(file))

    @app.command("patch", help=f"Change some fields of a {kind.name}, whatever its version is.")
    def patch(id_: Id, changes: Changes, tenant: OfTenant = FIRST_TENANT) -> None:
        with opened_bank(tenant) as bank:
            _say_stored(kind, id_, bank, "PATCH", changed_fields(changes))

    @app.command("delete", help=f"Delete {kind.deletes}, whatever its version is.")
    def delete(id_: Id, tenant: OfTenant = FIRST_TENANT) -> None:
        with opened_bank(tenant) as bank:
            bank.send("DELETE", kind.path_of(id_), headers=_ANY)
        typer.echo(f"{kind.name} {id_}: deleted.")


def add_file_verbs(app: typer.Typer, kind: KindOfResource) -> None:
    """Give a kind's commands the verbs of files, of which docs/cases.md has the columns."""

    @app.command("import", help=f"Store the {kind.plural} of a CSV or XLSX file, row by row.")
    def import_(
        file: TableFile,
        dry_run: DryRun = False,
        sheet: SheetName = None,
        encoding: Encoding = None,
        tenant: OfTenant = FIRST_TENANT,
        as_json: AsJson = False,
    ) -> None:
        with opened_bank(tenant) as bank:
            import_table(bank, kind.plural, file, dry_run=dry_run, sheet=sheet, encoding=encoding, as_json=as_json)

    @app.command("upsert", help=f"Store many {kind.plural} by their ids, as POST {kind.path}/bulk does, in parts.")
    def upsert(
        file: RowsFile, dry_run: DryRun = False, tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False
    ) -> None:
        with opened_bank(tenant) as bank:
            upsert_rows(bank, kind.plural, file, dry_run=dry_run, as_json=as_json)

    @app.command("export", help=f"Write all {kind.plural} to a file. It tells of people: keep it well.")
    def export(file: NewFile, tenant: OfTenant = FIRST_TENANT) -> None:
        with opened_bank(tenant) as bank:
            export_table(bank, kind.plural, file)

    @app.command("template", help=f"Write an empty file with the columns that {kind.plural} may have.")
    def template(file: NewFile, tenant: OfTenant = FIRST_TENANT) -> None:
        with opened_bank(tenant) as bank:
            write_template(bank, kind.plural, file)


def _say_stored(kind: KindOfResource, id_: str, bank: Bank, method: str, given: object) -> None:
    answer = bank.send(method, kind.path_of(id_), given, headers=_ANY)
    outcome = "created" if answer.status_code == 201 else "stored"
    typer.echo(f"{kind.name} {id_}: {outcome}, version {answer.json()['version']}.")


add_verbs(branches, BRANCH)
add_verbs(collectors, COLLECTOR)
add_file_verbs(collectors, COLLECTOR)

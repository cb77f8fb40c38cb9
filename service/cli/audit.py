"""`doorstep audit`: read the audit log, check that nobody changed it, and take its end to keep it elsewhere."""

import json
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from rich.table import Table

from service.audit.chain import ADDED, ALTERED, CUT_OFF, MISSING, REPLACED, Head
from service.audit.entry import Recorded
from service.cli.bank import opened_bank
from service.cli.database import opened_database
from service.cli.failure import CommandError, plain_failures
from service.cli.options import AsJson
from service.cli.tables import make_console
from service.schemas.audit import AuditEntryOut
from service.store.audit.audit_log import AuditFilter, AuditLog, logged_tenants

app = typer.Typer(name="audit", help="Read and check the audit log.", no_args_is_help=True)

_Tenant = Annotated[str | None, typer.Option(help="Only this tenant's log.", show_default=False)]

_WHY: Final = {
    MISSING: "is missing, or stands at another place",
    ALTERED: "is not what was written",
    CUT_OFF: "is missing, with all behind it",
    REPLACED: "does not fit the end that was seen: the log was written anew",
    ADDED: "stands behind the log's end",
}


@app.command()
def verify(
    tenant: _Tenant = None,
    head: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[TENANT=]SEQ:HASH",
            help="An end of the log as `doorstep audit head` printed it: finds what was cut off since.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Walk every log from its first entry; exit code 1 when one is not what was written."""
    with plain_failures(), opened_database() as engine:
        seen = _heads(head or [], tenant)
        tenants = sorted({*logged_tenants(engine), *seen}) if tenant is None else [tenant]
        found = {one: AuditLog(engine, tenant=one).verify(seen.get(one, ())) for one in tenants}
        ends = {one: AuditLog(engine, tenant=one).head() for one in tenants}
    if as_json:
        report = [
            {
                "tenant": one,
                "intact": broken is None,
                "head": str(ends[one]),
                "seq": None if broken is None else broken.seq,
                "why": None if broken is None else broken.why,
            }
            for one, broken in found.items()
        ]
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        for one, broken in found.items():
            if broken is None:
                typer.echo(f"{one}: {ends[one].seq} entries, all as they were written.")
            else:
                typer.echo(f"{one}: BROKEN: entry {broken.seq} {_WHY[broken.why]}.")
        if not found:
            typer.echo("There is no log yet.")
    if any(found.values()):
        raise typer.Exit(1)


@app.command("head")
def show_head(tenant: _Tenant = None, as_json: AsJson = False) -> None:
    """Print the end of each log: kept where nobody who has the database can write, it shows what is cut off later."""
    with plain_failures(), opened_database() as engine:
        tenants = logged_tenants(engine) if tenant is None else [tenant]
        heads = {one: str(AuditLog(engine, tenant=one).head()) for one in tenants}
    if as_json:
        typer.echo(json.dumps(heads, ensure_ascii=False))
        return
    for one, at in heads.items():
        typer.echo(f"{one}={at}")


@app.command("list")
def list_entries(
    tenant: Annotated[str, typer.Option(help="Whose log.", show_default=False)],
    action: Annotated[list[str] | None, typer.Option(help="Only these, as plan.created.", show_default=False)] = None,
    case: Annotated[str | None, typer.Option(help="Only what was done to this case.", show_default=False)] = None,
    actor: Annotated[str | None, typer.Option(help="Only what this key or user did.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most entries, the latest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one entry a line.")] = False,
) -> None:
    """Show who did what to which thing, and why."""
    which = AuditFilter(actions=action or (), object_kind=None if case is None else "case", object_id=case, actor=actor)
    with plain_failures(), opened_database() as engine:
        entries = AuditLog(engine, tenant=tenant).list(which, limit=limit)
    if as_json:
        for entry in entries:
            typer.echo(AuditEntryOut.of(entry).model_dump_json())
        return
    make_console().print(_table(entries) if entries else "Nothing is recorded.")


@app.command("export")
def export_entries(
    tenant: Annotated[str, typer.Option(help="Whose log.", show_default=False)],
) -> None:
    """Print the whole log as NDJSON, the first entry first, each with its hash; the log notes that somebody did."""
    with opened_bank(tenant) as bank:
        typer.echo(bank.text("/v1/audit/export"), nl=False)


def _table(entries: Sequence[Recorded]) -> Table:
    table = Table("No.", "When", "Who", "What", "To", "Why")
    for entry in entries:
        who = f"{entry.actor_kind} {entry.actor}" + (f" ({entry.role})" if entry.role else "")
        to = f"{entry.object_kind} {entry.object_id or ''}" if entry.object_kind else ""
        table.add_row(str(entry.seq), f"{entry.at:%Y-%m-%d %H:%M:%S}", who, entry.action, to, entry.reason or "")
    return table


def _heads(texts: list[str], tenant: str | None) -> dict[str, list[Head]]:
    """Return the ends that were kept, by tenant."""
    heads: dict[str, list[Head]] = {}
    for text in texts:
        named, equals, head = text.rpartition("=")
        whose = named if equals else tenant
        if whose is None:
            msg = "Say whose end it is: --head TENANT=SEQ:HASH, or --tenant TENANT."
            raise CommandError(msg)
        try:
            heads.setdefault(whose, []).append(Head.parse(head))
        except ValueError:
            msg = f"--head is SEQ:HASH as `doorstep audit head` prints it, got {text!r}."
            raise CommandError(msg) from None
    return heads

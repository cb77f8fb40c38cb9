"""`doorstep persons`: what is kept about one person, shown or erased, with the reason in the audit log."""

from typing import Annotated

import typer

from service.cli.bank import opened_bank
from service.cli.options import OfTenant, given
from service.cli.output import print_json

app = typer.Typer(name="persons", help="What is kept about one person.", no_args_is_help=True)

_Case = Annotated[str | None, typer.Option(help="Id of one of the person's cases.", show_default=False)]
_Collector = Annotated[str | None, typer.Option(help="Id of a collector, without the others.", show_default=False)]
_Phone = Annotated[str | None, typer.Option(help="The whole telephone number.", show_default=False)]
_Name = Annotated[str | None, typer.Option(help="The whole name.", show_default=False)]
_Why = Annotated[str, typer.Option("--reason", help="Why; names nobody, and is kept for good.", show_default=False)]


@app.command("erase")
def erase_person(
    tenant: OfTenant,
    reason: _Why,
    case: _Case = None,
    phone: _Phone = None,
    name: _Name = None,
    collector: _Collector = None,
) -> None:
    """Erase one person across all tables, and print the proof as JSON."""
    with opened_bank(tenant, reason=reason) as bank:
        print_json(bank.post("/v1/persons/erasures", given(case=case, phone=phone, name=name, collector=collector)))


@app.command("export")
def export_person(
    tenant: OfTenant,
    reason: _Why,
    case: _Case = None,
    phone: _Phone = None,
    name: _Name = None,
    collector: _Collector = None,
) -> None:
    """Print everything that is kept about one person as JSON."""
    with opened_bank(tenant, reason=reason) as bank:
        print_json(bank.post("/v1/persons/exports", given(case=case, phone=phone, name=name, collector=collector)))

"""`doorstep settings`: what a bank decides for itself."""

from typing import Annotated, Final

import typer

from service.auth.caller import FIRST_TENANT
from service.cli.bank import opened_bank
from service.cli.options import AsJson, OfTenant, changed_fields
from service.cli.output import print_json, print_rows

app = typer.Typer(name="settings", help="What a bank decides for itself.", no_args_is_help=True)

_PATH: Final = "/v1/settings"
_UNDECIDED: Final = "the service's own"


@app.command("show")
def show(tenant: OfTenant = FIRST_TENANT, as_json: AsJson = False) -> None:
    """Show how long what is kept, what preview links may do, and the bank's share of the workers."""
    with opened_bank(tenant) as bank:
        _print(bank.get(_PATH), as_json=as_json)


@app.command("set")
def change(
    changes: Annotated[
        list[str],
        typer.Argument(metavar="NAME=VALUE...", help="null goes back to the service's own.", show_default=False),
    ],
    tenant: OfTenant = FIRST_TENANT,
    as_json: AsJson = False,
) -> None:
    """Change settings. A shorter time erases what is older within the hour, for good."""
    with opened_bank(tenant) as bank:
        _print(bank.change("PATCH", _PATH, changed_fields(changes)), as_json=as_json)


def _print(settings: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json(settings)
        return
    rows = [{"setting": name, "value": _UNDECIDED if value is None else value} for name, value in settings.items()]
    print_rows(rows, ("setting", "value"), as_json=False)

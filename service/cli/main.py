"""The `doorstep` command: each sub-command lives in a module of its own and is registered here, in the help's order."""

from typing import Final

import typer

from service.cli import (
    addresses,
    area,
    audit,
    backup,
    batches,
    cases,
    choices,
    demo,
    geocode,
    identities,
    keys,
    links,
    migrate,
    persons,
    plan,
    plans,
    resources,
    reviews,
    schedules,
    serve,
    users,
    webhooks,
    worker,
)

_RUN: Final = "Run the service"
_ALONE: Final = "Without a service"
_DAYS: Final = "A bank's days"
_KEPT: Final = "What a bank keeps"
_ACCESS: Final = "Banks, people and what they did"

app = typer.Typer(
    name="doorstep",
    help="Daily routes for door-to-door visits.",
    epilog="What the API does, a command does too, at this machine and without a key: docs/commands.md.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback is for a log: plain, and without the values of variables
)

app.command("serve", rich_help_panel=_RUN)(serve.serve)
app.command("worker", rich_help_panel=_RUN)(worker.worker)
app.command("init", rich_help_panel=_RUN)(identities.init)
app.command("migrate", rich_help_panel=_RUN)(migrate.migrate_command)
app.command("backup", rich_help_panel=_RUN)(backup.backup)
app.command("restore", rich_help_panel=_RUN)(backup.restore)
app.command("demo", rich_help_panel=_ALONE)(demo.demo)
app.command("plan", rich_help_panel=_ALONE)(plan.plan)
app.command("geocode", rich_help_panel=_ALONE)(geocode.geocode)
app.add_typer(area.app, rich_help_panel=_ALONE)
for _app, _panel in (
    (plans.app, _DAYS),
    (schedules.app, _DAYS),
    (links.app, _DAYS),
    (addresses.app, _DAYS),
    (batches.app, _DAYS),
    (reviews.reviews, _DAYS),
    (reviews.pins, _DAYS),
    (cases.app, _KEPT),
    (resources.collectors, _KEPT),
    (resources.branches, _KEPT),
    (choices.app, _KEPT),
    (webhooks.app, _KEPT),
    (identities.tenants, _ACCESS),
    (keys.app, _ACCESS),
    (users.app, _ACCESS),
    (persons.app, _ACCESS),
    (audit.app, _ACCESS),
):
    app.add_typer(_app, rich_help_panel=_panel)


if __name__ == "__main__":
    app()

"""The `doorstep` command: each sub-command lives in a module of its own and is registered here."""

import typer

from service.cli import (
    area,
    audit,
    backup,
    demo,
    geocode,
    identities,
    links,
    migrate,
    plan,
    plans,
    privacy,
    resources,
    serve,
    webhooks,
    worker,
)

app = typer.Typer(
    name="doorstep",
    help="Daily routes for door-to-door visits.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback is for a log: plain, and without the values of variables
)

app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("init")(identities.init)
app.command("migrate")(migrate.migrate_command)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("plan")(plan.plan)
app.command("geocode")(geocode.geocode)
app.command("demo")(demo.demo)
app.add_typer(area.app)
app.add_typer(resources.branches)
app.add_typer(resources.cases)
app.add_typer(resources.collectors)
identities.tenants.command("erase")(privacy.erase_whole_tenant)
identities.keys.command("rotate")(privacy.rotate_keys)
app.add_typer(plans.plans)
app.add_typer(plans.schedules)
app.add_typer(identities.tenants)
app.add_typer(identities.keys)
app.add_typer(identities.users)
app.add_typer(audit.app)
app.add_typer(webhooks.app)
app.add_typer(privacy.persons)
app.add_typer(links.app)


if __name__ == "__main__":
    app()

"""`doorstep migrate`: bring the database's tables up to date; `serve` and `worker` do it by themselves."""

import typer

from service.cli.failure import plain_failures, read_settings
from service.store.migrate import migrate
from service.store.postgres.embedded import running_database


def migrate_command() -> None:
    """Bring the database's tables up to date."""
    with plain_failures(), running_database(read_settings()) as url:
        migrate(url)
        typer.echo("The database is up to date.")

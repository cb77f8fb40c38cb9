"""`doorstep backup` and `doorstep restore`: the whole database as one file."""

import json
from pathlib import Path
from typing import Annotated

import typer

from service.cli.failure import plain_failures, read_settings, tidy_when_terminated
from service.cli.options import AsJson
from service.store.postgres import backup as store
from service.store.postgres.embedded import reachable_database, running_database


def backup(
    file: Annotated[
        Path, typer.Argument(help="Where to; a file that is there is never overwritten.", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """Write the database to a file, while the service runs or not.

    Areas are not in it (build them again, or keep them at DOORSTEP_AREAS_URL), and DOORSTEP_SECRET_KEY is not: without
    that key the sealed addresses of a backup cannot be read. Keep it, and not beside the backup.
    """
    settings = read_settings()
    with plain_failures(), tidy_when_terminated(), reachable_database(settings) as url:
        size = store.backup(url, file, settings.state_dir)
    if as_json:
        typer.echo(json.dumps({"file": str(file), "bytes": size}))
        return
    typer.echo(f"{file} has the whole database, {size / 1e6:.1f} MB.")
    if settings.secret_key:
        typer.echo("DOORSTEP_SECRET_KEY is not in it: keep it in another place, nothing sealed can be read without it.")
    else:
        typer.echo(
            "No DOORSTEP_SECRET_KEY is set: the keys are in it as they are. Whoever has the file can read it all."
        )


def restore(
    file: Annotated[Path, typer.Argument(help="What `doorstep backup` wrote.", show_default=False)],
) -> None:
    """Fill an empty database from a backup, and bring it up to date; stop the service before.

    Set the DOORSTEP_SECRET_KEY that the backup was made with.
    """
    settings = read_settings()
    with plain_failures(), tidy_when_terminated(), running_database(settings) as url:
        store.restore(url, file, settings.state_dir)
    typer.echo(f"The database is what it was when {file} was made, and up to date.")

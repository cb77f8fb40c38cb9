"""Backing the database up into one file, and restoring it into an empty one, with PostgreSQL's own programs."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from service.store.engine import normalised_url
from service.store.errors import BackupError
from service.store.migrate import known_revisions, migrate
from service.store.migrations.tenancy import ROLE_STATEMENTS
from service.store.postgres.postgres_binaries import client_programs

#: pg_dump's own format: compressed, and readable with pg_restore by whoever administers the server.
_FORMAT: Final = "--format=custom"
_MAGIC: Final = b"PGDMP"
_OURS: Final = "alembic_version"


def backup(url: str, file: Path, state_dir: Path) -> int:
    """Write everything that is in the database to a file that did not exist; returns its size in bytes.

    The file appears when it is complete. It holds personal data as the database does: sealed, as long as a secret
    key is set, and the secret key is not in it. `state_dir` may get a copy of the programs, see `client_programs`.

    Raises
    ------
    BackupError
        When the file exists, or pg_dump does not do it.
    """
    if file.exists():
        msg = f"{file} exists; a backup never overwrites one."
        raise BackupError(msg)
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        # No owners: the server that it is restored on may know nobody of that name.
        _run("pg_dump", [_FORMAT, "--no-owner", f"--file={unfinished}"], url, state_dir)
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def restore(url: str, file: Path, state_dir: Path) -> None:
    """Fill an empty database from a backup, all of it or nothing, and bring it up to date.

    Raises
    ------
    BackupError
        When the file is no backup of doorstep's, or of a newer one; when the database is not empty; when pg_restore
        does not do it.
    """
    revision = _revision_in(file, state_dir)
    if revision not in known_revisions():
        msg = (
            f"{file} was written by a newer doorstep (its tables are of revision {revision}); restore it with that one."
        )
        raise BackupError(msg)
    with psycopg.connect(normalised_url(url)) as connection:
        _refuse_unless_empty(connection)
        for statement in ROLE_STATEMENTS:  # roles belong to the server: a backup of a database has none
            connection.execute(statement.encode())
    _run("pg_restore", ["--exit-on-error", "--single-transaction", "--no-owner", str(file)], url, state_dir)
    migrate(url)


def _revision_in(file: Path, state_dir: Path) -> str:
    """Return the revision of the tables in a backup, without a database."""
    try:
        with file.open("rb") as stream:
            begins = stream.read(len(_MAGIC))
    except OSError as exc:
        msg = f"{file} cannot be read: {exc.strerror}."
        raise BackupError(msg) from None
    if begins == _MAGIC:
        said = _run("pg_restore", ["--data-only", f"--table={_OURS}", "--file=-", str(file)], None, state_dir)
        if found := re.search(rf"(?m)^COPY public\.{_OURS} .*\n(\w+)$", said):
            return found[1]
    msg = f"{file} is no backup of doorstep's."
    raise BackupError(msg)


def _refuse_unless_empty(connection: psycopg.Connection) -> None:
    found = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1 LIMIT 1"
    ).fetchone()
    if found is not None:
        msg = f"The database is not empty: it has {found[0]}. A backup is restored into an empty one only."
        raise BackupError(msg)


def _run(program: str, arguments: list[str], url: str | None, state_dir: Path) -> str:
    """Run one of PostgreSQL's programs and return what it prints."""
    command = [str(client_programs(state_dir) / program), *arguments]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    if url is not None:
        connection, secret = _connection(url)
        command.insert(1, f"--dbname={connection}")
        environment |= secret
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)  # noqa: S603 - ours
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        msg = f"{program} could not do it: {_plain(said[0]) if said else f'exit code {done.returncode}'}"
        raise BackupError(msg)
    return done.stdout


def _connection(url: str) -> tuple[str, Mapping[str, str]]:
    """Part the URL into what may stand in the list of processes, and the password, which may not."""
    parts = conninfo_to_dict(normalised_url(url))
    password = parts.pop("password", None)
    return make_conninfo("", **{name: str(value) for name, value in parts.items()}), {} if password is None else {
        "PGPASSWORD": str(password)
    }


def _plain(line: str) -> str:
    """Leave out what a program puts before its message."""
    return re.sub(r"^pg_\w+: (error: )?", "", line)

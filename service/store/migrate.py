"""Bringing a database up to date: our tables by Alembic, the queue's by Procrastinate's own scripts."""

from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from service.store.engine import open_engine
from service.store.errors import SchemaBehindError
from service.store.jobs.queue_schema import let_tenants_queue, update_queue_schema

#: Any number that no other program uses for an advisory lock: "doorstep" in ASCII, cut to 63 bits.
_LOCK = int.from_bytes(b"doorstep") >> 1

_log = structlog.stdlib.get_logger(__name__)


def migrate(url: str) -> None:
    """Bring the database at `url` up to date; does nothing when it is, or when a newer doorstep did.

    Several processes may call this at once: an advisory lock lets one work and the others wait for it.
    """
    engine = open_engine(url, pooled=False)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        guard.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})  # released with the connection
        with engine.connect() as connection:
            if _is_newer(connection):
                _log.warning("database_is_newer", reason="A newer doorstep brought it up to date; it is left as it is.")
                return
            update_queue_schema(connection)
            command.upgrade(alembic_config(connection), "head")
        with engine.connect() as connection:
            let_tenants_queue(connection)


def _is_newer(connection: Connection) -> bool:
    """Whether the tables are of a revision that this code does not know: a worker of an upgrade under way."""
    found = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return found is not None and found not in known_revisions()


def known_revisions() -> tuple[str, ...]:
    """Return the revisions of the tables, the newest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions())


def require_current(engine: Engine) -> None:
    """Check that the tables are those that this code needs, or later ones.

    Revisions only add to what the one before them needs (docs/deployment.md), so an older doorstep goes on working
    while, and after, the database is brought up to date for a newer one.

    Raises
    ------
    SchemaBehindError
        When they are older, or there are none.
    """
    known = known_revisions()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found is None or found in known[1:]:
        msg = f"The tables are of revision {found or 'none'}, and {known[0]} is needed: run doorstep migrate."
        raise SchemaBehindError(msg)


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration: scripts inside the package, no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config

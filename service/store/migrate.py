"""Bringing a database up to date: our tables by Alembic, the queue's by Procrastinate's own scripts."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from service.store.engine import open_engine
from service.store.queue_schema import update_queue_schema

#: Any number that no other program uses for an advisory lock: "doorstep" in ASCII, cut to 63 bits.
_LOCK = int.from_bytes(b"doorstep") >> 1


def migrate(url: str) -> None:
    """Bring the database at `url` up to date; does nothing when it is.

    Several processes may call this at once: an advisory lock lets one work and the others wait for it.
    """
    engine = open_engine(url, pooled=False)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        guard.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})  # released with the connection
        with engine.connect() as connection:
            update_queue_schema(connection)
            command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration: scripts inside the package, no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config

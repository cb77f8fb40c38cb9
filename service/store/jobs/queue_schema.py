"""Procrastinate's tables: made from its schema once, then updated by the scripts that its later versions ship.

Procrastinate keeps no record of what a database has, so the table `queue_migrations` does: the first time, the
installed version's whole schema is applied and all its scripts count as applied. After an upgrade of the
library, the scripts that are not in the table are applied, in the order of their names, each in a transaction.
"""

from pathlib import Path

from procrastinate.schema import SchemaManager
from sqlalchemy import Column, Connection, DateTime, MetaData, Table, Text, func, inspect, select, text

from service.store.tenancy import APP_ROLE

_metadata = MetaData()
_applied = Table(
    "queue_migrations",
    _metadata,
    Column("name", Text, primary_key=True),
    Column("applied_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


def update_queue_schema(connection: Connection, *, scripts: Path | None = None) -> tuple[str, ...]:
    """Bring the queue's tables up to date and return the names of the scripts that ran.

    The caller keeps other processes out. `scripts` is the folder of Procrastinate's migrations, its own by default.
    """
    folder = scripts if scripts is not None else Path(SchemaManager.get_migrations_path())
    shipped = sorted(path.name for path in folder.glob("*.sql"))
    with connection.begin():
        if not inspect(connection).has_table("queue_migrations"):
            _metadata.create_all(connection)
            _run(connection, SchemaManager.get_schema())
            _record(connection, shipped)
            return ()
        known = set(connection.scalars(select(_applied.c.name)))
    missing = tuple(name for name in shipped if name not in known)
    for name in missing:
        with connection.begin():
            _run(connection, (folder / name).read_text(encoding="utf-8"))
            _record(connection, [name])
    return missing


def let_tenants_queue(connection: Connection) -> None:
    """Let a transaction for a tenant put work into the queue, and see who takes it; jobs hold nothing but ids."""
    with connection.begin():
        found = [name for name in inspect(connection).get_table_names() if name.startswith("procrastinate_")]
        for name in sorted(found):
            connection.execute(text(f"GRANT SELECT, INSERT ON {name} TO {APP_ROLE}"))
        schema = _schema(connection)
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {APP_ROLE}"))
        connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {APP_ROLE}"))


def _schema(connection: Connection) -> str:
    return connection.dialect.identifier_preparer.quote(
        connection.execute(text("SELECT current_schema()")).scalar_one()
    )


def _run(connection: Connection, script: str) -> None:
    # Straight to psycopg: without parameters a script of many statements is sent as it is, percent signs included.
    driver = connection.connection.driver_connection
    if driver is None:
        msg = "The connection was closed while migrating."
        raise RuntimeError(msg)
    with driver.cursor() as cursor:
        cursor.execute(script)


def _record(connection: Connection, names: list[str]) -> None:
    connection.execute(_applied.insert(), [{"name": name} for name in names])

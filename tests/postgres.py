"""A PostgreSQL for tests: one embedded server per pytest process, one migrated database to copy, a copy per test."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from service.store.migrate import migrate
from service.store.postgres.embedded import EmbeddedServer

_TEMPLATE = "doorstep_template"
#: Files in memory: a database is copied for each test, and that is writing files. Containers have little of it.
_MEMORY, _NEEDS_BYTES = Path("/dev/shm"), 4 << 30


class PostgresForTests:
    """Hands out databases. `empty` has nothing in it, `migrated` has every table."""

    def __init__(self, url: str) -> None:
        self.server_url = url
        self._numbers = count(1)
        self._create(_TEMPLATE)
        migrate(self.url_of(_TEMPLATE))

    def url_of(self, database: str) -> str:
        """Return the URL of a database of this server."""
        return self.server_url.replace("/postgres?", f"/{database}?")

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the URL of a new database, which goes with the block."""
        with self._database("template0") as url:
            yield url

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """Yield the URL of a new database with every table, which goes with the block."""
        with self._database(_TEMPLATE) as url:
            yield url

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"test_{next(self._numbers)}"
        self._create(name, template)
        try:
            yield self.url_of(name)
        finally:
            self._execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def _create(self, name: str, template: str = "template0") -> None:
        statement = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._execute(statement.format(Identifier(name), Identifier(template)))

    def _execute(self, statement: psycopg.sql.Composed) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(statement)


def new_folder() -> Path:
    """Make a folder with a short path for a server, in memory where there is room."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _NEEDS_BYTES
    return Path(tempfile.mkdtemp(prefix="ds-", dir=_MEMORY if has_room else "/tmp"))


@contextmanager
def postgres_for_tests() -> Iterator[PostgresForTests]:
    """Run a server on a throw-away folder with a short path, durable against nothing, for speed."""
    folder = new_folder()
    server = EmbeddedServer(folder, options={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
    try:
        yield PostgresForTests(server.start())
    finally:
        server.stop()
        shutil.rmtree(folder)

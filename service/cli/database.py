"""The database under a command: the one that runs already, or started for as long as the command lasts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from service.audit.acting import on_behalf_of
from service.audit.entry import Actor
from service.cli.failure import read_settings
from service.settings import Settings
from service.store.engine import open_engine
from service.store.migrate import migrate
from service.store.postgres.embedded import reachable_database


@contextmanager
def opened_database(settings: Settings | None = None) -> Iterator[Engine]:
    """Give an engine of the tables' owner, brought up to date. The audit log knows this machine's user as actor."""
    with reachable_database(read_settings() if settings is None else settings) as url, on_behalf_of(this_user()):
        migrate(url)
        engine = open_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()


def this_user() -> Actor:
    """Return whoever runs this command: the machine's own number for the user, and no name."""
    return Actor(kind="cli", id=f"uid-{os.getuid()}")

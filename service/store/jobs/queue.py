"""Putting work into the queue, on the connection of the transaction that stores it."""

from typing import cast
from uuid import UUID

import psycopg
from procrastinate import App, SyncPsycopgConnector
from sqlalchemy import Connection


class WorkQueue:
    """Defers work of one kind. It never opens a connection of its own: job and row commit together or not at all.

    Parameters
    ----------
    task, queue : Procrastinate's names; the task takes one argument, `work_id`.
    """

    def __init__(self, *, task: str, queue: str) -> None:
        self._app = App(connector=SyncPsycopgConnector())
        self._task = task
        self._queue = queue

    def defer(self, connection: Connection, work_id: UUID, *, priority: int = 0) -> None:
        """Put the work into the queue when `connection`'s transaction commits; higher priorities are taken first.

        The lock keeps two workers off one piece of work as long as the queue believes that the first one lives.
        """
        # Under SQLAlchemy's connection: the same session, the same transaction.
        session = cast("psycopg.Connection[object]", connection.connection.driver_connection)
        job = self._app.configure_task(
            self._task, queue=self._queue, lock=str(work_id), priority=priority, connection=session
        )
        job.defer(work_id=str(work_id))

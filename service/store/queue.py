"""Putting plans into the queue, on the connection of the transaction that stores them."""

from uuid import UUID

import psycopg
from procrastinate import App, SyncPsycopgConnector

PLAN_TASK = "plan_day"
PLAN_QUEUE = "plans"


class PlanQueue:
    """Defers plans. It never opens a connection of its own, so job and row commit together or not at all."""

    def __init__(self) -> None:
        self._app = App(connector=SyncPsycopgConnector())

    def defer(self, connection: psycopg.Connection[object], plan_id: UUID) -> None:
        """Put the plan into the queue when `connection`'s transaction commits.

        The lock keeps two workers off one plan as long as the queue believes that the first one lives.
        """
        job = self._app.configure_task(PLAN_TASK, queue=PLAN_QUEUE, lock=str(plan_id), connection=connection)
        job.defer(plan_id=str(plan_id))

"""What waits and runs, for whoever operates the service: all tenants together, counts only."""

from datetime import timedelta

from sqlalchemy import Connection, DateTime, Engine, case, func, select, table
from sqlalchemy import column as sql_column

from service.store.jobs.records import PlanStatus
from service.store.jobs.work_kinds import KINDS, OPEN
from service.telemetry.metrics import DatabaseFigures, QueueFigures

#: Procrastinate's own table: a worker is in it from its first look into the queue on.
_workers = table("procrastinate_workers", sql_column("last_heartbeat", DateTime(timezone=True)))


def database_figures(engine: Engine, *, seen_within_s: float) -> DatabaseFigures:
    """Count the open work of each kind, and the workers that gave a sign of life within `seen_within_s`."""
    queues = []
    with engine.connect() as connection:
        for kind in KINDS:
            waits = kind.table.c.status == PlanStatus.ACCEPTED.value
            row = connection.execute(
                select(
                    func.count().filter(waits),
                    func.count().filter(~waits),
                    func.extract("epoch", func.now() - func.min(case((waits, kind.table.c.created_at)))),
                ).where(kind.table.c.status.in_(OPEN))
            ).one()
            queues.append(
                QueueFigures(kind=kind.name, waiting=row[0], running=row[1], oldest_wait_s=float(row[2] or 0))
            )
        workers = ready_workers(connection, seen_within_s=seen_within_s)
    return DatabaseFigures(queues=tuple(queues), ready_workers=workers)


def ready_workers(connection: Connection, *, seen_within_s: float) -> int:
    """Count the workers that take work from the queue and gave a sign of life lately."""
    lately = func.now() - timedelta(seconds=seen_within_s)
    statement = select(func.count()).select_from(_workers).where(_workers.c.last_heartbeat > lately)
    return connection.execute(statement).scalar_one()

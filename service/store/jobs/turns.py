"""Turns: how much of a tenant's work may go to the workers at a time, so that no tenant waits behind another's heap.

Work of a tenant beyond its limit is held: it stands in its table, accepted, and no job of the queue stands for it.
Each piece of work that ends lets the oldest held one of its tenant go. What is let go stands the further back in the
queue, the more of its tenant's work is ahead of it: a tenant that has nothing there is served next.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Integer, Label, Table, cast, func, literal, select, text, update

from service.settings import Settings
from service.store.access.identity_tables import tenants
from service.store.access.tenant_settings import SHARE
from service.store.errors import TooMuchWaitingError
from service.store.jobs.queue import WorkQueue
from service.store.jobs.records import PlanStatus
from service.store.jobs.work_kinds import OPEN

#: Any first half of an advisory lock that no other program uses; the second half is the tenant's.
_LOCK: Final = int.from_bytes(b"turn") >> 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much work of one kind a tenant may have: what the operator gives this one, else the settings each.

    A tenant's own settings may say less.

    Attributes
    ----------
    max_running : computed, or next in line, at a time.
    max_waiting : accepted and not begun.
    """

    max_running: int = 8
    max_waiting: int = 1000


def limits_of(settings: Settings) -> Limits:
    """Return the limits of the service's own settings."""
    return Limits(max_running=settings.max_running, max_waiting=settings.max_waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heap:
    """What a tenant has: work at the workers or in their queue, work that waits, and what it may have."""

    at_work: int
    waiting: int
    max_running: int
    max_waiting: int


class Turns:
    """Holds and lets go the work of one kind. Every method runs in the caller's transaction.

    An advisory lock for the tenant makes counting and changing one step. It is taken after the lock of a row, never
    before one that could be waited for, so that no two transactions wait for each other.
    """

    def __init__(self, table: Table, queue: WorkQueue, limits: Limits) -> None:
        self._table = table
        self._queue = queue
        self._limits = limits

    def enter(self, connection: Connection, tenant: str) -> int | None:
        """Return the priority with which new work goes into the queue now; None when it is to be held.

        Raises
        ------
        TooMuchWaitingError
            When the tenant has as much waiting as it may.
        """
        heap = self._heap(connection, tenant)
        if heap.waiting >= heap.max_waiting:
            raise TooMuchWaitingError(heap.max_waiting)
        return -heap.at_work if heap.at_work < heap.max_running else None

    def let_go(self, connection: Connection, tenant: str) -> int:
        """Put as much held work of a tenant into the queue as it may have there, the oldest first; return how much."""
        table, heap = self._table, self._heap(connection, tenant)
        if heap.at_work >= heap.max_running:
            return 0
        oldest = (
            select(table.c.id)
            .where(table.c.tenant == tenant, table.c.held, table.c.status == PlanStatus.ACCEPTED.value)
            .order_by(table.c.created_at, table.c.id)
            .limit(heap.max_running - heap.at_work)
            .with_for_update(skip_locked=True)
        )
        going = list(connection.scalars(oldest))
        for ahead, work_id in enumerate(going, start=heap.at_work):
            connection.execute(update(table).where(table.c.id == work_id).values(held=False))
            self._queue.defer(connection, work_id, priority=-ahead)
        return len(going)

    def let_all_go(self, connection: Connection) -> int:
        """Do so for every tenant that has held work: after a limit was raised, or a process died between two steps."""
        table = self._table
        waiting = select(table.c.tenant).where(table.c.held, table.c.status == PlanStatus.ACCEPTED.value).distinct()
        return sum(self.let_go(connection, tenant) for tenant in sorted(connection.scalars(waiting)))

    def _heap(self, connection: Connection, tenant: str) -> _Heap:
        connection.execute(text("SELECT pg_advisory_xact_lock(:kind, hashtext(:of))"), self._lock(tenant))
        table = self._table
        count = (
            select(
                func.count().filter(~table.c.held).label("at_work"),
                func.count().filter(table.c.status == PlanStatus.ACCEPTED.value).label("waiting"),
            )
            .where(table.c.tenant == tenant, table.c.status.in_(OPEN))
            .subquery()
        )
        own = select(tenants.c.settings).where(tenants.c.id == tenant).scalar_subquery()

        def limit(name: str, of_each: int) -> Label[int]:
            given = func.coalesce(cast(own[(SHARE, name)].astext, Integer), literal(of_each))
            return func.least(cast(own[name].astext, Integer), given).label(name)  # NULL is the least of nothing

        limits = limit("max_running", self._limits.max_running), limit("max_waiting", self._limits.max_waiting)
        row = connection.execute(select(count.c.at_work, count.c.waiting, *limits)).one()
        return _Heap(**row._asdict())

    def _lock(self, tenant: str) -> dict[str, object]:
        return {"kind": _LOCK, "of": f"{self._table.name}/{tenant}"}

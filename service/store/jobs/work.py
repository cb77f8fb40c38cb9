"""Work in PostgreSQL that workers do: made, read, stopped and dismissed; the worker's side is in claimed_work."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Update, select, update
from sqlalchemy.exc import StatementError

from service.audit.entry import Action
from service.store.audit.audit_log import note
from service.store.errors import StoreError
from service.store.jobs.claimed_work import ClaimedWork, storable_or
from service.store.jobs.records import JsonObject, PlanStatus
from service.store.jobs.work_kinds import OPEN
from service.telemetry.origin import current_origin

#: Columns that no record shows.
_INNER: Final = frozenset({"origin", "held"})


class WorkStore(ClaimedWork):
    """The work of one kind in one database: given to workers, watched, stopped, ended.

    Requests and results are sealed: they hold addresses. Progress and problems, which hold none, stand in clear.
    """

    def request_stop(self, work_id: UUID) -> None:
        """Ask the worker to stop early and keep what it has so far.

        Raises
        ------
        StoreError
            The kind's own when there is no such work, or it is over.
        """
        self._change_open(work_id, update(self._table).values(stop_requested=True), "stopped")

    def dismiss(self, work_id: UUID) -> None:
        """Give work up: what is accepted is never computed, what runs is stopped and its outcome refused.

        Raises
        ------
        StoreError
            The kind's own when there is no such work, or it is over already.
        """
        self._change_open(
            work_id,
            update(self._table).values(status=PlanStatus.DISMISSED.value, stop_requested=True, **self._over()),
            "dismissed",
        )

    def _add(self, row: dict[str, object], work_id: UUID, *, request: JsonObject) -> None:
        """Store a row as accepted and put it into the queue, in one transaction; or hold it until its tenant's turn.

        What is there already stays as it is: a request that begins anew has made it before.

        Raises
        ------
        TooMuchWaitingError
            When the tenant has as much waiting as it may.
        """
        if self._tenant is None:
            msg = "Work is made for a tenant."
            raise TypeError(msg)
        sealed = self._seal.seal(request, tenant=self._tenant)
        born = {"id": work_id, "tenant": self._tenant, "status": PlanStatus.ACCEPTED.value}
        values = {**born, "request": sealed, **row}
        try:
            with self._engine.begin() as connection:
                if connection.execute(select(self._table.c.id).where(*self._this(work_id))).one_or_none() is not None:
                    return
                priority = self._turns.enter(connection, self._tenant)
                held = priority is None
                connection.execute(self._table.insert(), {"origin": current_origin(), "held": held, **values})
                if priority is not None:
                    self._queue.defer(connection, work_id, priority=priority)
                note(connection, self._tenant, Action(f"{self.kind.name}.created"), self.kind.name, work_id)
        except (StatementError, ValueError) as exc:
            raise storable_or(exc) from None

    def _values(self, work_id: UUID, *more: ColumnElement[Any]) -> dict[str, Any]:
        """Return the columns of a row and some `more`, its request and its result opened."""
        with self._engine.connect() as connection:
            shown = [column for column in self._table.c if column.name not in _INNER]
            row = connection.execute(select(*shown, *more).where(*self._this(work_id))).one_or_none()
        if row is None:
            raise self._not_found(work_id)
        values = row._asdict()
        tenant = values.pop("tenant")
        return values | {
            "status": PlanStatus(row.status),
            "request": self._seal.open(row.request, tenant=tenant),
            "result": None if row.result is None else self._seal.open(row.result, tenant=tenant),
        }

    def _change_open(self, work_id: UUID, statement: Update, what: str) -> None:
        table = self._table
        with self._engine.begin() as connection:
            this = statement.where(*self._this(work_id), table.c.status.in_(OPEN))
            changed = connection.execute(this.returning(table.c.tenant, table.c.status)).one_or_none()
            if changed is not None:
                if changed.status not in OPEN:
                    self._turns.let_go(connection, changed.tenant)
                note(connection, changed.tenant, Action(f"{self.kind.name}.{what}"), self.kind.name, work_id)
                return
            status = connection.execute(select(table.c.status).where(*self._this(work_id))).scalar_one_or_none()
        if status is None:
            raise self._not_found(work_id)
        msg = f"The {self.kind.name} {work_id} is {status}: it cannot be stopped or dismissed any more."
        raise self.kind.finished(msg)

    def _this(self, work_id: UUID) -> tuple[ColumnElement[bool], ...]:
        """Return what picks this work, when it is the tenant's own."""
        mine = () if self._tenant is None else (self._table.c.tenant == self._tenant,)
        return (self._table.c.id == work_id, *mine)

    def _not_found(self, work_id: UUID) -> StoreError:
        msg = f"No {self.kind.name} has the id {work_id}."
        return self.kind.not_found(msg)

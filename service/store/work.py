"""Work in PostgreSQL that workers do: every state change is one statement, and a worker writes under a fence."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, Table, Update, func, select, update
from sqlalchemy.exc import DataError, StatementError

from service.audit.entry import Action
from service.store.audit_log import note
from service.store.errors import (
    BatchFinishedError,
    BatchNotFoundError,
    LostClaimError,
    PlanFinishedError,
    PlanNotFoundError,
    StoreError,
    UnstorableValueError,
)
from service.store.queue import WorkQueue
from service.store.records import Claim, JsonObject, PlanStatus
from service.store.sealing import UNSTORABLE, Seal, seal_old_rows
from service.store.tables import geocode_batches, plans
from service.store.tenant_keys import TenantKeys
from service.store.turns import Limits, Turns
from service.telemetry.origin import current_origin

#: Columns that no record shows.
_INNER: Final = frozenset({"origin", "held"})
OPEN = (PlanStatus.ACCEPTED.value, PlanStatus.RUNNING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkKind:
    """A kind of work that waits in a table and in a queue.

    Attributes
    ----------
    name : what logs and messages call it.
    table : it has the columns id, status, started_at, finished_at, attempt, lost, stop_requested, request, progress,
        result and problem, and `partial` where the best so far is shown; see `service.store.tables`.
    task, queue : Procrastinate's names.
    not_found, finished : what is raised for work that is not there, or over.
    broken : the code of work whose computation broke.
    when_lost : what to do when every worker died on it.
    """

    name: str
    table: Table
    task: str
    queue: str
    not_found: type[StoreError]
    finished: type[StoreError]
    broken: str
    when_lost: str

    @property
    def no_partial(self) -> dict[str, None]:
        """What forgets the best so far."""
        return {"partial": None} if "partial" in self.table.c else {}

    @property
    def no_progress(self) -> dict[str, None]:
        """What forgets how far the work was: it begins anew."""
        return {"progress": None, **self.no_partial}


PLANS = WorkKind(
    name="plan",
    table=plans,
    task="plan_day",
    queue="plans",
    not_found=PlanNotFoundError,
    finished=PlanFinishedError,
    broken="planning_failed",
    when_lost="Send it again with fewer cases, or with a smaller budget",
)
BATCHES = WorkKind(
    name="batch",
    table=geocode_batches,
    task="geocode_batch",
    queue="geocoding",
    not_found=BatchNotFoundError,
    finished=BatchFinishedError,
    broken="geocoding_failed",
    when_lost="Send it again in smaller parts",
)
KINDS = (PLANS, BATCHES)


class WorkStore:
    """The work of one kind in one database: given to workers, watched, stopped, ended.

    Requests and results are sealed: they hold addresses. Progress and problems, which hold none, stand in clear.

    Parameters
    ----------
    engine
        An engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    kind
        Which table and queue.
    keys
        What seals requests and results.
    tenant
        Whose work is made, read, stopped and dismissed. None: anybody's, for workers; nothing can be made then.
    limits
        How much of a tenant's work is at the workers, and waits.

    Notes
    -----
    `report_progress`, `finish` and `fail` write only WHERE the attempt is still the caller's and the work
    still runs: a worker that was taken for dead and wakes up again changes nothing.
    """

    def __init__(
        self, engine: Engine, kind: WorkKind, keys: TenantKeys, *, tenant: str | None, limits: Limits | None = None
    ) -> None:
        self._engine = engine
        self.kind = kind
        self._tenant = tenant
        self._seal = Seal(keys)
        self._table = kind.table
        self._queue = WorkQueue(task=kind.task, queue=kind.queue)
        self._turns = Turns(kind.table, self._queue, limits or Limits())

    # --- the HTTP side -----------------------------------------------------------------------------------

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
            raise _storable_or(exc) from None

    def _values(self, work_id: UUID) -> dict[str, Any]:
        """Return the columns of a row, its request and its result opened."""
        with self._engine.connect() as connection:
            shown = [column for column in self._table.c if column.name not in _INNER]
            row = connection.execute(select(*shown).where(*self._this(work_id))).one_or_none()
        if row is None:
            raise self._not_found(work_id)
        values = row._asdict()
        tenant = values.pop("tenant")
        return values | {
            "status": PlanStatus(row.status),
            "request": self._seal.open(row.request, tenant=tenant),
            "result": None if row.result is None else self._seal.open(row.result, tenant=tenant),
        }

    # --- the worker side ---------------------------------------------------------------------------------

    def claim(self, work_id: UUID) -> Claim | None:
        """Take the work: it runs, and every earlier claim on it is lost. None when it is over or unknown."""
        table = self._table
        statement = (
            update(table)
            .where(table.c.id == work_id, table.c.status.in_(OPEN))
            .values(
                status=PlanStatus.RUNNING.value,
                attempt=table.c.attempt + 1,
                started_at=func.coalesce(table.c.started_at, func.now()),
                held=False,
                **self.kind.no_progress,
            )
            .returning(
                table.c.tenant,
                table.c.attempt,
                table.c.stop_requested,
                table.c.request,
                table.c.origin,
                func.extract("epoch", func.now() - table.c.created_at).label("waited_s"),
            )
        )
        with self._engine.begin() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            return None
        return Claim(
            id=work_id,
            tenant=row.tenant,
            attempt=row.attempt,
            stop_requested=row.stop_requested,
            request=self._seal.open(row.request, tenant=row.tenant),
            origin=row.origin,
            waited_s=float(row.waited_s),
        )

    def report_progress(
        self, work_id: UUID, attempt: int, progress: JsonObject, partial: JsonObject | None = None
    ) -> bool:
        """Store the progress, and the best so far unless it is None; return whether a stop was requested.

        Raises
        ------
        LostClaimError
            When the work is no longer this attempt's, or was dismissed.
        """
        values = {"progress": progress} | ({} if partial is None else {"partial": partial})
        statement = self._fenced(work_id, attempt).values(values).returning(self._table.c.stop_requested)
        try:
            with self._engine.begin() as connection:
                stop = connection.execute(statement).scalar_one_or_none()
        except (StatementError, ValueError) as exc:
            raise _storable_or(exc) from None
        return self._stop_or_lost(stop, work_id, attempt)

    def is_stop_requested(self, work_id: UUID, attempt: int) -> bool:
        """Return whether a stop was requested, and write nothing.

        Raises
        ------
        LostClaimError
            When the work is no longer this attempt's, or was dismissed.
        """
        with self._engine.connect() as connection:
            statement = select(self._table.c.stop_requested).where(*self._fence(work_id, attempt))
            stop = connection.execute(statement).scalar_one_or_none()
        return self._stop_or_lost(stop, work_id, attempt)

    def finish(self, work_id: UUID, attempt: int, result: JsonObject) -> bool:
        """Store the result; False, and nothing changed, when the work is no longer this attempt's.

        Raises
        ------
        UnstorableValueError
            When the result holds what JSON cannot say.
        """
        with self._engine.connect() as connection:
            of = select(self._table.c.tenant).where(*self._fence(work_id, attempt))
            tenant = connection.execute(of).scalar_one_or_none()
        if tenant is None:
            return False
        sealed = self._seal.seal(result, tenant=tenant)
        values = {"status": PlanStatus.SUCCESSFUL.value, "result": sealed, **self._over()}
        return self._write_outcome(self._fenced(work_id, attempt).values(values))

    def fail(self, work_id: UUID, attempt: int, problem: JsonObject) -> bool:
        """Store why there is no result; False, and nothing changed, when the work is no longer this attempt's."""
        values = {"status": PlanStatus.FAILED.value, "problem": problem, **self._over()}
        return self._write_outcome(self._fenced(work_id, attempt).values(values))

    def hand_back(self, work_id: UUID, attempt: int) -> bool:
        """Put the work back into the queue for another worker; False when it is no longer this attempt's."""
        with self._engine.begin() as connection:
            # The job of the caller still holds the queue's lock, so the new job starts after it has ended.
            back = self._fenced(work_id, attempt).values(status=PlanStatus.ACCEPTED.value, **self.kind.no_progress)
            if connection.execute(back).rowcount == 0:
                return False
            self._queue.defer(connection, work_id)
        return True

    def seal_old(self) -> bool:
        """Seal some of what an earlier release stored in clear; see `seal_old_rows`."""
        return seal_old_rows(self._engine, self._table, self._seal)

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

    def _over(self) -> dict[str, object]:
        return {"finished_at": func.now(), **self.kind.no_partial}

    def _this(self, work_id: UUID) -> tuple[ColumnElement[bool], ...]:
        """Return what picks this work, when it is the tenant's own."""
        mine = () if self._tenant is None else (self._table.c.tenant == self._tenant,)
        return (self._table.c.id == work_id, *mine)

    def _write_outcome(self, statement: Update) -> bool:
        try:
            with self._engine.begin() as connection:
                tenant = connection.execute(statement.returning(self._table.c.tenant)).scalar_one_or_none()
                if tenant is not None:
                    self._turns.let_go(connection, tenant)
                return tenant is not None
        except (StatementError, ValueError) as exc:
            raise _storable_or(exc) from None

    def _fence(self, work_id: UUID, attempt: int) -> tuple[ColumnElement[bool], ...]:
        table = self._table
        return (table.c.id == work_id, table.c.attempt == attempt, table.c.status == PlanStatus.RUNNING.value)

    def _fenced(self, work_id: UUID, attempt: int) -> Update:
        return update(self._table).where(*self._fence(work_id, attempt))

    def _stop_or_lost(self, stop: bool | None, work_id: UUID, attempt: int) -> bool:
        if stop is None:
            msg = f"The {self.kind.name} {work_id}: attempt {attempt} no longer holds it."
            raise LostClaimError(msg)
        return stop

    def _not_found(self, work_id: UUID) -> StoreError:
        msg = f"No {self.kind.name} has the id {work_id}."
        return self.kind.not_found(msg)


def _storable_or(exc: StatementError | ValueError) -> Exception:
    """Return what to raise for a failed write: our error for unstorable JSON, the same one for the rest.

    json.dumps raises ValueError for NaN, its encoding for a lone surrogate, and PostgreSQL refuses NUL.
    """
    if isinstance(exc, DataError | ValueError) or isinstance(exc.orig, ValueError):
        return UnstorableValueError(UNSTORABLE)
    return exc

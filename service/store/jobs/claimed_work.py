"""A worker's side of work in PostgreSQL: taken, reported on and ended under a fence."""

from uuid import UUID

from sqlalchemy import ColumnElement, Engine, Update, func, select, update
from sqlalchemy.exc import DataError, StatementError

from service.store.errors import LostClaimError, UnstorableValueError
from service.store.jobs.queue import WorkQueue
from service.store.jobs.records import Claim, JsonObject, PlanStatus
from service.store.jobs.turns import Limits, Turns
from service.store.jobs.work_kinds import OPEN, WorkKind
from service.store.privacy.sealing import UNSTORABLE, Seal, seal_old_rows
from service.store.privacy.tenant_keys import TenantKeys


class ClaimedWork:
    """The work of one kind as workers do it: every state change is one statement.

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
            raise storable_or(exc) from None
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
        values = {
            "status": PlanStatus.SUCCESSFUL.value,
            "result": sealed,
            **self.kind.counted(result),
            **self._over(),
        }
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

    def _over(self) -> dict[str, object]:
        return {"finished_at": func.now(), **self.kind.no_partial}

    def _write_outcome(self, statement: Update) -> bool:
        try:
            with self._engine.begin() as connection:
                tenant = connection.execute(statement.returning(self._table.c.tenant)).scalar_one_or_none()
                if tenant is not None:
                    self._turns.let_go(connection, tenant)
                return tenant is not None
        except (StatementError, ValueError) as exc:
            raise storable_or(exc) from None

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


def storable_or(exc: StatementError | ValueError) -> Exception:
    """Return what to raise for a failed write: our error for unstorable JSON, the same one for the rest.

    json.dumps raises ValueError for NaN, its encoding for a lone surrogate, and PostgreSQL refuses NUL.
    """
    if isinstance(exc, DataError | ValueError) or isinstance(exc.orig, ValueError):
        return UnstorableValueError(UNSTORABLE)
    return exc

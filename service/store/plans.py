"""Plans in PostgreSQL: every state change is one statement, and a worker writes under a fence."""

from datetime import date, timedelta
from typing import cast
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import ColumnElement, Connection, DateTime, Engine, Row, Update, func, literal, select, table, update
from sqlalchemy import column as sql_column
from sqlalchemy.exc import DataError, StatementError

from service.store.errors import LostClaimError, PlanFinishedError, PlanNotFoundError, UnstorableValueError
from service.store.queue import PlanQueue
from service.store.records import Claim, JsonObject, PlanRecord, PlanStatus, PlanSummary
from service.store.tables import plans

#: Procrastinate's own table: a worker is in it from its first look into the queue on.
_workers = table("procrastinate_workers", sql_column("last_heartbeat", DateTime(timezone=True)))
_OPEN = (PlanStatus.ACCEPTED.value, PlanStatus.RUNNING.value)


class PlanStore:
    """The plans of one database.

    Parameters
    ----------
    engine
        An engine of `service.store.engine.open_engine`; whoever made it disposes of it.

    Notes
    -----
    `report_progress`, `finish` and `fail` write only WHERE the attempt is still the caller's and the plan
    still runs: a worker that was taken for dead and wakes up again changes nothing.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue = PlanQueue()

    # --- the HTTP side -----------------------------------------------------------------------------------

    def create(self, *, request: JsonObject, area: str, plan_date: date) -> UUID:
        """Store a plan as accepted and put it into the queue, in one transaction.

        Raises
        ------
        UnstorableValueError
            When the request holds what PostgreSQL's jsonb cannot keep.
        """
        plan_id = uuid4()
        row = {
            "id": plan_id,
            "status": PlanStatus.ACCEPTED.value,
            "area": area,
            "plan_date": plan_date,
            "request": request,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(plans.insert(), row)
                self._queue.defer(psycopg_connection(connection), plan_id)
        except (StatementError, ValueError) as exc:
            raise _storable_or(exc) from None
        return plan_id

    def get(self, plan_id: UUID) -> PlanRecord:
        """Return the plan.

        Raises
        ------
        PlanNotFoundError
            When there is none of that id.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(plans).where(plans.c.id == plan_id)).one_or_none()
        if row is None:
            raise _not_found(plan_id)
        return _record(row)

    def list_recent(self, limit: int) -> tuple[PlanSummary, ...]:
        """Return the newest plans, newest first, at most `limit`."""
        columns = [plans.c[name] for name in _SUMMARY_COLUMNS]
        statement = select(*columns).order_by(plans.c.created_at.desc(), plans.c.id).limit(limit)
        with self._engine.connect() as connection:
            return tuple(_summary(row) for row in connection.execute(statement))

    def request_stop(self, plan_id: UUID) -> None:
        """Ask the worker to stop early and keep the best plan so far.

        Raises
        ------
        PlanNotFoundError, PlanFinishedError
            When there is no such plan, or it is over.
        """
        self._change_open(plan_id, update(plans).values(stop_requested=True))

    def dismiss(self, plan_id: UUID) -> None:
        """Give a plan up: an accepted one is never computed, a running one is stopped, its outcome refused.

        Raises
        ------
        PlanNotFoundError, PlanFinishedError
            When there is no such plan, or it is over already.
        """
        self._change_open(
            plan_id,
            update(plans).values(status=PlanStatus.DISMISSED.value, stop_requested=True, finished_at=func.now()),
        )

    def ping(self) -> None:
        """Ask the database for a trivial answer; raises SQLAlchemy's OperationalError when it gives none."""
        with self._engine.connect() as connection:
            connection.execute(select(literal(1)))

    def ready_workers(self, *, seen_within_s: float) -> int:
        """Count the workers that take plans from the queue and gave a sign of life lately."""
        lately = func.now() - timedelta(seconds=seen_within_s)
        statement = select(func.count()).select_from(_workers).where(_workers.c.last_heartbeat > lately)
        with self._engine.connect() as connection:
            return connection.execute(statement).scalar_one()

    # --- the worker side ---------------------------------------------------------------------------------

    def claim(self, plan_id: UUID) -> Claim | None:
        """Take the plan: it runs, and every earlier claim on it is lost. None when it is over or unknown."""
        statement = (
            update(plans)
            .where(plans.c.id == plan_id, plans.c.status.in_(_OPEN))
            .values(
                status=PlanStatus.RUNNING.value,
                attempt=plans.c.attempt + 1,
                started_at=func.coalesce(plans.c.started_at, func.now()),
                progress=None,
            )
            .returning(plans.c.attempt, plans.c.area, plans.c.plan_date, plans.c.stop_requested, plans.c.request)
        )
        with self._engine.begin() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            return None
        return Claim(
            plan_id=plan_id,
            attempt=row.attempt,
            area=row.area,
            plan_date=row.plan_date,
            stop_requested=row.stop_requested,
            request=row.request,
        )

    def report_progress(self, plan_id: UUID, attempt: int, progress: JsonObject) -> bool:
        """Store the progress, and return whether a stop was requested.

        Raises
        ------
        LostClaimError
            When the plan is no longer this attempt's, or was dismissed.
        """
        statement = _fenced(plan_id, attempt).values(progress=progress).returning(plans.c.stop_requested)
        try:
            with self._engine.begin() as connection:
                stop = connection.execute(statement).scalar_one_or_none()
        except (StatementError, ValueError) as exc:
            raise _storable_or(exc) from None
        return _stop_or_lost(stop, plan_id, attempt)

    def is_stop_requested(self, plan_id: UUID, attempt: int) -> bool:
        """Return whether a stop was requested, and write nothing.

        Raises
        ------
        LostClaimError
            When the plan is no longer this attempt's, or was dismissed.
        """
        with self._engine.connect() as connection:
            statement = select(plans.c.stop_requested).where(*_fence(plan_id, attempt))
            stop = connection.execute(statement).scalar_one_or_none()
        return _stop_or_lost(stop, plan_id, attempt)

    def finish(self, plan_id: UUID, attempt: int, result: JsonObject) -> bool:
        """Store the result; False, and nothing changed, when the plan is no longer this attempt's.

        Raises
        ------
        UnstorableValueError
            When the result holds what PostgreSQL's jsonb cannot keep.
        """
        values = {"status": PlanStatus.SUCCESSFUL.value, "result": result, "finished_at": func.now()}
        return self._write_outcome(_fenced(plan_id, attempt).values(values))

    def fail(self, plan_id: UUID, attempt: int, problem: JsonObject) -> bool:
        """Store why there is no result; False, and nothing changed, when the plan is no longer this attempt's."""
        values = {"status": PlanStatus.FAILED.value, "problem": problem, "finished_at": func.now()}
        return self._write_outcome(_fenced(plan_id, attempt).values(values))

    def hand_back(self, plan_id: UUID, attempt: int) -> bool:
        """Put the plan back into the queue for another worker; False when it is no longer this attempt's."""
        with self._engine.begin() as connection:
            # The job of the caller still holds the queue's lock, so the new job starts after it has ended.
            back = _fenced(plan_id, attempt).values(status=PlanStatus.ACCEPTED.value, progress=None)
            if connection.execute(back).rowcount == 0:
                return False
            self._queue.defer(psycopg_connection(connection), plan_id)
        return True

    def _change_open(self, plan_id: UUID, statement: Update) -> None:
        with self._engine.begin() as connection:
            changed = connection.execute(statement.where(plans.c.id == plan_id, plans.c.status.in_(_OPEN))).rowcount
            if changed:
                return
            status = connection.execute(select(plans.c.status).where(plans.c.id == plan_id)).scalar_one_or_none()
        if status is None:
            raise _not_found(plan_id)
        msg = f"Plan {plan_id} is {status}: it cannot be stopped or dismissed any more."
        raise PlanFinishedError(msg)

    def _write_outcome(self, statement: Update) -> bool:
        try:
            with self._engine.begin() as connection:
                return connection.execute(statement).rowcount == 1
        except (StatementError, ValueError) as exc:
            raise _storable_or(exc) from None


_SUMMARY_COLUMNS = ("id", "status", "area", "plan_date", "created_at", "started_at", "finished_at")


def _fence(plan_id: UUID, attempt: int) -> tuple[ColumnElement[bool], ...]:
    return (plans.c.id == plan_id, plans.c.attempt == attempt, plans.c.status == PlanStatus.RUNNING.value)


def _fenced(plan_id: UUID, attempt: int) -> Update:
    return update(plans).where(*_fence(plan_id, attempt))


def _stop_or_lost(stop: bool | None, plan_id: UUID, attempt: int) -> bool:
    if stop is None:
        msg = f"Plan {plan_id}: attempt {attempt} no longer holds it."
        raise LostClaimError(msg)
    return stop


def psycopg_connection(connection: Connection) -> psycopg.Connection[object]:
    """Return the psycopg connection under an SQLAlchemy one: same session, same transaction."""
    return cast("psycopg.Connection[object]", connection.connection.driver_connection)


def _not_found(plan_id: UUID) -> PlanNotFoundError:
    msg = f"No plan has the id {plan_id}."
    return PlanNotFoundError(msg)


def _storable_or(exc: StatementError | ValueError) -> Exception:
    """Return what to raise for a failed write: our error for unstorable JSON, the same one for the rest.

    json.dumps raises ValueError for NaN, its encoding for a lone surrogate, and PostgreSQL refuses NUL.
    """
    if isinstance(exc, DataError | ValueError) or isinstance(exc.orig, ValueError):
        msg = "PostgreSQL cannot keep this JSON: no NUL characters, lone surrogates, NaN or infinities."
        return UnstorableValueError(msg)
    return exc


def _summary(row: Row[tuple[object, ...]]) -> PlanSummary:
    values = row._asdict()
    values["status"] = PlanStatus(values["status"])
    return PlanSummary(**values)


def _record(row: Row[tuple[object, ...]]) -> PlanRecord:
    values = row._asdict()
    values["status"] = PlanStatus(values["status"])
    return PlanRecord(**values)

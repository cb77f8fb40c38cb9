"""Schedules in PostgreSQL: kept for a tenant, and run for all of them, each slot once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4, uuid5

from sqlalchemy import ColumnElement, Delete, Engine, Row, Update, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from service.audit.entry import Action
from service.store.audit.audit_log import note
from service.store.errors import ResourceChangedError, ResourceNotFoundError, TooMuchWaitingError
from service.store.jobs.records import JsonObject
from service.store.jobs.schedule_tables import schedule_runs, schedules
from service.store.privacy.sealing import Seal
from service.store.privacy.tenant_keys import TenantKeys
from service.store.resources.resource_tables import branches

#: So many runs are shown of a schedule.
_SHOWN_RUNS: Final = 10
#: Null where it has no branch, or none that is there.
_VERSION_NOW: Final = (
    select(branches.c.version)
    .where(branches.c.tenant == schedules.c.tenant, branches.c.id == schedules.c.branch)
    .correlate(schedules)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRun:
    """What became of one slot: a plan, or the problem that there is none."""

    slot: datetime
    at: datetime
    plan: UUID | None
    problem: JsonObject | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRecord:
    """A schedule as stored. Instants are aware, in UTC."""

    id: UUID
    tenant: str
    version: int
    created_at: datetime
    changed_at: datetime
    enabled: bool
    next_run_at: datetime | None
    document: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a look came to: for which slot it made a plan (None: none is due), and when the next one is."""

    slot: datetime | None
    plan: UUID | None
    problem: JsonObject | None
    next_run_at: datetime | None


def plan_id_of(schedule_id: UUID, slot: datetime) -> UUID:
    """Return the id of the plan of a slot: the same however often it is made."""
    return uuid5(schedule_id, str(round(slot.timestamp())))


class ScheduleStore:
    """The schedules of one tenant."""

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str) -> None:
        self._engine = engine
        self._seal = Seal(keys)
        self._tenant = tenant

    def create(
        self, document: JsonObject, *, enabled: bool, next_run_at: datetime | None, schedule_id: UUID | None = None
    ) -> UUID:
        """Store a new schedule; one of that id that is there already stays as it is."""
        schedule_id = schedule_id or uuid4()
        values = self._values(document, enabled=enabled, next_run_at=next_run_at)
        with self._engine.begin() as connection:
            new = upsert(schedules).values(id=schedule_id, tenant=self._tenant, **values).on_conflict_do_nothing()
            if connection.execute(new).rowcount:
                note(connection, self._tenant, Action.SCHEDULE_CHANGED, "schedule", schedule_id, version=1)
        return schedule_id

    def get(self, schedule_id: UUID) -> ScheduleRecord:
        """Return a schedule; raises ResourceNotFoundError."""
        with self._engine.connect() as connection:
            row = connection.execute(select(schedules).where(*self._this(schedule_id))).one_or_none()
        if row is None:
            msg = "No schedule has this id."
            raise ResourceNotFoundError(msg, kind="schedule")
        return _record(row, self._seal)

    def runs(self, schedule_id: UUID) -> list[ScheduleRun]:
        """Return its latest runs, the newest first."""
        columns = (schedule_runs.c.slot, schedule_runs.c.at, schedule_runs.c.plan, schedule_runs.c.problem)
        statement = (
            select(*columns)
            .where(schedule_runs.c.schedule == schedule_id, schedule_runs.c.tenant == self._tenant)
            .order_by(schedule_runs.c.slot.desc())
            .limit(_SHOWN_RUNS)
        )
        with self._engine.connect() as connection:
            return [ScheduleRun(**row._asdict()) for row in connection.execute(statement)]

    def list(self, *, limit: int, after: tuple[datetime, UUID] | None = None) -> list[ScheduleRecord]:
        """Return the newest schedules, behind the one that `after` names."""
        key = tuple_(schedules.c.created_at, schedules.c.id)
        statement = select(schedules).where(schedules.c.tenant == self._tenant)
        if after is not None:
            statement = statement.where(key < after)
        statement = statement.order_by(schedules.c.created_at.desc(), schedules.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_record(row, self._seal) for row in connection.execute(statement)]

    def replace(
        self, schedule_id: UUID, document: JsonObject, *, enabled: bool, next_run_at: datetime | None, version: int
    ) -> None:
        """Store it anew; raises ResourceNotFoundError, and ResourceChangedError when it has another version."""
        values = self._values(document, enabled=enabled, next_run_at=next_run_at)
        statement = (
            update(schedules)
            .where(*self._this(schedule_id), schedules.c.version == version)
            .values(version=schedules.c.version + 1, changed_at=func.now(), **values)
        )
        self._change(schedule_id, statement, Action.SCHEDULE_CHANGED, version + 1)

    def delete(self, schedule_id: UUID, *, version: int) -> None:
        """Delete it, its plans stay; raises as `replace`."""
        statement = delete(schedules).where(*self._this(schedule_id), schedules.c.version == version)
        self._change(schedule_id, statement, Action.SCHEDULE_REMOVED, version)

    def _change(self, schedule_id: UUID, statement: Update | Delete, action: Action, version: int) -> None:
        with self._engine.begin() as connection:
            changed = connection.execute(statement).rowcount
            if changed:
                note(connection, self._tenant, action, "schedule", schedule_id, version=version)
        if not changed:
            self.get(schedule_id)
            raise ResourceChangedError

    def _values(self, document: JsonObject, *, enabled: bool, next_run_at: datetime | None) -> dict[str, object]:
        sealed = self._seal.seal(document, tenant=self._tenant)
        return {
            "document": sealed,
            "enabled": enabled,
            "next_run_at": next_run_at if enabled else None,
            "branch": _branch_of(document),
            "branch_version": None,  # the branch may have changed since: a worker looks again
        }

    def _this(self, schedule_id: UUID) -> tuple[ColumnElement[bool], ...]:
        return (schedules.c.id == schedule_id, schedules.c.tenant == self._tenant)


class DueSchedules:
    """Runs what is due, of all tenants; and finds anew when a schedule is due whose branch has changed.

    A schedule's row is locked while it runs, so that of all workers one runs it; and a plan's id follows from its
    schedule and slot, so that a worker that dies in between leaves nothing to be made twice.
    """

    def __init__(self, engine: Engine, keys: TenantKeys) -> None:
        self._engine = engine
        self._seal = Seal(keys)

    def run(self, now: datetime, make: Callable[[ScheduleRecord], Ran]) -> list[tuple[UUID, Ran]]:
        """Make the plans of the slots that have come. A tenant with too much waiting has its schedule due still."""
        due = select(schedules.c.id).where(*_to_be_seen(now))
        with self._engine.connect() as connection:
            ids = connection.scalars(due.order_by(schedules.c.next_run_at)).all()
        done = []
        for schedule_id in ids:
            with suppress(TooMuchWaitingError):
                if (ran := self._run_one(schedule_id, now, make)) is not None:
                    done.append((schedule_id, ran))
        return done

    def _run_one(self, schedule_id: UUID, now: datetime, make: Callable[[ScheduleRecord], Ran]) -> Ran | None:
        this = select(schedules, _VERSION_NOW.label("seen")).where(schedules.c.id == schedule_id, *_to_be_seen(now))
        with self._engine.begin() as connection:
            row = connection.execute(this.with_for_update(skip_locked=True, of=schedules)).one_or_none()
            if row is None:
                return None
            record = _record(row, self._seal)
            ran = make(record)
            if ran.slot is not None:
                run = {"schedule": schedule_id, "slot": ran.slot, "tenant": row.tenant}
                outcome = upsert(schedule_runs).values(**run, plan=ran.plan, problem=ran.problem)
                connection.execute(outcome.on_conflict_do_nothing())
            # The version is of before: what changed while it was made is seen with the next look.
            seen = {"branch": _branch_of(record.document), "branch_version": row.seen}
            moved = update(schedules).where(schedules.c.id == schedule_id)
            connection.execute(moved.values(next_run_at=ran.next_run_at, **seen))
        return ran


def _record(row: Row[tuple[object, ...]], seal: Seal) -> ScheduleRecord:
    values = {field.name: getattr(row, field.name) for field in fields(ScheduleRecord)}
    return ScheduleRecord(**values | {"document": seal.open(row.document, tenant=row.tenant)})


def _branch_of(document: JsonObject) -> str | None:
    """Return the branch by whose calendar and clock a schedule runs."""
    request = document.get("request")
    found = request.get("branch") if isinstance(request, dict) else None
    return found if isinstance(found, str) else None


def _to_be_seen(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        schedules.c.enabled,
        or_(schedules.c.next_run_at <= now, schedules.c.branch_version.is_distinct_from(_VERSION_NOW)),
    )

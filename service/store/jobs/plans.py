"""Plans in PostgreSQL: what was asked, how far it is, what came out."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Engine, Label, Row, Text, literal, literal_column, select, tuple_

from service.store.jobs.figures import ready_workers
from service.store.jobs.records import JsonObject, PlanRecord, PlanStatus, PlanSummary, counted
from service.store.jobs.turns import Limits
from service.store.jobs.work import WorkStore
from service.store.jobs.work_kinds import PLANS
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tables import plans

#: The transaction that wrote the row last.
_REVISION: Label[str] = literal_column("plans.xmin::text", Text).label("revision")
_SUMMARY_COLUMNS = tuple(field.name for field in fields(PlanSummary))


class PlanStore(WorkStore):
    """The plans of one tenant; what was asked and what came out are sealed.

    Parameters
    ----------
    engine : an engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    keys : what seals requests and results.
    limits : how many of its plans are at the workers, and wait; the tenant's own settings win.
    """

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str, limits: Limits | None = None) -> None:
        super().__init__(engine, PLANS, keys, tenant=tenant, limits=limits)

    def create(self, *, request: JsonObject, area: str, plan_date: date, plan_id: UUID | None = None) -> UUID:
        """Store a plan as accepted and put it into the queue, in one transaction; one that is there already stays.

        Raises
        ------
        UnstorableValueError
            When the request holds what JSON cannot say.
        """
        plan_id = plan_id or uuid4()
        row = {"area": area, "plan_date": plan_date, "cases": counted(request, "cases")}
        self._add(row, plan_id, request=request)
        return plan_id

    def get(self, plan_id: UUID) -> PlanRecord:
        """Return the plan.

        Raises
        ------
        PlanNotFoundError
            When there is none of that id.
        """
        return PlanRecord(**self._values(plan_id, _REVISION))

    def revision(self, plan_id: UUID) -> str | None:
        """Return what changes whenever a plan's row does, once the plan is over; None before.

        Raises
        ------
        PlanNotFoundError
            When there is none of that id.
        """
        statement = select(plans.c.status, _REVISION)
        with self._engine.connect() as connection:
            row = connection.execute(statement.where(*self._this(plan_id))).one_or_none()
        if row is None:
            raise self._not_found(plan_id)
        return str(row.revision) if PlanStatus(row.status).is_terminal else None

    def list_recent(self, limit: int) -> tuple[PlanSummary, ...]:
        """Return the newest plans, newest first, at most `limit`."""
        columns = [plans.c[name] for name in _SUMMARY_COLUMNS]
        statement = select(*columns).where(plans.c.tenant == self._tenant)
        statement = statement.order_by(plans.c.created_at.desc(), plans.c.id).limit(limit)
        with self._engine.connect() as connection:
            return tuple(_summary(row) for row in connection.execute(statement))

    def list(
        self,
        *,
        statuses: Collection[PlanStatus] = (),
        area: str | None = None,
        first_day: date | None = None,
        last_day: date | None = None,
        limit: int,
        after: tuple[datetime, UUID] | None = None,
    ) -> Sequence[PlanSummary]:
        """Return the newest plans that pass every filter, behind the one that `after` names (created_at and id)."""
        statement = select(*(plans.c[name] for name in _SUMMARY_COLUMNS)).where(plans.c.tenant == self._tenant)
        if statuses:
            statement = statement.where(plans.c.status.in_([status.value for status in statuses]))
        if area is not None:
            statement = statement.where(plans.c.area == area)
        if first_day is not None:
            statement = statement.where(plans.c.plan_date >= first_day)
        if last_day is not None:
            statement = statement.where(plans.c.plan_date <= last_day)
        if after is not None:
            statement = statement.where(tuple_(plans.c.created_at, plans.c.id) < after)
        newest = statement.order_by(plans.c.created_at.desc(), plans.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_summary(row) for row in connection.execute(newest)]

    def ping(self) -> None:
        """Ask the database for a trivial answer; raises SQLAlchemy's OperationalError when it gives none."""
        with self._engine.connect() as connection:
            connection.execute(select(literal(1)))

    def ready_workers(self, *, seen_within_s: float) -> int:
        """Count the workers that take plans from the queue and gave a sign of life lately."""
        with self._engine.connect() as connection:
            return ready_workers(connection, seen_within_s=seen_within_s)


def _summary(row: Row[tuple[object, ...]]) -> PlanSummary:
    values = row._asdict()
    values["status"] = PlanStatus(values["status"])
    return PlanSummary(**values)

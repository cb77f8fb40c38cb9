"""Cases and their visits in PostgreSQL, found by what lists are filtered by and, exactly, by who lives there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Engine, Select, delete, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from service.audit.entry import Action
from service.store.audit.audit_log import note
from service.store.errors import ResourceNotFoundError
from service.store.jobs.records import JsonObject
from service.store.privacy.tenant_keys import TenantKeys
from service.store.resources.resource_records import Resource, ResourceKind, resource_of
from service.store.resources.resource_tables import case_visits, cases
from service.store.resources.resources import ResourceStore

CASES: Final = ResourceKind(
    name="case",
    table=cases,
    clear=("branch", "status", "priority", "days_past_due", "due_on"),
    blind=("name", "phone", "address"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases: those that have all of what is given.

    Attributes
    ----------
    due_by : due on that day or before; a case without a day is always due.
    blind : texts by the names of ResourceKind.blind, in the form in which they were stored.
    """

    branch: str | None = None
    status: str | None = None
    id_prefix: str | None = None
    min_priority: int | None = None
    max_priority: int | None = None
    min_days_past_due: int | None = None
    max_days_past_due: int | None = None
    due_by: date | None = None
    blind: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """A visit as stored; `document` has what came of it."""

    id: UUID
    case_id: str
    visited_on: date
    created_at: datetime
    document: JsonObject


#: The day of a visit, when it was recorded, and its id: the key that the visits of a case are ordered by.
VisitPosition = tuple[date, datetime, UUID]


class CaseStore(ResourceStore):
    """The cases of one tenant, with their visits."""

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str) -> None:
        super().__init__(engine, keys, CASES, tenant=tenant)

    def find(self, wanted: CaseFilter, *, limit: int, after: str | None = None) -> list[Resource]:
        """Return at most `limit` cases in the order of their ids, those behind `after`."""
        statement = self._matching(wanted)
        if after is not None:
            statement = statement.where(cases.c.id > after)
        return self._resources(statement.order_by(cases.c.id).limit(limit))

    def due(self, branch: str, day: date, *, limit: int) -> list[Resource]:
        """Return at most `limit` open cases of a branch that are due, the highest priority first."""
        statement = self._matching(CaseFilter(branch=branch, status="open", due_by=day))
        in_order = statement.order_by(cases.c.priority.desc(), cases.c.due_on.asc().nulls_last(), cases.c.id)
        return self._resources(in_order.limit(limit))

    def count(self, wanted: CaseFilter) -> int:
        """Count the cases."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(self._matching(wanted).subquery())).scalar_one()

    def add_visit(
        self, case_id: str, document: JsonObject, *, visited_on: date, visit_id: UUID | None = None
    ) -> VisitRecord:
        """Store a visit; one of the same id that the case has already stays.

        Raises
        ------
        ResourceNotFoundError
            When there is no such case.
        """
        row = {
            "tenant": self._tenant,
            "id": visit_id or uuid4(),
            "case_id": case_id,
            "visited_on": visited_on,
            "sealed": self._vault.seal(document),
        }
        statement = insert(case_visits).values(row).on_conflict_do_nothing().returning(case_visits)
        there = select(case_visits).where(
            case_visits.c.tenant == self._tenant, case_visits.c.case_id == case_id, case_visits.c.id == row["id"]
        )
        try:
            with self._engine.begin() as connection:
                stored = connection.execute(statement).one_or_none()
                if stored is None:
                    return self._visit(connection.execute(there).one())
                visit = self._visit(stored)
                note(connection, self._tenant, Action.CASE_VISITED, "case", case_id, visit=str(visit.id))
                return visit
        except IntegrityError:
            raise self._not_found() from None

    def remove_visit(self, case_id: str, visit_id: UUID) -> None:
        """Delete a visit, which was recorded by mistake.

        Raises
        ------
        ResourceNotFoundError
            When the case has no such visit.
        """
        of_id = (
            case_visits.c.tenant == self._tenant,
            case_visits.c.case_id == case_id,
            case_visits.c.id == visit_id,
        )
        with self._engine.begin() as connection:
            if connection.execute(delete(case_visits).where(*of_id)).rowcount == 0:
                msg = "The case has no visit of this id."
                raise ResourceNotFoundError(msg, kind="visit")
            note(connection, self._tenant, Action.CASE_VISIT_ERASED, "case", case_id, visit=str(visit_id))

    def visits(self, case_ids: Collection[str]) -> dict[str, Sequence[VisitRecord]]:
        """Return the visits of those of the cases that have some, the latest first."""
        of_cases = (case_visits.c.tenant == self._tenant, case_visits.c.case_id.in_(list(case_ids)))
        latest_first = (case_visits.c.visited_on.desc(), case_visits.c.created_at.desc())
        found: dict[str, list[VisitRecord]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(select(case_visits).where(*of_cases).order_by(*latest_first)):
                found.setdefault(row.case_id, []).append(self._visit(row))
        return dict(found)

    def page_of_visits(self, case_id: str, *, limit: int, after: VisitPosition | None = None) -> list[VisitRecord]:
        """Return at most `limit` visits of a case, the latest first, behind the one that `after` names."""
        statement = select(case_visits).where(case_visits.c.tenant == self._tenant, case_visits.c.case_id == case_id)
        key = (case_visits.c.visited_on, case_visits.c.created_at, case_visits.c.id)
        if after is not None:
            statement = statement.where(tuple_(*key) < after)
        statement = statement.order_by(*(column.desc() for column in key)).limit(limit)
        with self._engine.connect() as connection:
            return [self._visit(row) for row in connection.execute(statement)]

    def _matching(self, wanted: CaseFilter) -> Select[Any]:
        c = cases.c
        conditions: list[ColumnElement[bool]] = [self._mine]
        if wanted.branch is not None:
            conditions.append(c.branch == wanted.branch)
        if wanted.status is not None:
            conditions.append(c.status == wanted.status)
        if wanted.id_prefix is not None:
            conditions.append(c.id.startswith(wanted.id_prefix, autoescape=True))
        if wanted.due_by is not None:
            conditions.append(or_(c.due_on.is_(None), c.due_on <= wanted.due_by))
        for column, least, most in (
            (c.priority, wanted.min_priority, wanted.max_priority),
            (c.days_past_due, wanted.min_days_past_due, wanted.max_days_past_due),
        ):
            if least is not None:
                conditions.append(column >= least)
            if most is not None:
                conditions.append(column <= most)
        conditions += [c[f"{name}_key"] == self._vault.index(name, text) for name, text in wanted.blind.items()]
        return select(cases).where(*conditions)

    def _resources(self, statement: Select[Any]) -> list[Resource]:
        vault = self._vault
        with self._engine.connect() as connection:
            return [resource_of(row, vault) for row in connection.execute(statement)]

    def _visit(self, row: Any) -> VisitRecord:
        return VisitRecord(
            id=row.id,
            case_id=row.case_id,
            visited_on=row.visited_on,
            created_at=row.created_at,
            document=self._vault.open(row.sealed),
        )

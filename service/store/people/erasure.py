"""What an erasure takes out of plans and schedules that are about others too, and what it says of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Connection, Table, delete, func, update

from service.audit.entry import Action, Entry, Recorded
from service.persons.blanking import (
    ERASED,
    beside_collectors,
    cases_in,
    document_without,
    list_in,
    positions_in,
    request_without,
    waiting_request_without,
)
from service.persons.person import Person
from service.persons.staff import names_collector, route_document_without, template_without, without_collector
from service.store.audit.audit_log import acted
from service.store.errors import PersonAtWorkError
from service.store.jobs.records import JsonObject, PlanStatus, counted
from service.store.jobs.schedule_tables import schedules
from service.store.people.person_rows import PersonRows
from service.store.resources.resource_tables import case_visits, cases
from service.store.tables import plans

_WAITING: Final = PlanStatus.ACCEPTED.value
_RUNNING: Final = PlanStatus.RUNNING.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A plan or a schedule that the person was taken out of.

    Attributes
    ----------
    whole : whether it was deleted: nobody else was in it.
    paused : whether a schedule is disabled now: it sends others than it did.
    """

    kind: Literal["plan", "schedule"]
    id: UUID
    whole: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure did, and its proof.

    Attributes
    ----------
    cases, collectors : the ids of the person's cases; of the collector who was erased.
    taken : plans and schedules.
    erased, blanked : rows by table: deleted, and kept for the others who are in them.
    left : rows by table in which the person was found afterwards, by reading every row; all 0.
    entry : what the audit log says of it.
    earlier : when nothing was found, what it says of the erasure before that left nothing.
    """

    cases: Sequence[str] = ()
    collectors: Sequence[str] = ()
    taken: Sequence[Taken] = ()
    erased: Mapping[str, int]
    blanked: Mapping[str, int]
    left: Mapping[str, int]
    entry: Recorded
    earlier: Recorded | None = None


class Taking:
    """Takes one person out of the rows that stay for others, within a transaction."""

    def __init__(self, connection: Connection, rows: PersonRows, person: Person, *, tenant: str) -> None:
        self._connection = connection
        self._rows = rows
        self._person = person
        self._tenant = tenant
        self.taken: list[Taken] = []
        #: What the audit log is told of schedules.
        self.told: list[Entry] = []

    def out_of_plans(self) -> None:
        """Take the person out of every plan.

        Raises
        ------
        PersonAtWorkError
            When a worker has one of them in hand; of a collector, also when one waits.
        """
        for row, request, result in self._rows.plans():
            if not is_in_plan(self._person, request, result):
                continue
            if row.status == _RUNNING or (self._person.collectors and row.status == _WAITING):
                msg = "A worker has a plan with this person in hand."
                raise PersonAtWorkError(msg)
            made = self._plan_without(row.status, request, result)
            values = None if made is None else {name: self._rows.sealed(value) for name, value in made.items()}
            if made and values and row.status == _WAITING:
                values["cases"] = counted(made["request"], "cases")
            self._write(plans, row.id, values)
            self.taken.append(Taken(kind="plan", id=row.id, whole=values is None))

    def out_of_schedules(self) -> None:
        """Take the person out of every schedule, and have the log say so to those who plan."""
        person = self._person
        for row, document in self._rows.schedules():
            if not is_in_schedule(person, document):
                continue
            made = _schedule_without(document, person)
            values: dict[str, object] | None = None
            if made is not None:
                values = {"document": self._rows.sealed(made), "version": row.version + 1, "changed_at": func.now()}
                values |= {"enabled": False, "next_run_at": None} if person.collectors else {}
            self._write(schedules, row.id, values)
            action = Action.SCHEDULE_REMOVED if values is None else Action.SCHEDULE_CHANGED
            self.told.append(acted(action, "schedule", row.id, version=row.version + (values is not None)))
            paused = values is not None and bool(person.collectors)
            self.taken.append(Taken(kind="schedule", id=row.id, whole=values is None, paused=paused))

    def out_of_cases(self) -> Mapping[str, int]:
        """Put another word for the collector in cases and visits; returns how many rows of which table."""
        changed: dict[str, int] = {}
        for row in self._rows.opened((cases, case_visits)):
            table = row.of.table
            if not names_collector(row.value, self._person):
                continue
            value = without_collector({key: of for key, of in row.value.items() if key != "case_id"}, self._person)
            values: dict[str, object] = {"sealed": self._rows.sealed(value, in_json=False)}
            if table is cases:
                values |= {"version": cases.c.version + 1, "changed_at": func.now()}
            self._write(table, row.id, values)
            changed[table.name] = changed.get(table.name, 0) + 1
        return changed

    def _plan_without(
        self, status: str, request: JsonObject, result: JsonObject | None
    ) -> dict[str, JsonObject] | None:
        """Return the columns of a plan without the person; None when nobody else is in it."""
        person = self._person
        if person.collectors:
            document = None if result is None else route_document_without(result, request, person)
            if result is not None and document is None:
                return None
            made: JsonObject | None = without_collector(request, person)
        else:
            # What plans call by other ids at the person's own address is the person too.
            person = replace(person, cases=person.cases | {str(one["id"]) for one in cases_in(request, person)})
            positions = positions_in(request, person)
            made = (waiting_request_without if status == _WAITING else request_without)(request, person)
            document = None if result is None else document_without(result, person, positions=positions)
        if made is None:
            return None
        return {"request": made} if document is None else {"request": made, "result": document}

    def _write(self, table: Table, id_: Any, values: Mapping[str, object] | None) -> None:
        """Change a row; delete it where there are no values."""
        this = (table.c.tenant == self._tenant, table.c.id == id_)
        statement = delete(table).where(*this) if values is None else update(table).where(*this).values(values)
        self._connection.execute(statement)


def is_in_plan(person: Person, *values: JsonObject | None) -> bool:
    """Whether a person is in the request or the result of a plan."""
    told = [value for value in values if value is not None]
    if person.collectors:
        return any(names_collector(value, person) for value in told)
    return any(person.is_in(beside_collectors(value)) or positions_in(value, person) for value in told)


def is_in_schedule(person: Person, document: JsonObject) -> bool:
    """Whether a person is in a schedule: in what it plans, or by name."""
    return is_in_plan(person, template_of(document)) or person.is_named_in(document)


def _schedule_without(document: JsonObject, person: Person) -> JsonObject | None:
    template = template_of(document)
    if person.collectors:
        made = template_without(template, person)
    else:
        own = cases_in(template, person)
        named = {str(one["id"]) for one in list_in(template, "cases") if one in own or person.is_named_in(one)}
        made = waiting_request_without(template, replace(person, cases=person.cases | named))
    if made is None:
        return None
    texts = {key: ERASED for key in ("name",) if person.is_named_in(document.get(key))}
    return {**document, **texts, "request": made}


def template_of(document: JsonObject) -> JsonObject:
    """Return the request of which a schedule makes its plans."""
    request = document.get("request")
    return request if isinstance(request, dict) else {}

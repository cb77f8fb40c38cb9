"""One person across all tables of a tenant: found, erased with a proof, and shown."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, func, or_, select, update

from geodata.geocoding.pins import normal_form
from service.audit.entry import Action, Recorded
from service.persons.blanking import cases_in, visits_in
from service.persons.person import Person, part_of
from service.persons.staff import names_collector, of_collector, places_of
from service.store.addresses.address_rows import ADDRESS
from service.store.audit.audit_log import acted, note, record
from service.store.audit.audit_tables import audit_log
from service.store.errors import PersonNotFoundError
from service.store.jobs.records import JsonObject
from service.store.jobs.schedule_tables import schedules
from service.store.people.erasure import Erasure, Taking, is_in_plan, is_in_schedule, template_of
from service.store.people.person_rows import OpenedRow, PersonRows, tables_about
from service.store.people.person_search import PersonSearch, Wanted
from service.store.privacy.tenant_keys import TenantKeys
from service.store.requests.request_tables import idempotency_keys
from service.store.resources.resource_tables import case_visits, cases, collectors
from service.store.tables import geocode_batches, pins, plans, provider_answers, reviews

#: Tables whose rows are read to see whether the person is in them, and then erased whole.
_SCANNED: Final[tuple[Table, ...]] = (geocode_batches, pins, reviews)
#: What an erasure empties whoever the person is.
_ANYBODYS: Final = frozenset({provider_answers.name, idempotency_keys.name})


class PersonStore:
    """The people of one tenant.

    Parameters
    ----------
    engine : an engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    keys : what opens and seals their rows.
    """

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str) -> None:
        self._engine = engine
        self._keys = keys
        self._tenant = tenant

    def find(self, wanted: Wanted) -> Person:
        """Return the person that is meant; see PersonSearch.find. Nothing need be stored of one who is."""
        with self._engine.connect() as connection:
            search = PersonSearch(connection, self._keys.vault(self._tenant), tenant=self._tenant)
            person = search.find(wanted)
            if person.addresses or person.phones:
                return person
            # Only plans know the case or the collector: there is an address.
            found: set[str] = set()
            for _, request, _ in self._rows(connection).plans():
                if person.collectors:
                    found |= set(places_of(request, person)) - set(places_of(request, person, others=True))
                else:
                    found |= {str(case.get("address") or "") for case in cases_in(request, person)}
            addresses = frozenset(map(normal_form, found)) - {""}
            if person.collectors:
                addresses -= search.addresses_of_others(person)
            return search.with_neighbours(replace(person, addresses=addresses))

    def erase(self, person: Person) -> Erasure:
        """Delete what is about the person, and take the person out of what is about others too; then look again.

        Raises
        ------
        PersonAtWorkError
            When a worker has the person in hand: nothing was erased, and it is over in minutes.
        PersonNotFoundError
            When the person is nowhere, and never was erased: nothing was.
        """
        with self._engine.begin() as connection:
            taking = Taking(connection, self._rows(connection), person, tenant=self._tenant)
            taking.out_of_plans()
            taking.out_of_schedules()
            blanked = dict(taking.out_of_cases()) if person.collectors else {}
            erased = {}
            for table, condition in self._whole_rows(connection, person):
                mine = (table.c.tenant == self._tenant, condition)
                erased[table.name] = connection.execute(delete(table).where(*mine)).rowcount
            for kind, table in (("plan", plans), ("schedule", schedules)):
                whole = [one.whole for one in taking.taken if one.kind == kind]
                erased[table.name], blanked[table.name] = sum(whole), len(whole) - sum(whole)
            earlier = None
            if not any(blanked.values()) and not any(erased[table] for table in erased.keys() - _ANYBODYS):
                earlier = self._earlier(connection, person)
            erased[idempotency_keys.name] = self._forget_answers(connection)
            left = self._left(connection, person)
            kind, ids = _named(person)
            counts = {f"erased_{name}": count for name, count in erased.items()}
            counts |= {f"blanked_{name}": count for name, count in blanked.items()}
            told = acted(Action.PERSON_ERASED, kind, ids, **counts, left=sum(left.values()))
            *_, entry = record(connection, self._tenant, [*taking.told, told])
        return Erasure(
            cases=sorted(person.cases),
            collectors=sorted(person.collectors),
            taken=taking.taken,
            erased=erased,
            blanked=blanked,
            left=left,
            entry=entry,
            earlier=earlier,
        )

    def export(self, person: Person) -> JsonObject:
        """Return everything that is kept about the person, by table; raises PersonNotFoundError when nothing is.

        What stands at the person's address under other ids is erased with the person, but not shown: it may be of
        somebody else who lives there.
        """
        kept: dict[str, list[JsonObject]] = {}
        known = person if person.collectors else replace(person, addresses=frozenset())
        with self._engine.begin() as connection:
            rows = self._rows(connection)
            for row, request, result in rows.plans():
                if is_in_plan(known, request, result):
                    told = _of_plan(known, request, result)
                    kept.setdefault(plans.name, []).append({"id": str(row.id), **told})
            for row, document in rows.schedules():
                if is_in_schedule(known, document):
                    told = _of_plan(known, template_of(document), None)
                    kept.setdefault(schedules.name, []).append({"id": str(row.id), **told})
            for opened in rows.opened([table for table in tables_about(person) if table not in (plans, schedules)]):
                if self._is_in(person, opened):
                    # A visit tells of the customer: of the collector, that there was one.
                    told = {} if person.collectors and opened.of.table in (cases, case_visits) else opened.value
                    if opened.of.table is geocode_batches:
                        told = cast("JsonObject", part_of(told, person))
                    kept.setdefault(opened.table, []).append({"id": str(opened.id), **told})
            if not kept:
                msg = "Nothing is kept of this person."
                raise PersonNotFoundError(msg)
            kind, ids = _named(person)
            note(connection, self._tenant, Action.PERSON_EXPORTED, kind, ids, rows=sum(map(len, kept.values())))
        return {"cases": sorted(person.cases), "collectors": sorted(person.collectors), "kept": kept}

    def _rows(self, connection: Connection) -> PersonRows:
        return PersonRows(connection, self._keys, tenant=self._tenant)

    def _whole_rows(self, connection: Connection, person: Person) -> Iterator[tuple[Table, ColumnElement[bool]]]:
        """Yield the rows that are about nobody else, or that are kept for a short time only."""
        vault = self._keys.vault(self._tenant)
        keys = [vault.index(ADDRESS, address) for address in person.addresses] if not person.neighbours else []
        at_address = (pins.c.tenant == self._tenant, pins.c.key.in_(keys), pins.c.door_key.is_not(None))
        doors = list(connection.scalars(select(pins.c.door_key).where(*at_address)))
        yield case_visits, case_visits.c.case_id.in_(person.cases)
        yield cases, cases.c.id.in_(person.cases)
        yield collectors, collectors.c.id.in_(person.collectors)
        # What providers said of anybody's address can be asked for again.
        yield provider_answers, provider_answers.c.tenant == self._tenant
        told: dict[str, list[UUID]] = {table.name: [] for table in _SCANNED}
        for row in self._rows(connection).opened(_SCANNED):
            if self._is_in(person, row):
                told[row.table].append(row.id)
        for table in _SCANNED:
            by_key = or_(pins.c.key.in_(keys), pins.c.door_key.in_(doors)) if table is pins else None
            found = table.c.id.in_(told[table.name])
            yield table, found if by_key is None else or_(by_key, found)

    def _forget_answers(self, connection: Connection) -> int:
        """Empty the answers that are kept for requests that may be sent again; returns how many.

        Their rows stay: such a request, sent again, then finds what it made the first time instead of making another.
        """
        kept = (idempotency_keys.c.tenant == self._tenant, idempotency_keys.c.sealed.is_not(None))
        emptied = update(idempotency_keys).where(*kept).values(sealed=None, held_until=func.now())
        return connection.execute(emptied).rowcount

    def _left(self, connection: Connection, person: Person) -> dict[str, int]:
        """Read every row again, and count those in which the person is."""
        read = tables_about(person)
        left = dict.fromkeys(sorted(table.name for table in read), 0)
        for row in self._rows(connection).opened(read):
            left[row.table] += self._is_in(person, row)
        return left

    def _is_in(self, person: Person, row: OpenedRow) -> bool:
        """Whether a person is in what a row holds."""
        if row.of.table is plans:
            return is_in_plan(person, row.value)
        if row.of.table is schedules:
            return is_in_schedule(person, row.value)
        if row.of.table is collectors:
            return person.has_collector(row.id)
        if person.collectors and row.of.table in (cases, case_visits):
            return names_collector(row.value, person)
        return person.is_in([str(row.id), row.value]) or person.is_named_in(row.value)

    def _earlier(self, connection: Connection, person: Person) -> Recorded:
        """Return what the log says of the person's last erasure; raises PersonNotFoundError when there was none."""
        kind, _ = _named(person)
        ids = func.string_to_array(audit_log.c.object_id, ",")
        wanted = sorted(person.collectors or person.cases)
        which = (
            audit_log.c.tenant == self._tenant,
            audit_log.c.object_kind == kind,
            audit_log.c.action == Action.PERSON_ERASED.value,
            or_(*(func.array_position(ids, id_) > 0 for id_ in wanted)),
        )
        statement = select(audit_log).where(*which).order_by(audit_log.c.seq.desc()).limit(1)
        row = connection.execute(statement).one_or_none()
        if row is None:
            msg = "Nothing is kept of this person, and nothing ever was erased."
            raise PersonNotFoundError(msg)
        return Recorded(**row._asdict())


def _named(person: Person) -> tuple[str, str | None]:
    """Return as what, and by which ids, the log names a person."""
    kind, ids = ("collector", person.collectors) if person.collectors else ("case", person.cases)
    return kind, ",".join(sorted(ids)) or None


def _of_plan(person: Person, request: JsonObject, result: JsonObject | None) -> JsonObject:
    """Return what a plan, or a schedule's request, tells of a person."""
    if person.collectors:
        return of_collector(request, result, person)
    return {"cases": cases_in(request, person), "visits": [] if result is None else visits_in(result, person)}

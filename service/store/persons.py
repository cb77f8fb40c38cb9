"""One person across all tables of a tenant: found, erased with a proof, and shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, delete, func, or_, select, update

from geodata.geocoding.pins import normal_form
from service.audit.entry import Action, Recorded
from service.persons.blanking import (
    cases_in,
    document_without,
    positions_in,
    request_without,
    visits_in,
    waiting_request_without,
)
from service.persons.person import Person
from service.store.address_rows import ADDRESS
from service.store.audit_log import note
from service.store.errors import PersonAtWorkError
from service.store.person_search import PersonSearch, Wanted
from service.store.records import JsonObject, PlanStatus
from service.store.request_tables import idempotency_keys
from service.store.resource_tables import case_visits, cases
from service.store.schedule_tables import schedules
from service.store.sealed_columns import OF_STAFF, SEALED_COLUMNS
from service.store.sealing import Seal
from service.store.tables import geocode_batches, pins, plans, provider_answers, reviews
from service.store.tenant_keys import TenantKeys

_AT_A_TIME: Final = 100
_WAITING: Final = PlanStatus.ACCEPTED.value
_RUNNING: Final = PlanStatus.RUNNING.value
#: Tables whose rows are read to see whether the person is in them, and then erased whole.
_SCANNED: Final[tuple[Table, ...]] = (geocode_batches, pins, reviews, schedules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure did, and its proof.

    Attributes
    ----------
    cases : the ids of the person's cases.
    erased, blanked : rows by table: deleted, and kept for the others who are in them.
    left : rows by table in which the person was found afterwards, by reading every row; all 0.
    entry : what the audit log says of it.
    """

    cases: Sequence[str]
    erased: Mapping[str, int]
    blanked: Mapping[str, int]
    left: Mapping[str, int]
    entry: Recorded


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
        self._seal = Seal(keys)

    def find(self, wanted: Wanted) -> Person:
        """Return the person that is meant; see PersonSearch.find."""
        with self._engine.connect() as connection:
            search = PersonSearch(connection, self._keys.vault(self._tenant), tenant=self._tenant)
            person = search.find(wanted)
            if person.addresses or person.phones:
                return person
            # Only plans know the case: there is its address.
            addresses = {
                normal_form(str(case.get("address") or ""))
                for _, request, _ in self._plans(connection)
                for case in cases_in(request, person)
            }
            return search.with_neighbours(replace(person, addresses=frozenset(addresses - {""})))

    def erase(self, person: Person) -> Erasure:
        """Delete what is about the person, and take the person out of what is about others too; then look again.

        Raises
        ------
        PersonAtWorkError
            When a worker has the person in hand: nothing was erased, and it is over in minutes.
        """
        erased: dict[str, int] = {}
        with self._engine.begin() as connection:
            blanked = {"plans": self._erase_from_plans(connection, person, erased)}
            for table, condition in self._whole_rows(connection, person):
                mine = (table.c.tenant == self._tenant, condition)
                erased[table.name] = erased.get(table.name, 0) + connection.execute(delete(table).where(*mine)).rowcount
            erased["idempotency_keys"] = self._forget_answers(connection)
            left = self._left(connection, person)
            counts = {f"erased_{table}": count for table, count in erased.items()}
            entry = note(
                connection,
                self._tenant,
                Action.PERSON_ERASED,
                "case",
                ",".join(sorted(person.cases)) or None,
                **counts,
                blanked_plans=blanked["plans"],
                left=sum(left.values()),
            )
        return Erasure(cases=sorted(person.cases), erased=erased, blanked=blanked, left=left, entry=entry)

    def export(self, person: Person) -> JsonObject:
        """Return everything that is kept about the person, by table."""
        kept: dict[str, list[JsonObject]] = {}
        with self._engine.begin() as connection:
            for row, request, result in self._plans(connection):
                own = cases_in(request, person)
                known = replace(person, cases=person.cases | {str(one["id"]) for one in own})
                if own or person.is_in(result):
                    visits = [] if result is None else visits_in(result, known)
                    kept.setdefault(plans.name, []).append({"id": str(row.id), "cases": own, "visits": visits})
            for table, row_id, value in self._opened(connection):
                if table != plans.name and (person.is_in([row_id, value]) or person.is_named_in(value)):
                    kept.setdefault(table, []).append({"id": row_id, **value})
            ids, rows = ",".join(sorted(person.cases)) or None, sum(map(len, kept.values()))
            note(connection, self._tenant, Action.PERSON_EXPORTED, "case", ids, rows=rows)
        return {"cases": sorted(person.cases), "kept": kept}

    # --- erasing -----------------------------------------------------------------------------------------

    def _erase_from_plans(self, connection: Connection, person: Person, erased: dict[str, int]) -> int:
        blanked = 0
        for row, request, result in self._plans(connection):
            positions = positions_in(request, person)
            if not positions and not person.is_in([request, result]):
                continue
            if row.status == _RUNNING:
                msg = "A worker has a plan with this person in hand."
                raise PersonAtWorkError(msg)
            # What plans call by other ids at the person's own address is the person too.
            known = replace(person, cases=person.cases | {str(one["id"]) for one in cases_in(request, person)})
            values = self._plan_without(row.status, request, result, known, positions)
            this = (plans.c.tenant == self._tenant, plans.c.id == row.id)
            if values is None:
                connection.execute(delete(plans).where(*this))
                erased[plans.name] = erased.get(plans.name, 0) + 1
            else:
                connection.execute(update(plans).where(*this).values(values))
                blanked += 1
        return blanked

    def _plan_without(
        self,
        status: str,
        request: JsonObject,
        result: JsonObject | None,
        person: Person,
        positions: frozenset[int],
    ) -> dict[str, JsonObject] | None:
        """Return the columns of a plan without the person; None when nothing would be left, or the person still is."""
        made = request_without(request, person) if status != _WAITING else waiting_request_without(request, person)
        if made is None:
            return None
        values = {"request": made}
        if result is not None:
            values["result"] = document_without(result, person, positions=positions)
        if any(person.is_in(value) for value in values.values()):
            return None
        return {name: self._seal.seal(value, tenant=self._tenant) for name, value in values.items()}

    def _whole_rows(self, connection: Connection, person: Person) -> Iterator[tuple[Table, ColumnElement[bool]]]:
        """Yield the rows that are about nobody else, or that are kept for a short time only."""
        vault = self._keys.vault(self._tenant)
        keys = [vault.index(ADDRESS, address) for address in person.addresses] if not person.neighbours else []
        at_address = (pins.c.tenant == self._tenant, pins.c.key.in_(keys), pins.c.door_key.is_not(None))
        doors = list(connection.scalars(select(pins.c.door_key).where(*at_address)))
        yield case_visits, case_visits.c.case_id.in_(person.cases)
        yield cases, cases.c.id.in_(person.cases)
        yield pins, or_(pins.c.key.in_(keys), pins.c.door_key.in_(doors))
        # What providers said of anybody's address can be asked for again.
        yield provider_answers, provider_answers.c.tenant == self._tenant
        told: dict[str, list[str]] = {table.name: [] for table in _SCANNED}
        for name, row_id, value in self._opened(connection):
            if name in told and (person.is_in(value) or person.is_named_in(value)):
                told[name].append(row_id)
        for table in _SCANNED:
            yield table, table.c.id.in_([UUID(one) for one in told[table.name]])

    def _forget_answers(self, connection: Connection) -> int:
        """Empty the answers that are kept for requests that may be sent again; returns how many.

        Their rows stay: such a request, sent again, then finds what it made the first time instead of making another.
        """
        kept = (idempotency_keys.c.tenant == self._tenant, idempotency_keys.c.sealed.is_not(None))
        emptied = update(idempotency_keys).where(*kept).values(sealed=None, held_until=func.now())
        return connection.execute(emptied).rowcount

    def _left(self, connection: Connection, person: Person) -> dict[str, int]:
        """Read every row again, and count those in which the person is."""
        left: dict[str, int] = {one.table.name: 0 for one in SEALED_COLUMNS if one.table.name not in OF_STAFF}
        for table, row_id, value in self._opened(connection):
            left[table] += person.is_in([row_id, value]) or (table != plans.name and person.is_named_in(value))
        return left

    # --- reading -----------------------------------------------------------------------------------------

    def _plans(self, connection: Connection) -> Iterator[tuple[Any, JsonObject, JsonObject | None]]:
        """Yield every plan, locked, with its request and its result."""
        columns = (plans.c.id, plans.c.status, plans.c.request, plans.c.result)
        statement = select(*columns).where(plans.c.tenant == self._tenant).order_by(plans.c.id).limit(_AT_A_TIME)
        for row in _paged(connection, statement.with_for_update(), plans.c.id):
            request = self._seal.open(row.request, tenant=self._tenant)
            yield row, request, None if row.result is None else self._seal.open(row.result, tenant=self._tenant)

    def _opened(self, connection: Connection) -> Iterator[tuple[str, str, JsonObject]]:
        """Yield every sealed value about the bank's customers: its table, the id of its row, and what it holds."""
        vault = self._keys.vault(self._tenant)
        for sealed in SEALED_COLUMNS:
            table = sealed.table
            if table.name in OF_STAFF:
                continue
            key = next(column for column in table.primary_key.columns if column.name != "tenant")
            of_case = [table.c.case_id] if "case_id" in table.c else []
            statement = select(key, sealed.column.label("value"), *of_case).where(
                table.c.tenant == self._tenant, sealed.column.is_not(None)
            )
            for row in _paged(connection, statement.order_by(key).limit(_AT_A_TIME), key):
                value = (
                    self._seal.open(row.value, tenant=self._tenant) if sealed.in_json else vault.open(bytes(row.value))
                )
                yield table.name, str(row[0]), {"case_id": row.case_id, **value} if of_case else value


def _paged(connection: Connection, statement: Select[Any], key: ColumnElement[Any]) -> Iterator[Any]:
    """Yield the rows of a statement that is ordered and limited by a key, which is its first column."""
    rows = connection.execute(statement).all()
    while rows:
        yield from rows
        rows = connection.execute(statement.where(key > rows[-1][0])).all() if len(rows) == _AT_A_TIME else []

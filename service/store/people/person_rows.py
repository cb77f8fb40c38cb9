"""The rows in which people are, of one tenant and within a transaction: read, opened, and sealed anew."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, select

from service.persons.person import Person
from service.store.jobs.records import JsonObject
from service.store.jobs.schedule_tables import schedules
from service.store.privacy.sealed_columns import OF_STAFF, SEALED_COLUMNS, SealedColumn
from service.store.privacy.sealing import Seal
from service.store.privacy.tenant_keys import TenantKeys
from service.store.resources.resource_tables import collectors
from service.store.tables import plans

_AT_A_TIME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRow:
    """A sealed value: its column, the id of its row, and what it holds; a visit's with the id of its case."""

    of: SealedColumn
    id: Any
    value: JsonObject

    @property
    def table(self) -> str:
        """The table's name."""
        return self.of.table.name


class PersonRows:
    """Reads all rows of one tenant that may tell of a person.

    Parameters
    ----------
    connection : of a transaction.
    keys : what opens the rows.
    """

    def __init__(self, connection: Connection, keys: TenantKeys, *, tenant: str) -> None:
        self._connection = connection
        self._vault = keys.vault(tenant)
        self._seal = Seal(keys)
        self._tenant = tenant

    def plans(self) -> Iterator[tuple[Any, JsonObject, JsonObject | None]]:
        """Yield every plan, locked, with its request and its result."""
        columns = (plans.c.id, plans.c.status, plans.c.request, plans.c.result)
        statement = select(*columns).where(plans.c.tenant == self._tenant).order_by(plans.c.id).limit(_AT_A_TIME)
        for row in _paged(self._connection, statement.with_for_update(), plans.c.id):
            request = self._seal.open(row.request, tenant=self._tenant)
            yield row, request, None if row.result is None else self._seal.open(row.result, tenant=self._tenant)

    def schedules(self) -> Iterator[tuple[Any, JsonObject]]:
        """Yield every schedule, locked, with its document."""
        of_tenant = select(schedules).where(schedules.c.tenant == self._tenant).order_by(schedules.c.id)
        for row in self._connection.execute(of_tenant.with_for_update()).all():
            yield row, self._seal.open(row.document, tenant=self._tenant)

    def opened(self, tables: Collection[Table]) -> Iterator[OpenedRow]:
        """Yield every sealed value in the tables."""
        for sealed in SEALED_COLUMNS:
            table = sealed.table
            if table not in tables:
                continue
            key = next(column for column in table.primary_key.columns if column.name != "tenant")
            of_case = [table.c.case_id] if "case_id" in table.c else []
            statement = select(key, sealed.column.label("value"), *of_case).where(
                table.c.tenant == self._tenant, sealed.column.is_not(None)
            )
            for row in _paged(self._connection, statement.order_by(key).limit(_AT_A_TIME), key):
                value = (
                    self._seal.open(row.value, tenant=self._tenant)
                    if sealed.in_json
                    else self._vault.open(bytes(row.value))
                )
                yield OpenedRow(of=sealed, id=row[0], value={"case_id": row.case_id, **value} if of_case else value)

    def sealed(self, value: JsonObject, *, in_json: bool = True) -> Any:
        """Return what is stored of a value."""
        return self._seal.seal(value, tenant=self._tenant) if in_json else self._vault.seal(value)


def tables_about(person: Person) -> Sequence[Table]:
    """Return the tables whose sealed values may tell of a person: those of collectors, only of a collector."""
    tables = dict.fromkeys(sealed.table for sealed in SEALED_COLUMNS)
    return [one for one in tables if one.name not in OF_STAFF or (person.collectors and one is collectors)]


def _paged(connection: Connection, statement: Select[Any], key: ColumnElement[Any]) -> Iterator[Any]:
    """Yield the rows of a statement that is ordered and limited by a key, which is its first column."""
    rows = connection.execute(statement).all()
    while rows:
        yield from rows
        rows = connection.execute(statement.where(key > rows[-1][0])).all() if len(rows) == _AT_A_TIME else []

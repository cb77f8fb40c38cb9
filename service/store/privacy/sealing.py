"""Requests and results of work as they stand in their rows: sealed, since they hold addresses."""

from typing import Final

from sqlalchemy import Engine, Table, exists, or_, select, update

from service.store.errors import UnstorableValueError
from service.store.jobs.records import JsonObject
from service.store.privacy.tenant_keys import TenantKeys

#: What is said of a value that cannot be stored.
UNSTORABLE: Final = "PostgreSQL cannot keep this JSON: no NUL characters, lone surrogates, NaN or infinities."
#: The only key of a sealed value; no request and no result has it.
_SEALED: Final = "sealed"
#: So many rows of an earlier release are sealed in one transaction.
_AT_A_TIME: Final = 100


class Seal:
    """Seals JSON for a jsonb column with its tenant's vault, and opens it."""

    def __init__(self, keys: TenantKeys) -> None:
        self._keys = keys

    def seal(self, value: JsonObject, *, tenant: str) -> JsonObject:
        """Return what is stored of a tenant's value.

        Raises
        ------
        UnstorableValueError
            When the value holds what JSON cannot say.
        """
        try:
            return {_SEALED: self._keys.vault(tenant).seal(value).decode("ascii")}
        except ValueError:  # a lone surrogate, NaN
            raise UnstorableValueError(UNSTORABLE) from None

    def open(self, stored: JsonObject, *, tenant: str) -> JsonObject:
        """Return what was sealed for a tenant, or what an earlier release stored in clear."""
        if stored.keys() != {_SEALED}:
            return stored
        return self._keys.vault(tenant).open(str(stored[_SEALED]).encode("ascii"))


def seal_old_rows(engine: Engine, table: Table, seal: Seal) -> bool:
    """Seal the requests and results that an earlier release stored in clear, some at a time.

    Returns whether there may be more: also while somebody else has the last of them in hand.
    """
    columns = (table.c.request, table.c.result)
    in_clear = or_(*(column.is_not(None) & ~column.has_key(_SEALED) for column in columns))
    with engine.begin() as connection:
        rows = connection.execute(
            select(table.c.id, table.c.tenant, *columns)
            .where(in_clear)
            .limit(_AT_A_TIME)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            values = {
                column.name: seal.seal(value, tenant=row.tenant)
                for column, value in zip(columns, row[2:], strict=True)
                if value is not None and _SEALED not in value
            }
            connection.execute(update(table).where(table.c.id == row.id).values(values))
        return bool(rows) or connection.execute(select(exists().where(in_clear))).scalar_one()

"""A new key takes the place of an old one: everything is sealed anew, then the old key is deleted."""

from typing import Any, Final

from sqlalchemy import Connection, Engine, select, tuple_, update

from service.audit.entry import Action
from service.store.audit.audit_log import note
from service.store.privacy.sealed_columns import SEALED_COLUMNS, SealedColumn
from service.store.privacy.tenant_keys import TenantKeys
from service.store.privacy.vault import Vault

#: Rows that are sealed anew in one transaction.
_AT_A_TIME: Final = 200
_SEALED: Final = "sealed"


def reseal(engine: Engine, keys: TenantKeys, tenant: str) -> int:
    """Seal anew what keys sealed that are replaced, and delete these; returns how many values that were.

    Safe to break off and to do again, and beside everything else: a value that changes meanwhile is left to whoever
    changed it, who sealed it with the new key.

    Parameters
    ----------
    engine : an engine of the tables' owner.
    """
    old = keys.replaced(tenant)
    if not old:
        return 0
    vault = keys.vault(tenant)
    count = sum(_reseal_column(engine, one, vault, tenant) for one in SEALED_COLUMNS)
    keys.retire(tenant, old)
    with engine.begin() as connection:
        note(connection, tenant, Action.KEYS_ROTATED, "tenant", tenant, values=count, retired=len(old))
    return count


def _reseal_column(engine: Engine, sealed: SealedColumn, vault: Vault, tenant: str) -> int:
    table, column = sealed.table, sealed.column
    keys = tuple_(*table.primary_key.columns)
    statement = select(*table.primary_key.columns, column.label("value")).where(
        table.c.tenant == tenant, column.is_not(None)
    )
    statement, last, count = statement.order_by(*table.primary_key.columns).limit(_AT_A_TIME), None, 0
    while True:
        with engine.begin() as connection:
            part = statement if last is None else statement.where(keys > tuple_(*last))
            rows = connection.execute(part).all()
            count += sum(_reseal_row(connection, sealed, row, vault) for row in rows)
        if len(rows) < _AT_A_TIME:
            return count
        last = tuple(rows[-1])[:-1]


def _reseal_row(connection: Connection, sealed: SealedColumn, row: Any, vault: Vault) -> bool:
    table, column = sealed.table, sealed.column
    if sealed.in_json and row.value.keys() != {_SEALED}:
        return False  # of an earlier release, in clear: its turn comes, with the new key
    fresh = vault.resealed(row.value[_SEALED].encode("ascii") if sealed.in_json else bytes(row.value))
    if fresh is None:
        return False
    this = [key == value for key, value in zip(table.primary_key.columns, tuple(row)[:-1], strict=True)]
    value = {_SEALED: fresh.decode("ascii")} if sealed.in_json else fresh
    statement = update(table).where(*this, column == row.value).values({column.name: value})
    return connection.execute(statement).rowcount == 1

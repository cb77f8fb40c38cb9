"""The end of a tenant: its keys are destroyed, its rows deleted. What is left is the audit log, which names nobody."""

from typing import Final

from sqlalchemy import Engine, delete

from service.audit.entry import Action
from service.store.access.identity_tables import tenants
from service.store.all_tables import metadata
from service.store.audit.audit_log import note
from service.store.audit.audit_tables import audit_heads, audit_log
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tables import provider_audit, tenant_keys

#: They are only added to; the keys go by themselves, first.
_KEPT: Final = (audit_log, audit_heads, provider_audit, tenant_keys)


def erase_tenant(engine: Engine, keys: TenantKeys, tenant: str) -> dict[str, int]:
    """Destroy a tenant's keys and delete its rows; returns how many rows of which table.

    With the keys everything sealed is gone at once, in every copy of the database that has not the keys too.

    Parameters
    ----------
    engine : an engine of the tables' owner.
    """
    keys.erase(tenant)
    erased: dict[str, int] = {}
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table not in _KEPT and "tenant" in table.c:
                erased[table.name] = connection.execute(delete(table).where(table.c.tenant == tenant)).rowcount
        connection.execute(delete(tenants).where(tenants.c.id == tenant))
        rows = sum(erased.values())
        note(connection, tenant, Action.KEYS_DESTROYED, "tenant", tenant, rows=rows)
    return erased

"""What a bank keeps here, together: branches, cases, collectors."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, select

from service.store.privacy.tenant_keys import TenantKeys
from service.store.resources.case_store import CaseStore
from service.store.resources.resource_records import Resource, ResourceKind, resource_of
from service.store.resources.resource_tables import branches, collectors
from service.store.resources.resources import ResourceStore

BRANCHES: Final = ResourceKind(name="branch", table=branches)
COLLECTORS: Final = ResourceKind(
    name="collector", table=collectors, clear=("branch", "status"), blind=("name", "phone")
)


class CollectorStore(ResourceStore):
    """The collectors of one tenant."""

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str) -> None:
        super().__init__(engine, keys, COLLECTORS, tenant=tenant)

    def find(
        self, *, branch: str | None = None, status: str | None = None, limit: int, after: str | None = None
    ) -> list[Resource]:
        """Return at most `limit` collectors in the order of their ids, those behind `after`."""
        conditions: list[Any] = [self._mine]
        if branch is not None:
            conditions.append(collectors.c.branch == branch)
        if status is not None:
            conditions.append(collectors.c.status == status)
        if after is not None:
            conditions.append(collectors.c.id > after)
        statement = select(collectors).where(*conditions).order_by(collectors.c.id).limit(limit)
        vault = self._vault
        with self._engine.connect() as connection:
            return [resource_of(row, vault) for row in connection.execute(statement)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The stores of one tenant."""

    branches: ResourceStore
    cases: CaseStore
    collectors: CollectorStore


def registry(engine: Engine, keys: TenantKeys, *, tenant: str) -> Registry:
    """Return the stores of one tenant on an engine."""
    return Registry(
        branches=ResourceStore(engine, keys, BRANCHES, tenant=tenant),
        cases=CaseStore(engine, keys, tenant=tenant),
        collectors=CollectorStore(engine, keys, tenant=tenant),
    )

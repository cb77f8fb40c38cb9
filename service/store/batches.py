"""Batches of addresses to locate: what was asked, how far it is, what came out."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Engine, delete, func

from service.store.errors import UnstorableValueError
from service.store.records import BatchRecord, Claim, JsonObject, PlanStatus
from service.store.tables import geocode_batches
from service.store.tenant_keys import ONLY_TENANT, TenantKeys
from service.store.work import BATCHES, OPEN, UNSTORABLE, WorkStore

_SEALED: Final = "sealed"


class BatchStore(WorkStore):
    """The batches of one tenant, their addresses sealed; each is erased on request, and some days after its end.

    Parameters
    ----------
    engine : an engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    keys : what seals requests and results.
    """

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str = ONLY_TENANT) -> None:
        super().__init__(engine, BATCHES)
        self._keys = keys
        self._tenant = tenant

    def create(self, *, request: JsonObject, area: str, total: int) -> UUID:
        """Store a batch of `total` rows as accepted and put it into the queue, in one transaction.

        Raises
        ------
        UnstorableValueError
            When the request holds what PostgreSQL's jsonb cannot keep.
        """
        batch_id = uuid4()
        self._add({"area": area, "total": total, "request": self._sealed(request)}, batch_id)
        return batch_id

    def get(self, batch_id: UUID) -> BatchRecord:
        """Return the batch.

        Raises
        ------
        BatchNotFoundError
            When there is none of that id.
        """
        values = self._row(batch_id)._asdict()
        values["status"] = PlanStatus(values["status"])
        values["request"] = self._opened(values["request"])
        values["result"] = None if values["result"] is None else self._opened(values["result"])
        return BatchRecord(**values)

    def claim(self, work_id: UUID) -> Claim | None:
        """See WorkStore.claim."""
        claim = super().claim(work_id)
        return None if claim is None else replace(claim, request=self._opened(claim.request))

    def finish(self, work_id: UUID, attempt: int, result: JsonObject) -> bool:
        """See WorkStore.finish."""
        return super().finish(work_id, attempt, self._sealed(result))

    def erase(self, batch_id: UUID) -> None:
        """Delete a batch with its addresses; one that still runs is given up.

        Raises
        ------
        BatchNotFoundError
            When there is none of that id.
        """
        with self._engine.begin() as connection:
            gone = connection.execute(delete(geocode_batches).where(geocode_batches.c.id == batch_id)).rowcount
        if not gone:
            raise self._not_found(batch_id)

    def erase_old(self, *, days: int) -> int:
        """Delete the batches that ended more than so many days ago; returns how many."""
        ended = geocode_batches.c.finished_at < func.now() - timedelta(days=days)
        statement = delete(geocode_batches).where(ended, geocode_batches.c.status.not_in(OPEN))
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount

    def _sealed(self, value: JsonObject) -> JsonObject:
        try:
            return {_SEALED: self._keys.vault(self._tenant).seal(value).decode("ascii")}
        except ValueError:  # a lone surrogate, NaN
            raise UnstorableValueError(UNSTORABLE) from None

    def _opened(self, stored: JsonObject) -> JsonObject:
        return self._keys.vault(self._tenant).open(str(stored[_SEALED]).encode("ascii"))

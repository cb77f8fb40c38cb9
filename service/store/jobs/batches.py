"""Batches of addresses to locate: what was asked, how far it is, what came out."""

from uuid import UUID, uuid4

from sqlalchemy import Engine, delete

from service.audit.entry import Action
from service.store.audit.audit_log import note
from service.store.jobs.records import BatchRecord, JsonObject
from service.store.jobs.turns import Limits
from service.store.jobs.work import WorkStore
from service.store.jobs.work_kinds import BATCHES
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tables import geocode_batches


class BatchStore(WorkStore):
    """The batches of one tenant, their addresses sealed; each is erased on request, and some days after its end.

    Parameters
    ----------
    engine : an engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    keys : what seals requests and results.
    tenant : whose batches; None, for workers: anybody's, and none can be made.
    """

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str | None, limits: Limits | None = None) -> None:
        super().__init__(engine, BATCHES, keys, tenant=tenant, limits=limits)

    def create(self, *, request: JsonObject, area: str, total: int, batch_id: UUID | None = None) -> UUID:
        """Store a batch of `total` rows as accepted and put it into the queue, in one transaction, unless it is there.

        Raises
        ------
        UnstorableValueError
            When the request holds what JSON cannot say.
        """
        batch_id = batch_id or uuid4()
        self._add({"area": area, "total": total}, batch_id, request=request)
        return batch_id

    def get(self, batch_id: UUID) -> BatchRecord:
        """Return the batch.

        Raises
        ------
        BatchNotFoundError
            When there is none of that id.
        """
        return BatchRecord(**self._values(batch_id))

    def erase(self, batch_id: UUID) -> None:
        """Delete a batch with its addresses; one that still runs is given up.

        Raises
        ------
        BatchNotFoundError
            When there is none of that id.
        """
        with self._engine.begin() as connection:
            gone = delete(geocode_batches).where(*self._this(batch_id)).returning(geocode_batches.c.tenant)
            tenant = connection.execute(gone).scalar_one_or_none()
            if tenant is None:
                raise self._not_found(batch_id)
            note(connection, tenant, Action.BATCH_ERASED, "batch", batch_id)

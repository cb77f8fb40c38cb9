"""What waits to be sent, of all tenants, as workers take it: claimed for a while, its outcome under a fence."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Engine, func, literal, select, true, update
from sqlalchemy.dialects.postgresql import JSONB

from service.store.errors import SealBrokenError
from service.store.jobs.records import JsonObject
from service.store.privacy.tenant_keys import TenantKeys
from service.store.webhooks.webhook_records import DeliveryStatus, DueDelivery
from service.store.webhooks.webhook_tables import webhook_deliveries, webhooks
from service.store.webhooks.webhooks import SealedWebhook

#: A worker that says nothing for so long has died: somebody else sends.
LEASE: Final = timedelta(seconds=60)
_PENDING: Final = DeliveryStatus.PENDING.value
_table = webhook_deliveries


class DueDeliveries:
    """The deliveries that are due.

    Parameters
    ----------
    engine : of the owner: a worker sends for every tenant.
    keys : what opens URLs and secrets.
    """

    def __init__(self, engine: Engine, keys: TenantKeys) -> None:
        self._engine = engine
        self._keys = keys

    def claim(self, *, limit: int, per_webhook: int, without: Collection[UUID] = ()) -> Sequence[DueDelivery]:
        """Take what is due, the longest due first; what a webhook has too much of waits for another time.

        `without` names webhooks that have enough under way.
        """
        due = (
            select(_table.c.id, _table.c.due_at)
            .where(_table.c.webhook_id == webhooks.c.id, _table.c.status == _PENDING, _table.c.due_at <= func.now())
            .order_by(_table.c.due_at)
            .limit(per_webhook)
            .with_for_update(skip_locked=True)
            .lateral("due")
        )
        taken = (
            select(due.c.id)
            .select_from(webhooks.join(due, true()))
            .where(webhooks.c.enabled, webhooks.c.id.not_in(list(without)))
            .order_by(due.c.due_at)
            .limit(limit)
            .cte("taken")
        )
        statement = (
            update(_table)
            .where(_table.c.id == taken.c.id, webhooks.c.id == _table.c.webhook_id)
            .values(attempt=_table.c.attempt + 1, tries=_table.c.tries + 1, due_at=func.now() + LEASE)
            .returning(_table, webhooks.c.sealed)
        )
        with self._engine.begin() as connection:
            rows = connection.execute(statement).all()
        now = datetime.now(UTC)
        claimed = []
        for row in rows:
            try:
                sealed = SealedWebhook.load(self._keys.vault(row.tenant).open(row.sealed))
            except SealBrokenError:  # the tenant's key is gone, or another: nobody can send this
                continue
            claimed.append(
                DueDelivery(
                    id=row.id,
                    webhook_id=row.webhook_id,
                    tenant=row.tenant,
                    attempt=row.attempt,
                    tries=row.tries,
                    message_id=row.message_id,
                    payload=row.payload,
                    url=sealed.url,
                    keys=sealed.keys(now),
                )
            )
        return claimed

    def delivered(self, due: DueDelivery, entry: JsonObject) -> bool:
        """Note that it was taken; False when it is no longer this attempt's."""
        return self._write(due, entry, {"status": DeliveryStatus.DELIVERED.value, "finished_at": func.now()})

    def again(self, due: DueDelivery, entry: JsonObject, *, after_s: float) -> bool:
        """Note that it failed, and when it is tried again."""
        return self._write(due, entry, {"due_at": func.now() + timedelta(seconds=after_s)})

    def failed(self, due: DueDelivery, entry: JsonObject) -> bool:
        """Note that it is given up."""
        return self._write(due, entry, {"status": DeliveryStatus.FAILED.value, "finished_at": func.now()})

    def disable(self, webhook_id: UUID, reason: str) -> None:
        """Send nothing more to a webhook until somebody enables it again."""
        values = {
            "enabled": False,
            "disabled_reason": reason,
            "version": webhooks.c.version + 1,
            "changed_at": func.now(),
        }
        with self._engine.begin() as connection:
            connection.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(values))

    def _write(self, due: DueDelivery, entry: JsonObject, values: dict[str, object]) -> bool:
        log = _table.c.log.concat(literal([entry], JSONB))
        mine = (_table.c.id == due.id, _table.c.attempt == due.attempt, _table.c.status == _PENDING)
        with self._engine.begin() as connection:
            return connection.execute(update(_table).where(*mine).values(values | {"log": log})).rowcount == 1

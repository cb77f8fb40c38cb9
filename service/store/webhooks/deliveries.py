"""The log of what was sent to a webhook, and sending again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from service.audit.entry import Action
from service.store.audit.audit_log import note
from service.store.errors import DeliveryNotFoundError, WebhookNotFoundError
from service.store.webhooks.webhook_records import DeliveryRecord, DeliveryStatus
from service.store.webhooks.webhook_tables import webhook_deliveries, webhooks
from service.webhooks.events import TEST_EVENT

_table = webhook_deliveries


class DeliveryStore:
    """The deliveries of one tenant."""

    def __init__(self, engine: Engine, *, tenant: str) -> None:
        self._engine = engine
        self._tenant = tenant

    def list(
        self,
        webhook_id: UUID,
        *,
        status: DeliveryStatus | None = None,
        limit: int,
        after: tuple[datetime, UUID] | None = None,
    ) -> Sequence[DeliveryRecord]:
        """Return the latest deliveries, behind the one that `after` names; raises WebhookNotFoundError."""
        statement = select(_table).where(_table.c.webhook_id == webhook_id, _table.c.tenant == self._tenant)
        if status is not None:
            statement = statement.where(_table.c.status == status.value)
        if after is not None:
            statement = statement.where(tuple_(_table.c.created_at, _table.c.id) < after)
        with self._engine.connect() as connection:
            self._require(connection, webhook_id)
            rows = connection.execute(statement.order_by(_table.c.created_at.desc(), _table.c.id.desc()).limit(limit))
            return [_record(row) for row in rows]

    def get(self, webhook_id: UUID, delivery_id: UUID) -> DeliveryRecord:
        """Return a delivery; raises DeliveryNotFoundError."""
        with self._engine.connect() as connection:
            row = connection.execute(select(_table).where(*self._one(webhook_id, delivery_id))).one_or_none()
        return _found(row, delivery_id)

    def replay(self, webhook_id: UUID, delivery_id: UUID) -> DeliveryRecord:
        """Send it again, now, with as many tries as the first time; one that still waits is sent now.

        Raises
        ------
        DeliveryNotFoundError
        """
        values = {"status": DeliveryStatus.PENDING.value, "finished_at": None, "due_at": func.now(), "tries": 0}
        statement = update(_table).where(*self._one(webhook_id, delivery_id)).values(values).returning(_table)
        with self._engine.begin() as connection:
            found = _found(connection.execute(statement).one_or_none(), delivery_id)
            note(connection, self._tenant, Action.WEBHOOK_REPLAYED, "webhook", webhook_id, delivery=str(delivery_id))
            return found

    def send_test(self, webhook_id: UUID, *, delivery_id: UUID) -> DeliveryRecord:
        """Put a test message into the queue, once for each id; raises WebhookNotFoundError."""
        now = datetime.now(UTC)
        payload = {"type": TEST_EVENT, "timestamp": now.isoformat(), "data": {"webhook": str(webhook_id)}}
        row = {
            "id": delivery_id,
            "tenant": self._tenant,
            "webhook_id": webhook_id,
            "message_id": f"msg_{delivery_id.hex}",
            "event": TEST_EVENT,
            "payload": payload,
        }
        with self._engine.begin() as connection:
            self._require(connection, webhook_id)
            connection.execute(insert(_table).values(row).on_conflict_do_nothing())
            return _record(connection.execute(select(_table).where(*self._one(webhook_id, delivery_id))).one())

    def _require(self, connection: Connection, webhook_id: UUID) -> None:
        mine = select(webhooks.c.id).where(webhooks.c.id == webhook_id, webhooks.c.tenant == self._tenant)
        if connection.execute(mine).one_or_none() is None:
            msg = f"No webhook has the id {webhook_id}."
            raise WebhookNotFoundError(msg)

    def _one(self, webhook_id: UUID, delivery_id: UUID) -> tuple[ColumnElement[bool], ...]:
        return (_table.c.id == delivery_id, _table.c.webhook_id == webhook_id, _table.c.tenant == self._tenant)


def _found(row: Row[tuple[object, ...]] | None, delivery_id: UUID) -> DeliveryRecord:
    if row is None:
        msg = f"No delivery of this webhook has the id {delivery_id}."
        raise DeliveryNotFoundError(msg)
    return _record(row)


def _record(row: Row[tuple[object, ...]]) -> DeliveryRecord:
    return DeliveryRecord(
        id=row.id,
        webhook_id=row.webhook_id,
        message_id=row.message_id,
        event=row.event,
        payload=row.payload,
        status=DeliveryStatus(row.status),
        created_at=row.created_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        log=tuple(row.log),
    )

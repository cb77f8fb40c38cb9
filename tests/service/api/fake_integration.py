"""Webhooks, their deliveries and Idempotency-Keys in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from service.store.errors import (
    DeliveryNotFoundError,
    KeyBusyError,
    KeyReusedError,
    VersionChangedError,
    WebhookNotFoundError,
)
from service.store.requests.idempotency import Held, KeptAnswer
from service.store.webhooks.webhook_records import DeliveryRecord, DeliveryStatus, WebhookRecord
from service.webhooks.signing import new_secret

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


class FakeWebhooks:
    def __init__(self) -> None:
        self.records: dict[UUID, WebhookRecord] = {}

    def create(
        self, webhook_id: UUID, *, url: str, events: Collection[str], description: str
    ) -> tuple[WebhookRecord, str]:
        self.records[webhook_id] = WebhookRecord(
            id=webhook_id,
            version=1,
            created_at=NOW,
            changed_at=NOW,
            enabled=True,
            disabled_reason=None,
            events=tuple(sorted(events)),
            url=url,
            description=description,
        )
        return self.records[webhook_id], new_secret()

    def list(self) -> Sequence[WebhookRecord]:
        return [*self.records.values()]

    def get(self, webhook_id: UUID) -> WebhookRecord:
        if webhook_id not in self.records:
            raise WebhookNotFoundError
        return self.records[webhook_id]

    def change(
        self,
        webhook_id: UUID,
        *,
        version: int,
        url: str | None = None,
        events: Collection[str] | None = None,
        description: str | None = None,
        enabled: bool | None = None,
    ) -> WebhookRecord:
        record = self.get(webhook_id)
        if record.version != version:
            raise VersionChangedError
        given: dict[str, Any] = {"url": url, "events": events, "description": description, "enabled": enabled}
        changes = {name: value for name, value in given.items() if value is not None}
        self.records[webhook_id] = replace(record, version=version + 1, **changes)
        return self.records[webhook_id]

    def rotate(self, webhook_id: UUID) -> tuple[WebhookRecord, str]:
        record = self.get(webhook_id)
        self.records[webhook_id] = replace(record, version=record.version + 1)
        return self.records[webhook_id], new_secret()

    def delete(self, webhook_id: UUID) -> None:
        self.get(webhook_id)
        del self.records[webhook_id]


class FakeDeliveries:
    def __init__(self, webhooks: FakeWebhooks) -> None:
        self.webhooks = webhooks
        self.records: dict[UUID, DeliveryRecord] = {}

    def list(
        self,
        webhook_id: UUID,
        *,
        status: DeliveryStatus | None = None,
        limit: int,
        after: tuple[datetime, UUID] | None = None,
    ) -> Sequence[DeliveryRecord]:
        self.webhooks.get(webhook_id)
        newest = sorted(self.records.values(), key=lambda one: (one.created_at, one.id), reverse=True)
        return [
            one
            for one in newest
            if one.webhook_id == webhook_id
            and (status is None or one.status is status)
            and (after is None or (one.created_at, one.id) < after)
        ][:limit]

    def replay(self, webhook_id: UUID, delivery_id: UUID) -> DeliveryRecord:
        if delivery_id not in self.records or self.records[delivery_id].webhook_id != webhook_id:
            raise DeliveryNotFoundError
        again = replace(self.records[delivery_id], status=DeliveryStatus.PENDING, finished_at=None)
        self.records[delivery_id] = again
        return again

    def send_test(self, webhook_id: UUID, *, delivery_id: UUID) -> DeliveryRecord:
        self.webhooks.get(webhook_id)
        self.records[delivery_id] = DeliveryRecord(
            id=delivery_id,
            webhook_id=webhook_id,
            message_id=f"msg_{delivery_id.hex}",
            event="webhook.test",
            payload={"type": "webhook.test", "timestamp": NOW.isoformat(), "data": {"webhook": str(webhook_id)}},
            status=DeliveryStatus.PENDING,
            created_at=NOW,
            due_at=NOW,
            finished_at=None,
            log=(),
        )
        return self.records[delivery_id]


class FakeIdempotency:
    """Keys in memory: an answer, or who holds it."""

    def __init__(self) -> None:
        self.bodies: dict[tuple[str, str], bytes] = {}
        self.states: dict[tuple[str, str], Held | KeptAnswer | None] = {}
        self.ids: dict[tuple[str, str], UUID] = {}

    def begin(self, *, scope: str, key: str, body: bytes) -> Held | KeptAnswer:
        of = (scope, key)
        if self.bodies.setdefault(of, body) != body:
            raise KeyReusedError
        state = self.states.get(of)
        if isinstance(state, KeptAnswer):
            return state
        if state is not None:
            raise KeyBusyError
        self.states[of] = held = Held(id=self.ids.setdefault(of, uuid4()), attempt=1)
        return held

    def extend(self, held: Held) -> bool:
        return held in self.states.values()

    def keep(self, held: Held, answer: KeptAnswer) -> None:
        self.states[self._of(held)] = answer

    def forget(self, held: Held) -> None:
        of = self._of(held)
        for kept in (self.bodies, self.states, self.ids):
            kept.pop(of, None)

    def let_go(self, held: Held) -> None:
        self.states[self._of(held)] = None

    def _of(self, held: Held) -> tuple[str, str]:
        return next(of for of, state in self.states.items() if state == held)

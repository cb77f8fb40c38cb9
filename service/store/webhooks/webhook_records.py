"""What the store says of webhooks and their deliveries: frozen values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from service.store.jobs.records import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRecord:
    """A webhook without its secrets. `disabled_reason` is set when the service disabled it."""

    id: UUID
    version: int
    created_at: datetime
    changed_at: datetime
    enabled: bool
    disabled_reason: str | None
    events: tuple[str, ...]
    url: str
    description: str


class DeliveryStatus(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """One message for one webhook. `log` has an object for each try, the first one first."""

    id: UUID
    webhook_id: UUID
    message_id: str
    event: str
    payload: JsonObject
    status: DeliveryStatus
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None
    log: tuple[JsonObject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDelivery:
    """A delivery that a worker has claimed.

    `attempt` is its fence; `tries` counts those since it was noted or replayed, this one included.
    `keys` are the secrets that sign, the newest first.
    """

    id: UUID
    webhook_id: UUID
    tenant: str
    attempt: int
    tries: int
    message_id: str
    payload: JsonObject
    url: str
    keys: tuple[str, ...]

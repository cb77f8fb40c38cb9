"""What the endpoints need to be called by other systems: webhooks, and requests that may be sent twice."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from service.store.requests.idempotency import Held, KeptAnswer
from service.store.requests.quotas import Left, Quota
from service.store.webhooks.webhook_records import DeliveryRecord, DeliveryStatus, WebhookRecord


class Webhooks(Protocol):
    """The HTTP side of service.store.webhooks.webhooks.WebhookStore."""

    def create(
        self, webhook_id: UUID, *, url: str, events: Collection[str], description: str
    ) -> tuple[WebhookRecord, str]:
        """Store a webhook and return it with its secret; raises TooManyWebhooksError."""

    def list(self) -> Sequence[WebhookRecord]:
        """Return all webhooks, the oldest first."""

    def get(self, webhook_id: UUID) -> WebhookRecord:
        """Return the webhook; raises WebhookNotFoundError."""

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
        """Change what is given; raises WebhookNotFoundError, VersionChangedError."""

    def rotate(self, webhook_id: UUID) -> tuple[WebhookRecord, str]:
        """Give the webhook a new secret; raises WebhookNotFoundError."""

    def delete(self, webhook_id: UUID) -> None:
        """Delete the webhook with its deliveries; raises WebhookNotFoundError."""


class Deliveries(Protocol):
    """service.store.webhooks.deliveries.DeliveryStore."""

    def list(
        self,
        webhook_id: UUID,
        *,
        status: DeliveryStatus | None = None,
        limit: int,
        after: tuple[datetime, UUID] | None = None,
    ) -> Sequence[DeliveryRecord]:
        """Return the latest deliveries, behind the one that `after` names; raises WebhookNotFoundError."""

    def replay(self, webhook_id: UUID, delivery_id: UUID) -> DeliveryRecord:
        """Send a message again; raises DeliveryNotFoundError."""

    def send_test(self, webhook_id: UUID, *, delivery_id: UUID) -> DeliveryRecord:
        """Send a test message, once for each id; raises WebhookNotFoundError."""


class Idempotency(Protocol):
    """service.store.requests.idempotency.IdempotencyStore."""

    def begin(self, *, scope: str, key: str, body: bytes) -> Held | KeptAnswer:
        """Take a key up, or return the answer that was given under it; raises KeyReusedError, KeyBusyError."""

    def extend(self, held: Held) -> bool:
        """Say that the work goes on."""

    def keep(self, held: Held, answer: KeptAnswer) -> None:
        """Keep the answer."""

    def forget(self, held: Held) -> None:
        """Forget the key."""

    def let_go(self, held: Held) -> None:
        """Let the same request begin again."""


class CountsRequests(Protocol):
    """Keeps count over all processes: service.store.requests.quotas.Limiter."""

    def hit(self, quotas: Sequence[Quota]) -> tuple[bool, Sequence[Left]]:
        """Count a request against each quota until one of them is used up; False then."""

"""Sending the messages of webhooks: beside the queue of plans, so that none waits for a search to end."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, Protocol
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from service.logs import frames_of
from service.store.errors import StoreError
from service.store.jobs.records import JsonObject
from service.store.webhooks.due_deliveries import DueDeliveries
from service.store.webhooks.webhook_records import DueDelivery
from service.telemetry.metrics import Metrics
from service.webhooks.backoff import delay_s
from service.webhooks.sending import Outcome
from service.webhooks.signing import signed_headers

#: Messages under way at a time: of one worker, and of one webhook, so that a slow receiver holds up no other.
AT_ONCE: Final = 16
_PER_WEBHOOK: Final = 4
_LOOK_EVERY_S: Final = 1.0

_log = structlog.stdlib.get_logger(__name__)


class Send(Protocol):
    """What posts a message: service.webhooks.sending.Sender.send."""

    async def __call__(self, url: str, body: str, headers: Mapping[str, str]) -> Outcome:
        """Post it once."""


class Deliverer:
    """Sends what is due until it is cancelled. What it has not ended by then is due again when its lease is over."""

    def __init__(self, deliveries: DueDeliveries, send: Send, metrics: Metrics | None = None) -> None:
        self._deliveries = deliveries
        self._send = send
        self._metrics = Metrics() if metrics is None else metrics
        self._running: dict[asyncio.Task[None], UUID] = {}

    async def run(self) -> None:
        """Look for what is due every second, and as soon as a message is sent."""
        try:
            while True:
                try:
                    await self._begin_due()
                except (SQLAlchemyError, StoreError) as exc:
                    _log.warning("deliveries_not_seen", error=type(exc).__name__)
                look_again = asyncio.create_task(asyncio.sleep(_LOOK_EVERY_S))
                await asyncio.wait((look_again, *self._running), return_when=asyncio.FIRST_COMPLETED)
                look_again.cancel()
        finally:
            for task in self._running:
                task.cancel()

    async def deliver_due(self) -> int:
        """Send all that is due now, and return how many messages that were."""
        sent = 0
        while begun := await self._begin_due():
            sent += begun
            await asyncio.gather(*self._running)
        return sent

    async def _begin_due(self) -> int:
        under_way = Counter(self._running.values())
        free = AT_ONCE - len(self._running)
        if free == 0:
            return 0
        busy = [webhook for webhook, number in under_way.items() if number >= _PER_WEBHOOK]
        due = await asyncio.to_thread(self._deliveries.claim, limit=free, per_webhook=_PER_WEBHOOK, without=busy)
        for one in due:
            task = asyncio.create_task(self._deliver(one))
            self._running[task] = one.webhook_id
            task.add_done_callback(self._running.pop)
        return len(due)

    async def _deliver(self, due: DueDelivery) -> None:
        sent_at = datetime.now(UTC)
        body = body_of(due.payload)
        try:
            outcome = await self._send(due.url, body, signed_headers(due.message_id, body, keys=due.keys, at=sent_at))
        except Exception as exc:  # noqa: BLE001 - whatever it is: it is a failed try, and given up after as many
            ids = {"webhook": str(due.webhook_id), "delivery": str(due.id)}
            _log.error("delivery_broken", error=type(exc).__name__, frames=frames_of(exc), **ids)
            self._metrics.task_broken("delivery")
            outcome = Outcome(status=None, error="broken", duration_ms=0)
        with suppress(SQLAlchemyError):  # then its lease ends, and it is sent again
            await asyncio.to_thread(self._note, due, outcome, sent_at)

    def _note(self, due: DueDelivery, outcome: Outcome, sent_at: datetime) -> None:
        entry: JsonObject = {
            "at": sent_at.isoformat(),
            "status": outcome.status,
            "error": outcome.error,
            "duration_ms": outcome.duration_ms,
        }
        ids = {"webhook": str(due.webhook_id), "delivery": str(due.id)}
        wait_s = delay_s(due.tries, asked_s=outcome.retry_after_s, chance=random.random())  # noqa: S311 - only jitter  # nosec B311
        if outcome.is_taken:
            self._deliveries.delivered(due, entry)
        elif outcome.is_gone:
            self._deliveries.failed(due, entry)
            self._deliveries.disable(due.webhook_id, "gone")
            _log.warning("webhook_gone", **ids)
        elif wait_s is None:
            self._deliveries.failed(due, entry)
            _log.warning("delivery_given_up", tries=due.tries, error=outcome.error, **ids)
        else:
            self._deliveries.again(due, entry, after_s=wait_s)
            _log.info("delivery_failed", tries=due.tries, error=outcome.error, status=outcome.status, **ids)


def body_of(payload: JsonObject) -> str:
    """Return the payload as it is signed and sent: every try has the same text."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

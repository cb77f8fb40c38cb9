"""Webhooks in PostgreSQL: what is sealed, what is noted of which change, what is due and when it is given up."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from standardwebhooks.webhooks import Webhook
from structlog.testing import capture_logs

from service.jobs.deliver import Deliverer
from service.store.audit.audit_log import AuditLog
from service.store.errors import (
    DeliveryNotFoundError,
    TooManyWebhooksError,
    VersionChangedError,
    WebhookNotFoundError,
)
from service.store.jobs.plans import PlanStore
from service.store.people.retention import RULES, purge
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tenancy import tenant_engine
from service.store.webhooks.deliveries import DeliveryStore
from service.store.webhooks.due_deliveries import DueDeliveries
from service.store.webhooks.webhook_records import DeliveryRecord, DeliveryStatus
from service.store.webhooks.webhooks import MAX_WEBHOOKS, WebhookStore
from service.telemetry.metrics import Metrics
from service.webhooks.address import networks
from service.webhooks.backoff import DELAYS_S
from service.webhooks.events import EVENTS
from service.webhooks.sending import Outcome, Sender
from tests.service.webhooks.receiver import Receiver, listening, reply_with

ALL = tuple(EVENTS)


class Bank:
    """A tenant's stores."""

    def __init__(self, engine: Engine, tenant: str = "main") -> None:
        self.keys = TenantKeys(engine)
        mine = tenant_engine(engine, tenant)
        self.webhooks = WebhookStore(mine, self.keys, tenant=tenant)
        self.deliveries = DeliveryStore(mine, tenant=tenant)
        self.plans = PlanStore(mine, self.keys, tenant=tenant)

    def hook(self, url: str = "https://bank.example/", events: tuple[str, ...] = ALL) -> UUID:
        return self.webhooks.create(uuid4(), url=url, events=events, description="")[0].id

    def sent_to(self, webhook_id: UUID) -> list[DeliveryRecord]:
        return list(self.deliveries.list(webhook_id, limit=100))

    def plan(self) -> UUID:
        return self.plans.create(request={"name": "Rotkäppchen"}, area="wood", plan_date=date(2026, 11, 25))


@pytest.fixture
def bank(engine: Engine) -> Bank:
    return Bank(engine)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as opened:
        yield opened


def deliver(engine: Engine) -> int:
    sender = Sender(allowed=networks("127.0.0.0/8"), timeout_s=5)
    return asyncio.run(Deliverer(DueDeliveries(engine, TenantKeys(engine)), sender.send).deliver_due())


def make_due(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE webhook_deliveries SET due_at = now() WHERE status = 'pending'"))


def test_neither_url_nor_secret_stands_in_the_database(bank: Bank, engine: Engine) -> None:
    _, secret = bank.webhooks.create(uuid4(), url="https://bank.example/?token=Geheim", events=ALL, description="Wolf")

    with engine.connect() as connection:
        row = str(connection.execute(text("SELECT webhooks::text FROM webhooks")).scalar_one())

    for hidden in ("bank.example", "Geheim", "Wolf", secret.removeprefix("whsec_")):
        assert hidden not in row
        assert hidden.encode().hex() not in row


def test_the_end_of_a_plan_is_noted_once_for_each_webhook_that_asks(bank: Bank, engine: Engine) -> None:
    both = bank.hook(events=("plan.successful", "plan.dismissed"))
    other = bank.hook(events=("plan.failed",))
    done, dismissed = bank.plan(), bank.plan()
    worker = PlanStore(engine, bank.keys, tenant="main")
    claim = worker.claim(done)
    assert claim is not None

    worker.finish(done, claim.attempt, {"name": "Rotkäppchen"})
    worker.finish(done, claim.attempt, {"name": "Rotkäppchen"})
    bank.plans.dismiss(dismissed)

    sent = {one.event: one.payload for one in bank.sent_to(both)}
    assert set(sent) == {"plan.successful", "plan.dismissed"}
    assert len(bank.sent_to(both)) == 2
    assert bank.sent_to(other) == []
    payload = sent["plan.successful"]
    assert (payload["type"], set(payload)) == ("plan.successful", {"type", "timestamp", "data"})
    data = payload["data"]
    assert isinstance(data, dict)
    assert {**data, "created_at": 0, "finished_at": 0} == {
        "plan": str(done),
        "status": "successful",
        "area": "wood",
        "date": "2026-11-25",
        "created_at": 0,
        "finished_at": 0,
    }
    assert "Rotkäppchen" not in json.dumps([one.payload for one in bank.sent_to(both)], ensure_ascii=False)


def test_a_message_whose_sending_breaks_is_tried_again_as_one_that_failed(bank: Bank, engine: Engine) -> None:
    async def broken(url: str, body: str, headers: Mapping[str, str]) -> Outcome:
        del url, body, headers
        raise KeyError("secret")

    hook, metrics = bank.hook(), Metrics()
    bank.plans.dismiss(bank.plan())

    with capture_logs() as logs:
        asyncio.run(Deliverer(DueDeliveries(engine, TenantKeys(engine)), broken, metrics).deliver_due())

    (sent,) = bank.sent_to(hook)
    assert (sent.status, [one["error"] for one in sent.log]) == ("pending", ["broken"])
    assert sent.due_at > sent.created_at
    assert [entry["event"] for entry in logs] == ["delivery_broken", "delivery_failed"]
    assert "secret" not in str(logs)
    assert metrics.registry.get_sample_value("doorstep_worker_task_errors_total", {"task": "delivery"}) == 1


def test_what_is_rolled_back_is_not_noted(bank: Bank, engine: Engine) -> None:
    hook, plan = bank.hook(), bank.plan()

    with engine.connect() as connection:
        connection.execute(
            text("UPDATE plans SET status = 'dismissed', finished_at = now() WHERE id = :id"), {"id": plan}
        )
        connection.rollback()

    assert bank.sent_to(hook) == []


def test_every_event_that_may_be_asked_for_is_noted_by_some_change(bank: Bank, engine: Engine) -> None:
    hook = bank.hook()
    ended = {"successful": "result = '{}'", "failed": "problem = '{}'", "dismissed": "stop_requested = true"}
    with engine.begin() as connection:
        for table, more in (("plans", "plan_date"), ("geocode_batches", "total")):
            value = "DATE '2026-11-25'" if more == "plan_date" else "1"
            for status, reason in ended.items():
                work = uuid4()
                connection.execute(
                    text(
                        f"INSERT INTO {table} (id, tenant, status, area, {more}, request) "
                        f"VALUES (:id, 'main', 'accepted', 'wood', {value}, '{{}}')"
                    ),
                    {"id": work},
                )
                connection.execute(
                    text(f"UPDATE {table} SET status = :s, finished_at = now(), {reason} WHERE id = :id"),
                    {"id": work, "s": status},
                )
        connection.execute(
            text(
                "INSERT INTO reviews (id, tenant, area, key, source, status, fingerprint, sealed) "
                "VALUES (gen_random_uuid(), 'main', 'wood', '', 'geocode', 'open', '', '')"
            )
        )
        for status in ("accepted", "moved", "rejected", "resolved"):
            connection.execute(text("UPDATE reviews SET status = :s, decided_at = now()"), {"s": status})

    assert sorted(one.event for one in bank.sent_to(hook)) == sorted(EVENTS)


def test_a_tenant_hears_nothing_of_another_and_sees_none_of_its_webhooks(bank: Bank, engine: Engine) -> None:
    other = Bank(engine, "other")
    mine, theirs = bank.hook(), other.hook()

    bank.plans.dismiss(bank.plan())

    assert [one.event for one in bank.sent_to(mine)] == ["plan.dismissed"]
    assert other.sent_to(theirs) == []
    (delivery,) = bank.sent_to(mine)
    for look in (
        lambda: other.webhooks.get(mine),
        lambda: other.webhooks.change(mine, version=1, enabled=False),
        lambda: other.webhooks.rotate(mine),
        lambda: other.webhooks.delete(mine),
        lambda: other.deliveries.list(mine, limit=1),
        lambda: other.deliveries.send_test(mine, delivery_id=uuid4()),
    ):
        with pytest.raises(WebhookNotFoundError):
            look()
    with pytest.raises(DeliveryNotFoundError):
        other.deliveries.replay(mine, delivery.id)


def test_a_change_is_made_on_the_version_that_was_seen(bank: Bank) -> None:
    hook = bank.hook()

    changed = bank.webhooks.change(hook, version=1, url="https://other.example/", enabled=False)

    assert (changed.url, changed.enabled, changed.version) == ("https://other.example/", False, 2)
    with pytest.raises(VersionChangedError):
        bank.webhooks.change(hook, version=1, enabled=True)


def test_there_are_so_many_webhooks_at_most(bank: Bank) -> None:
    for _ in range(MAX_WEBHOOKS):
        bank.hook()

    with pytest.raises(TooManyWebhooksError):
        bank.hook()


def test_a_message_arrives_signed_with_both_secrets_after_a_rotation(
    bank: Bank, engine: Engine, receiver: Receiver
) -> None:
    record, first = bank.webhooks.create(uuid4(), url=f"http://127.0.0.1:{receiver.port}/", events=ALL, description="")
    _, second = bank.webhooks.rotate(record.id)
    bank.plans.dismiss(bank.plan())

    assert deliver(engine) == 1

    (received,) = receiver.received
    for secret in (first, second):
        message = Webhook(secret).verify(received.body, received.headers)
        assert message["type"] == "plan.dismissed"
    (sent,) = bank.sent_to(record.id)
    assert (sent.status, sent.message_id) == (DeliveryStatus.DELIVERED, received.headers["webhook-id"])
    assert [entry["status"] for entry in sent.log] == [204]
    assert deliver(engine) == 0


def test_what_fails_is_tried_again_under_one_id_and_given_up_after_the_last_try(
    bank: Bank, engine: Engine, receiver: Receiver
) -> None:
    hook = bank.hook(f"http://127.0.0.1:{receiver.port}/")
    bank.plans.dismiss(bank.plan())
    receiver.replies = [reply_with(500)] * (len(DELAYS_S) + 1)

    for wait_s in DELAYS_S:
        assert deliver(engine) == 1
        (pending,) = bank.sent_to(hook)
        assert pending.status is DeliveryStatus.PENDING
        assert wait_s * 0.9 < (pending.due_at - datetime.now(UTC)).total_seconds() < wait_s * 1.3
        assert deliver(engine) == 0
        make_due(engine)
    deliver(engine)

    (failed,) = bank.sent_to(hook)
    assert (failed.status, len(failed.log)) == (DeliveryStatus.FAILED, len(DELAYS_S) + 1)
    assert {(entry["status"], entry["error"]) for entry in failed.log} == {(500, "not_accepted")}
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1

    bank.deliveries.replay(hook, failed.id)
    assert deliver(engine) == 1
    (again,) = bank.sent_to(hook)
    assert (again.status, again.message_id) == (DeliveryStatus.DELIVERED, failed.message_id)
    assert len(again.log) == len(failed.log) + 1


def test_a_receiver_that_is_gone_is_asked_no_more_until_it_is_enabled(
    bank: Bank, engine: Engine, receiver: Receiver
) -> None:
    hook = bank.hook(f"http://127.0.0.1:{receiver.port}/")
    bank.plans.dismiss(bank.plan())
    receiver.replies = [reply_with(410)]

    deliver(engine)

    gone = bank.webhooks.get(hook)
    assert (gone.enabled, gone.disabled_reason) == (False, "gone")
    bank.plans.dismiss(bank.plan())
    assert len(bank.sent_to(hook)) == 1
    back = bank.webhooks.change(hook, version=gone.version, enabled=True)
    assert (back.enabled, back.disabled_reason) == (True, None)


def test_what_waits_for_a_disabled_webhook_is_sent_when_it_is_enabled(
    bank: Bank, engine: Engine, receiver: Receiver
) -> None:
    hook = bank.hook(f"http://127.0.0.1:{receiver.port}/")
    bank.deliveries.send_test(hook, delivery_id=uuid4())
    bank.webhooks.change(hook, version=1, enabled=False)

    assert deliver(engine) == 0
    bank.webhooks.change(hook, version=2, enabled=True)
    assert deliver(engine) == 1


def test_a_worker_that_dies_leaves_the_message_to_another_and_writes_nothing_when_it_wakes(
    bank: Bank, engine: Engine
) -> None:
    hook = bank.hook()
    bank.plans.dismiss(bank.plan())
    due = DueDeliveries(engine, bank.keys)
    (first,) = due.claim(limit=10, per_webhook=10)

    assert due.claim(limit=10, per_webhook=10) == []
    make_due(engine)
    (second,) = due.claim(limit=10, per_webhook=10)

    assert not due.delivered(first, {"at": "late"})
    assert due.delivered(second, {"at": "in time"})
    (sent,) = bank.sent_to(hook)
    assert [entry["at"] for entry in sent.log] == ["in time"]


def test_a_webhook_with_much_to_hear_leaves_room_for_others(bank: Bank, engine: Engine) -> None:
    loud, quiet = bank.hook(), bank.hook()
    for _ in range(30):
        bank.deliveries.send_test(loud, delivery_id=uuid4())
    bank.deliveries.send_test(quiet, delivery_id=uuid4())

    claimed = DueDeliveries(engine, bank.keys).claim(limit=10, per_webhook=4)

    assert sorted(one.webhook_id for one in claimed) == sorted([loud] * 4 + [quiet])
    assert DueDeliveries(engine, bank.keys).claim(limit=10, per_webhook=4, without=[loud]) == []


def test_messages_are_erased_after_some_days_and_with_their_webhook(bank: Bank, engine: Engine) -> None:
    hook, other = bank.hook(), bank.hook()
    old = bank.deliveries.send_test(hook, delivery_id=uuid4())
    new = bank.deliveries.send_test(hook, delivery_id=uuid4())
    bank.deliveries.send_test(other, delivery_id=uuid4())
    with engine.begin() as connection:
        age = {"id": old.id, "at": datetime.now(UTC) - timedelta(days=31)}
        connection.execute(text("UPDATE webhook_deliveries SET created_at = :at WHERE id = :id"), age)

    erased = purge(engine, "main", {rule.keep: 30 for rule in RULES})

    assert erased == {"webhook_deliveries": 1}
    assert [one.id for one in bank.sent_to(hook)] == [new.id]
    bank.webhooks.delete(hook)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM webhook_deliveries")).scalar_one() == 1


def test_the_same_test_is_sent_once(bank: Bank) -> None:
    hook, delivery = bank.hook(), uuid4()

    first, second = (bank.deliveries.send_test(hook, delivery_id=delivery) for _ in range(2))

    assert first == second
    assert len(bank.sent_to(hook)) == 1


def test_who_changes_a_webhook_and_sends_again_is_recorded(bank: Bank, engine: Engine) -> None:
    hook = bank.hook()
    bank.webhooks.change(hook, version=1, enabled=False)
    bank.webhooks.rotate(hook)
    sent = bank.deliveries.send_test(hook, delivery_id=uuid4())
    bank.deliveries.replay(hook, sent.id)
    bank.webhooks.delete(hook)

    entries = list(AuditLog(engine, tenant="main").walk())
    assert [entry.action for entry in entries] == [*["webhook.changed"] * 3, "webhook.replayed", "webhook.removed"]
    assert {entry.object_id for entry in entries} == {str(hook)}
    assert "bank.example" not in str(entries)

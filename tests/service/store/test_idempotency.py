"""Idempotency-Keys in PostgreSQL: one at a time, one answer, nothing in clear, nothing for ever."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, text

from service.store.errors import KeyBusyError, KeyReusedError
from service.store.privacy.tenant_keys import TenantKeys
from service.store.requests.idempotency import Held, IdempotencyStore, KeptAnswer, erase_old_keys
from service.store.tenancy import tenant_engine

ANSWER = KeptAnswer(
    status=202, headers=(("location", "/v1/plans/1"),), body="{'straße': 'Wolfsschlucht'}".encode(), scopes=("a", "b")
)


def store_of(engine: Engine, tenant: str = "main", hours: int = 24) -> IdempotencyStore:
    return IdempotencyStore(tenant_engine(engine, tenant), TenantKeys(engine), tenant=tenant, hours=hours)


@pytest.fixture
def store(engine: Engine) -> IdempotencyStore:
    return store_of(engine)


def begin(store: IdempotencyStore, key: str = "k", body: bytes = b"1", scope: str = "me") -> Held:
    begun = store.begin(scope=scope, key=key, body=body)
    assert isinstance(begun, Held)
    return begun


def expire(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE idempotency_keys SET held_until = now() - interval '1 second'"))


def test_the_first_answer_is_given_again(store: IdempotencyStore) -> None:
    store.keep(begin(store), ANSWER)

    assert store.begin(scope="me", key="k", body=b"1") == ANSWER


def test_an_answer_that_is_no_text_is_given_again_too(store: IdempotencyStore) -> None:
    binary = replace(ANSWER, body=b"PK\x03\x04\xff")
    store.keep(begin(store), binary)

    assert store.begin(scope="me", key="k", body=b"1") == binary


def test_another_body_another_caller_and_another_tenant_are_told_apart(store: IdempotencyStore, engine: Engine) -> None:
    store.keep(begin(store), ANSWER)

    with pytest.raises(KeyReusedError):
        store.begin(scope="me", key="k", body=b"2")
    others = (
        begin(store, scope="you", body=b"2"),
        begin(store, key="other", body=b"2"),
        begin(store_of(engine, "other"), body=b"2"),
    )
    assert len({held.id for held in others}) == 3


def test_one_of_many_at_once_works_and_the_others_are_told_to_wait(store: IdempotencyStore) -> None:
    together = Barrier(6)

    def try_it(_number: int) -> bool:
        together.wait()
        try:
            return isinstance(store.begin(scope="me", key="k", body=b"1"), Held)
        except KeyBusyError:
            return False

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(try_it, range(6))) == [False] * 5 + [True]


def test_whoever_takes_over_from_a_dead_process_makes_the_same_things(store: IdempotencyStore, engine: Engine) -> None:
    first = begin(store)
    expire(engine)

    second = begin(store)

    assert [second.resource_id(number) for number in range(3)] == [first.resource_id(number) for number in range(3)]
    assert len({first.resource_id(number) for number in range(3)}) == 3
    assert not store.extend(first)
    store.keep(first, ANSWER)  # it was only frozen, and wakes up
    with pytest.raises(KeyBusyError):
        begin(store)
    assert store.extend(second)


def test_what_broke_begins_anew_and_what_was_refused_is_forgotten(store: IdempotencyStore) -> None:
    first = begin(store)
    store.let_go(first)
    second = begin(store)
    assert (second.id, second.attempt) == (first.id, 2)

    store.forget(second)

    assert begin(store, body=b"corrected").id != first.id


def test_neither_the_key_nor_the_answer_stands_in_clear(store: IdempotencyStore, engine: Engine) -> None:
    store.keep(begin(store, key="Rotkäppchen", body=b"Grossmutter"), ANSWER)

    with engine.connect() as connection:
        row = str(connection.execute(text("SELECT idempotency_keys::text FROM idempotency_keys")).scalar_one())

    for hidden in ("Rotkäppchen", "Grossmutter", "Wolfsschlucht", "/v1/plans"):
        assert hidden not in row
        assert hidden.encode().hex() not in row


def test_a_key_is_forgotten_after_its_hours_purged_or_not(store: IdempotencyStore, engine: Engine) -> None:
    store.keep(begin(store), ANSWER)
    store.keep(begin(store, key="young"), ANSWER)
    with engine.begin() as connection:
        age = {"at": datetime.now(UTC) - timedelta(hours=25)}
        connection.execute(text("UPDATE idempotency_keys SET created_at = :at"), age)

    begin(store, body=b"another")

    assert erase_old_keys(engine, hours=24) == 1
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM idempotency_keys")).scalar_one() == 1

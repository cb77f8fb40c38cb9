"""The audit log in PostgreSQL: one chain a tenant however many write; whoever changes it all the same is found."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from service.audit.chain import ALTERED, CUT_OFF, MISSING, Break, Head
from service.audit.entry import Action, Actor, Entry
from service.store.audit.audit_log import AuditFilter, AuditLog, logged_tenants, record

ENTRY = Entry(
    actor=Actor(kind="key", id="k1", role="planner"),
    action=Action.PLAN_CREATED,
    object_kind="plan",
    object_id="p1",
    reason="工单 17",
    request="r1",
    details={"cases": 3},
)


@pytest.fixture
def log(engine: Engine) -> AuditLog:
    return AuditLog(engine, tenant="bank")


def tamper(engine: Engine, statement: str) -> None:
    """Change the tables as somebody does who owns the database and switches the triggers off."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


def test_an_entry_is_read_as_it_was_written(log: AuditLog) -> None:
    log.add(ENTRY)
    (entry,) = log.list(limit=10)

    assert (entry.seq, entry.actor, entry.role, entry.reason, entry.details) == (
        1,
        "k1",
        "planner",
        "工单 17",
        {"cases": 3},
    )
    assert log.verify() is None
    assert log.head() == Head(seq=1, hash=entry.hash)


def test_an_entry_is_there_when_its_change_is_and_not_when_it_is_not(engine: Engine, log: AuditLog) -> None:
    with engine.connect() as connection:
        record(connection, "bank", [ENTRY])
        connection.rollback()

    assert log.list(limit=10) == []
    assert log.verify() is None


def test_many_who_write_at_once_make_one_chain(engine: Engine, log: AuditLog) -> None:
    other = AuditLog(engine, tenant="other")
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda n: (log if n % 3 else other).add(ENTRY, ENTRY), range(30)))

    assert [entry.seq for entry in log.walk()] == list(range(1, 41))
    assert (log.verify(), other.verify(), other.head().seq) == (None, None, 20)
    assert logged_tenants(engine) == ["bank", "other"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET reason = 'another'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "DELETE FROM audit_heads",
        "TRUNCATE audit_heads",
        "UPDATE audit_heads SET seq = 0",
        "UPDATE audit_heads SET hash = 'x'",
    ],
)
def test_the_database_refuses_to_change_the_log(engine: Engine, log: AuditLog, statement: str) -> None:
    log.add(ENTRY)

    with pytest.raises(DatabaseError, match=r"only added to|only advances"), engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "change",
    [
        "seq = 7",
        "at = at + interval '1 microsecond'",
        "actor_kind = 'user'",
        "actor = 'k2'",
        "role = NULL",
        "action = 'plan.stopped'",
        "object_kind = 'case'",
        "object_id = 'p2'",
        "reason = '工单 18'",
        "request = NULL",
        """details = '{"cases": "3"}'""",
        "hash = sha256('x')",
        "tenant = 'other'",
    ],
)
def test_whoever_changes_an_entry_all_the_same_is_found(engine: Engine, log: AuditLog, change: str) -> None:
    log.add(ENTRY, ENTRY, ENTRY)

    tamper(engine, f"UPDATE audit_log SET {change} WHERE seq = 2")

    gone = change.startswith(("seq", "tenant"))
    assert log.verify() == Break(seq=2, why=MISSING if gone else ALTERED)


def test_a_tail_that_was_cut_off_is_found_and_with_its_head_by_a_head_kept_elsewhere(
    engine: Engine, log: AuditLog
) -> None:
    log.add(ENTRY, ENTRY, ENTRY)
    kept, second = log.head(), log.list(limit=3)[1]

    tamper(engine, "DELETE FROM audit_log WHERE seq = 3")
    without_tail = log.verify()
    tamper(engine, f"UPDATE audit_heads SET seq = 2, hash = '\\x{second.hash.hex()}'")

    assert without_tail == Break(seq=3, why=CUT_OFF)
    assert log.verify() is None
    assert log.verify([kept]) == Break(seq=3, why=CUT_OFF)


def test_what_is_asked_for_is_what_is_given_latest_first(engine: Engine, log: AuditLog) -> None:
    stopped = replace(ENTRY, action=Action.PLAN_STOPPED, actor=Actor(kind="user", id="u1"))
    AuditLog(engine, tenant="other").add(ENTRY)
    log.add(ENTRY, stopped, replace(ENTRY, object_id="p2"))
    first, _, third = reversed(log.list(limit=3))

    def seqs(which: AuditFilter, before: int | None = None) -> list[int]:
        return [entry.seq for entry in log.list(which, limit=10, before=before)]

    assert seqs(AuditFilter(actions=["plan.created"])) == [3, 1]
    assert seqs(AuditFilter(object_kind="plan", object_id="p1")) == [2, 1]
    assert seqs(AuditFilter(actor="u1")) == [2]
    assert seqs(AuditFilter(), before=3) == [2, 1]
    assert seqs(AuditFilter(until=first.at)) == []
    assert seqs(AuditFilter(since=third.at + timedelta(microseconds=1))) == []
    assert seqs(AuditFilter(since=first.at, until=third.at + timedelta(microseconds=1), actor="k1")) == [3, 1]

"""Rate limits that hold over all processes."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy import Engine, event, text

from service.store.requests.quotas import Limiter, Quota
from service.store.requests.rate_limits import PostgresStorage, erase_old_counts


def limiter(engine: Engine) -> Limiter:
    return Limiter(SlidingWindowCounterRateLimiter(PostgresStorage(engine)))


def quota(limit: str, who: str = "me") -> Quota:
    return Quota(name="caller", who=who, item=parse(limit))


@pytest.fixture
def clock(engine: Engine) -> list[float]:
    """Seconds that the database's clock is set to, for statements that ask it."""
    seconds = [600_000.0]

    def at(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> tuple[str, Any]:
        for clock in ("statement_timestamp()", "clock_timestamp()"):
            statement = statement.replace(clock, f"to_timestamp({seconds[0]})")
        return statement, parameters

    event.listen(engine, "before_cursor_execute", at, retval=True)
    return seconds


def test_so_many_are_granted_and_no_more(engine: Engine, clock: list[float]) -> None:
    mine = quota("3/minute")

    granted = [limiter(engine).hit([mine])[0] for _ in range(5)]

    assert granted == [True, True, True, False, False]
    assert limiter(engine).hit([quota("3/minute", who="you")])[0]


def test_many_processes_grant_no_more_than_one_would(engine: Engine, clock: list[float]) -> None:
    mine = quota("20/minute")

    with ThreadPoolExecutor(8) as threads:
        granted = list(threads.map(lambda _: limiter(engine).hit([mine])[0], range(60)))

    assert sum(granted) == 20


def test_what_is_left_and_when_there_is_more_is_told(engine: Engine, clock: list[float]) -> None:
    mine = quota("3/minute")

    left = [limiter(engine).hit([mine])[1][0] for _ in range(4)]

    assert [one.remaining for one in left] == [2, 1, 0, 0]
    assert all(1 <= one.more_in_s <= 60 for one in left)


def test_what_was_asked_in_the_window_before_counts_less_and_less(engine: Engine, clock: list[float]) -> None:
    mine, counts = quota("10/minute"), limiter(engine)
    for _ in range(10):
        counts.hit([mine])

    clock[0] += 60
    assert not counts.hit([mine])[0]
    clock[0] += 30
    assert sum(counts.hit([mine])[0] for _ in range(10)) == 5
    clock[0] += 120
    assert sum(counts.hit([mine])[0] for _ in range(12)) == 10


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 40), st.integers(1, 3)), max_size=25), st.integers(1, 8))
def test_it_counts_as_the_librarys_own_storage_does(
    engine: Engine, clock: list[float], monkeypatch: pytest.MonkeyPatch, steps: list[tuple[float, int]], most: int
) -> None:
    clock[0] += 10_000
    ours = SlidingWindowCounterRateLimiter(PostgresStorage(engine))
    theirs = SlidingWindowCounterRateLimiter(MemoryStorage())
    monkeypatch.setattr("limits.storage.memory.time.time", lambda: clock[0])
    item = parse(f"{most}/30 second")

    for wait_s, cost in steps:
        clock[0] = round(clock[0] + wait_s, 2)
        assert ours.hit(item, "me", cost=cost) == theirs.hit(item, "me", cost=cost)

    theirs.storage.timer.cancel()  # type: ignore[attr-defined]


def test_who_asked_is_not_stored_and_old_counts_are_erased(engine: Engine, clock: list[float]) -> None:
    limiter(engine).hit([quota("3/minute", who="192.0.2.7")])

    with engine.connect() as connection:
        row = str(connection.execute(text("SELECT rate_limits::text FROM rate_limits")).scalar_one())
    assert "192.0.2.7" not in row
    assert erase_old_counts(engine) == 0
    clock[0] += 121
    assert erase_old_counts(engine) == 1


def test_a_storage_that_answers_says_so_and_forgets_on_request(engine: Engine, clock: list[float]) -> None:
    storage, item = PostgresStorage(engine), parse("1/minute")
    counts = SlidingWindowCounterRateLimiter(storage)
    counts.hit(item, "me")

    assert storage.check()
    counts.clear(item, "me")
    assert counts.hit(item, "me")
    assert storage.reset() == 1
    assert counts.hit(item, "me")

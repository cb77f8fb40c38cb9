"""Rate limits over all processes: a storage of the library `limits` in PostgreSQL, which it has none for."""

from hashlib import sha256
from math import floor
from typing import Final

from limits.storage.base import SlidingWindowCounterSupport, Storage
from sqlalchemy import Engine, delete, func, literal, select, text
from sqlalchemy.exc import SQLAlchemyError

from service.store.requests.request_tables import rate_limits

_table = rate_limits
#: Written out, and not made anew for each request: this runs before everything else. `number` counts windows; whoever
#: waited for the row may find that a later request has begun the next one.
_COUNT: Final = text(
    """
    WITH clock AS (
        SELECT CAST(extract(epoch FROM statement_timestamp()) AS float8) / CAST(:expiry AS float8) AS windows
    )
    INSERT INTO rate_limits AS there (key, number, current, previous, expires_at)
    SELECT :key, floor(windows), CAST(:amount AS integer), 0, (floor(windows) + 2) * CAST(:expiry AS float8) FROM clock
    ON CONFLICT (key) DO UPDATE SET
        number = greatest(there.number, excluded.number),
        current = CASE WHEN there.number >= excluded.number THEN there.current ELSE 0 END + excluded.current,
        previous = CASE WHEN there.number >= excluded.number THEN there.previous
            WHEN there.number = excluded.number - 1 THEN there.current ELSE 0 END,
        expires_at = excluded.expires_at
    WHERE floor(
            CASE WHEN there.number >= excluded.number THEN there.previous
                WHEN there.number = excluded.number - 1 THEN there.current ELSE 0 END
            * (SELECT floor(windows) + 1 - windows FROM clock)
        )
        + CASE WHEN there.number >= excluded.number THEN there.current ELSE 0 END
        + excluded.current <= CAST(:limit AS integer)
    RETURNING 1
    """
)
_LOOK: Final = text(
    """
    SELECT number, current, previous, CAST(extract(epoch FROM clock_timestamp()) AS float8) AS at
    FROM rate_limits WHERE key = :key
    """
)


class PostgresStorage(Storage, SlidingWindowCounterSupport):
    """Counts in windows of the database's clock: one row a key, one statement a request.

    Only what the strategy SlidingWindowCounterRateLimiter uses is here. The share of the window before that still
    counts is the share of it that lies less than a window ago.
    """

    STORAGE_SCHEME = None  # not made from a URI

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a database that is away raises."""
        return SQLAlchemyError

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count a request; False, and nothing counted, when it would be one too many."""
        if amount > limit:
            return False
        given = {"key": _hashed(key), "expiry": expiry, "amount": amount, "limit": limit}
        with self._engine.connect() as connection:
            return connection.execute(_COUNT, given).one_or_none() is not None

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Return the count and the seconds left of the window before, then of the window now."""
        with self._engine.connect() as connection:
            row = connection.execute(_LOOK, {"key": _hashed(key)}).one_or_none()
        if row is None:
            return 0, 0.0, 0, 0.0
        number = floor(row.at / expiry)
        left_s = (number + 1) * expiry - row.at
        if row.number == number:
            return row.previous, left_s if row.previous else 0.0, row.current, left_s + expiry
        if row.number == number - 1:
            return row.current, left_s, 0, 0.0
        return 0, 0.0, 0, 0.0

    def clear_sliding_window(self, key: str, expiry: int) -> None:  # noqa: ARG002 - the library's
        """Forget what was counted."""
        self.clear(key)

    def clear(self, key: str) -> None:
        """Forget what was counted."""
        with self._engine.connect() as connection:
            connection.execute(delete(_table).where(_table.c.key == _hashed(key)))

    def reset(self) -> int:
        """Forget everything that was counted."""
        with self._engine.connect() as connection:
            return connection.execute(delete(_table)).rowcount

    def check(self) -> bool:
        """Whether the database answers."""
        try:
            with self._engine.connect() as connection:
                connection.execute(select(literal(1)))
        except SQLAlchemyError:
            return False
        return True

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Not for this storage: it counts in sliding windows only."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Not for this storage."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Not for this storage."""
        raise NotImplementedError


def erase_old_counts(engine: Engine) -> int:
    """Delete what counts no more; returns how many rows."""
    at = func.extract("epoch", func.clock_timestamp())
    with engine.begin() as connection:
        return connection.execute(delete(_table).where(_table.c.expires_at < at)).rowcount


def _hashed(key: str) -> bytes:
    """Return the key as it is stored: who asked, or from where, is nobody's business."""
    return sha256(key.encode()).digest()

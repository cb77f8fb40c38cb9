"""The tables that watch over requests: answers kept for Idempotency-Key, and what counts against rate limits."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)

from service.store.tables import metadata

#: `key` and `body` are HMACs, `sealed` is encrypted: neither the request nor its answer stands here in clear.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("attempt", Integer, nullable=False, server_default="1"),
    Column("held_until", DateTime(timezone=True), nullable=False),
    Column("sealed", LargeBinary),
    UniqueConstraint("tenant", "key", name="uq_idempotency_keys_key"),
    CheckConstraint("attempt > 0", name="attempt"),
    Index("ix_idempotency_keys_created_at", "created_at"),
)

#: Not logged by PostgreSQL: after a crash everybody begins anew, and nobody minds. `key` is a hash of who asks.
rate_limits = Table(
    "rate_limits",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("current", Integer, nullable=False),
    Column("previous", Integer, nullable=False),
    Column("expires_at", Float, nullable=False),
    Index("ix_rate_limits_expires_at", "expires_at"),
    prefixes=["UNLOGGED"],
)

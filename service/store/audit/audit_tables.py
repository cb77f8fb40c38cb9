"""The tables of the audit log; the migration's triggers refuse to change or delete what is in them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.store.tables import metadata

audit_log = Table(
    "audit_log",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text),
    Column("action", Text, nullable=False),
    Column("object_kind", Text),
    Column("object_id", Text),
    Column("reason", Text),
    Column("request", Text),
    Column("details", JSONB, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "seq"),
    CheckConstraint("seq > 0", name="seq"),
    Index("ix_audit_log_object", "tenant", "object_kind", "object_id", "seq"),
    Index("ix_audit_log_actor", "tenant", "actor", "seq"),
    Index("ix_audit_log_at", "tenant", "at"),
)

#: The end of each tenant's log. Who writes locks its row, so that entries are one chain.
audit_heads = Table(
    "audit_heads",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

"""The tables of webhooks and of what is sent to them; migration webhooks creates them, with the triggers."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from service.store.tables import metadata

#: `sealed` has the URL, which may carry a token, the description and the secrets.
webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("enabled", Boolean, nullable=False, server_default="true"),
    Column("disabled_reason", Text),
    Column("events", ARRAY(Text), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    CheckConstraint("cardinality(events) > 0", name="events"),
    CheckConstraint("disabled_reason IS NULL OR NOT enabled", name="disabled"),
    Index("ix_webhooks_tenant", "tenant", "created_at", "id"),
)

#: `payload` has ids and states, and nothing about a person. `log` has an entry for each try.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("webhook_id", Uuid, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("status", Text, nullable=False, server_default="pending"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("due_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("log", JSONB, nullable=False, server_default="[]"),
    CheckConstraint("status IN ('pending', 'delivered', 'failed')", name="status"),
    CheckConstraint("(status = 'pending') = (finished_at IS NULL)", name="finished"),
    Index("ix_webhook_deliveries_due", "webhook_id", "due_at", postgresql_where="status = 'pending'"),
    Index("ix_webhook_deliveries_created_at", "webhook_id", "created_at", "id"),
)

"""The table of preview links."""

from sqlalchemy import (
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

from service.store.tables import metadata

#: `digest` is the SHA-256 of the link's secret: who reads the table can open no link.
preview_links = Table(
    "preview_links",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("plan", Uuid, ForeignKey("plans.id", ondelete="CASCADE", name="fk_preview_links_plan"), nullable=False),
    Column("route", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("last_opened_at", DateTime(timezone=True)),
    CheckConstraint("route > 0", name="route"),
    Index("ix_preview_links_plan", "tenant", "plan", "created_at", "id"),
    Index("ix_preview_links_digest", "digest", unique=True),
)

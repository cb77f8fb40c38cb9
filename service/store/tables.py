"""The tables, as SQLAlchemy Core sees them; the migrations create them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

plans = Table(
    "plans",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("lost", Integer, nullable=False, server_default="0"),
    Column("stop_requested", Boolean, nullable=False, server_default="false"),
    Column("area", Text, nullable=False),
    Column("plan_date", Date, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("progress", JSONB(none_as_null=True)),
    Column("result", JSONB(none_as_null=True)),
    Column("problem", JSONB(none_as_null=True)),
    CheckConstraint(
        "status IN ('accepted', 'running', 'successful', 'failed', 'dismissed')",
        name="status",
    ),
    CheckConstraint("attempt >= 0 AND lost >= 0 AND lost <= attempt", name="attempts"),
    CheckConstraint("status <> 'running' OR (attempt > 0 AND started_at IS NOT NULL)", name="running"),
    CheckConstraint(
        "(status IN ('successful', 'failed', 'dismissed')) = (finished_at IS NOT NULL)",
        name="finished",
    ),
    CheckConstraint("(status = 'successful') = (result IS NOT NULL)", name="result"),
    CheckConstraint("(status = 'failed') = (problem IS NOT NULL)", name="problem"),
    Index("ix_plans_created_at", "created_at", "id"),
    Index("ix_plans_open", "status", postgresql_where="status IN ('accepted', 'running')"),
)

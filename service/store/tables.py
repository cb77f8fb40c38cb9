"""The tables, as SQLAlchemy Core sees them; the migrations create them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
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
    Column("tenant", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("lost", Integer, nullable=False, server_default="0"),
    Column("stop_requested", Boolean, nullable=False, server_default="false"),
    Column("held", Boolean, nullable=False, server_default="false"),
    Column("area", Text, nullable=False),
    Column("plan_date", Date, nullable=False),
    Column("cases", Integer),
    Column("unassigned", Integer),
    Column("request", JSONB, nullable=False),
    Column("progress", JSONB(none_as_null=True)),
    Column("result", JSONB(none_as_null=True)),
    Column("problem", JSONB(none_as_null=True)),
    Column("partial", JSONB(none_as_null=True)),
    Column("origin", JSONB, nullable=False, server_default="{}"),
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
    Index("ix_plans_created_at", "tenant", "created_at", "id"),
    Index("ix_plans_open", "tenant", "held", postgresql_where="status IN ('accepted', 'running')"),
    CheckConstraint("NOT held OR status IN ('accepted', 'dismissed')", name="held"),
)

#: From number 1 on they seal, the latest one whose time has come; number 0 is what the indices are made with, once
#: the first key has been replaced.
tenant_keys = Table(
    "tenant_keys",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("number", Integer, nullable=False, server_default="1"),
    Column("key", LargeBinary, nullable=False),
    Column("wrapped", Boolean, nullable=False),
    Column("seals_from", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("tenant", "number"),
)

#: `key` and the other keys are HMACs, `sealed` is encrypted: no address and no place stands here in clear.
pins = Table(
    "pins",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("place_key", LargeBinary),
    Column("door_key", LargeBinary),
    Column("cell_key", LargeBinary),
    Column("source", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("tenant", "area", "key", name="uq_pins_address"),
    CheckConstraint("source IN ('review', 'planner', 'gps')", name="source"),
    Index("ix_pins_changed_at", "tenant", "changed_at", "id"),
    Index("ix_pins_place_key", "tenant", "area", "place_key", postgresql_where="place_key IS NOT NULL"),
    Index("ix_pins_door_key", "tenant", "area", "door_key", postgresql_where="door_key IS NOT NULL"),
    Index("ix_pins_cell_key", "tenant", "area", "cell_key", postgresql_where="cell_key IS NOT NULL"),
)

#: `fingerprint` is an HMAC of the answer, to see whether it changed.
reviews = Table(
    "reviews",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("asked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("decided_at", DateTime(timezone=True)),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("tenant", "area", "key", name="uq_reviews_address"),
    CheckConstraint("source IN ('geocode', 'gps')", name="source"),
    CheckConstraint("status IN ('open', 'accepted', 'moved', 'rejected', 'resolved')", name="status"),
    CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided"),
    Index("ix_reviews_asked_at", "tenant", "asked_at", "id"),
    Index("ix_reviews_status", "tenant", "status", "asked_at", "id"),
)

geocode_batches = Table(
    "geocode_batches",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("lost", Integer, nullable=False, server_default="0"),
    Column("stop_requested", Boolean, nullable=False, server_default="false"),
    Column("held", Boolean, nullable=False, server_default="false"),
    Column("area", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("progress", JSONB(none_as_null=True)),
    Column("result", JSONB(none_as_null=True)),
    Column("problem", JSONB(none_as_null=True)),
    Column("origin", JSONB, nullable=False, server_default="{}"),
    CheckConstraint(
        "status IN ('accepted', 'running', 'successful', 'failed', 'dismissed')",
        name="status",
    ),
    CheckConstraint("attempt >= 0 AND lost >= 0 AND lost <= attempt", name="attempts"),
    CheckConstraint(
        "(status IN ('successful', 'failed', 'dismissed')) = (finished_at IS NOT NULL)",
        name="finished",
    ),
    CheckConstraint("(status = 'successful') = (result IS NOT NULL)", name="result"),
    CheckConstraint("(status = 'failed') = (problem IS NOT NULL)", name="problem"),
    Index("ix_geocode_batches_open", "tenant", "held", postgresql_where="status IN ('accepted', 'running')"),
    CheckConstraint("NOT held OR status IN ('accepted', 'dismissed')", name="held"),
)

#: How often each provider was asked on its last day, and when its next turn is: for all processes together.
provider_meters = Table(
    "provider_meters",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("day", Date, nullable=False),
    Column("used", Integer, nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
)

#: What left the premises: rows are added and never changed, a trigger sees to that. No address is in it.
provider_audit = Table(
    "provider_audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("tenant", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("addresses", Integer, nullable=False),
)

#: `key` is an HMAC, `sealed` is encrypted: no address and no place stands here in clear.
provider_answers = Table(
    "provider_answers",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_provider_answers_kept_at", "kept_at"),
)

"""The tables of tenants, people, keys and sessions."""

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
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from service.store.tables import metadata

_ROLES = "role IN ('planner', 'integrator', 'collector', 'auditor', 'admin')"

#: `settings` holds what a tenant chose other than the service's own settings.
tenants = Table(
    "tenants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("settings", JSONB, nullable=False, server_default="{}"),
    Column("version", Integer, nullable=False, server_default="1"),
)

#: `digest` is the SHA-256 of a key of 256 random bits.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", Text, ForeignKey("tenants.id", name="fk_api_keys_tenant"), nullable=False),
    Column("name", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("role", Text, nullable=False),
    Column("scopes", ARRAY(Text)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("created_by", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    UniqueConstraint("digest", name="uq_api_keys_digest"),
    CheckConstraint(_ROLES, name="role"),
    Index("ix_api_keys_created_at", "tenant", "created_at", "id"),
)

#: `sealed` holds the e-mail address, `email_key` finds it. `issuer` and `subject` are the identity provider's.
#: `shut_out_at` is null while `active`.
users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", Text, ForeignKey("tenants.id", name="fk_users_tenant"), nullable=False),
    Column("email_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("role", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default="true"),
    Column("issuer", Text),
    Column("subject", Text),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("last_login_at", DateTime(timezone=True)),
    Column("shut_out_at", DateTime(timezone=True)),
    UniqueConstraint("tenant", "email_key", name="uq_users_email"),
    UniqueConstraint("issuer", "subject", name="uq_users_subject"),
    CheckConstraint(_ROLES, name="role"),
    CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="subject"),
    Index("ix_users_created_at", "tenant", "created_at", "id"),
)

#: A browser that is logged in, as a user or with a key; gone with either.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("user_id", Uuid, ForeignKey("users.id", name="fk_sessions_user", ondelete="CASCADE")),
    Column("key_id", Uuid, ForeignKey("api_keys.id", name="fk_sessions_key", ondelete="CASCADE")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("(user_id IS NULL) <> (key_id IS NULL)", name="owner"),
    Index("ix_sessions_expires_at", "expires_at"),
)

#: A login that the identity provider has not answered yet.
login_attempts = Table(
    "login_attempts",
    metadata,
    Column("state", LargeBinary, primary_key=True),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("back_to", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

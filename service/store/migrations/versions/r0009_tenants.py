"""Tenants, people, keys and sessions; every tenant's rows are shown to that tenant alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from service.store.migrations.tenancy import make_role, protect, unprotect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ROLES = "role IN ('planner', 'integrator', 'collector', 'auditor', 'admin')"
#: They had one tenant, which no column named.
_OF_ONE = ("plans", "geocode_batches")
_OLD = ("plans", "geocode_batches", "pins", "reviews", "branches", "cases", "case_visits", "collectors")
_NEW = ("api_keys", "users", "sessions")


def upgrade() -> None:
    make_role()
    op.create_table(
        "tenants",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("settings", JSONB, nullable=False, server_default="{}"),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_tenants"),
    )
    op.execute("INSERT INTO tenants (id, name) VALUES ('main', 'main')")
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("scopes", ARRAY(sa.Text)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name="fk_api_keys_tenant"),
        sa.UniqueConstraint("digest", name="uq_api_keys_digest"),
        sa.CheckConstraint(_ROLES, name=op.f("ck_api_keys_role")),
    )
    op.create_index("ix_api_keys_created_at", "api_keys", ["tenant", "created_at", "id"])
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("email_key", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False, server_default="true"),
        sa.Column("issuer", sa.Text),
        sa.Column("subject", sa.Text),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("last_login_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name="fk_users_tenant"),
        sa.UniqueConstraint("tenant", "email_key", name="uq_users_email"),
        sa.UniqueConstraint("issuer", "subject", name="uq_users_subject"),
        sa.CheckConstraint(_ROLES, name=op.f("ck_users_role")),
        sa.CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name=op.f("ck_users_subject")),
    )
    op.create_index("ix_users_created_at", "users", ["tenant", "created_at", "id"])
    op.create_table(
        "sessions",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("user_id", sa.Uuid),
        sa.Column("key_id", sa.Uuid),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="fk_sessions_key", ondelete="CASCADE"),
        sa.CheckConstraint("(user_id IS NULL) <> (key_id IS NULL)", name=op.f("ck_sessions_owner")),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "login_attempts",
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("verifier", sa.Text, nullable=False),
        sa.Column("back_to", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_login_attempts"),
    )
    for table in _OF_ONE:
        # The default lets workers of the release before go on while this one comes.
        op.add_column(table, sa.Column("tenant", sa.Text, nullable=False, server_default="main"))
    op.drop_index("ix_plans_created_at", "plans")
    op.create_index("ix_plans_created_at", "plans", ["tenant", "created_at", "id"])
    for table in (*_OLD, *_NEW):
        protect(table)
    protect("provider_audit", allow="SELECT, INSERT")


def downgrade() -> None:
    for table in ("provider_audit", *_NEW, *_OLD):
        unprotect(table)
    op.drop_index("ix_plans_created_at", "plans")
    op.create_index("ix_plans_created_at", "plans", ["created_at", "id"])
    for table in _OF_ONE:
        op.drop_column(table, "tenant")
    for table in ("login_attempts", "sessions", "users", "api_keys", "tenants"):
        op.drop_table(table)

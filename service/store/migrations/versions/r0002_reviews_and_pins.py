"""Addresses to review, pins, and the tenants' keys that seal both."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tenant_keys",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_tenant_keys"),
    )
    op.create_table(
        "pins",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("place_key", sa.LargeBinary),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pins"),
        sa.UniqueConstraint("tenant", "area", "key", name="uq_pins_address"),
        sa.CheckConstraint("source IN ('review', 'planner', 'gps')", name="ck_pins_source"),
    )
    op.create_index("ix_pins_changed_at", "pins", ["tenant", "changed_at", "id"])
    op.create_index(
        "ix_pins_place_key",
        "pins",
        ["tenant", "area", "place_key"],
        postgresql_where=sa.text("place_key IS NOT NULL"),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("tenant", "area", "key", name="uq_reviews_address"),
        sa.CheckConstraint("source IN ('geocode', 'gps')", name="ck_reviews_source"),
        sa.CheckConstraint("status IN ('open', 'accepted', 'moved', 'rejected', 'resolved')", name="ck_reviews_status"),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="ck_reviews_decided"),
    )
    op.create_index("ix_reviews_asked_at", "reviews", ["tenant", "asked_at", "id"])
    op.create_index("ix_reviews_status", "reviews", ["tenant", "status", "asked_at", "id"])


def downgrade() -> None:
    op.drop_table("reviews")
    op.drop_table("pins")
    op.drop_table("tenant_keys")

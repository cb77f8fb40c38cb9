"""Batches of addresses to locate: what was asked, how far it is, what came out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "geocode_batches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lost", sa.Integer, nullable=False, server_default="0"),
        sa.Column("stop_requested", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("request", JSONB, nullable=False),
        sa.Column("progress", JSONB),
        sa.Column("result", JSONB),
        sa.Column("problem", JSONB),
        sa.PrimaryKeyConstraint("id", name="pk_geocode_batches"),
        sa.CheckConstraint(
            "status IN ('accepted', 'running', 'successful', 'failed', 'dismissed')",
            name="ck_geocode_batches_status",
        ),
        sa.CheckConstraint("attempt >= 0 AND lost >= 0 AND lost <= attempt", name="ck_geocode_batches_attempts"),
        sa.CheckConstraint(
            "(status IN ('successful', 'failed', 'dismissed')) = (finished_at IS NOT NULL)",
            name="ck_geocode_batches_finished",
        ),
        sa.CheckConstraint("(status = 'successful') = (result IS NOT NULL)", name="ck_geocode_batches_result"),
        sa.CheckConstraint("(status = 'failed') = (problem IS NOT NULL)", name="ck_geocode_batches_problem"),
    )
    op.create_index(
        "ix_geocode_batches_open",
        "geocode_batches",
        ["status"],
        postgresql_where=sa.text("status IN ('accepted', 'running')"),
    )


def downgrade() -> None:
    op.drop_table("geocode_batches")

"""Geocoding providers: how often they were asked, what left the premises, what they said."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_meters",
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name="pk_provider_meters"),
    )
    op.create_table(
        "provider_audit",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("addresses", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_provider_audit"),
    )
    op.execute(
        """
        CREATE FUNCTION provider_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'provider_audit is only added to'; END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER provider_audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON provider_audit
        FOR EACH STATEMENT EXECUTE FUNCTION provider_audit_only_grows()
        """
    )
    op.create_table(
        "provider_answers",
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_provider_answers"),
    )
    op.create_index("ix_provider_answers_kept_at", "provider_answers", ["kept_at"])


def downgrade() -> None:
    op.drop_table("provider_answers")
    op.drop_table("provider_audit")
    op.execute("DROP FUNCTION provider_audit_only_grows()")
    op.drop_table("provider_meters")

"""The audit log: a chain a tenant, which only grows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from service.store.migrations.tenancy import protect, unprotect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("role", sa.Text),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("object_kind", sa.Text),
        sa.Column("object_id", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("request", sa.Text),
        sa.Column("details", JSONB, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "seq", name="pk_audit_log"),
        sa.CheckConstraint("seq > 0", name="ck_audit_log_seq"),
    )
    op.create_index("ix_audit_log_object", "audit_log", ["tenant", "object_kind", "object_id", "seq"])
    op.create_index("ix_audit_log_actor", "audit_log", ["tenant", "actor", "seq"])
    op.create_index("ix_audit_log_at", "audit_log", ["tenant", "at"])
    op.create_table(
        "audit_heads",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_audit_heads"),
    )
    op.execute(
        """
        CREATE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()
        """
    )
    op.execute(
        """
        CREATE TRIGGER audit_heads_stay BEFORE DELETE OR TRUNCATE ON audit_heads
        FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()
        """
    )
    op.execute(
        """
        CREATE FUNCTION audit_heads_only_advance() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF NEW.tenant <> OLD.tenant OR NEW.seq <= OLD.seq THEN
                RAISE EXCEPTION 'audit_heads only advances';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER audit_heads_only_advance BEFORE UPDATE ON audit_heads
        FOR EACH ROW EXECUTE FUNCTION audit_heads_only_advance()
        """
    )
    protect("audit_log", allow="SELECT, INSERT")
    protect("audit_heads", allow="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    unprotect("audit_heads")
    unprotect("audit_log")
    op.drop_table("audit_heads")
    op.drop_table("audit_log")
    op.execute("DROP FUNCTION audit_heads_only_advance()")
    op.execute("DROP FUNCTION audit_log_only_grows()")

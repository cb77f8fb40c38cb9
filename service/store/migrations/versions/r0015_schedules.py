"""What is planned every working day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from service.store.migrations.tenancy import protect, unprotect

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True)),
        sa.Column("document", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    op.create_index("ix_schedules_created_at", "schedules", ["tenant", "created_at", "id"])
    op.create_index("ix_schedules_due", "schedules", ["next_run_at"], postgresql_where=sa.text("enabled"))
    op.create_table(
        "schedule_runs",
        sa.Column("schedule", sa.Uuid, nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("plan", sa.Uuid),
        sa.Column("problem", JSONB),
        sa.PrimaryKeyConstraint("schedule", "slot", name="pk_schedule_runs"),
        sa.ForeignKeyConstraint(["schedule"], ["schedules.id"], name="fk_schedule_runs_schedule", ondelete="CASCADE"),
    )
    for table in ("schedules", "schedule_runs"):
        protect(table)


def downgrade() -> None:
    for table in ("schedule_runs", "schedules"):
        unprotect(table)
        op.drop_table(table)

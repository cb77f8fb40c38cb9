"""The tables of schedules: what is planned every working day, and what became of each slot."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

from service.store.tables import metadata

#: `document` is sealed: the template of a plan may have addresses in it. `branch_version` is that of the branch by
#: whose calendar and clock `next_run_at` was found, null before.
schedules = Table(
    "schedules",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("enabled", Boolean, nullable=False),
    Column("next_run_at", DateTime(timezone=True)),
    Column("document", JSONB, nullable=False),
    Column("branch", Text),
    Column("branch_version", Integer),
    Index("ix_schedules_created_at", "tenant", "created_at", "id"),
    Index("ix_schedules_due", "next_run_at", postgresql_where="enabled"),
)

#: One row for each slot that came: the key is what keeps it from coming twice.
schedule_runs = Table(
    "schedule_runs",
    metadata,
    Column(
        "schedule",
        Uuid,
        ForeignKey("schedules.id", name="fk_schedule_runs_schedule", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("slot", DateTime(timezone=True), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("plan", Uuid),
    Column("problem", JSONB(none_as_null=True)),
)

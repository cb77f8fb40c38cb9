"""Branches, cases with their visits, and collectors, found by the bank's own ids."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.Text(collation="C")


def upgrade() -> None:
    _create("branches")
    _create(
        "cases",
        sa.Column("branch", _ID),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("days_past_due", sa.Integer),
        sa.Column("due_on", sa.Date),
        sa.Column("name_key", sa.LargeBinary),
        sa.Column("phone_key", sa.LargeBinary),
        sa.Column("address_key", sa.LargeBinary),
        _of_branch(),
        sa.CheckConstraint("status IN ('open', 'closed')", name="ck_cases_status"),
    )
    op.create_index("ix_cases_due", "cases", ["tenant", "branch", "status", "priority"])
    for column in ("name_key", "phone_key", "address_key"):
        _index_where_there("cases", column)
    op.create_table(
        "case_visits",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("visited_on", sa.Date, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_case_visits"),
        sa.ForeignKeyConstraint(["tenant", "case_id"], ["cases.tenant", "cases.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_case_visits_case", "case_visits", ["tenant", "case_id", "visited_on"])
    _create(
        "collectors",
        sa.Column("branch", _ID),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("name_key", sa.LargeBinary),
        sa.Column("phone_key", sa.LargeBinary),
        _of_branch(),
        sa.CheckConstraint("status IN ('active', 'inactive')", name="ck_collectors_status"),
    )
    op.create_index("ix_collectors_branch", "collectors", ["tenant", "branch", "status"])
    for column in ("name_key", "phone_key"):
        _index_where_there("collectors", column)


def downgrade() -> None:
    op.drop_table("collectors")
    op.drop_table("case_visits")
    op.drop_table("cases")
    op.drop_table("branches")


def _create(name: str, *own: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        *own,
        sa.PrimaryKeyConstraint("tenant", "id", name=f"pk_{name}"),
    )


def _of_branch() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant", "branch"], ["branches.tenant", "branches.id"])


def _index_where_there(table: str, column: str) -> None:
    op.create_index(
        f"ix_{table}_{column}", table, ["tenant", column], postgresql_where=sa.text(f"{column} IS NOT NULL")
    )

"""How many cases a plan was asked for, and how many it leaves out: told in lists, without opening what is sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plans", sa.Column("cases", sa.Integer))
    op.add_column("plans", sa.Column("unassigned", sa.Integer))


def downgrade() -> None:
    op.drop_column("plans", "unassigned")
    op.drop_column("plans", "cases")

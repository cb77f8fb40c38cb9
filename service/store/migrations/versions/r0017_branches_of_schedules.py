"""By which version of its branch a schedule knows when it runs next."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedules", sa.Column("branch", sa.Text))
    op.add_column("schedules", sa.Column("branch_version", sa.Integer))


def downgrade() -> None:
    op.drop_column("schedules", "branch_version")
    op.drop_column("schedules", "branch")

"""Since when a user is shut out: some time later the address is erased."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("shut_out_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE users SET shut_out_at = now() WHERE NOT active")


def downgrade() -> None:
    op.drop_column("users", "shut_out_at")

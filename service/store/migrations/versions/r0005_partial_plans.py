"""The best plan so far of a search that goes on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plans", sa.Column("partial", JSONB))


def downgrade() -> None:
    op.drop_column("plans", "partial")

"""Work keeps the id and the trace of the request that it comes from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("plans", "geocode_batches"):
        op.add_column(table, sa.Column("origin", JSONB, nullable=False, server_default="{}"))


def downgrade() -> None:
    for table in ("geocode_batches", "plans"):
        op.drop_column(table, "origin")

"""Pins are found by their door, however its address is typed, and by the place where they are."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for key in ("door_key", "cell_key"):
        op.add_column("pins", sa.Column(key, sa.LargeBinary))
        op.create_index(f"ix_pins_{key}", "pins", ["tenant", "area", key], postgresql_where=f"{key} IS NOT NULL")


def downgrade() -> None:
    for key in ("cell_key", "door_key"):
        op.drop_index(f"ix_pins_{key}", "pins")
        op.drop_column("pins", key)

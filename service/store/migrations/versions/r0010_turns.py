"""Work of a tenant beyond its limit is held until its turn."""

import sqlalchemy as sa
from alembic import op

from service.store.tenancy import APP_ROLE, TENANT_SETTING

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLES = ("plans", "geocode_batches")
_OPEN = sa.text("status IN ('accepted', 'running')")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("held", sa.Boolean, nullable=False, server_default="false"))
        op.create_check_constraint(op.f(f"ck_{table}_held"), table, "NOT held OR status IN ('accepted', 'dismissed')")
        op.drop_index(f"ix_{table}_open", table)
        op.create_index(f"ix_{table}_open", table, ["tenant", "held"], postgresql_where=_OPEN)
    # A tenant's own limits are read in its transactions.
    op.execute("ALTER TABLE tenants ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_row ON tenants USING (id = current_setting('{TENANT_SETTING}', true))")
    op.execute(f"GRANT SELECT (id, settings) ON tenants TO {APP_ROLE}")


def downgrade() -> None:
    op.execute(f"REVOKE SELECT (id, settings) ON tenants FROM {APP_ROLE}")  # noqa: S608 - our own words
    op.execute("DROP POLICY tenant_row ON tenants")
    op.execute("ALTER TABLE tenants DISABLE ROW LEVEL SECURITY")
    for table in _TABLES:
        op.drop_index(f"ix_{table}_open", table)
        op.create_index(f"ix_{table}_open", table, ["status"], postgresql_where=_OPEN)
        op.drop_constraint(op.f(f"ck_{table}_held"), table)
        op.drop_column(table, "held")

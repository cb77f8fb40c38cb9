"""Preview links; several keys a tenant, one after the other; whose the providers' answers are."""

import sqlalchemy as sa
from alembic import op

from service.store.migrations.tenancy import protect, unprotect
from service.store.tenancy import APP_ROLE

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preview_links",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("plan", sa.Uuid, nullable=False),
        sa.Column("route", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("last_opened_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_preview_links"),
        sa.ForeignKeyConstraint(["plan"], ["plans.id"], name="fk_preview_links_plan", ondelete="CASCADE"),
        sa.CheckConstraint("route > 0", name="ck_preview_links_route"),
    )
    op.create_index("ix_preview_links_plan", "preview_links", ["tenant", "plan", "created_at", "id"])
    op.create_index("ix_preview_links_digest", "preview_links", ["digest"], unique=True)
    op.add_column("tenant_keys", sa.Column("number", sa.Integer, nullable=False, server_default="1"))
    op.add_column(
        "tenant_keys",
        sa.Column("seals_from", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.drop_constraint("pk_tenant_keys", "tenant_keys")
    op.create_primary_key("pk_tenant_keys", "tenant_keys", ["tenant", "number"])
    # Until there were tenants, all was the first one's.
    op.add_column("provider_answers", sa.Column("tenant", sa.Text, nullable=False, server_default="main"))
    protect("provider_answers")
    protect("preview_links")
    op.execute(f"GRANT SELECT (version), UPDATE (settings, version) ON tenants TO {APP_ROLE}")


def downgrade() -> None:
    op.execute(f"REVOKE SELECT (version), UPDATE (settings, version) ON tenants FROM {APP_ROLE}")  # noqa: S608 - our own words
    unprotect("preview_links")
    unprotect("provider_answers")
    op.drop_column("provider_answers", "tenant")
    # What was sealed with a later key cannot be opened with the first one alone.
    op.execute("DELETE FROM tenant_keys WHERE number <> 1")
    op.drop_constraint("pk_tenant_keys", "tenant_keys")
    op.create_primary_key("pk_tenant_keys", "tenant_keys", ["tenant"])
    op.drop_column("tenant_keys", "seals_from")
    op.drop_column("tenant_keys", "number")
    op.drop_table("preview_links")

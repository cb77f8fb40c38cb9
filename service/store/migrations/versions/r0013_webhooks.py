"""Webhooks, what is sent to them, and the triggers that note each event in the transaction that it is of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from service.store.migrations.tenancy import protect, unprotect

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# One row for each webhook that asks for the event. All of them carry one message id: it names the event.
_NOTE = """
CREATE FUNCTION note_webhook_event(of_tenant text, what text, about jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    message text := 'msg_' || replace(gen_random_uuid()::text, '-', '');
    noted_at timestamptz := clock_timestamp();
BEGIN
    INSERT INTO webhook_deliveries (id, tenant, webhook_id, message_id, event, payload)
    SELECT gen_random_uuid(), tenant, id, message, what,
        jsonb_build_object('type', what, 'timestamp', noted_at, 'data', about)
    FROM webhooks WHERE tenant = of_tenant AND enabled AND what = ANY (events);
END $$
"""
_OF_WORK = """
CREATE FUNCTION note_end_of_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_webhook_event(NEW.tenant, TG_ARGV[0] || '.' || NEW.status, jsonb_strip_nulls(jsonb_build_object(
        TG_ARGV[0], NEW.id, 'status', NEW.status, 'area', NEW.area, 'date', to_jsonb(NEW) -> 'plan_date',
        'created_at', NEW.created_at, 'finished_at', NEW.finished_at)));
    RETURN NULL;
END $$
"""
_OF_REVIEWS = """
CREATE FUNCTION note_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_webhook_event(NEW.tenant,
        'review.' || CASE NEW.status WHEN 'open' THEN 'opened' ELSE NEW.status END,
        jsonb_build_object('review', NEW.id, 'status', NEW.status, 'area', NEW.area, 'source', NEW.source));
    RETURN NULL;
END $$
"""
_WORK_TRIGGER = """
CREATE TRIGGER {table}_webhooks AFTER UPDATE OF status ON {table} FOR EACH ROW
WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('successful', 'failed', 'dismissed'))
EXECUTE FUNCTION note_end_of_work('{name}')
"""
_REVIEW_TRIGGERS = (
    "CREATE TRIGGER reviews_webhooks_opened AFTER INSERT ON reviews FOR EACH ROW EXECUTE FUNCTION note_review()",
    (
        "CREATE TRIGGER reviews_webhooks_decided AFTER UPDATE OF status ON reviews FOR EACH ROW "
        "WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_review()"
    ),
)


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("enabled", sa.Boolean, nullable=False, server_default="true"),
        sa.Column("disabled_reason", sa.Text),
        sa.Column("events", ARRAY(sa.Text), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sa.CheckConstraint("cardinality(events) > 0", name="ck_webhooks_events"),
        sa.CheckConstraint("disabled_reason IS NULL OR NOT enabled", name="ck_webhooks_disabled"),
    )
    op.create_index("ix_webhooks_tenant", "webhooks", ["tenant", "created_at", "id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("webhook_id", sa.Uuid, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="pending"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("log", JSONB, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_deliveries"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], ondelete="CASCADE"),
        sa.CheckConstraint("status IN ('pending', 'delivered', 'failed')", name="ck_webhook_deliveries_status"),
        sa.CheckConstraint("(status = 'pending') = (finished_at IS NULL)", name="ck_webhook_deliveries_finished"),
    )
    op.create_index(
        "ix_webhook_deliveries_due",
        "webhook_deliveries",
        ["webhook_id", "due_at"],
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index("ix_webhook_deliveries_created_at", "webhook_deliveries", ["webhook_id", "created_at", "id"])
    for table in ("webhooks", "webhook_deliveries"):
        protect(table)
    for statement in (_NOTE, _OF_WORK, _OF_REVIEWS, *_REVIEW_TRIGGERS):
        op.execute(statement)
    for table, name in (("plans", "plan"), ("geocode_batches", "batch")):
        op.execute(_WORK_TRIGGER.format(table=table, name=name))


def downgrade() -> None:
    for trigger, table in (
        ("plans_webhooks", "plans"),
        ("geocode_batches_webhooks", "geocode_batches"),
        ("reviews_webhooks_opened", "reviews"),
        ("reviews_webhooks_decided", "reviews"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in ("note_review()", "note_end_of_work()", "note_webhook_event(text, text, jsonb)"):
        op.execute(f"DROP FUNCTION {function}")
    for table in ("webhook_deliveries", "webhooks"):
        unprotect(table)
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")

"""What is kept no longer: erased table by table, counted, and told to the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Engine, Table, delete, func

from service.audit.entry import Action
from service.store.access.identity_tables import api_keys, users
from service.store.access.link_tables import preview_links
from service.store.audit.audit_log import note
from service.store.jobs.schedule_tables import schedule_runs
from service.store.resources.resource_tables import cases, collectors
from service.store.tables import geocode_batches, pins, plans, provider_answers, reviews
from service.store.webhooks.webhook_tables import webhook_deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Rows of a table that are erased some days after an instant.

    Attributes
    ----------
    keep : the setting that says how many, of the tenant or else of the service.
    since : null in a row that is kept.
    only : which rows; None for all.
    """

    keep: str
    table: Table
    since: ColumnElement[object]
    only: ColumnElement[bool] | None = None


RULES: Final = (
    Rule(keep="keep_plans_days", table=plans, since=plans.c.finished_at),
    Rule(keep="keep_plans_days", table=schedule_runs, since=schedule_runs.c.at),
    Rule(keep="keep_batches_days", table=geocode_batches, since=geocode_batches.c.finished_at),
    Rule(keep="keep_reviews_days", table=reviews, since=func.coalesce(reviews.c.decided_at, reviews.c.asked_at)),
    Rule(keep="keep_pins_days", table=pins, since=pins.c.changed_at),
    Rule(keep="keep_cases_days", table=cases, since=cases.c.changed_at, only=cases.c.status == "closed"),
    Rule(
        keep="keep_collectors_days",
        table=collectors,
        since=collectors.c.changed_at,
        only=collectors.c.status == "inactive",
    ),
    Rule(
        keep="keep_links_days",
        table=preview_links,
        since=func.least(preview_links.c.expires_at, preview_links.c.revoked_at),
    ),
    Rule(keep="keep_deliveries_days", table=webhook_deliveries, since=webhook_deliveries.c.created_at),
    Rule(keep="keep_answers_days", table=provider_answers, since=provider_answers.c.kept_at),
    Rule(keep="keep_access_days", table=api_keys, since=func.least(api_keys.c.expires_at, api_keys.c.revoked_at)),
    Rule(keep="keep_access_days", table=users, since=users.c.shut_out_at),
)
#: What no rule erases, and why. Every table is named here or in a rule: a test sees to that.
KEPT: Final[Mapping[str, str]] = {
    "tenants": "The bank itself: until its end.",
    "tenant_keys": "What opens the rest. One that was replaced goes when everything is sealed anew.",
    "branches": "The bank's own, and about nobody: until the bank deletes them.",
    "case_visits": "With their case. The policy counts them.",
    "schedules": "The bank's own: until the bank deletes them.",
    "webhooks": "The bank's own: until the bank deletes them.",
    "sessions": "Over when they say, and erased within the hour.",
    "login_attempts": "Over in minutes, and erased within the hour.",
    "idempotency_keys": "DOORSTEP_KEEP_IDEMPOTENCY_KEYS_HOURS, which has no days of a tenant's own.",
    "rate_limits": "Counts of minutes, by hashes; over when they say.",
    "provider_meters": "One row for each provider, about nobody.",
    "provider_audit": "What left the premises, in figures, about nobody: kept for good, a trigger refuses the rest.",
    "audit_log": "Who did what, by ids alone: kept for good, a trigger refuses the rest.",
    "audit_heads": "One row for each tenant: where its audit log ends.",
}


def purge(engine: Engine, tenant: str, days: Mapping[str, int]) -> dict[str, int]:
    """Erase what a tenant keeps no longer, and return how many rows of which table.

    Parameters
    ----------
    engine : an engine of the tables' owner.
    days : of each rule's setting.
    """
    erased: dict[str, int] = {}
    with engine.begin() as connection:
        for rule in RULES:
            old = rule.since < func.now() - timedelta(days=days[rule.keep])
            which = [rule.table.c.tenant == tenant, old, *([] if rule.only is None else [rule.only])]
            count = connection.execute(delete(rule.table).where(*which)).rowcount
            if count:
                erased[rule.table.name] = erased.get(rule.table.name, 0) + count
        if erased:
            note(connection, tenant, Action.RETENTION_PURGED, "tenant", tenant, **erased)
    return erased

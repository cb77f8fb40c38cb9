"""What is kept no longer: erased table by table, counted, and told to the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Engine, Table, delete, func

from service.audit.entry import Action
from service.store.audit_log import note
from service.store.link_tables import preview_links
from service.store.resource_tables import cases
from service.store.tables import geocode_batches, plans, provider_answers, reviews
from service.store.webhook_tables import webhook_deliveries


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
    Rule(keep="keep_batches_days", table=geocode_batches, since=geocode_batches.c.finished_at),
    Rule(keep="keep_reviews_days", table=reviews, since=reviews.c.decided_at),
    Rule(keep="keep_cases_days", table=cases, since=cases.c.changed_at, only=cases.c.status == "closed"),
    Rule(
        keep="keep_links_days",
        table=preview_links,
        since=func.least(preview_links.c.expires_at, preview_links.c.revoked_at),
    ),
    Rule(keep="keep_deliveries_days", table=webhook_deliveries, since=webhook_deliveries.c.created_at),
    Rule(keep="keep_answers_days", table=provider_answers, since=provider_answers.c.kept_at),
)


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

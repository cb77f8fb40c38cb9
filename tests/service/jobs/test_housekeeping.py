"""What is kept no longer: erased by the tenant's own days or the service's, counted and recorded."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, insert, text

from service.jobs.housekeeping import days_of, keep_house
from service.settings import Settings
from service.store.access.identity_tables import tenants
from service.store.access.links import LinkStore
from service.store.access.tenant_settings import TenantSettings, TenantSettingsStore
from service.store.all_tables import metadata
from service.store.audit.audit_log import AuditLog
from service.store.jobs.batches import BatchStore
from service.store.jobs.plans import PlanStore
from service.store.people.retention import KEPT, RULES
from service.store.privacy.tenant_keys import TenantKeys
from service.store.resources.case_store import CaseStore
from service.store.resources.resource_records import ANY, Entry

SETTINGS = Settings().model_copy(
    update={name: 10 for name in Settings.model_fields if name.startswith("keep_") and name.endswith("_days")}
)
#: A row of each of the tables whose end is no end of work, as old as `ago` says; and one that is kept for good.
ROWS = {
    "collectors": r"""INSERT INTO collectors (tenant, id, fingerprint, sealed, status, changed_at)
        VALUES
        ('main', '{n}', '\x01', '\x02', 'inactive', {ago}), ('main', 'active {n}', '\x01', '\x02', 'active', {ago})""",
    "schedule_runs": """INSERT INTO schedule_runs (schedule, slot, tenant, at)
        SELECT id, {ago}, tenant, {ago} FROM schedules""",
    "pins": r"""INSERT INTO pins (id, tenant, area, key, source, sealed, changed_at) VALUES
        (gen_random_uuid(), 'main', 'a', '\x0{n}', 'gps', '\x02', {ago})""",
    "reviews": r"""INSERT INTO reviews (id, tenant, area, key, source, status, fingerprint, sealed, asked_at)
        VALUES
        (gen_random_uuid(), 'main', 'a', '\x0{n}', 'gps', 'open', '\x03', '\x02', {ago})""",
    "api_keys": r"""INSERT INTO api_keys
        (id, tenant, name, hint, digest, role, created_by, expires_at, revoked_at) VALUES
        (gen_random_uuid(), 'main', 'revoked', 'h', '\x0{n}', 'admin', 'x', NULL, {ago}),
        (gen_random_uuid(), 'main', 'expired', 'h', '\x1{n}', 'admin', 'x', {ago}, NULL),
        (gen_random_uuid(), 'main', 'in use', 'h', '\x2{n}', 'admin', 'x', NULL, NULL)""",
    "users": r"""INSERT INTO users (id, tenant, email_key, sealed, role, active, created_at, shut_out_at) VALUES
        (gen_random_uuid(), 'main', '\x0{n}', '\x02', 'planner', false, {ago}, {ago}),
        (gen_random_uuid(), 'main', '\x1{n}', '\x02', 'planner', true, {ago}, NULL)""",
    "webhook_deliveries": """INSERT INTO webhook_deliveries
        (id, tenant, webhook_id, message_id, event, payload, created_at)
        SELECT gen_random_uuid(), tenant, id, 'm', 'plan.successful', '{{}}', {ago} FROM webhooks""",
    "provider_answers": r"""INSERT INTO provider_answers (key, tenant, sealed, kept_at)
        VALUES ('\x0{n}', 'main', '\x02', {ago})""",
}
#: The tables that `test_what_is_over_long_enough_is_erased_and_all_else_kept` ages.
AGED = {"plans": "finished_at", "geocode_batches": "finished_at", "cases": "changed_at", "preview_links": "expires_at"}
#: One row that is over and one that is not, of what goes within the hour for all tenants together.
OF_AN_HOUR = {
    "sessions": r"""INSERT INTO sessions (digest, tenant, user_id, expires_at)
        SELECT '\x0{n}', tenant, id, now() {ahead} interval '1 minute' FROM users""",
    "login_attempts": r"INSERT INTO login_attempts VALUES ('\x0{n}', 'n', 'v', '/', now() {ahead} interval '1 minute')",
    "idempotency_keys": r"""INSERT INTO idempotency_keys (id, tenant, key, body, created_at, held_until)
        VALUES
        (gen_random_uuid(), 'main', '\x0{n}', '\x02', now() - interval '1 day' {ahead} interval '1 minute', now())""",
    "rate_limits": r"""INSERT INTO rate_limits
        VALUES ('\x0{n}', 1, 1, 0, extract(epoch FROM now() {ahead} interval '1 minute'))""",
}
DAY = date(2026, 11, 28)


@pytest.fixture
def keys(engine: Engine) -> TenantKeys:
    return TenantKeys(engine)


def finished_plan(engine: Engine, keys: TenantKeys, *, tenant: str = "main") -> UUID:
    store = PlanStore(engine, keys, tenant=tenant)
    plan = store.create(request={}, area="a", plan_date=DAY)
    store.claim(plan)
    store.finish(plan, 1, {})
    return plan


def days_pass(engine: Engine, days: int) -> None:
    with engine.begin() as connection:
        for table, column in AGED.items():
            connection.execute(text(f"UPDATE {table} SET {column} = {column} - interval '{days} days'"))


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_what_is_over_long_enough_is_erased_and_all_else_kept(engine: Engine, keys: TenantKeys) -> None:
    plans, cases = PlanStore(engine, keys, tenant="main"), CaseStore(engine, keys, tenant="main")
    batches = BatchStore(engine, keys, tenant="main")
    finished_plan(engine, keys)
    waiting = plans.create(request={}, area="a", plan_date=DAY)
    batch = batches.create(request={}, area="a", total=1)
    batches.claim(batch)
    batches.finish(batch, 1, {})
    for status in ("open", "closed"):
        cases.put(Entry(id=status, document={}, clear={"status": status, "priority": 1}), expected=ANY)
    LinkStore(engine, tenant="main").create(
        waiting, 1, expires_at=datetime.now(UTC) + timedelta(minutes=1), created_by="k"
    )
    days_pass(engine, 9)
    keep_house(engine, keys, SETTINGS)
    before = [count(engine, table) for table in AGED]
    days_pass(engine, 2)
    keep_house(engine, keys, SETTINGS)

    assert before == [2, 1, 2, 1]
    assert [count(engine, table) for table in AGED] == [1, 0, 1, 0]
    assert plans.get(waiting).status == "accepted"
    assert cases.get("open").document == {}


def test_each_table_is_erased_by_its_own_clock_and_only_what_is_over(engine: Engine, keys: TenantKeys) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                r"""INSERT INTO webhooks (id, tenant, events, sealed)
                VALUES (gen_random_uuid(), 'main', '{plan.successful}', '\x02')"""
            )
        )
        connection.execute(
            text("INSERT INTO schedules (id, tenant, enabled, document) VALUES (gen_random_uuid(), 'main', true, '{}')")
        )
        for statement in ROWS.values():
            for number, days in enumerate((9, 11)):
                connection.execute(text(statement.format(n=number, ago=f"now() - interval '{days} days'")))
    before = {table: count(engine, table) for table in ROWS}

    keep_house(engine, keys, SETTINGS.model_copy(update={"provider_cache_days": 10}))

    gone = {table: before[table] - count(engine, table) for table in ROWS}
    assert gone == dict.fromkeys(ROWS, 1) | {"api_keys": 2}


def test_logins_answers_and_counts_that_are_over_go_within_the_hour(engine: Engine, keys: TenantKeys) -> None:
    with engine.begin() as connection:
        connection.execute(text(ROWS["users"].format(n=0, ago="now()")))
        connection.execute(text("DELETE FROM users WHERE NOT active"))
        for statement in OF_AN_HOUR.values():
            for number, ahead in enumerate("-+"):
                connection.execute(text(statement.format(n=number, ahead=ahead)))
    before = {table: count(engine, table) for table in OF_AN_HOUR}

    keep_house(engine, keys, SETTINGS.model_copy(update={"keep_idempotency_keys_hours": 24}))

    assert (before, {table: count(engine, table) for table in OF_AN_HOUR}) == (
        dict.fromkeys(OF_AN_HOUR, 2),
        dict.fromkeys(OF_AN_HOUR, 1),
    )


def test_every_table_is_erased_by_a_rule_or_says_why_it_is_kept() -> None:
    ruled = {rule.table.name for rule in RULES}

    assert ruled == ROWS.keys() | AGED.keys()  # each is in a test above
    assert set(OF_AN_HOUR) <= KEPT.keys()
    assert ruled | KEPT.keys() == metadata.tables.keys()
    assert not ruled & KEPT.keys()


@pytest.mark.parametrize("name", sorted({rule.keep for rule in RULES}))
def test_each_of_a_tenants_own_days_counts(name: str) -> None:
    assert days_of(TenantSettings.of({name: 3}), SETTINGS)[name] == 3


def test_a_tenants_own_days_win_and_touch_nobody_else(engine: Engine, keys: TenantKeys) -> None:
    with engine.begin() as connection:
        connection.execute(insert(tenants).values(id="other", name="other"))
    TenantSettingsStore(engine, tenant="main").put(TenantSettings(keep_plans_days=3), version=1)
    mine, other = finished_plan(engine, keys), finished_plan(engine, keys, tenant="other")

    days_pass(engine, 4)
    keep_house(engine, keys, SETTINGS)

    with engine.connect() as connection:
        assert connection.scalars(text("SELECT id FROM plans")).all() == [other] != [mine]


def test_what_was_erased_is_recorded_in_figures_and_nothing_is_not(engine: Engine, keys: TenantKeys) -> None:
    finished_plan(engine, keys)
    days_pass(engine, 11)
    for _ in range(2):
        keep_house(engine, keys, SETTINGS)

    entries = [entry for entry in AuditLog(engine, tenant="main").walk() if entry.action == "retention.purged"]
    assert [(entry.actor_kind, entry.details) for entry in entries] == [("service", {"plans": 1})]


def test_a_worker_seals_anew_what_a_replaced_key_sealed(engine: Engine, keys: TenantKeys) -> None:
    plan = PlanStore(engine, keys, tenant="main").create(request={"n": 1}, area="a", plan_date=DAY)
    keys.rotate("main", at_once=True)

    keep_house(engine, keys, SETTINGS)

    assert keys.replaced("main") == []
    assert PlanStore(engine, TenantKeys(engine), tenant="main").get(plan).request == {"n": 1}
    assert "tenant_key.rotated" in [entry.action for entry in AuditLog(engine, tenant="main").walk()]


def test_every_rule_has_a_setting_of_the_service_and_one_of_a_tenant() -> None:
    days = days_of(TenantSettings(keep_answers_days=5), Settings(provider_cache_days=7))

    assert days.keys() == {rule.keep for rule in RULES}
    assert days["keep_answers_days"] == 5
    assert days_of(TenantSettings(), Settings(provider_cache_days=7))["keep_answers_days"] == 7

"""Every revision, with rows in it, becomes the newest one; and an older doorstep lives with newer tables."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, func, select, text
from structlog.testing import capture_logs

from service.store.engine import open_engine
from service.store.errors import SchemaBehindError
from service.store.jobs.plans import PlanStore
from service.store.jobs.queue_schema import update_queue_schema
from service.store.jobs.records import PlanStatus
from service.store.migrate import alembic_config, known_revisions, migrate, require_current
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tables import metadata
from tests.postgres import PostgresForTests

#: Rows of each revision, as the doorstep of that revision wrote them: added when the revision is the oldest that has
#: the table. Every statement runs at its own revision and at each later one.
ROWS = {
    "0001": [
        """INSERT INTO plans (id, status, area, plan_date, request, attempt, started_at, finished_at, result, problem)
        VALUES
        ('00000000-0000-0000-0000-000000000001', 'accepted', 'wood', '2026-01-02', '{"n": 1}', 0, NULL, NULL, NULL,
            NULL),
        ('00000000-0000-0000-0000-000000000002', 'running', 'wood', '2026-01-02', '{}', 1, now(), NULL, NULL, NULL),
        ('00000000-0000-0000-0000-000000000003', 'successful', 'wood', '2026-01-02', '{}', 1, now(), now(), '{"r": 1}',
            NULL),
        ('00000000-0000-0000-0000-000000000004', 'failed', 'wood', '2026-01-02', '{}', 1, now(), now(), NULL,
            '{"code": "x"}')""",
    ],
    "0002": [
        "INSERT INTO tenant_keys (tenant, key, wrapped) VALUES ('main', 'k', false)",
        r"""INSERT INTO pins (id, tenant, area, key, source, sealed)
        VALUES ('00000000-0000-0000-0000-000000000011', 'main', 'wood', '\x01', 'gps', '\x02')""",
        r"""INSERT INTO reviews (id, tenant, area, key, source, status, fingerprint, sealed)
        VALUES ('00000000-0000-0000-0000-000000000012', 'main', 'wood', '\x01', 'gps', 'open', '\x03', '\x02')""",
    ],
    "0003": [
        """INSERT INTO geocode_batches (id, status, area, total, request)
        VALUES ('00000000-0000-0000-0000-000000000021', 'accepted', 'wood', 1, '{"rows": []}')""",
    ],
    "0004": [
        "INSERT INTO provider_meters VALUES ('amap', '2026-01-02', 3, now())",
        "INSERT INTO provider_audit (tenant, provider, host, addresses) VALUES ('main', 'amap', 'host', 2)",
        r"INSERT INTO provider_answers (key, sealed) VALUES ('\x01', '\x02')",
    ],
    "0006": [
        r"INSERT INTO branches (tenant, id, fingerprint, sealed) VALUES ('main', 'b1', '\x01', '\x02')",
        r"""INSERT INTO cases (tenant, id, fingerprint, sealed, branch, status, priority)
        VALUES ('main', 'c1', '\x01', '\x02', 'b1', 'open', 50)""",
        r"""INSERT INTO case_visits (tenant, id, case_id, visited_on, sealed)
        VALUES ('main', '00000000-0000-0000-0000-000000000061', 'c1', '2026-01-02', '\x02')""",
        r"""INSERT INTO collectors (tenant, id, fingerprint, sealed, branch, status)
        VALUES ('main', 'k1', '\x01', '\x02', 'b1', 'active')""",
    ],
    "0009": [
        "INSERT INTO tenants (id, name) VALUES ('main', 'The first') ON CONFLICT DO NOTHING",
        r"""INSERT INTO api_keys (id, tenant, name, hint, digest, role, created_by)
        VALUES ('00000000-0000-0000-0000-000000000091', 'main', 'k', 'h', '\x01', 'admin', 'x')""",
        r"""INSERT INTO users (id, tenant, email_key, sealed, role)
        VALUES ('00000000-0000-0000-0000-000000000092', 'main', '\x01', '\x02', 'planner')""",
        r"""INSERT INTO sessions (digest, tenant, user_id, expires_at)
        VALUES ('\x01', 'main', '00000000-0000-0000-0000-000000000092', now())""",
        r"INSERT INTO login_attempts VALUES ('\x01', 'n', 'v', '/', now())",
    ],
    "0011": [
        r"""INSERT INTO audit_log (tenant, seq, at, actor_kind, actor, action, details, hash)
        VALUES ('main', 1, now(), 'key', 'k', 'plan.create', '{}', '\x01')""",
        r"INSERT INTO audit_heads (tenant, seq, hash) VALUES ('main', 1, '\x01')",
    ],
    "0012": [
        r"""INSERT INTO preview_links (id, tenant, plan, route, digest, created_by, expires_at)
        VALUES ('00000000-0000-0000-0000-000000000121', 'main', '00000000-0000-0000-0000-000000000003', 1, '\x01', 'x',
            now())""",
    ],
    "0013": [
        r"""INSERT INTO webhooks (id, tenant, events, sealed)
        VALUES ('00000000-0000-0000-0000-000000000131', 'main', '{plan.successful}', '\x02')""",
        """INSERT INTO webhook_deliveries (id, tenant, webhook_id, message_id, event, payload)
        VALUES ('00000000-0000-0000-0000-000000000132', 'main', '00000000-0000-0000-0000-000000000131', 'm',
            'plan.successful', '{}')""",
    ],
    "0014": [
        r"""INSERT INTO idempotency_keys (id, tenant, key, body, held_until)
        VALUES ('00000000-0000-0000-0000-000000000141', 'main', '\x01', '\x02', now())""",
        r"INSERT INTO rate_limits VALUES ('\x01', 1, 1, 0, 1.5)",
    ],
    "0015": [
        """INSERT INTO schedules (id, tenant, enabled, document)
        VALUES ('00000000-0000-0000-0000-000000000151', 'main', true, '{}')""",
        """INSERT INTO schedule_runs (schedule, slot, tenant)
        VALUES ('00000000-0000-0000-0000-000000000151', now(), 'main')""",
    ],
}
REVISIONS = tuple(reversed(known_revisions()))


@pytest.fixture
def empty(postgres: PostgresForTests) -> Iterator[Engine]:
    with postgres.empty() as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


def url_of(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def at(engine: Engine, revision: str) -> None:
    """Make a database as the doorstep of a revision left it, with its rows."""
    with engine.connect() as connection:
        update_queue_schema(connection)
        command.upgrade(alembic_config(connection), revision)
    with engine.begin() as connection:
        for known in REVISIONS[: REVISIONS.index(revision) + 1]:
            for statement in ROWS.get(known, []):
                connection.execute(text(statement.replace(":", r"\:")))


def counts(connection: Connection) -> dict[str, int]:
    found = MetaData()
    found.reflect(connection)
    return {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in found.tables.items()
        if name != "alembic_version"
    }


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_database_of_every_earlier_revision_is_brought_up_to_date_and_its_plans_go_on(
    empty: Engine, revision: str
) -> None:
    at(empty, revision)
    with empty.connect() as connection:
        before = counts(connection)

    migrate(url_of(empty))

    with empty.connect() as connection:
        after = counts(connection)
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
                "compare_type": True,
            },
        )
        assert compare_metadata(context, metadata) == []
    assert {name: after[name] for name in before} == before
    _can_be_read_and_computed(empty)


def _can_be_read_and_computed(engine: Engine) -> None:
    """Use the plans that an earlier doorstep left."""
    store = PlanStore(engine, TenantKeys(engine, secrets=()), tenant="main")
    plans = {plan.status: store.get(plan.id) for plan in store.list_recent(10)}
    claim = store.claim(plans[PlanStatus.ACCEPTED].id)
    assert claim is not None
    assert claim.request == {"n": 1}
    assert plans[PlanStatus.SUCCESSFUL].result == {"r": 1}
    assert store.finish(claim.id, claim.attempt, {"r": 2})


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_every_revision_can_be_taken_back_and_made_again(empty: Engine, revision: str) -> None:
    at(empty, REVISIONS[-1])

    with empty.connect() as connection:
        command.downgrade(alembic_config(connection), REVISIONS[REVISIONS.index(revision) - 1])
    migrate(url_of(empty))

    require_current(empty)
    assert len(PlanStore(empty, TenantKeys(empty, secrets=()), tenant="main").list_recent(10)) == 4


@pytest.mark.parametrize("revision", [None, REVISIONS[0], REVISIONS[-2]], ids=["none", "first", "last-but-one"])
def test_tables_that_are_behind_are_named(empty: Engine, revision: str | None) -> None:
    if revision is not None:
        at(empty, revision)

    with pytest.raises(SchemaBehindError, match=f"of revision {revision or 'none'}, and {REVISIONS[-1]} is needed"):
        require_current(empty)


def test_tables_of_a_newer_doorstep_are_used_and_left_as_they_are(engine: Engine, database_url: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with capture_logs() as lines:
        migrate(database_url)
    require_current(engine)

    assert [line["event"] for line in lines] == ["database_is_newer"]

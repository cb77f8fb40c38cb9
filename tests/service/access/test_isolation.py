"""No bank sees another's: by every route that takes an id, and under them by the database itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from service.app import create_app
from service.auth.scope import Role
from service.auth.secret import new_key
from service.store.all_tables import metadata
from service.store.tenancy import APP_ROLE, tenant_engine
from tests.service.access.conftest import Banks, Caller, opened_banks
from tests.service.api.fakes import fake_deps
from tests.service.api.test_who_may import endpoints

_DOOR = {"lat": 30.003, "lon": 100.001}
_PLAN = {
    "date": "2026-11-25",
    "time_zone": "Asia/Shanghai",
    "cases": [{"id": "c1", "address": "Mill Lane 7, Willowbrook"}],
    "collectors": [{"id": "k1", "start": {"location": _DOOR}, "shift": {"start": "08:00", "end": "17:00"}}],
}
#: How to make what a route's id names, and which part of the answer is the id.
MADE: dict[str, tuple[str, str, Any]] = {
    "plan_id": ("POST", "/v1/plans", _PLAN),
    "batch_id": ("POST", "/v1/geocode/batches", {"queries": [{"address": "Mill Lane 7, Willowbrook"}]}),
    "schedule_id": (
        "POST",
        "/v1/schedules",
        {"name": "theirs", "at": "06:00", "request": {key: _PLAN[key] for key in ("cases", "collectors")}},
    ),
    "pin_id": (
        "POST",
        "/v1/geocode/pins",
        {"area": "willowbrook", "address": "Mill Lane 99, Willowbrook", "location": _DOOR, "source": "planner"},
    ),
    "key_id": ("POST", "/v1/keys", {"name": "theirs", "role": "planner"}),
    "webhook_id": ("POST", "/v1/webhooks", {"url": "https://south.example/", "events": ["plan.failed"]}),
    "user_id": ("POST", "/v1/users", {"email": "they@bank.example", "role": "planner"}),
}
#: Ids that the bank itself chooses; another bank may have the very same.
CHOSEN = {
    "branch_id": ("/v1/branches/theirs", {"area": "willowbrook"}),
    "case_id": ("/v1/cases/theirs", {"address": "Mill Lane 7, Willowbrook"}),
    "collector_id": (
        "/v1/collectors/theirs",
        {"start": {"location": _DOOR}, "shift": {"start": "08:00", "end": "17:00"}},
    ),
}
#: What the same kind of thing is made by elsewhere: their own tests look at other banks.
ELSEWHERE = {"review_id", "name", "code", "language"}


def with_ids() -> list[tuple[str, str, str]]:
    """Return method, path and the id's name of every route that takes an id."""
    found = []
    for route in endpoints(create_app(fake_deps()).routes):
        parameters = [part[1:-1] for part in _parts(route.path) if part.startswith("{")]
        found += [(method, route.path, parameters[0]) for method in sorted(route.methods or ()) if parameters]
    return found


def _parts(path: str) -> list[str]:
    return [part.split(".")[0] if part.startswith("{") else part for part in path.split("/")]


ROUTES = [(method, path, name) for method, path, name in with_ids() if path.startswith(("/v1/", "/plans/"))]


@pytest.fixture(scope="module")
def shared(postgres: Any, village: Any) -> Iterator[Banks]:
    """Both banks, for all tests of this module: nothing here is changed by any of them."""
    from service.store.engine import open_engine

    with postgres.migrated() as url:
        engine = open_engine(url)
        with opened_banks(engine, url, village) as banks:
            yield banks
        engine.dispose()


@pytest.fixture(scope="module")
def theirs(shared: Banks) -> dict[str, str]:
    """Return ids of things of the bank `south`."""
    owner = shared.as_("south", Role.ADMIN)
    ids = {}
    for name, (method, path, body) in MADE.items():
        answer = owner(method, path, json=body)
        assert answer.status_code in {200, 201, 202}, (name, answer.text)
        ids[name] = answer.headers["Location"].rsplit("/", 1)[-1]
    for name, (path, body) in CHOSEN.items():
        answer = owner("PUT", path, json=body)
        assert answer.status_code in {200, 201}, (name, answer.text)
        ids[name] = "theirs"
    return ids


@pytest.fixture(scope="module")
def callers(shared: Banks) -> dict[Role, Caller]:
    """Return a key of each role of the bank `north`."""
    return {role: shared.as_("north", role) for role in Role}


def test_every_kind_of_id_is_known_to_these_tests() -> None:
    assert {name for _, _, name in ROUTES} <= {*MADE, *CHOSEN, *ELSEWHERE} | OTHER_IDS


#: Ids whose things are made in tests of their own, which look at other banks too.
OTHER_IDS: set[str] = set()


@pytest.mark.parametrize(("method", "path", "name"), [one for one in ROUTES if one[2] in {*MADE, *CHOSEN}], ids=str)
def test_what_is_another_banks_is_answered_as_what_does_not_exist(
    callers: dict[Role, Caller], theirs: dict[str, str], method: str, path: str, name: str
) -> None:
    missing = "nobodys" if name in CHOSEN else str(uuid4())

    for role, caller in callers.items():
        there = ask(caller, method, path, name, theirs[name])
        nowhere = ask(caller, method, path, name, missing)

        assert there.status_code == nowhere.status_code, role
        assert there.status_code in {403, 404, 422, 428} or (method == "PUT" and role is not Role.AUDITOR)
        assert told(there, theirs[name]) == told(nowhere, missing)


@pytest.fixture(scope="module")
def shut_out(shared: Banks) -> dict[str, Caller]:
    """Return the holders of a key that has expired, one that was revoked, and one that never was."""
    identities = shared.identities("south")
    later = datetime.now(UTC) + timedelta(hours=1)
    expired, expired_secret = identities.add_key(name="x", role=Role.ADMIN, expires_at=later, created_by="test")
    revoked, revoked_secret = identities.add_key(name="x", role=Role.ADMIN, created_by="test")
    identities.revoke_key(revoked.id)
    with shared.engine.begin() as connection:
        connection.execute(
            text("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = :id"), {"id": expired.id}
        )
    return {
        "expired": Caller(shared.client, expired_secret),
        "revoked": Caller(shared.client, revoked_secret),
        "unknown": Caller(shared.client, new_key().text),
        "none": shared.nobody(),
    }


@pytest.mark.parametrize(("method", "path", "name"), ROUTES, ids=str)
def test_a_key_that_is_over_opens_nothing_that_has_an_id(
    shut_out: dict[str, Caller], theirs: dict[str, str], method: str, path: str, name: str
) -> None:
    for why, caller in shut_out.items():
        answer = ask(caller, method, path, name, theirs.get(name, "1"))

        assert answer.status_code == 401, why
        assert answer.json()["code"] == ("not_authenticated" if why == "none" else "credentials_refused")


def ask(caller: Caller, method: str, path: str, name: str, value: str) -> Any:
    filled = path.replace("{" + name + "}", value)
    for other in ("collector", "route", "visit_id", "visited_on"):
        filled = filled.replace("{" + other + "}", "1")
    body: dict[str, Any] | None = {"active": False} if method == "PATCH" else {} if method in {"POST", "PUT"} else None
    return caller(method, filled, json=body, headers={"If-Match": '"1"', "Accept": "application/json"})


def told(answer: Any, value: str) -> str:
    """Return what an answer says, without the id that was asked for."""
    return str(answer.text).replace(value, "ID")


@pytest.mark.parametrize("table", sorted(name for name, table in metadata.tables.items() if "tenant" in table.c))
def test_the_database_shows_a_bank_its_own_rows_alone(engine: Engine, table: str) -> None:
    if table == "tenant_keys":
        assert not _may_read(engine, table)
        return
    with engine.connect() as connection:
        guarded = connection.execute(
            text("SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass(:name)"), {"name": table}
        ).scalar_one()
        rules = connection.execute(
            text("SELECT qual, with_check FROM pg_policies WHERE tablename = :name"), {"name": table}
        ).all()

    assert guarded
    assert len(rules) == 1
    assert all("doorstep.tenant" in rule and "tenant =" in rule for rule in rules[0])


def _may_read(engine: Engine, table: str) -> bool:
    with engine.connect() as connection:
        allowed = text("SELECT has_table_privilege(:role, :name, 'SELECT')")
        return bool(connection.execute(allowed, {"role": APP_ROLE, "name": table}).scalar_one())


def test_even_a_statement_without_its_tenant_sees_and_writes_no_other_bank(
    shared: Banks, theirs: dict[str, str]
) -> None:
    mine = tenant_engine(shared.engine, "north")

    with mine.begin() as connection:
        seen = connection.execute(text("SELECT count(*) FROM plans")).scalar_one()
        changed = connection.execute(text("UPDATE plans SET stop_requested = true")).rowcount
        gone = connection.execute(text("DELETE FROM pins")).rowcount
    with pytest.raises(DBAPIError, match="row-level security"), mine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO api_keys (id, tenant, name, hint, digest, role, created_by) "
                "VALUES (gen_random_uuid(), 'south', 'x', 'x', 'x', 'admin', 'x')"
            )
        )

    assert (seen, changed, gone) == (0, 0, 0)
    assert theirs


def test_the_secrets_of_banks_are_out_of_reach_of_their_transactions(shared: Banks) -> None:
    mine = tenant_engine(shared.engine, "north")

    for table in ("tenant_keys", "tenants", "login_attempts"):
        with pytest.raises(DBAPIError, match="permission denied"), mine.begin() as connection:
            connection.execute(text(f"SELECT * FROM {table}"))


def test_a_bank_lists_its_own_alone(shared: Banks, theirs: dict[str, str]) -> None:
    admin = shared.as_("north", Role.ADMIN)

    for path in ("/v1/plans", "/v1/geocode/pins", "/v1/cases", "/v1/collectors", "/v1/branches", "/v1/users"):
        answer = admin("GET", path).json()
        entries = next(value for value in answer.values() if isinstance(value, list))
        assert entries == [], path
    assert theirs["key_id"] not in admin("GET", "/v1/keys").text

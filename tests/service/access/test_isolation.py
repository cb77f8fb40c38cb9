"""No bank sees another's: by every route that takes an id, and under them by the database itself."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from service.auth.scope import SCOPES_OF, Role
from service.auth.secret import new_key
from service.store.all_tables import metadata
from service.store.tenancy import APP_ROLE, tenant_engine
from tests.service.access.belongings import (
    BODIES,
    CASE,
    CHOSEN,
    MADE,
    PLAN,
    SCHEDULE,
    SHIFT,
    WORK,
    Belongings,
    Route,
    filled,
    routes,
)
from tests.service.access.conftest import Banks, Caller

ROUTES = [route for route in routes() if route.ids]
UNDER_A_PARENT = [route for route in ROUTES if len(route.ids) > 1]
#: What the service itself says, or one caller of themselves: a bank has nothing in it that it could show.
OF_NO_THING = {"/v1/me", "/v1/areas", "/v1/settings", "/v1/audit/head", "/v1/templates/{name}.{ending}"}
LISTS = [route for route in routes() if route.method == "GET" and not route.ids and route.path not in OF_NO_THING]


@pytest.fixture(scope="module")
def south(shared: Banks) -> Belongings:
    return Belongings(shared, "south")


@pytest.fixture(scope="module")
def north(shared: Banks) -> Belongings:
    return Belongings(shared, "north")


@pytest.fixture(scope="module")
def theirs(south: Belongings) -> dict[str, str]:
    """Return ids of things of the bank `south`, one of each kind, which no test of this module changes."""
    return south.make(list(MADE))


@pytest.fixture(scope="module")
def callers(shared: Banks) -> dict[Role, Caller]:
    """Return a key of each role of the bank `north`."""
    return {role: shared.as_("north", role) for role in Role}


def test_every_kind_of_id_is_known_to_these_tests() -> None:
    assert {name for route in ROUTES for name in route.ids} == set(MADE)
    assert set(BODIES) <= {(route.method, route.path) for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_what_is_another_banks_is_answered_as_what_does_not_exist(
    callers: dict[Role, Caller], south: Belongings, route: Route
) -> None:
    ids = south.for_route(route)
    missing = {name: missing_id(name) for name in ids}

    for role, caller in callers.items():
        there, nowhere = ask(caller, route, ids), ask(caller, route, missing)

        assert told(there, ids) == told(nowhere, missing), role
        assert there.status_code == nowhere.status_code == missing_status(route, role), role
    assert ask(south.owner, route, ids).is_success  # so it was not the request that was refused


@pytest.mark.parametrize("route", UNDER_A_PARENT, ids=str)
def test_what_is_another_banks_is_not_found_under_a_thing_of_ones_own(
    south: Belongings, north: Belongings, route: Route
) -> None:
    *parents, last = route.ids
    own, ids = north.make(parents), south.for_route(route)
    there = {**own, last: ids[last]}
    missing = {**own, last: missing_id(last)}

    answers = ask(north.owner, route, there), ask(north.owner, route, missing)

    assert [answer.status_code for answer in answers] == [404, 404]
    assert told(answers[0], there) == told(answers[1], missing)
    assert ask(south.owner, route, ids).is_success


@pytest.mark.parametrize("route", LISTS, ids=str)
def test_a_list_shows_a_bank_its_own_alone(
    callers: dict[Role, Caller], south: Belongings, theirs: dict[str, str], route: Route
) -> None:
    path = filled(route.path, {})

    own, others = south.owner("GET", path), callers[Role.ADMIN]("GET", path)

    assert own.is_success
    assert others.is_success
    assert any(id_ in own.text for id_ in theirs.values())
    assert not any(id_ in others.text for id_ in theirs.values())


@pytest.mark.parametrize("name", sorted(CHOSEN))
def test_what_two_banks_call_the_same_are_two_things(south: Belongings, north: Belongings, name: str) -> None:
    (id_,) = south.make([name]).values()
    path = MADE[name].path.replace("theirs-{number}", id_)
    before = south.owner("GET", path).json()
    body = next(body for (method, of), body in BODIES.items() if method == "PUT" and f"{{{name}}}" in of)

    made = north.owner("PUT", path, json=body)
    gone = north.owner("DELETE", path, headers={"If-Match": "*"})

    assert (made.status_code, gone.status_code) == (201, 204)
    assert south.owner("GET", path).json() == before


def test_a_request_may_name_nothing_of_another_bank(north: Belongings, theirs: dict[str, str]) -> None:
    why = {"Audit-Reason": "asked for it"}

    def asked(branch: str, case: str, collector: str) -> list[Any]:
        plan = {"date": "2026-11-25", "cases": [{"ref": case}], "collectors": [{"ref": collector}]}
        return [
            north.owner("PUT", "/v1/cases/of-north", json={**CASE, "branch": branch}),
            north.owner("POST", "/v1/plans", json=plan),
            north.owner("POST", "/v1/plans", json={**PLAN, "branch": branch}),
            north.owner("PUT", "/v1/collectors/of-north", json={**SHIFT, "branch": branch}),
            north.owner("POST", "/v1/schedules", json={**SCHEDULE, "request": {**WORK, "branch": branch}}),
            north.owner("POST", "/v1/persons/exports", json={"case": case}, headers=why),
            north.owner("POST", "/v1/persons/exports", json={"collector": collector}, headers=why),
            north.owner("POST", "/v1/persons/erasures", json={"case": case}, headers=why),
            north.owner("POST", "/v1/persons/erasures", json={"collector": collector}, headers=why),
        ]

    there = asked(theirs["branch_id"], theirs["case_id"], theirs["collector_id"])
    nowhere = asked("nobodys", "nobodys", "nobodys")

    assert [answer.status_code for answer in there] == [*[422] * 5, *[404] * 4]
    for one, other in zip(there, nowhere, strict=True):
        assert told(one, theirs) == told(other, {"any": "nobodys"})


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


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_key_that_is_over_opens_nothing_that_has_an_id(
    shut_out: dict[str, Caller], theirs: dict[str, str], route: Route
) -> None:
    for why, caller in shut_out.items():
        answer = ask(caller, route, theirs)

        assert answer.status_code == 401, why
        assert answer.json()["code"] == ("not_authenticated" if why == "none" else "credentials_refused")


def ask(caller: Caller, route: Route, ids: dict[str, str]) -> Any:
    headers = {"If-Match": '"1"', "Accept": "application/json"}
    body = BODIES.get((route.method, route.path))
    return caller(route.method, filled(route.path, ids), json=body, headers=headers)


def told(answer: Any, ids: dict[str, str]) -> str:
    """Return what an answer says, without the ids that were asked for."""
    text = str(answer.text)
    for id_ in ids.values():
        text = text.replace(id_, "ID")
    return text


def missing_status(route: Route, role: Role) -> int:
    """Return what is answered to a role where nothing is; a PUT, which may make it, says that If-Match is not met."""
    if not route.needs <= SCOPES_OF[role]:
        return 403
    return 412 if route.method == "PUT" and route.ids[-1] in CHOSEN else 404


def missing_id(name: str) -> str:
    return "nobodys" if name in CHOSEN else str(uuid4())


@pytest.mark.parametrize("table", sorted(name for name, table in metadata.tables.items() if "tenant" in table.c))
def test_the_database_shows_a_bank_its_own_rows_alone(shared: Banks, table: str) -> None:
    engine = shared.engine
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
    mine = tenant_engine(shared.engine, "west")  # which has nothing

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

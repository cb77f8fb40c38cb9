"""Who is let in, with what, and for how long."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Engine, text

from service.auth.errors import CredentialsError
from service.auth.scope import SCOPES_OF, Role, Scope
from service.cli.failure import CommandError
from service.cli.serve import require_keys_or_loopback
from service.settings import Settings
from service.store.access.tenant_identities import TenantIdentities
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tenancy import tenant_engine
from tests.service.access.conftest import Banks


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_as_long_as_nobody_has_a_key_this_machine_is_let_in_and_no_other(banks: Banks) -> None:
    here = banks.nobody()("GET", "/v1/me")
    through_a_proxy = banks.nobody()("GET", "/v1/me", headers={"X-Forwarded-For": "203.0.113.9"})

    assert (here.json()["kind"], here.json()["tenant"]) == ("local", "main")
    assert code(through_a_proxy) == (401, "not_authenticated")


def test_the_first_key_closes_the_door_for_everybody_else(banks: Banks) -> None:
    admin = banks.as_("north", Role.ADMIN)

    assert code(banks.nobody()("GET", "/v1/me")) == (401, "not_authenticated")
    assert banks.nobody()("GET", "/v1/me").headers["WWW-Authenticate"] == "Bearer"
    assert admin("GET", "/v1/me").json()["tenant"] == "north"


@pytest.mark.parametrize(
    "path", ["/v1/plans", "/v1/nothing", "/plans", "/reviews", "/nothing", "/plans/x/map", "/metrics"]
)
def test_nothing_but_what_is_open_answers_without_a_caller(banks: Banks, path: str) -> None:
    banks.as_("north", Role.ADMIN)

    assert banks.nobody()("GET", path).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json", "/problems", "/docs", "/login", "/static/map.css"])
def test_what_tells_nothing_of_anybody_is_open(banks: Banks, path: str) -> None:
    banks.as_("north", Role.ADMIN)

    assert banks.nobody()("GET", path).status_code == 200


@pytest.mark.parametrize(
    "header", ["Bearer dsk_" + "x" * 43, "Bearer ", "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic YTpi", "Bearer\x7f"]
)
def test_a_wrong_key_is_refused_even_on_this_machine(banks: Banks, header: str) -> None:
    answer = banks.nobody()("GET", "/v1/me", headers={"Authorization": header})

    assert code(answer) == (401, "credentials_refused")
    assert "dsk_" not in answer.text.replace("dsk_…", "")


def test_a_revoked_and_an_expired_key_are_refused(banks: Banks, engine: Engine) -> None:
    admin = banks.as_("north", Role.ADMIN)
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    made = admin("POST", "/v1/keys", json={"name": "one", "role": "planner", "expires_at": soon}).json()
    other = admin("POST", "/v1/keys", json={"name": "two", "role": "planner"}).json()

    def ask(secret: str) -> object:
        return banks.nobody()("GET", "/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code

    assert (ask(made["secret"]), ask(other["secret"])) == (200, 200)
    with engine.begin() as connection:
        connection.execute(text("UPDATE api_keys SET expires_at = now() WHERE name = 'one'"))
    assert admin("DELETE", f"/v1/keys/{other['key']['id']}").json()["revoked_at"] is not None
    assert (ask(made["secret"]), ask(other["secret"])) == (401, 401)


def test_a_key_knows_when_it_was_used_and_its_secret_is_nowhere(banks: Banks, engine: Engine) -> None:
    admin = banks.as_("north", Role.ADMIN)
    made = admin("POST", "/v1/keys", json={"name": "one", "role": "planner"}).json()
    banks.nobody()("GET", "/v1/me", headers={"Authorization": f"Bearer {made['secret']}"})

    shown = admin("GET", f"/v1/keys/{made['key']['id']}")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT api_keys::text FROM api_keys")).scalars().all()

    assert shown.json()["last_used_at"] is not None
    assert made["secret"].startswith(shown.json()["hint"])
    assert all(made["secret"] not in row for row in [*rows, shown.text])


def test_nobody_makes_a_key_that_may_more_than_they(banks: Banks) -> None:
    keeper = banks.as_("north", Role.ADMIN, scopes=frozenset({Scope.KEYS_WRITE, Scope.KEYS_READ}))

    more = keeper("POST", "/v1/keys", json={"name": "more", "role": "admin"})
    same = keeper("POST", "/v1/keys", json={"name": "same", "role": "admin", "scopes": ["keys:read"]})

    assert code(more) == (403, "not_allowed")
    assert same.status_code == 201


def test_a_scope_beyond_the_role_is_refused_with_its_field(banks: Banks) -> None:
    admin = banks.as_("north", Role.ADMIN)

    answer = admin("POST", "/v1/keys", json={"name": "odd", "role": "collector", "scopes": ["cases:read"]})

    assert code(answer) == (422, "invalid_request")
    assert answer.json()["errors"][0]["pointer"] == "/scopes"


def test_a_page_of_another_site_changes_nothing_through_the_browser_of_a_user(banks: Banks) -> None:
    admin = banks.as_("north", Role.ADMIN)
    session = sign_in(banks, admin("POST", "/v1/keys", json={"name": "one", "role": "admin"}).json()["secret"])
    body = {"name": "stolen", "role": "admin"}

    foreign = banks.nobody()("POST", "/v1/keys", json=body, headers={"Cookie": session, "Sec-Fetch-Site": "cross-site"})
    old_browser = banks.nobody()(
        "POST", "/v1/keys", json=body, headers={"Cookie": session, "Origin": "https://evil.example"}
    )
    own = banks.nobody()("POST", "/v1/keys", json=body, headers={"Cookie": session, "Sec-Fetch-Site": "same-origin"})

    assert [code(answer)[1] for answer in (foreign, old_browser)] == ["cross_site_request"] * 2
    assert own.status_code == 201


def sign_in(banks: Banks, secret: str) -> str:
    """Sign in on the page with a key, and return the cookie."""
    answer = banks.nobody()("POST", "/login", data={"key": secret, "next": "/reviews"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reviews")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    return str(cookie.split(";")[0])


def test_a_browser_signs_in_with_a_key_and_out_again(banks: Banks) -> None:
    admin = banks.as_("north", Role.ADMIN)
    made = admin("POST", "/v1/keys", json={"name": "browser", "role": "planner"}).json()

    unknown = banks.nobody()("GET", "/reviews", headers={"Accept": "text/html"})
    session = sign_in(banks, made["secret"])
    page = banks.nobody()("GET", "/reviews", headers={"Accept": "text/html", "Cookie": session})
    banks.nobody()("POST", "/login/end", headers={"Cookie": session})
    after = banks.nobody()("GET", "/v1/me", headers={"Cookie": session})

    assert (unknown.status_code, unknown.headers["Location"]) == (303, "/login?next=%2Freviews")
    assert page.status_code == 200
    assert code(after) == (401, "credentials_refused")


def test_the_way_through_the_login_keeps_the_language(banks: Banks) -> None:
    admin = banks.as_("north", Role.ADMIN)
    secret = admin("POST", "/v1/keys", json={"name": "browser", "role": "planner"}).json()["secret"]
    page = {"Accept": "text/html"}

    sent = banks.nobody()("GET", "/reviews?lang=zh&page=2", headers=page)
    login = banks.nobody()("GET", sent.headers["Location"], headers=page)
    refused = banks.nobody()("POST", "/login?lang=zh", data={"key": "dsk_wrong", "next": "/reviews?lang=zh"})
    entered = banks.nobody()("POST", "/login?lang=zh", data={"key": secret, "next": "/reviews?lang=zh"})
    chosen = banks.nobody()("GET", "/login?lang=en&next=/reviews%3Flang%3Dzh", headers=page)
    ended = banks.nobody()("POST", "/login/end?lang=zh")

    assert sent.headers["Location"] == "/login?next=%2Freviews%3Flang%3Dzh&lang=zh"
    assert '<html lang="zh' in login.text
    assert 'action="/login?lang=zh"' in login.text
    assert (refused.status_code, '<html lang="zh' in refused.text) == (401, True)
    assert entered.headers["Location"] == "/reviews?lang=zh"
    assert 'value="/reviews?lang=en"' in chosen.text
    assert ended.headers["Location"] == "/login?lang=zh"


@pytest.mark.parametrize("asked", ["xx", "x" * 600, "//evil.example", "zh&next=//evil.example"])
def test_a_language_there_is_not_does_no_harm_at_the_login(banks: Banks, asked: str) -> None:
    banks.as_("north", Role.ADMIN)

    sent = banks.nobody()("GET", "/reviews", params={"lang": asked}, headers={"Accept": "text/html"})
    login = banks.nobody()("GET", sent.headers["Location"], headers={"Accept": "text/html", "Accept-Language": "zh"})

    assert sent.headers["Location"].startswith("/login?next=%2Freviews")
    assert login.status_code == 200
    assert 'action="/login"' in login.text
    assert '<html lang="zh' in login.text


def test_a_session_ends_with_its_key(banks: Banks) -> None:
    admin = banks.as_("north", Role.ADMIN)
    made = admin("POST", "/v1/keys", json={"name": "browser", "role": "planner"}).json()
    session = sign_in(banks, made["secret"])

    admin("DELETE", f"/v1/keys/{made['key']['id']}")

    assert banks.nobody()("GET", "/v1/me", headers={"Cookie": session}).status_code == 401


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", ""])
def test_signing_in_leads_to_no_other_site(banks: Banks, elsewhere: str) -> None:
    admin = banks.as_("north", Role.ADMIN)
    secret = admin("POST", "/v1/keys", json={"name": "browser", "role": "planner"}).json()["secret"]

    answer = banks.nobody()("POST", "/login", data={"key": secret, "next": elsewhere})

    assert answer.headers["Location"] == "/plans"


def test_a_wrong_key_on_the_page_is_said_in_the_readers_language(banks: Banks) -> None:
    answer = banks.nobody()("POST", "/login", data={"key": "dsk_no"}, headers={"Accept-Language": "zh-CN"})

    assert answer.status_code == 401
    assert "已被吊销" in answer.text


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_what_its_scopes_say_and_nothing_else(banks: Banks, role: Role) -> None:
    caller = banks.as_("north", role)
    answers = {
        Scope.KEYS_READ: caller("GET", "/v1/keys"),
        Scope.USERS_READ: caller("GET", "/v1/users"),
        Scope.PLANS_READ: caller("GET", "/v1/plans"),
        Scope.CASES_READ: caller("GET", "/v1/cases"),
        Scope.REVIEWS_READ: caller("GET", "/v1/geocode/reviews"),
        Scope.AREAS_READ: caller("GET", "/v1/areas"),
    }

    assert caller("GET", "/v1/me").json()["role"] == role
    for scope, answer in answers.items():
        expected = 200 if scope in SCOPES_OF[role] else 403
        assert answer.status_code == expected, scope


def test_users_are_let_in_changed_and_deleted(banks: Banks) -> None:
    admin = banks.as_("north", Role.ADMIN)
    made = admin("POST", "/v1/users", json={"email": "Planner@Bank.example", "role": "planner"})
    path = made.headers["Location"]

    twice = admin("POST", "/v1/users", json={"email": "planner@bank.example", "role": "admin"})
    changed = admin("PATCH", path, json={"role": "auditor"}, headers={"If-Match": made.headers["ETag"]})
    late = admin("PATCH", path, json={"active": False}, headers={"If-Match": made.headers["ETag"]})
    gone = admin("DELETE", path)

    assert made.json()["email"] == "planner@bank.example"
    assert code(twice) == (409, "name_taken")
    assert changed.json()["role"] == "auditor"
    assert code(late) == (412, "version_changed")
    assert gone.status_code == 204
    assert code(admin("GET", path)) == (404, "user_not_found")


def test_the_address_of_a_user_is_nowhere_in_clear(banks: Banks, engine: Engine) -> None:
    banks.as_("north", Role.ADMIN)("POST", "/v1/users", json={"email": "a.secret@bank.example", "role": "planner"})

    with engine.connect() as connection:
        rows = connection.execute(text("SELECT users::text FROM users")).scalars().all()

    assert rows
    assert all("secret" not in row for row in rows)


def test_a_person_is_known_by_a_verified_address_once_and_by_their_id_from_then_on(banks: Banks) -> None:
    user = banks.identities("north").add_user(email="planner@bank.example", role=Role.PLANNER)
    ask = banks.everybody.by_subject

    with pytest.raises(CredentialsError):
        ask("https://idp.example", "s1", verified_email=None)
    first = ask("https://idp.example", "s1", verified_email="Planner@bank.example")
    again = ask("https://idp.example", "s1", verified_email=None)
    with pytest.raises(CredentialsError):
        ask("https://idp.example", "s2", verified_email="planner@bank.example")

    assert (first.subject, first.tenant, first.role) == (str(user.id), "north", Role.PLANNER)
    assert again == first


def test_a_person_whom_two_banks_let_in_is_let_in_by_neither(banks: Banks) -> None:
    for bank in ("north", "south"):
        banks.identities(bank).add_user(email="both@bank.example", role=Role.PLANNER)

    with pytest.raises(CredentialsError):
        banks.everybody.by_subject("https://idp.example", "s1", verified_email="both@bank.example")


def test_signing_in_and_out_is_in_the_log(banks: Banks) -> None:
    admin = banks.as_("north", Role.ADMIN)
    made = admin("POST", "/v1/keys", json={"name": "browser", "role": "planner"}).json()
    session = sign_in(banks, made["secret"])

    for _ in range(2):
        banks.nobody()("POST", "/login/end", headers={"Cookie": session})

    entries = admin("GET", "/v1/audit").json()["entries"]
    mine = [entry["action"] for entry in entries if entry["actor"]["id"] == made["key"]["id"]]
    assert sorted(mine) == ["login.ended", "login.succeeded"]


def test_a_key_that_is_over_and_tries_is_in_the_log_once_and_an_unknown_one_is_in_none(banks: Banks) -> None:
    admin = banks.as_("north", Role.ADMIN)
    made = admin("POST", "/v1/keys", json={"name": "old", "role": "planner"}).json()
    admin("DELETE", f"/v1/keys/{made['key']['id']}")
    before = len(admin("GET", "/v1/audit").json()["entries"])

    for secret in (made["secret"], made["secret"], "dsk_" + "x" * 43):
        assert banks.nobody()("GET", "/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401

    entry, *older = admin("GET", "/v1/audit").json()["entries"]
    assert len(older) == before
    assert (entry["action"], entry["actor"]["id"]) == ("login.refused", made["key"]["id"])


def test_a_user_who_was_shut_out_and_tries_is_in_the_log(banks: Banks) -> None:
    user = banks.identities("north").add_user(email="planner@bank.example", role=Role.PLANNER)
    banks.everybody.by_subject("https://idp.example", "s1", verified_email="planner@bank.example")
    banks.identities("north").change_user(user.id, role=None, active=False, version=user.version)

    with pytest.raises(CredentialsError):
        banks.everybody.by_subject("https://idp.example", "s1", verified_email=None)

    entries = banks.as_("north", Role.AUDITOR)("GET", "/v1/audit").json()["entries"]
    assert [entry["action"] for entry in entries if entry["actor"]["id"] == str(user.id)] == ["login.refused"]


def test_who_looks_at_reviews_and_pins_is_in_the_log(banks: Banks) -> None:
    planner, door = banks.as_("north", Role.PLANNER), {"lat": 30.003, "lon": 100.001}
    pin = {"address": "Mill Lane 7, Willowbrook", "location": door, "source": "planner"}
    fix = {"address": "Nowhere 1, Willowbrook", "location": door, "source": "gps", "accuracy_m": 500}
    seen = [planner("POST", "/v1/geocode/pins", json=body).headers["Location"] for body in (pin, fix)]

    for path in (*seen, "/v1/geocode/pins", "/v1/geocode/reviews", "/v1/geocode/reviews"):
        assert planner("GET", path).status_code == 200

    entries = banks.as_("north", Role.AUDITOR)("GET", "/v1/audit").json()["entries"]
    looks = [entry["action"] for entry in entries if entry["action"].endswith(".read")]
    assert sorted(looks) == ["pin.read", "pin.read", "review.read", "review.read"]


def test_a_request_that_is_sent_again_after_an_erasure_makes_nothing_twice(banks: Banks) -> None:
    admin = banks.as_("north", Role.ADMIN)
    assert admin("PUT", "/v1/cases/c1", json={"address": "Mill Lane 7, Willowbrook"}).status_code == 201
    body = {
        "date": "2026-11-25",
        "time_zone": "Asia/Shanghai",
        "cases": [{"id": "c2", "address": "Mill Lane 9, Willowbrook"}],
        "collectors": [
            {
                "id": "k1",
                "start": {"location": {"lat": 30.003, "lon": 100.001}},
                "shift": {"start": "08:00", "end": "17:00"},
            }
        ],
    }
    again = {"Idempotency-Key": "a-key-of-the-case-system"}

    first = admin("POST", "/v1/plans", json=body, headers=again)
    erased = admin("POST", "/v1/persons/erasures", json={"case": "c1"}, headers={"Audit-Reason": "asked for it"})
    second = admin("POST", "/v1/plans", json=body, headers=again)

    assert erased.status_code == 200
    assert second.json()["id"] == first.json()["id"]
    assert len(admin("GET", "/v1/plans").json()["plans"]) == 1


def test_an_address_that_is_too_short_is_told_how_short(banks: Banks) -> None:
    answer = banks.as_("north", Role.ADMIN)("POST", "/v1/users", json={"email": "x", "role": "planner"})

    assert answer.json()["errors"] == [
        {"pointer": "/email", "code": "wrong_length", "detail": "Must have at least 3 characters."}
    ]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_the_service_listens_to_other_machines_only_once_somebody_has_a_key(
    engine: Engine, database_url: str, host: str
) -> None:
    settings = Settings(host=host)
    keys = TenantIdentities(tenant_engine(engine, "main"), TenantKeys(engine), tenant="main")

    with pytest.raises(CommandError, match="doorstep init"):
        require_keys_or_loopback(settings, database_url)
    keys.add_key(name="first", role=Role.ADMIN, created_by="test")
    require_keys_or_loopback(settings, database_url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_on_its_own_machine_the_service_needs_no_key(database_url: str, host: str) -> None:
    require_keys_or_loopback(Settings(host=host), database_url)

"""Signing in with the bank's identity provider: one that runs in the test, with keys of its own."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import Engine

from service.access.gate import Gate
from service.access.provider import IdentityProvider
from service.access.providers import IdentityProviders
from service.app import create_app
from service.auth.errors import CredentialsError, ProviderAwayError
from service.auth.scope import Role
from service.deps import Services
from service.store.access.identities import IdentityStore
from service.store.access.tenant_identities import TenantIdentities
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tenancy import tenant_engine
from tests.service.api.client import ApiClient
from tests.service.api.fakes import fake_deps

ISSUER = "https://idp.example"
EMAIL = "planner@bank.example"


@dataclass
class Idp:
    """An OpenID Connect provider: it signs what it is told to."""

    issuer: str = ISSUER
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: list[RSAKey] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    nonce: str = ""
    away: bool = False
    asked: list[str] = field(default_factory=list)

    def token(self, *, audience: str = "doorstep", key: Any = None, algorithm: str = "RS256", **claims: Any) -> str:
        now = datetime.now(UTC)
        whole = {
            "iss": self.issuer,
            "aud": audience,
            "sub": "subject-1",
            "email": EMAIL,
            "email_verified": True,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()),
            **self.claims,
            **claims,
        }
        signer = key or self.key
        return jwt.encode({"alg": algorithm, "kid": getattr(signer, "kid", None) or "x"}, whole, signer)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.away:
            raise httpx.ConnectError("away")
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(
                200,
                json={
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                },
            )
        if request.url.path == "/keys":
            shown = self.published or [self.key]
            return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in shown]})
        form = parse_qs(request.content.decode())
        if form["code"] != ["good"] or len(form["code_verifier"][0]) < 43:
            return httpx.Response(400, json={"error": "invalid_grant"})
        answer = {"access_token": "a", "token_type": "Bearer", "id_token": self.token(nonce=self.nonce)}
        return httpx.Response(200, content=json.dumps(answer), headers={"Content-Type": "application/json"})


@pytest.fixture
def idp() -> Idp:
    return Idp()


@pytest.fixture
def store(engine: Engine) -> IdentityStore:
    keys = TenantKeys(engine)
    TenantIdentities(tenant_engine(engine, "main"), keys, tenant="main").add_user(email=EMAIL, role=Role.PLANNER)
    return IdentityStore(engine, keys)


@pytest.fixture
def provider(idp: Idp, store: IdentityStore) -> IdentityProvider:
    return IdentityProvider(
        issuer=ISSUER,
        client_id="doorstep",
        client_secret="hush",
        audience="doorstep-api",
        redirect_url="https://doorstep.example/login/done",
        identities=store,
        transport=httpx.MockTransport(idp),
    )


@pytest.fixture
def browser(provider: IdentityProvider, store: IdentityStore) -> ApiClient:
    return browser_of(provider, store)


def browser_of(provider: IdentityProvider | IdentityProviders, store: IdentityStore) -> ApiClient:
    """Return who comes to a service that has this provider."""
    deps = fake_deps()
    services = Services(
        settings=deps.settings,
        gate=Gate(store, tokens=provider),
        deps_of=lambda _tenant: deps,
        sessions=store,
        provider=provider,
    )
    return ApiClient(create_app(services))


def begin(browser: ApiClient, idp: Idp, back_to: str = "/reviews") -> str:
    """Begin a login, and return its state."""
    answer = browser.get("/login/provider", params={"next": back_to})
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (query["code_challenge_method"], query["scope"]) == (["S256"], ["openid email"])
    idp.nonce = query["nonce"][0]
    return query["state"][0]


def test_a_person_signs_in_and_goes_where_they_wanted_to(browser: ApiClient, idp: Idp) -> None:
    state = begin(browser, idp, "/plans/x/map")

    done = browser.get("/login/done", params={"state": state, "code": "good"})
    me = browser.get("/v1/me", headers={"Cookie": done.headers["Set-Cookie"].split(";")[0]})

    assert (done.status_code, done.headers["Location"]) == (303, "/plans/x/map")
    assert (me.json()["kind"], me.json()["role"]) == ("user", "planner")


def test_a_login_is_good_once_and_for_who_began_it(browser: ApiClient, idp: Idp) -> None:
    state = begin(browser, idp)
    first = browser.get("/login/done", params={"state": state, "code": "good"})

    again = browser.get("/login/done", params={"state": state, "code": "good"})
    made_up = browser.get("/login/done", params={"state": "made-up", "code": "good"})

    assert first.status_code == 303
    assert [answer.status_code for answer in (again, made_up)] == [401, 401]


def test_a_refused_code_a_wrong_nonce_and_a_stranger_stay_out(browser: ApiClient, idp: Idp) -> None:
    refused = browser.get("/login/done", params={"state": begin(browser, idp), "code": "bad"})
    state = begin(browser, idp)
    idp.nonce = "another"
    wrong_nonce = browser.get("/login/done", params={"state": state, "code": "good"})
    state = begin(browser, idp)
    idp.claims = {"sub": "stranger", "email": "stranger@bank.example"}
    stranger = browser.get("/login/done", params={"state": state, "code": "good"})

    assert [answer.status_code for answer in (refused, wrong_nonce, stranger)] == [401, 401, 401]
    assert "stranger" not in stranger.text


def test_an_address_that_the_provider_has_not_verified_lets_nobody_in(browser: ApiClient, idp: Idp) -> None:
    idp.claims = {"email_verified": False}

    answer = browser.get("/login/done", params={"state": begin(browser, idp), "code": "good"})

    assert answer.status_code == 401


def test_a_provider_that_is_away_is_said_so(browser: ApiClient, idp: Idp) -> None:
    idp.away = True

    page = browser.get("/login/provider")
    api = browser.get("/v1/me", headers={"Authorization": f"Bearer {idp.token(audience='doorstep-api')}"})

    assert (page.status_code, api.status_code) == (503, 503)
    assert api.json()["code"] == "provider_away"


def test_an_access_token_is_taken_in_place_of_a_key(provider: IdentityProvider, idp: Idp) -> None:
    caller = provider.caller_of(idp.token(audience="doorstep-api"))

    assert (caller.tenant, caller.role) == ("main", Role.PLANNER)


@pytest.mark.parametrize(
    "claims",
    [
        {"audience": "another"},
        {"iss": "https://other.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"sub": None},
        {"nbf": 4_000_000_000},
    ],
    ids=lambda claims: f"{next(iter(claims))}",
)
def test_a_token_for_somebody_else_or_of_another_time_is_refused(
    provider: IdentityProvider, idp: Idp, claims: dict[str, Any]
) -> None:
    token = idp.token(**{"audience": "doorstep-api", **claims})

    with pytest.raises(CredentialsError):
        provider.caller_of(token)


def test_a_token_that_others_signed_is_refused(provider: IdentityProvider, idp: Idp) -> None:
    other = RSAKey.generate_key(2048, {"kid": "one"})
    public = json.dumps(idp.key.as_dict(private=False))
    by_hmac = idp.token(audience="doorstep-api", key=OctKey.import_key(public), algorithm="HS256")
    unsigned = idp.token(audience="doorstep-api").rsplit(".", 1)[0] + "."

    for token in (idp.token(audience="doorstep-api", key=other), by_hmac, unsigned, "", "a.b.c"):
        with pytest.raises(CredentialsError):
            provider.caller_of(token)


def test_keys_that_the_provider_has_changed_are_fetched_again(store: IdentityStore, idp: Idp) -> None:
    now = [0.0]
    provider = IdentityProvider(
        issuer=ISSUER,
        client_id="doorstep",
        client_secret=None,
        audience="doorstep-api",
        redirect_url="https://doorstep.example/login/done",
        identities=store,
        transport=httpx.MockTransport(idp),
        clock=lambda: now[0],
    )
    provider.caller_of(idp.token(audience="doorstep-api"))
    idp.key = RSAKey.generate_key(2048, {"kid": "two"})

    with pytest.raises(CredentialsError):  # it was asked a moment ago
        provider.caller_of(idp.token(audience="doorstep-api"))
    now[0] = 61.0
    caller = provider.caller_of(idp.token(audience="doorstep-api"))

    assert caller.role is Role.PLANNER
    assert idp.asked.count("/keys") == 2


def test_a_description_of_another_issuer_is_not_believed(store: IdentityStore, idp: Idp) -> None:
    provider = IdentityProvider(
        issuer="https://other.example",
        client_id="doorstep",
        client_secret=None,
        audience="doorstep-api",
        redirect_url="https://doorstep.example/login/done",
        identities=store,
        transport=httpx.MockTransport(idp),
    )

    with pytest.raises(ProviderAwayError):
        provider.begin("/reviews")

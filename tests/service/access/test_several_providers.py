"""Banks with an identity provider each: each vouches for its own bank's people, and for nobody else's."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import Engine

from service.access.provider import IdentityProvider
from service.access.providers import IdentityProviders
from service.auth.errors import CredentialsError
from service.auth.scope import Role
from service.bootstrap import identity_provider
from service.settings import Settings
from service.settings_sources import SettingsSourceError
from service.store.access.identities import IdentityStore
from service.store.access.tenant_identities import TenantIdentities
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tenancy import tenant_engine
from tests.service.access.test_identity_provider import EMAIL, Idp, browser_of
from tests.service.api.client import ApiClient

BANKS = ("north", "south")


@pytest.fixture
def idps() -> dict[str, Idp]:
    return {bank: Idp(issuer=f"https://{bank}.example") for bank in BANKS}


@pytest.fixture
def store(engine: Engine) -> IdentityStore:
    """Return who is known: the same address in both banks."""
    keys = TenantKeys(engine)
    store = IdentityStore(engine, keys)
    for bank in BANKS:
        store.add_tenant(bank, bank)
        TenantIdentities(tenant_engine(engine, bank), keys, tenant=bank).add_user(email=EMAIL, role=Role.PLANNER)
    return store


@pytest.fixture
def providers(idps: dict[str, Idp], store: IdentityStore) -> IdentityProviders:
    return IdentityProviders(
        {
            bank: IdentityProvider(
                issuer=idp.issuer,
                client_id="doorstep",
                client_secret="hush",
                audience="doorstep-api",
                redirect_url="https://doorstep.example/login/done",
                identities=store,
                tenant=bank,
                transport=httpx.MockTransport(idp),
            )
            for bank, idp in idps.items()
        }
    )


@pytest.fixture
def browser(providers: IdentityProviders, store: IdentityStore) -> ApiClient:
    return browser_of(providers, store)


def begin(browser: ApiClient, idp: Idp, bank: str) -> str:
    answer = browser.get("/login/provider", params={"tenant": bank})
    assert answer.headers["Location"].startswith(f"{idp.issuer}/authorize")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    idp.nonce = query["nonce"][0]
    return query["state"][0]


@pytest.mark.parametrize("bank", BANKS)
def test_people_sign_in_with_their_own_bank(browser: ApiClient, idps: dict[str, Idp], bank: str) -> None:
    state = begin(browser, idps[bank], bank)

    done = browser.get("/login/done", params={"state": state, "code": "good", "iss": idps[bank].issuer})
    me = browser.get("/v1/me", headers={"Cookie": done.headers["Set-Cookie"].split(";")[0]})

    assert me.json()["tenant"] == bank


def test_the_answer_of_another_banks_provider_is_refused(browser: ApiClient, idps: dict[str, Idp]) -> None:
    state = begin(browser, idps["north"], "north")
    turned = state.replace("north.", "south.")

    by_state = browser.get("/login/done", params={"state": turned, "code": "good"})
    by_issuer = browser.get("/login/done", params={"state": state, "code": "good", "iss": idps["south"].issuer})

    assert [by_state.status_code, by_issuer.status_code] == [401, 401]


def test_a_token_is_of_its_issuers_bank(providers: IdentityProviders, idps: dict[str, Idp]) -> None:
    tokens = {bank: idp.token(audience="doorstep-api") for bank, idp in idps.items()}

    assert {bank: providers.caller_of(token).tenant for bank, token in tokens.items()} == {bank: bank for bank in BANKS}


def test_a_token_that_says_another_issuer_than_signed_it_is_refused(
    providers: IdentityProviders, idps: dict[str, Idp]
) -> None:
    forged = idps["south"].token(audience="doorstep-api", iss=idps["north"].issuer)
    strange = idps["south"].token(audience="doorstep-api", iss="https://nobody.example")

    for token in (forged, strange, "", "a.b.c", "a.W10.c", "a.eyJpc3MiOjF9.c"):
        with pytest.raises(CredentialsError):
            providers.caller_of(token)


def test_a_provider_vouches_for_nobody_of_another_bank(
    providers: IdentityProviders, idps: dict[str, Idp], store: IdentityStore, engine: Engine
) -> None:
    only_south = "only@south.example"
    TenantIdentities(tenant_engine(engine, "south"), TenantKeys(engine), tenant="south").add_user(
        email=only_south, role=Role.ADMIN
    )
    idps["north"].claims = {"sub": "s-2", "email": only_south}

    with pytest.raises(CredentialsError):
        providers.caller_of(idps["north"].token(audience="doorstep-api"))

    known = store.by_subject("https://south.example", "s-2", verified_email=only_south, tenant="south")
    assert known.tenant == "south"


def test_the_login_asks_for_the_bank_and_says_when_it_knows_none_of_the_name(browser: ApiClient) -> None:
    asking, named = browser.get("/login"), browser.get("/login", params={"tenant": "north", "next": "/reviews"})
    unknown = browser.get("/login/provider", params={"tenant": "east"})

    assert 'name="tenant"' in asking.text
    assert "/login/provider?next=/reviews&amp;tenant=north" in named.text
    assert unknown.status_code == 404
    assert "north" not in asking.text + unknown.text  # which banks are here is nobody's business


WHOLE = '[north]\nissuer = "https://north.example"\nclient_id = "doorstep"\nclient_secret = "hush-hush"\n'


def test_the_file_of_providers_makes_one_for_each_bank(store: IdentityStore, tmp_path: Path) -> None:
    file = tmp_path / "banks.toml"
    file.write_text(WHOLE + WHOLE.replace("north", "south"), encoding="utf-8")
    settings = Settings(oidc_file=file, public_url="https://doorstep.example")

    assert isinstance(identity_provider(settings, store), IdentityProviders)
    assert "hush-hush" not in repr(settings) + repr(settings.bank_providers)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[north", "no TOML"),
        ('issuer = "https://north.example"\n', "needs a table"),
        (WHOLE.replace("client_id", "clientid"), "needs a table"),
        (WHOLE.replace('"doorstep"', "7"), "needs a table"),
        (WHOLE.replace("https:", "http:"), "https"),
        (WHOLE + WHOLE.replace("[north]", "[south]"), "same issuer"),
    ],
    ids=["no toml", "no table", "unknown name", "no text", "no https", "one issuer twice"],
)
def test_a_file_of_providers_that_cannot_be_used_is_said_at_the_start(tmp_path: Path, text: str, rule: str) -> None:
    file = tmp_path / "banks.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsSourceError, match=rule) as refused:
        Settings(oidc_file=file, public_url="https://doorstep.example")

    assert "hush" not in str(refused.value)

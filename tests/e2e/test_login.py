"""The login in a browser: with a key, with the bank's provider, and out again, under the strict policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from service.access.gate import Carried
from service.app import create_app
from service.auth.caller import Caller, CallerKind
from service.auth.errors import CredentialsError
from service.auth.scope import SCOPES_OF, Role
from service.auth.secret import NewSecret, new_session
from service.deps import Services
from service.store.jobs.records import PlanStatus
from tests.e2e.map_page import PHONE, Watched, watched_page
from tests.e2e.site import running_app
from tests.service.api.fakes import FakePlans, fake_deps

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KEY = "dsk_the-key-of-a-planner"
PLANNER = Caller(tenant="north", kind=CallerKind.KEY, subject="1", role=Role.PLANNER, scopes=SCOPES_OF[Role.PLANNER])
#: What a reader sees of a dark page is dark: the mean of the three colours of its ground.
_GROUND = "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).map(Number)"


#: A page that answers at all does so at once.
_PATIENCE_MS = 5_000


@contextmanager
def impatient_page(browser: Browser, **context: Any) -> Iterator[Watched]:
    """Give a page that soon gives up waiting."""
    with watched_page(browser, **context) as opened:
        opened.page.set_default_timeout(_PATIENCE_MS)
        yield opened


class Bank:
    """A gate with one key, sessions in memory, and an identity provider that knows the planner."""

    asks_for_bank = False

    def __init__(self) -> None:
        self.sessions: set[str] = set()
        self.wanted = ""

    def admit(self, carried: Carried) -> Caller | None:
        if carried.bearer == KEY or carried.session in self.sessions:
            return PLANNER
        if carried.bearer is not None or carried.session is not None:
            raise CredentialsError
        return None

    def open_session(self, caller: Caller, *, lasts: timedelta) -> NewSecret:
        session = new_session()
        self.sessions.add(session.text)
        return session

    def close_session(self, secret: str) -> None:
        self.sessions.discard(secret)

    def begin(self, back_to: str, *, bank: str = "") -> str:
        self.wanted = back_to
        return "/login/done?state=s&code=c"

    def finish(self, *, state: str, code: str, issuer: str = "") -> tuple[Caller, str]:
        return PLANNER, self.wanted


@dataclass(frozen=True)
class Door:
    """Where the service is, and a page behind the login."""

    url: str
    page: str


@pytest.fixture(scope="module")
def bank() -> Bank:
    """Who may come in."""
    return Bank()


@pytest.fixture(scope="module")
def door(bank: Bank) -> Iterator[Door]:
    """A service that nobody uses without a key, with a plan that was given up."""
    plans = FakePlans()
    plan = plans.put(status=PlanStatus.DISMISSED)
    deps = fake_deps(plans=plans)
    services: Any = {"gate": bank, "sessions": bank, "provider": bank}
    app = create_app(Services(settings=deps.settings, deps_of=lambda _tenant: deps, **services))
    with running_app(app) as running:
        yield Door(url=running, page=f"{running}/plans/{plan}/map")


def test_a_key_opens_the_page_that_was_asked_for_and_signing_out_closes_it(
    browser: Browser, door: Door, bank: Bank
) -> None:
    with impatient_page(browser) as opened:
        opened.page.goto(door.page)
        opened.page.get_by_label("API key").fill(KEY)
        opened.page.get_by_role("button", name="Sign in with the key").click()
        opened.page.wait_for_url(door.page)
        opened.page.get_by_role("heading", name="This plan was dismissed").wait_for()
        opened.page.goto(f"{door.url}/login")
        known = opened.page.locator("main").inner_text()
        opened.page.get_by_role("button", name="Sign out").click()
        opened.page.get_by_label("API key").wait_for()
        opened.page.goto(door.page)
        outside = opened.page.url

    assert "north" in known
    assert outside.startswith(f"{door.url}/login?next=%2Fplans%2F")
    assert bank.sessions == set()
    assert opened.complaints == []


def test_who_signs_in_begins_at_the_plans_and_signs_out_there(browser: Browser, door: Door, bank: Bank) -> None:
    with impatient_page(browser, **PHONE) as opened:
        opened.page.goto(f"{door.url}/login")
        opened.page.get_by_label("API key").fill(KEY)
        opened.page.get_by_role("button", name="Sign in with the key").click()
        opened.page.wait_for_url(f"{door.url}/plans")
        held = len(bank.sessions)
        opened.page.get_by_role("button", name="Sign out").tap()
        opened.page.wait_for_url(f"{door.url}/login")

    assert held - len(bank.sessions) == 1


@pytest.mark.parametrize(("page", "shown", "other"), [("plans", ".plan", "Done"), ("reviews", "#empty", "Decided")])
def test_a_list_whose_session_is_over_leads_to_the_login(
    browser: Browser, door: Door, bank: Bank, page: str, shown: str, other: str
) -> None:
    with impatient_page(browser) as opened:
        opened.page.goto(f"{door.url}/login?next=/{page}")
        opened.page.get_by_label("API key").fill(KEY)
        opened.page.get_by_role("button", name="Sign in with the key").click()
        opened.page.locator(shown).wait_for()
        bank.sessions.clear()
        opened.page.get_by_role("button", name=other).click()
        opened.page.wait_for_url(f"{door.url}/login?next=%2F{page}")


def test_a_wrong_key_is_said_and_shown_to_nobody(browser: Browser, door: Door) -> None:
    with impatient_page(browser) as opened:
        opened.page.goto(f"{door.url}/login")
        opened.page.get_by_label("API key").fill("dsk_of-another-bank")
        opened.page.get_by_role("button", name="Sign in with the key").click()
        said = opened.page.get_by_role("alert").inner_text()
        page = opened.page.content()

    assert said == "This key is unknown, has expired or was revoked."
    assert "dsk_of-another-bank" not in page + opened.page.url


def test_the_banks_account_opens_it_without_a_key(browser: Browser, door: Door) -> None:
    with impatient_page(browser) as opened:
        opened.page.goto(door.page)
        opened.page.get_by_role("link", name="Sign in with your bank account").click()
        opened.page.wait_for_url(door.page)
        opened.page.get_by_role("heading", name="This plan was dismissed").wait_for()

    assert opened.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_login_fits_speaks_chinese_and_is_as_dark_as_the_phone(
    browser: Browser, door: Door, scheme: str
) -> None:
    with impatient_page(browser, **PHONE, locale="zh-CN", color_scheme=scheme) as opened:
        opened.page.goto(f"{door.url}/login")
        words = opened.page.locator("main").inner_text()
        wide = opened.page.evaluate("document.documentElement.scrollWidth")
        short = opened.page.evaluate(
            "[...document.querySelectorAll('.login-button, #key')].filter((one) => one.offsetHeight < 44).length"
        )
        ground = opened.page.evaluate(_GROUND)

    assert "Sign in" not in words
    assert wide <= PHONE["viewport"]["width"]
    assert short == 0
    assert (max(ground) < 80) == (scheme == "dark")
    assert opened.complaints == []

"""The page behind a preview link, as somebody with nothing but the link sees it on a telephone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from service.app import create_app
from service.deps import Services
from service.store.jobs.records import PlanStatus
from tests.e2e.map_page import PHONE, watched_page
from tests.e2e.site import running_app
from tests.service.api.fake_records import FakeLinks
from tests.service.api.fakes import NOW, FakeAreas, FakePlans, fake_deps
from tests.service.web.days import day_document, parsed_day

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ROUTE = 2


class NobodyIsKnown:
    """A gate that lets nobody in."""

    def admit(self, carried: object) -> None:
        """Know nobody."""


@dataclass(frozen=True)
class Linked:
    """A service and the links into it."""

    url: str
    links: FakeLinks
    plan: UUID

    def make(self) -> str:
        """Return the address of a new link."""
        _, secret = self.links.create(
            self.plan, ROUTE, expires_at=self.links.now + timedelta(hours=1), created_by="planner"
        )
        return f"{self.url}/r/{secret}"


@pytest.fixture(scope="module")
def linked(tiles: Path) -> Iterator[Linked]:
    """A planned day whose routes have links; nobody has a key."""
    plans, links, areas = FakePlans(), FakeLinks(), FakeAreas()
    areas.area.tiles = tiles
    deps = replace(fake_deps(plans=plans, areas=areas), links=links)
    app = create_app(Services(settings=deps.settings, gate=NobodyIsKnown(), links=links, deps_of=lambda _tenant: deps))
    plan = plans.put(status=PlanStatus.SUCCESSFUL, result=day_document(), finished_at=NOW)
    with running_app(app) as url:
        yield Linked(url=url, links=links, plan=plan)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_shows_its_route_on_a_phone_and_nothing_of_anybody(
    browser: Browser, linked: Linked, scheme: str
) -> None:
    day, route = parsed_day().result, parsed_day().result.routes[ROUTE - 1]
    with watched_page(browser, **PHONE, color_scheme=scheme) as opened:
        opened.open_map(linked.make())
        shown = opened.read_list()
        page = opened.page.content()
        wide = opened.page.evaluate("document.documentElement.scrollWidth")
        cookies = opened.page.context.cookies()

    (card,) = shown["cards"]
    assert len(card["stops"]) == len(route.stops)
    known = {stop.case for one in day.routes for stop in one.stops} | {one.collector for one in day.routes}
    assert [word for word in known if word in page] == []
    assert shown["unassigned"] == []
    assert wide <= PHONE["viewport"]["width"]
    assert cookies == []
    assert opened.complaints == []
    assert {url.split("/")[2] for url in opened.asked if url.startswith("http")} == {linked.url.split("/")[2]}


def test_a_link_speaks_the_language_of_the_phone(browser: Browser, linked: Linked) -> None:
    with watched_page(browser, **PHONE, locale="zh-CN") as opened:
        opened.open_map(linked.make())
        title = opened.page.locator("#title").inner_text()
        words = opened.page.locator("#panel").inner_text()

    assert title.splitlines()[0].strip() == f"路线 {ROUTE}"
    assert "Visit" not in words


@pytest.mark.parametrize("end", ["expired", "revoked", "unknown"])
@pytest.mark.parametrize(("locale", "says"), [("en-GB", "link"), ("zh-CN", "链接")], ids=["english", "chinese"])
def test_a_link_that_is_over_has_one_page_which_does_not_tell_why(
    browser: Browser, linked: Linked, end: str, locale: str, says: str
) -> None:
    address = linked.make()
    if end == "revoked":
        linked.links.revoke(linked.plan, linked.links.links[address.rpartition("/")[2]].id)
    if end == "unknown":
        address += "x"
    now = linked.links.now
    try:
        linked.links.now = now + timedelta(hours=2) if end == "expired" else now
        with watched_page(browser, **PHONE, locale=locale) as opened:
            answer = opened.page.goto(address)
            words = opened.page.locator("main").inner_text()
    finally:
        linked.links.now = now

    assert answer is not None
    assert answer.status == 404
    assert answer.headers["cache-control"] == "no-store"
    assert says in words.lower()
    assert linked.url not in words
    assert [one for one in opened.complaints if "404" not in one] == []

"""Route sheets and what a collector reaches, on the map page."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Route

from service.schemas.document import PlanDocument
from service.store.jobs.records import PlanStatus
from tests.e2e.map_page import PHONE, OpenPage, Watched, watched_page
from tests.e2e.site import Site
from tests.service.web.days import day_with_turns, stored

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

VADUZ_1: Final = "[data-collector=vaduz-1]"
#: What a reader sees of the turns of one way.
READ_TURNS: Final = """
(turns) => [...turns.children].map((row) => [
    row.dataset.turn ?? null, row.querySelector("span").innerText, row.querySelector(".distance")?.value ?? null])
"""


@pytest.fixture(scope="module")
def document() -> PlanDocument:
    return day_with_turns()


@pytest.fixture(scope="module")
def url(site: Site, document: PlanDocument) -> str:
    """The address of a day with turns."""
    return f"{site.url}/plans/{site.plans.put(status=PlanStatus.SUCCESSFUL, result=stored(document))}"


@pytest.fixture
def card(open_page: OpenPage, url: str) -> Iterator[Watched]:
    """The page with the first collector's card open."""
    with open_page() as opened:
        opened.open_map(f"{url}/map")
        opened.page.locator(f"{VADUZ_1} .card-toggle").click()
        yield opened


def _figures(document: PlanDocument, route: int, leg: int) -> list[tuple[str, str | None]]:
    """Return word and metres of each turn; arriving has no length."""
    steps = document.sheets[route][leg]
    return [(step.turn, None if step.turn == "arrive" else str(step.length_m)) for step in steps]


def _choose(opened: Watched, minutes: int, collector: str = VADUZ_1) -> None:
    opened.page.locator(f"{collector} .reach [data-minutes='{minutes}']").click()


def _legend(opened: Watched, wanted: str) -> str:
    text: str = opened.until("document.getElementById('reach-legend').innerText", lambda text: wanted in text)
    return text


def _pressed(opened: Watched) -> list[str]:
    script = "[...document.querySelectorAll('.reach [aria-pressed=true]')].map((button) => button.title)"
    pressed: list[str] = opened.page.evaluate(script)
    return pressed


def test_a_way_opens_to_its_turns_and_closes_again(card: Watched, document: PlanDocument) -> None:
    toggle = card.page.locator(f"{VADUZ_1} .leg-toggle").first
    turns = card.page.locator(f"{VADUZ_1} .turns").first

    before = (toggle.get_attribute("aria-expanded"), turns.is_visible())
    toggle.click()
    opened = (toggle.get_attribute("aria-expanded"), turns.is_visible())
    rows = turns.evaluate(READ_TURNS)
    toggle.click()

    assert (before, opened) == (("false", False), ("true", True))
    assert turns.is_hidden()
    assert [(turn, metres) for turn, _, metres in rows] == _figures(document, 0, 0)
    assert [text for _, text, _ in rows] == [
        "Start on Landstrasse", "Straight on into Im Pardiel", "Bear left", "Left onto A13",
        "Sharp left onto Landstrasse", "Arrive on Landstrasse",
    ]  # fmt: skip


def test_the_turns_of_every_way_are_the_plans(card: Watched, document: PlanDocument) -> None:
    for toggle in card.page.locator(f"{VADUZ_1} .leg-toggle").all():
        toggle.click()

    shown = [rows.evaluate(READ_TURNS) for rows in card.page.locator(f"{VADUZ_1} .turns").all()]
    driven = [[(turn, metres) for turn, _, metres in rows if turn] for rows in shown]
    assert driven == [_figures(document, 0, leg) for leg in range(len(document.sheets[0])) if document.sheets[0][leg]]


def test_keys_open_a_way_and_a_screen_reader_is_told_what_it_opens(card: Watched) -> None:
    toggle = card.page.get_by_role("button", name="turn by turn").first
    toggle.focus()
    card.page.keyboard.press("Enter")

    assert toggle.get_attribute("aria-expanded") == "true"
    assert card.page.locator(f"#{toggle.get_attribute('aria-controls')}").is_visible()
    assert card.page.locator(f"{VADUZ_1} .stop[aria-current]").count() == 0


def test_a_long_walk_is_said_after_the_turns(open_page: OpenPage, site: Site, document: PlanDocument) -> None:
    first, *others = document.result.routes
    leg = first.stops[0].leg.model_copy(update={"access_s": 150})
    stops = [first.stops[0].model_copy(update={"leg": leg}), *first.stops[1:]]
    routes = [first.model_copy(update={"stops": stops}), *others]
    walked = document.model_copy(update={"result": document.result.model_copy(update={"routes": routes})})
    plan = site.plans.put(status=PlanStatus.SUCCESSFUL, result=stored(walked))

    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{plan}/collectors/{first.collector}/map")
        opened.page.locator(".leg-toggle").first.click()
        last = opened.page.locator(".turns").first.evaluate(READ_TURNS)[-1]

    assert last == [None, "2 min of it on foot", None]


def test_turns_and_reach_are_said_in_chinese_on_a_phone_without_sideways_scrolling(
    open_page: OpenPage, url: str
) -> None:
    with open_page(**PHONE, color_scheme="dark") as opened:
        opened.open_map(f"{url}/collectors/vaduz-1/map?lang=zh")
        opened.page.locator(".leg-toggle").first.tap()
        texts = [text for _, text, _ in opened.page.locator(".turns").first.evaluate(READ_TURNS)]
        opened.page.locator(".reach [data-minutes='60']").tap()
        legend = _legend(opened, "可达 ·")
        width = opened.page.evaluate("document.scrollingElement.scrollWidth")
        wide = opened.page.evaluate(
            """[...document.querySelectorAll('.panel *, .reach-legend')].filter((element) => element.checkVisibility()
                && element.getBoundingClientRect().right > innerWidth + 0.5).map((element) => element.className)"""
        )

    assert texts[:4] == ["沿Landstrasse出发", "直行进入Im Pardiel", "向左前方行驶", "左转进入A13"]
    assert "从出发地 60 分钟内可达" in legend
    assert (width, wide) == (390, [])


def test_paper_has_every_stop_with_its_turns_and_no_map(card: Watched, document: PlanDocument) -> None:
    card.page.locator("[data-collector=vaduz-2] .eye").click()
    card.page.pdf()  # which says that the page is about to be printed
    card.page.emulate_media(media="print")

    visible = """(selector) => [...document.querySelectorAll(selector)]
        .filter((element) => element.checkVisibility()).length"""
    sheets = [sheet for index, route in enumerate(document.sheets) if index != 1 for sheet in route]
    assert card.page.evaluate(visible, ".turn[data-turn]") == len(list(chain.from_iterable(sheets)))
    assert card.page.evaluate(visible, ".stop") == 53 - len(document.result.routes[1].stops)
    assert [card.page.evaluate(visible, selector) for selector in (".map", ".reach", ".tool", ".eye")] == [0, 0, 0, 0]


def test_reach_is_drawn_under_the_routes_with_a_legend_and_taken_away_again(card: Watched) -> None:
    _choose(card, 15)
    legend = _legend(card, "km²")
    drawn = card.until_rendered("reach-area", bool)
    layers = card.page.evaluate("document.getElementById('map').routeMap.map.getLayersOrder()")
    pressed = _pressed(card)
    _choose(card, 15)

    assert legend.startswith("15 min from the start of vaduz-1 · 6.1 km²")
    assert {area["light"] for area in drawn} == {"#2358ca"}
    assert layers.index("reach-area") < layers.index("reach-edge") < layers.index("legs-casing")
    assert pressed == ["Show what vaduz-1 reaches within 15 min"]
    assert card.source("reach") == []
    assert (_pressed(card), _legend(card, "")) == ([], "")


def test_another_time_takes_the_place_of_the_first_and_the_place_is_in_no_address(card: Watched) -> None:
    _choose(card, 15)
    _legend(card, "km²")
    _choose(card, 60)
    _legend(card, "60 min from the start of vaduz-1 · 98 km²")

    assert _pressed(card) == ["Show what vaduz-1 reaches within 60 min"]
    assert len(card.source("reach")) == 1
    asked = [address for address in card.asked if "reachable" in address]
    assert {address.rpartition("/v1/")[2] for address in asked} == {"areas/liechtenstein/reachable"}
    card.page.locator(".reach-close").click()
    assert card.source("reach") == []


def test_reach_outlasts_a_change_of_the_theme(card: Watched) -> None:
    _choose(card, 30)
    _legend(card, "km²")
    card.page.emulate_media(color_scheme="dark")

    colour = "document.getElementById('map').routeMap.map.getPaintProperty('reach-area', 'fill-color')"
    card.until(f"(() => {{ try {{ return {colour} }} catch {{ return null }} }})()", lambda got: got == ["get", "dark"])
    assert len(card.source("reach")) == 1


@pytest.mark.parametrize(
    ("status", "said"),
    [(422, "No reach can be shown from this start."), (503, "The service did not answer. Try again.")],
)
def test_a_reach_that_cannot_be_had_says_so(browser: Browser, url: str, status: int, said: str) -> None:
    with watched_page(browser) as opened:
        opened.page.route("**/reachable", lambda route: route.fulfill(status=status))
        opened.open_map(f"{url}/collectors/vaduz-1/map")
        opened.page.locator(".reach [data-minutes='15']").click()
        _legend(opened, said)

        assert _pressed(opened) == []
        assert opened.source("reach") == []


def test_reach_is_asked_with_the_roads_of_the_plans_day_and_says_what_it_lacks(
    browser: Browser, site: Site, document: PlanDocument
) -> None:
    roads = {"season": "wet", "closed_ways": [7], "observed_speeds": []}
    plan = site.plans.put(status=PlanStatus.SUCCESSFUL, result=stored(document), request={"roads": roads})
    square = [[[[9.51, 47.13], [9.53, 47.13], [9.53, 47.15], [9.51, 47.13]]]]
    properties = {"area_m2": 10, "access_s": 900, "flags": ["straight_line"], "at_edge": True, "roads": roads}
    answer = {"geometry": {"type": "MultiPolygon", "coordinates": square}, "properties": properties}
    asked: list[Any] = []

    def serve(route: Route) -> None:
        asked.append(route.request.post_data_json)
        route.fulfill(json=answer)

    with watched_page(browser) as opened:
        opened.page.route("**/reachable", serve)
        opened.open_map(f"{site.url}/plans/{plan}/collectors/vaduz-1/map")
        opened.page.locator(".reach [data-minutes='15']").click()
        legend = _legend(opened, "km²")

    assert asked[0]["roads"] == roads
    for said in ("roads of the day", "No road is reached", "The map ends here", "the way to this door is an estimate"):
        assert said in legend


def test_a_plan_whose_map_is_gone_offers_no_reach(open_page: OpenPage, site: Site, document: PlanDocument) -> None:
    result: Any = stored(document)
    result["result"]["area"] = "atlantis"
    plan = site.plans.put(status=PlanStatus.SUCCESSFUL, result=result)

    with open_page() as opened:
        opened.open_map(f"{site.url}/plans/{plan}/map")
        count = opened.page.locator(".reach").count()

    assert count == 0

"""The page of reviews in a browser: a planner decides with a mouse, a finger or the keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.port import GeocodeAnswer, Level, Status
from service.reviews.review import Accept, Move, Review, ReviewSource, ReviewStatus
from service.schemas.geocoding import GeocodeResult
from service.store.jobs.records import PlanStatus
from tests.e2e.map_page import PHONE, OpenPage, Watched, watched_page
from tests.e2e.site import Site
from tests.service.api.fake_books import FakeBooks
from tests.service.api.fakes import DOUBTED
from tests.service.web.days import day_document

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AREA: Final = "liechtenstein"
ADDRESS: Final = "Landstrasse 19, 9494 Schaan"
UNKNOWN: Final = GeocodeAnswer(status=Status.NOT_FOUND, reasons=("no_name_known",), unmatched_text="mühle")
AMBIGUOUS: Final = replace(DOUBTED, status=Status.AMBIGUOUS, reasons=("same_name_elsewhere",))
#: Pixels of the head of a pin above its tip.
HEAD: Final = 28


@pytest.fixture
def books(site: Site) -> FakeBooks:
    """Empty address books."""
    site.books.reviews.records.clear()
    site.books.pins.records.clear()
    return site.books


@pytest.fixture
def queue(books: FakeBooks) -> list[Review]:
    """Three addresses to review: a street, an unknown one, an ambiguous one."""
    put = books.reviews.put
    return [put(AREA, ADDRESS, DOUBTED), put(AREA, "Haus zur Mühle", UNKNOWN), put(AREA, "Dorfstrasse 4", AMBIGUOUS)]


@pytest.fixture
def opened(open_page: OpenPage, site: Site, queue: list[Review]) -> Iterator[Watched]:
    """The page with the first address open."""
    with open_page() as watched:
        watched.open_map(f"{site.url}/reviews#{queue[0].id}")
        _until_shown(watched, ADDRESS)
        yield watched


def _until_shown(watched: Watched, address: str) -> None:
    watched.until("document.getElementById('address')?.textContent ?? ''", lambda shown: shown == address)
    watched.until_drawn()


def _text(watched: Watched, selector: str) -> str:
    return watched.page.locator(selector).inner_text()


def _toast(watched: Watched) -> str:
    said: str = watched.until("document.querySelector('#toast span')?.textContent ?? ''")
    return said


def _banner(watched: Watched) -> str:
    said: str = watched.until("document.querySelector('#banner:not([hidden])')?.textContent ?? ''")
    return said


def _pin(books: FakeBooks, review: Review) -> LonLat | None:
    pin = books.reviews.get(review.id).pin
    return None if pin is None else pin.location


def _metres_off(found: LonLat | None, wanted: LonLat) -> float:
    assert found is not None
    return great_circle_m(found, wanted)


def _centre_of_pin(page: Page) -> tuple[float, float]:
    box = page.locator(".pin").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] - HEAD


def test_the_list_tells_each_address_and_why_it_is_doubted(
    open_page: OpenPage, site: Site, queue: list[Review]
) -> None:
    with open_page() as watched:
        watched.open_map(f"{site.url}/reviews")
        rows = [row.inner_text().split("\n") for row in watched.page.locator(".review").all()]

    assert [row[0] for row in rows] == [ADDRESS, "Haus zur Mühle", "Dorfstrasse 4"]
    assert rows[0][1] == "The map lacks this house number · A part of the text is not understood"
    assert rows[1][1] == "No name in it is on the map"


def test_an_address_shows_its_places_on_the_map_and_in_the_list(opened: Watched) -> None:
    places = [row.inner_text().split("\n") for row in opened.page.locator(".place-main").all()]
    marks = opened.page.locator(".place-mark")

    assert places == [
        ["Landstrasse, 9494 Schaan", "street · within 300 m · 52 % sure"],
        [
            "Landstrasse 19, 9490 Vaduz",
            "house number · within 15 m · 31 % sure",
            "The named places contradict each other",
        ],
    ]
    assert marks.all_inner_texts() == ["A", "B"]
    assert "Place B: Landstrasse 19, 9490 Vaduz" in (marks.nth(1).get_attribute("aria-label") or "")
    assert len(opened.source("doubt")) == 1


def test_a_place_that_is_chosen_is_marked_and_gone_to(opened: Watched) -> None:
    opened.page.locator(".place-show").nth(1).click()
    zoom = "document.getElementById('map').routeMap.map.getZoom()"
    opened.until(zoom, lambda found: found > 15)

    assert opened.page.locator(".place.is-chosen").get_attribute("data-letter") == "B"
    assert opened.page.locator(".place-mark[aria-pressed=true]").inner_text() == "B"


def test_accepting_a_place_pins_it_and_goes_on_with_the_next_address(
    opened: Watched, books: FakeBooks, queue: list[Review]
) -> None:
    opened.page.locator(".accept").nth(1).click()
    _until_shown(opened, "Haus zur Mühle")

    assert books.reviews.get(queue[0].id).status is ReviewStatus.ACCEPTED
    assert _pin(books, queue[0]) == DOUBTED.alternatives[0].location
    assert _toast(opened) == f"Pinned: {ADDRESS}"


def test_a_decision_can_be_changed_at_once(opened: Watched, books: FakeBooks, queue: list[Review]) -> None:
    opened.page.locator(".accept").first.click()
    _until_shown(opened, "Haus zur Mühle")
    opened.page.locator("#toast button").first.click()
    _until_shown(opened, ADDRESS)
    assert _text(opened, ".detail-facts") == "Place accepted"
    assert _text(opened, ".place-now") == "The pin is here"
    opened.page.locator("#reject").click()
    _until_shown(opened, "Haus zur Mühle")

    assert books.reviews.get(queue[0].id).status is ReviewStatus.REJECTED


def test_the_pin_is_dragged_with_the_mouse_and_saved(opened: Watched, books: FakeBooks, queue: list[Review]) -> None:
    assert opened.page.locator("#save-pin").is_disabled()
    door = LonLat(9.5115, 47.1622)
    opened.page.evaluate("document.getElementById('map').routeMap.map.jumpTo({ center: [9.51, 47.164], zoom: 15 })")
    opened.until_drawn()
    x, y = _centre_of_pin(opened.page)
    to_x, to_y = opened.screen_position(door.lon, door.lat)
    opened.page.mouse.move(x, y)
    opened.page.mouse.down()
    opened.page.mouse.move((x + to_x) / 2, y, steps=4)
    opened.page.mouse.move(to_x, to_y - HEAD, steps=4)
    opened.page.mouse.up()
    said = opened.until("document.getElementById('pin-at').textContent", lambda text: "from A" in text)
    opened.page.locator("#save-pin").click()
    _until_shown(opened, "Haus zur Mühle")

    assert said.startswith("The pin is at 47.16")
    assert books.reviews.get(queue[0].id).status is ReviewStatus.MOVED
    assert _metres_off(_pin(books, queue[0]), door) < 15


def test_the_pin_is_moved_and_saved_with_the_keyboard_alone(
    opened: Watched, books: FakeBooks, queue: list[Review]
) -> None:
    keyboard = opened.page.keyboard
    centre = "document.getElementById('map').routeMap.map.getCenter().toArray()"
    before = opened.page.evaluate(centre)
    opened.page.locator(".pin").focus()
    for key in ("Shift+ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp", "ArrowDown"):
        keyboard.press(key)
    after = opened.page.evaluate(centre)
    for _ in range(60):
        keyboard.press("Tab")
        if opened.page.evaluate("document.activeElement.id") == "save-pin":
            break
    keyboard.press("Enter")
    _until_shown(opened, "Haus zur Mühle")

    pin, start = _pin(books, queue[0]), DOUBTED.location
    assert pin is not None
    assert start is not None
    assert pin.lon > start.lon
    assert pin.lat > start.lat
    assert after == before  # the keys moved the pin, and not the map as well
    assert opened.page.evaluate("document.activeElement.id") == "address"


def test_escape_goes_back_to_the_list_and_to_the_address_in_it(opened: Watched, queue: list[Review]) -> None:
    with opened.page.expect_response(lambda response: "/v1/geocode/reviews?" in response.url):
        opened.page.keyboard.press("Escape")
    opened.until("document.querySelectorAll('.review').length", lambda count: count == 3)

    opened.until("document.activeElement.dataset.review ?? ''", lambda review: review == str(queue[0].id))
    assert opened.page.url.endswith("/reviews")
    assert opened.page.locator(".pin, .place-mark").count() == 0


def test_a_finger_on_the_map_sets_the_pin_of_an_unknown_address(
    open_page: OpenPage, site: Site, books: FakeBooks, queue: list[Review]
) -> None:
    with open_page(**PHONE) as watched:
        watched.open_map(f"{site.url}/reviews")
        watched.page.locator(".review").nth(1).tap()
        _until_shown(watched, "Haus zur Mühle")
        hint = _text(watched, "#pin-at")
        watched.page.touchscreen.tap(180, 200)
        watched.until("document.getElementById('save-pin').disabled", lambda disabled: not disabled)
        x, y = _centre_of_pin(watched.page)
        watched.page.locator("#save-pin").tap()
        _until_shown(watched, "Dorfstrasse 4")

    assert hint == "Press the map where the door is."
    assert (round(x), round(y + HEAD)) == (180, 200)
    assert books.reviews.get(queue[1].id).status is ReviewStatus.MOVED


def test_the_pin_can_be_put_where_the_map_is_looked_at(open_page: OpenPage, site: Site, queue: list[Review]) -> None:
    with open_page(**PHONE) as watched:
        watched.open_map(f"{site.url}/reviews#{queue[1].id}")
        _until_shown(watched, "Haus zur Mühle")
        watched.page.locator("#pin-centre").tap()
        x, y = _centre_of_pin(watched.page)
        sheet = watched.page.locator("#panel").bounding_box()

    assert sheet is not None
    assert 0 < x < 390
    assert 0 < y < sheet["y"] - HEAD


def test_a_location_too_wide_to_drive_to_is_not_offered(browser: Browser, site: Site, books: FakeBooks) -> None:
    wide = replace(DOUBTED, uncertainty_m=9000, location_level=Level.REGION)
    review = books.reviews.put(AREA, ADDRESS, wide)
    with watched_page(browser) as watched:
        watched.open_map(f"{site.url}/reviews#{review.id}")
        _until_shown(watched, ADDRESS)
        accepts = watched.page.locator(".accept").count()
        said = _text(watched, ".too-wide")

    assert (accepts, said) == (1, "Too wide to drive to: set the pin")


def test_who_is_slower_sees_what_the_other_decided_and_overwrites_nothing(
    browser: Browser, site: Site, books: FakeBooks, queue: list[Review]
) -> None:
    elsewhere = LonLat(9.52, 47.15)
    with watched_page(browser) as watched:
        watched.open_map(f"{site.url}/reviews#{queue[0].id}")
        _until_shown(watched, ADDRESS)
        books.reviews.decide(queue[0].id, Move(location=elsewhere), version=1)
        watched.page.locator(".accept").first.click()
        said = _banner(watched)
        facts = _text(watched, ".detail-facts")

    assert said.startswith("Somebody changed this meanwhile.")
    assert facts == "Pin set by hand"
    assert _pin(books, queue[0]) == elsewhere


def test_without_a_connection_nothing_is_lost_and_it_can_be_sent_again(
    browser: Browser, site: Site, books: FakeBooks, queue: list[Review]
) -> None:
    with watched_page(browser) as watched:
        watched.open_map(f"{site.url}/reviews#{queue[0].id}")
        _until_shown(watched, ADDRESS)
        watched.page.locator(".pin").focus()
        watched.page.keyboard.press("Shift+ArrowUp")
        at = _text(watched, "#pin-at")
        watched.page.context.set_offline(True)
        watched.page.locator("#save-pin").click()
        said = _banner(watched)
        still = _text(watched, "#pin-at")
        watched.page.context.set_offline(False)
        watched.page.locator("#save-pin").click()
        _until_shown(watched, "Haus zur Mühle")

    assert said == "The service did not answer. Nothing is lost: try again."
    assert still == at
    assert books.reviews.get(queue[0].id).status is ReviewStatus.MOVED


def test_a_planner_who_is_signed_out_meanwhile_is_told_and_loses_nothing(
    browser: Browser, site: Site, books: FakeBooks, queue: list[Review]
) -> None:
    with watched_page(browser) as watched:
        watched.open_map(f"{site.url}/reviews#{queue[0].id}")
        _until_shown(watched, ADDRESS)
        watched.page.route("**/v1/geocode/reviews/*/*", lambda route: route.fulfill(status=401, json={}), times=1)
        watched.page.locator(".pin").focus()
        watched.page.keyboard.press("Shift+ArrowUp")
        at = _text(watched, "#pin-at")
        watched.page.locator("#save-pin").click()
        said = _banner(watched)
        still = _text(watched, "#pin-at")
        watched.page.locator("#save-pin").click()
        _until_shown(watched, "Haus zur Mühle")

    assert said.startswith("You are signed out. Sign in again in another tab")
    assert still == at
    assert books.reviews.get(queue[0].id).status is ReviewStatus.MOVED


def test_the_page_waits_for_a_service_that_does_not_answer_yet(
    browser: Browser, site: Site, queue: list[Review]
) -> None:
    with watched_page(browser) as watched:
        watched.page.route("**/v1/geocode/reviews?*", lambda route: route.fulfill(status=503, json={}), times=1)
        watched.page.goto(f"{site.url}/reviews")
        watched.until("document.getElementById('offline')?.textContent ?? ''", lambda said: "Trying again" in said)
        watched.until("document.querySelectorAll('.review').length", lambda count: count == 3)
        assert watched.page.locator("#offline").count() == 0


def test_a_pin_outside_the_area_is_refused_in_words(browser: Browser, site: Site, queue: list[Review]) -> None:
    with watched_page(browser) as watched:
        watched.open_map(f"{site.url}/reviews#{queue[0].id}")
        _until_shown(watched, ADDRESS)
        watched.page.evaluate("document.getElementById('map').routeMap.movePin({ lon: 10.5, lat: 47.1 })")
        watched.page.locator("#save-pin").click()
        assert _banner(watched) == "The pin lies outside the area's map."


def test_an_empty_queue_says_so(open_page: OpenPage, site: Site, books: FakeBooks) -> None:
    with open_page() as watched:
        watched.open_map(f"{site.url}/reviews")
        open_said = _text(watched, "#empty")
        watched.page.locator("[data-filter=decided]").click()
        watched.until("document.getElementById('empty')?.textContent ?? ''", lambda text: "decided yet" in text)

    assert open_said.startswith("Nothing to review")


def test_the_last_decision_empties_the_queue_and_is_found_among_the_decided(
    open_page: OpenPage, site: Site, books: FakeBooks
) -> None:
    books.reviews.put(AREA, ADDRESS, DOUBTED)
    with open_page() as watched:
        watched.open_map(f"{site.url}/reviews")
        watched.page.locator(".review").click()
        _until_shown(watched, ADDRESS)
        watched.page.locator("#reject").click()
        watched.until("document.getElementById('empty')?.textContent ?? ''", lambda text: "Nothing to review" in text)
        watched.page.locator("[data-filter=decided]").click()
        watched.until("document.querySelectorAll('.review').length", lambda count: count == 1)
        row = _text(watched, ".review")

    assert row.split("\n")[:2] == [ADDRESS, "Rejected"]


def test_a_visits_fix_is_shown_beside_what_was_known(open_page: OpenPage, site: Site, books: FakeBooks) -> None:
    fix = replace(
        DOUBTED, label=None, provider="gps", reasons=("gps_far",), uncertainty_m=12, location_level=Level.POINT
    )
    review = books.reviews.put(AREA, ADDRESS, fix, source=ReviewSource.GPS)
    with open_page() as watched:
        watched.open_map(f"{site.url}/reviews#{review.id}")
        _until_shown(watched, ADDRESS)
        facts, doubts = _text(watched, ".detail-facts"), _text(watched, ".doubts-list")
        first = watched.page.locator(".place-name").first.inner_text()

    assert first == "Where the visit was"
    assert (facts, doubts) == ("Asked by the GPS of a visit", "The visit was far from what is known")


def test_an_address_of_an_area_that_is_gone_opens_without_a_base_map_and_the_next_one_has_it(
    open_page: OpenPage, site: Site, books: FakeBooks
) -> None:
    books.reviews.put("atlantis", "Weg 1", DOUBTED)
    books.reviews.put(AREA, ADDRESS, DOUBTED)
    sources = "Object.keys(document.getElementById('map').routeMap.map.getStyle().sources).sort()"
    with open_page() as watched:
        watched.open_map(f"{site.url}/reviews")
        watched.page.locator(".review").first.click()
        _until_shown(watched, "Weg 1")
        without = watched.until(f"(() => {{ try {{ return {sources} }} catch {{ return [] }} }})()")
        watched.page.locator("#reject").click()
        _until_shown(watched, ADDRESS)
        again = watched.until(f"(() => {{ try {{ return {sources} }} catch {{ return [] }} }})()", lambda s: len(s) > 1)
        doubts = watched.source("doubt")

    assert without == ["doubt"]
    assert "doubt" in again
    assert len(doubts) == 1


def test_a_review_that_is_gone_is_told_and_the_list_is_there(browser: Browser, site: Site, queue: list[Review]) -> None:
    with watched_page(browser) as watched:
        watched.open_map(f"{site.url}/reviews#no-such-review")
        assert _toast(watched) == "This address is no longer here."
        assert watched.page.locator(".review").count() == 3


def test_long_queues_come_in_pages(open_page: OpenPage, site: Site, books: FakeBooks) -> None:
    for number in range(60):
        books.reviews.put(AREA, f"Weg {number}", DOUBTED)
    with open_page() as watched:
        watched.open_map(f"{site.url}/reviews")
        before = watched.page.locator(".review").count()
        watched.page.locator("#more").click()
        watched.until("document.querySelectorAll('.review').length", lambda count: count == 60)
        focused = watched.page.evaluate("document.activeElement.querySelector('.review-address').textContent")
        more = watched.page.locator("#more").count()

    assert (before, focused, more) == (50, "Weg 50", 0)


def test_a_plan_leads_from_a_case_without_a_place_to_its_review(
    open_page: OpenPage, site: Site, queue: list[Review]
) -> None:
    document = day_document()
    result: Any = document["result"]
    answer = GeocodeResult.of(DOUBTED, review=queue[0].id).model_dump(mode="json")
    result["geocoding"] = [{"pointer": "/cases/20", "answer": answer}]  # that of C-1021
    plan = site.plans.put(status=PlanStatus.SUCCESSFUL, result=document)

    with open_page() as watched:
        watched.open_map(f"{site.url}/plans/{plan}/map")
        watched.page.locator("a.case", has_text="C-1021").click()
        _until_shown(watched, ADDRESS)
        assert watched.page.locator(".place").count() == 2


def test_no_address_and_no_place_is_in_an_address_that_is_asked_for(opened: Watched, queue: list[Review]) -> None:
    opened.page.locator(".accept").first.click()
    _until_shown(opened, "Haus zur Mühle")

    asked = [unquote(url) for url in opened.asked]
    assert any("/accept" in url for url in asked)
    for personal in ("Landstrasse", "Schaan", "9.50", "47.16"):
        assert not any(personal in url for url in asked)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_chinese_on_a_phone_without_sideways_scrolling(
    open_page: OpenPage, site: Site, queue: list[Review], theme: str
) -> None:
    with open_page(**PHONE, color_scheme=theme) as watched:
        watched.open_map(f"{site.url}/reviews?lang=zh#{queue[0].id}")
        _until_shown(watched, ADDRESS)
        texts = watched.page.locator(".place-facts").all_inner_texts()
        width = watched.page.evaluate("document.scrollingElement.scrollWidth")
        wide = watched.page.evaluate(
            """[...document.querySelectorAll('.panel *')].filter((element) => element.checkVisibility()
                && element.getBoundingClientRect().right > innerWidth + 0.5).map((element) => element.className)"""
        )
        small = watched.page.evaluate(
            """[...document.querySelectorAll('.detail button')].filter((element) => element.checkVisibility()
                && element.getBoundingClientRect().height < 44).map((element) => element.className)"""
        )

    assert texts == ["街道 · 300 米以内 · 把握 52%", "门牌号 · 15 米以内 · 把握 31%"]
    assert (width, wide, small) == (390, [], [])


def test_the_pin_and_the_doubt_outlast_a_change_of_the_theme(opened: Watched) -> None:
    opened.page.emulate_media(color_scheme="dark")
    colour = "document.getElementById('map').routeMap.map.getPaintProperty('doubt-edge', 'line-color')"
    opened.until(f"(() => {{ try {{ return {colour} }} catch {{ return null }} }})()", lambda got: got == "#82b1ff")

    assert len(opened.source("doubt")) == 1
    assert opened.page.locator(".pin").is_visible()


def test_a_decided_address_opens_at_its_pin(open_page: OpenPage, site: Site, books: FakeBooks) -> None:
    review: Any = books.reviews.put(AREA, ADDRESS, DOUBTED)
    books.reviews.decide(review.id, Accept(alternative=0), version=1)
    with open_page() as watched:
        watched.open_map(f"{site.url}/reviews#{review.id}")
        _until_shown(watched, ADDRESS)
        x, y = _centre_of_pin(watched.page)
        at = watched.screen_position(9.5205, 47.1415)
        now = _text(watched, ".place:has(.place-now)")

    assert (round(x), round(y + HEAD)) == (round(at[0]), round(at[1]))
    assert now.startswith("B")

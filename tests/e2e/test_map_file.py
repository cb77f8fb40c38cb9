"""The map as a file, opened from the disk with no service anywhere."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from service.web.catalogue import load_catalogues
from service.web.map_file import map_file
from service.web.view import document_view
from tests.e2e.map_page import Watched, watched_page
from tests.service.web.days import day_with_turns, parsed_day

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def saved(tiles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day's map in a file."""
    view = document_view(
        day_with_turns(),
        tiles_url=lambda area, version: f"{area}/{version}.pmtiles",
        plan_id=UUID(int=1),
        created_at=datetime(2026, 11, 25, 6, tzinfo=UTC),
    )
    file = tmp_path_factory.mktemp("saved") / "map of the day.html"
    file.write_text(map_file(view, tiles=tiles.read_bytes(), texts=load_catalogues()["en"]), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def opened(browser: Browser, saved: Path) -> Iterator[Watched]:
    """The file in a browser that may reach nothing."""
    with watched_page(browser, offline=True) as page:
        page.open_map(saved.as_uri())
        yield page


def test_the_file_is_all_that_is_asked_for_and_nothing_is_complained_of(opened: Watched, saved: Path) -> None:
    assert [address for address in opened.asked if not address.startswith(("data:", "blob:"))] == [saved.as_uri()]
    assert opened.complaints == []


def test_the_file_draws_the_routes_and_the_base_map_under_them(opened: Watched) -> None:
    plan = parsed_day()

    cards = opened.read_list()["cards"]
    legs = opened.source("legs")

    drawn = opened.until_rendered("road-main", bool)
    assert [card["collector"] for card in cards] == [route.collector for route in plan.result.routes]
    assert len(legs) == sum(len(lines) for lines in plan.lines)
    assert {road["kind"] for road in drawn} <= {"primary", "secondary"}


def test_a_stop_of_the_list_is_shown_on_the_map(opened: Watched) -> None:
    opened.page.locator(".card-toggle").first.click()
    opened.page.locator(".stop").first.click()

    opened.until("document.querySelector('.maplibregl-popup') !== null")


def test_a_way_opens_to_its_turns(opened: Watched) -> None:
    opened.page.locator("[data-collector=vaduz-2] .card-toggle").click()
    opened.page.locator("[data-collector=vaduz-2] .leg-toggle").first.click()

    rows = opened.page.locator("[data-collector=vaduz-2] .turns").first.locator(".turn")
    assert rows.count() == len(day_with_turns().sheets[1][0])


def test_nothing_is_offered_that_needs_a_service(opened: Watched) -> None:
    assert opened.page.locator(".reach").count() == 0

"""The page of reviews over HTTP: what is sent, and that no address is in it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from service.access.admission import SESSION_COOKIE
from service.app import create_app
from tests.service.api.client import ApiClient
from tests.service.api.fake_books import FakeBooks
from tests.service.api.fakes import DOUBTED, FakeAreas, fake_deps


@pytest.fixture
def areas(tmp_path: Path) -> FakeAreas:
    areas = FakeAreas()
    areas.area.tiles = tmp_path / "tiles.pmtiles"
    areas.area.tiles.write_bytes(b"tiles")
    return areas


@pytest.fixture
def client(areas: FakeAreas) -> ApiClient:
    books = FakeBooks()
    books.reviews.put("liechtenstein", "Landstrasse 19, 9494 Schaan", DOUBTED)
    return ApiClient(create_app(fake_deps(areas=areas, books=books)))


def page_of(html: str) -> Any:
    return json.loads(re.findall(r'id="page">(.*?)</script>', html, re.DOTALL)[0])


def test_the_page_allows_nothing_from_elsewhere_and_stays_out_of_caches(client: ApiClient) -> None:
    answer = client.get("/reviews")

    assert answer.status_code == 200
    assert not re.search(r"unsafe|https?:|\*", answer.headers["content-security-policy"])
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert not re.search(r"<style|\sstyle=|\son\w+=", answer.text)


def test_only_who_signed_in_is_offered_to_sign_out(client: ApiClient) -> None:
    nobody = client.get("/reviews").text
    somebody = client.get("/reviews", headers={"cookie": f"{SESSION_COOKIE}=dss_any"}).text

    assert ("/login/end" in nobody, "/login/end" in somebody) == (False, True)


def test_the_page_itself_holds_no_address(client: ApiClient) -> None:
    assert "Landstrasse" not in client.get("/reviews").text


def test_the_page_knows_each_area_by_its_newest_version(client: ApiClient) -> None:
    page = page_of(client.get("/reviews").text)

    assert page["areas"] == {
        "liechtenstein": {
            "tiles_url": "/tiles/liechtenstein/v1.pmtiles",
            "attribution": "© OpenStreetMap contributors",
            "bounds": [[9.47, 47.04], [9.64, 47.28]],
        }
    }


def test_a_damaged_area_has_no_map_and_the_page_is_there_all_the_same(client: ApiClient, areas: FakeAreas) -> None:
    areas.damaged = True

    assert page_of(client.get("/reviews").text)["areas"]["liechtenstein"]["tiles_url"] is None


@pytest.mark.parametrize(
    ("query", "lang", "title"), [("", "en", "Addresses to review"), ("?lang=zh", "zh-CN", "待核对地址")]
)
def test_the_reader_gets_the_page_in_the_right_language(client: ApiClient, query: str, lang: str, title: str) -> None:
    html = client.get(f"/reviews{query}").text

    assert f'<html lang="{lang}">' in html
    assert title in html


def test_every_review_links_to_the_page_that_is_there(client: ApiClient) -> None:
    (review,) = client.get("/v1/geocode/reviews").json()["reviews"]

    path, _, named = review["links"]["page"].partition("#")
    assert (path, named) == ("/reviews", review["id"])

"""The pages over HTTP: what is sent, with which headers, and what a wrong address gets."""

import json
import re
from pathlib import Path
from uuid import UUID

import pytest

from service.app import create_app
from service.store.jobs.records import PlanStatus
from tests.service.api.client import ApiClient
from tests.service.api.fakes import FakeAreas, FakePlans, fake_deps
from tests.service.web.days import day_document

NOBODY = UUID(int=0)


@pytest.fixture
def plans() -> FakePlans:
    return FakePlans()


@pytest.fixture
def areas(tmp_path: Path) -> FakeAreas:
    areas = FakeAreas()
    areas.area.tiles = tmp_path / "tiles.pmtiles"
    areas.area.tiles.write_bytes(bytes(range(200)))
    return areas


@pytest.fixture
def client(plans: FakePlans, areas: FakeAreas) -> ApiClient:
    return ApiClient(create_app(fake_deps(plans=plans, areas=areas)))


@pytest.fixture
def day(plans: FakePlans) -> str:
    """The address of a planned day."""
    return f"/plans/{plans.put(status=PlanStatus.SUCCESSFUL, result=day_document())}"


def test_a_page_allows_nothing_from_elsewhere_and_stays_out_of_caches(client: ApiClient, day: str) -> None:
    answer = client.get(f"{day}/map")

    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert answer.status_code == 200
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not re.search(r"unsafe|https?:|\*", answer.headers["content-security-policy"])
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_page_has_no_inline_code_or_style(client: ApiClient, day: str) -> None:
    html = client.get(f"{day}/map").text

    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", html)
    assert inline == [' type="application/json" id="page"']
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)


def test_the_page_itself_holds_nothing_of_the_plan(client: ApiClient, day: str) -> None:
    html = client.get(f"{day}/map").text

    assert "C-10" not in html
    assert "vaduz-1" not in html


def test_the_data_is_not_cached(client: ApiClient, day: str) -> None:
    answer = client.get(f"{day}/map.json")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["plan"]["totals"]["visits"] == 53


def test_a_collectors_page_fetches_the_collectors_data(client: ApiClient, day: str) -> None:
    html = client.get(f"{day}/collectors/vaduz-2/map").text

    page = json.loads(re.findall(r'id="page">(.*?)</script>', html, re.DOTALL)[0])
    assert page["data"] == f"{day}/collectors/vaduz-2/map.json"
    assert client.get(page["data"]).json()["collector"] == "vaduz-2"


@pytest.mark.parametrize("plan_id", [str(NOBODY), "no-uuid"])
def test_an_unknown_plan_gets_a_page_of_its_own(client: ApiClient, plan_id: str) -> None:
    answer = client.get(f"/plans/{plan_id}/map")

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "No plan has this address" in answer.text


def test_an_unknown_plans_data_is_a_problem(client: ApiClient) -> None:
    answer = client.get(f"/plans/{NOBODY}/map.json")

    assert answer.status_code == 404
    assert answer.json()["code"] == "plan_not_found"


def test_an_unknown_collector_gets_a_page_of_its_own(client: ApiClient, day: str) -> None:
    answer = client.get(f"{day}/collectors/nobody/map")

    assert answer.status_code == 404
    assert "no collector of that name" in answer.text


def test_a_collectors_page_waits_for_a_plan_that_is_not_made_yet(client: ApiClient, plans: FakePlans) -> None:
    answer = client.get(f"/plans/{plans.put(status=PlanStatus.RUNNING)}/collectors/vaduz-1/map")

    assert answer.status_code == 200


def test_a_collector_who_could_not_be_planned_still_has_a_page(client: ApiClient, plans: FakePlans) -> None:
    document = day_document()
    document["result"]["unavailable_collectors"] = [  # type: ignore[index]  # JSON
        {"collector": "ill-1", "reason": {"type": "", "title": "", "detail": "", "code": "off_network", "pointer": ""}}
    ]

    answer = client.get(f"/plans/{plans.put(status=PlanStatus.SUCCESSFUL, result=document)}/collectors/ill-1/map")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("query", "header", "lang"),
    [("", "zh-CN,zh;q=0.9", "zh-CN"), ("?lang=zh", "en", "zh-CN"), ("?lang=en", "zh", "en"), ("", "fr", "en")],
)
def test_the_reader_gets_a_page_in_the_right_language(
    client: ApiClient, day: str, query: str, header: str, lang: str
) -> None:
    html = client.get(f"{day}/map{query}", headers={"Accept-Language": header}).text

    assert f'<html lang="{lang}">' in html
    assert ("路线" in html) == (lang == "zh-CN")


def test_names_in_an_address_are_escaped(client: ApiClient, plans: FakePlans) -> None:
    plan = plans.put(status=PlanStatus.RUNNING)

    html = client.get(f"/plans/{plan}/collectors/%3Cscript%3Ealert(1)/map").text

    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html


def test_tiles_are_sent_by_range_and_cached_for_good(client: ApiClient) -> None:
    answer = client.get("/tiles/liechtenstein/v1.pmtiles", headers={"Range": "bytes=10-19"})

    assert answer.status_code == 206
    assert answer.content == bytes(range(10, 20))
    assert answer.headers["content-range"] == "bytes 10-19/200"
    assert "immutable" in answer.headers["cache-control"]


def test_tiles_of_an_unknown_area_are_a_problem(client: ApiClient) -> None:
    answer = client.get("/tiles/atlantis/v1.pmtiles")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_a_plan_whose_area_is_gone_has_no_base_map(client: ApiClient, areas: FakeAreas, day: str) -> None:
    areas.damaged = True

    assert client.get(f"{day}/map.json").json()["plan"]["tiles_url"] is None

"""An address where there is nothing: a page for a browser, a problem for a program."""

import re

import pytest

from service.auth.scope import Scope
from tests.service.api.client import ApiClient
from tests.service.web.test_plans_page import client_with

#: As Chromium sends it when somebody opens an address.
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
PROBLEM = "application/problem+json"


@pytest.fixture
def client() -> ApiClient:
    return client_with(Scope.PLANS_READ)


@pytest.mark.parametrize("path", ["/planz", "/plans/", "/static/none.js", "/problems/none", "/login/provider", "/v2"])
def test_a_browser_gets_a_page_at_an_address_where_there_is_nothing(client: ApiClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": BROWSER})

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"unsafe|https?:|\*", answer.headers["content-security-policy"])
    assert "No page has this address" in answer.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html;q=0.5", "text/html;q=0"])
def test_a_program_gets_a_problem_there(client: ApiClient, accept: str) -> None:
    answer = client.get("/planz", headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/planz"])
def test_the_api_answers_a_browser_with_a_problem_too(client: ApiClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": BROWSER})

    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


def test_what_is_sent_to_nowhere_gets_a_problem(client: ApiClient) -> None:
    answer = client.post("/planz", headers={"Accept": BROWSER})

    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


@pytest.mark.parametrize(
    ("query", "header", "lang"), [("", "zh-CN,zh;q=0.9", "zh-CN"), ("?lang=zh", "en", "zh-CN"), ("", "fr", "en")]
)
def test_the_page_is_in_the_readers_language(client: ApiClient, query: str, header: str, lang: str) -> None:
    html = client.get(f"/planz{query}", headers={"Accept": BROWSER, "Accept-Language": header}).text

    assert f'<html lang="{lang}">' in html
    assert ("没有与此地址对应的页面" in html) == (lang == "zh-CN")


def test_the_page_leads_to_the_plans_whom_they_are_open_to() -> None:
    pages = [client_with(*scopes).get("/planz", headers={"Accept": BROWSER}) for scopes in ([Scope.PLANS_READ], [])]

    assert ['href="/plans"' in page.text for page in pages] == [True, False]


def test_a_link_that_nobody_made_is_told_nothing_of_plans(client: ApiClient) -> None:
    assert "/plans" not in client.get("/r/a/b", headers={"Accept": BROWSER}).text


def test_a_browser_gets_a_page_where_its_reader_may_not_look() -> None:
    answer = client_with(Scope.AREAS_READ).get("/plans", headers={"Accept": BROWSER})

    assert answer.status_code == 403
    assert "Your role or your key does not allow this page" in answer.text
    assert 'href="/login"' in answer.text
    assert client_with(Scope.AREAS_READ).get("/plans").json()["code"] == "not_allowed"

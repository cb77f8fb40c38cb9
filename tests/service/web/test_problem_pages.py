"""What cannot be shown: a page for a browser, a problem for a program."""

import re
from uuid import uuid4

import pytest
import structlog
from sqlalchemy.exc import OperationalError, ProgrammingError

from service.app import create_app
from service.auth.errors import ProviderAwayError
from service.auth.scope import Scope
from service.deps import Services
from tests.service.api.client import ApiClient
from tests.service.api.fakes import FakePlans, fake_deps
from tests.service.api.test_rate_limit import client_with as limited_client
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


@pytest.mark.parametrize(("path", "status"), [("/login/end", 405), (f"/login?next=/{'x' * 600}", 422)])
def test_a_browser_gets_a_page_where_there_is_nothing_to_look_at(client: ApiClient, path: str, status: int) -> None:
    answer = client.get(path, headers={"Accept": BROWSER})

    assert (answer.status_code, "No page has this address" in answer.text) == (status, True)
    assert client.get(path).headers["content-type"] == PROBLEM


AWAY = OperationalError("SELECT secret", {"address": "secret"}, Exception("secret"))


def client_that_raises(raised: Exception) -> ApiClient:
    """Return a client whom nobody can let in."""

    class NothingIsKnown:
        def admit(self, carried: object) -> None:
            raise raised

    deps = fake_deps()
    return ApiClient(create_app(Services(settings=deps.settings, gate=NothingIsKnown(), deps_of=lambda _tenant: deps)))


def test_what_the_database_refuses_at_the_door_is_an_incident_and_its_text_stays_inside() -> None:
    client = client_that_raises(ProgrammingError("SELECT secret", {}, Exception("secret")))

    with structlog.testing.capture_logs() as lines:
        answers = [client.get(path, headers={"Accept": BROWSER}) for path in ("/plans", "/v1/plans")]

    incidents = [line["incident"] for line in lines if line["event"] == "incident"]
    assert [answer.status_code for answer in answers] == [500, 500]
    assert all(incident in answer.text for incident, answer in zip(incidents, answers, strict=True))
    assert not any("secret" in answer.text for answer in answers)


@pytest.mark.parametrize(
    ("raised", "text"),
    [(AWAY, "The database does not answer"), (ProviderAwayError(), "sign-in service does not answer")],
)
def test_a_browser_is_told_that_nobody_can_be_let_in_just_now(raised: Exception, text: str) -> None:
    client = client_that_raises(raised)

    answer = client.get("/plans", headers={"Accept": BROWSER})

    assert (answer.status_code, "Retry-After" in answer.headers, text in answer.text) == (503, True, True)
    assert '<a href="">Try again</a>' in answer.text
    assert "secret" not in answer.text
    assert client.get("/plans").headers["content-type"] == PROBLEM


def test_a_browser_is_told_that_a_plan_cannot_be_read_just_now() -> None:
    plans = FakePlans()
    plans.broken = AWAY
    client = client_with(Scope.PLANS_READ, plans=plans)

    answer = client.get(f"/plans/{uuid4()}/map?lang=zh", headers={"Accept": BROWSER})

    assert (answer.status_code, "数据库没有响应" in answer.text, "secret" in answer.text) == (503, True, False)


def test_a_browser_is_told_the_number_of_an_incident_and_nothing_of_its_text() -> None:
    plans = FakePlans()
    plans.broken = RuntimeError("secret")
    client = client_with(Scope.PLANS_READ, plans=plans)

    with structlog.testing.capture_logs() as lines:
        answer = client.get(f"/plans/{uuid4()}/map", headers={"Accept": BROWSER})

    incident = next(line["incident"] for line in lines if line["event"] == "incident")
    assert (answer.status_code, f"<code>{incident}</code>" in answer.text, "secret" in answer.text) == (
        500,
        True,
        False,
    )
    assert answer.headers["cache-control"] == "no-store"


def test_a_browser_is_told_that_it_asks_too_often() -> None:
    client = limited_client(rate_limit_address="1/minute")

    answers = [client.get("/login", headers={"Accept": BROWSER}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert "This page was asked for too often" in answers[1].text
    assert 1 <= int(answers[1].headers["Retry-After"]) <= 60

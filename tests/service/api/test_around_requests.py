"""What holds for every request: problems, headers, host names, log lines."""

import pytest
import structlog

from service.app import create_app
from tests.service.api.client import ApiClient
from tests.service.api.fakes import FakePlans, fake_deps, plan_body

SECRET = "Im Pardiel 46"


@pytest.mark.parametrize("path", ["/nope", "/v1/nope", "/static/nope.js", "/static/../settings.py", "/v1/plans/"])
def test_what_is_not_there_is_a_problem_too(client: ApiClient, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_method_that_is_not_allowed_names_those_that_are(client: ApiClient) -> None:
    answer = client.request("PATCH", "/v1/plans")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST"


def test_an_unforeseen_error_gives_an_incident_and_nothing_of_its_text(client: ApiClient, plans: FakePlans) -> None:
    plans.broken = RuntimeError(SECRET)

    with structlog.testing.capture_logs() as lines:
        answer = client.post("/v1/plans", json=plan_body())

    incident = next(line for line in lines if line["event"] == "incident")
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert incident["incident"] in answer.json()["detail"]
    assert (incident["error"], any("fakes.py" in frame for frame in incident["frames"])) == ("RuntimeError", True)
    assert SECRET not in answer.text + str(lines)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_request_is_logged_by_its_route_and_without_its_values(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put()

    with structlog.testing.capture_logs() as lines:
        client.post("/v1/plans", json=plan_body())
        client.get(f"/v1/plans/{plan_id}?address={SECRET}")
        client.get(f"/{SECRET}")

    logged = [(line["method"], line["route"], line["status"]) for line in lines]
    assert logged == [("POST", "/v1/plans", 202), ("GET", "/v1/plans/{plan_id}", 422), ("GET", "(none)", 404)]
    assert SECRET not in str(lines)
    assert str(plan_id) not in str(lines)


@pytest.mark.parametrize("path", ["/docs", "/v1/areas", "/openapi.json", "/nope", "/static/reference/reference.js"])
def test_every_answer_carries_the_security_headers(client: ApiClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_the_entry_page_leads_to_the_reference_which_asks_no_other_host(client: ApiClient) -> None:
    entry = client.get("/")

    page = client.get(entry.headers["Location"]).text
    script = client.get("/static/reference/reference.js").text
    assert "://" not in page + script
    assert "<script>" not in page
    assert client.get("/static/vendor/swagger-ui-bundle.js").status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("127.0.0.1", 200),
        ("LOCALHOST", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("", 421),
    ],
)
def test_on_loopback_only_loopback_names_are_served(host: str, status: int) -> None:
    client = ApiClient(create_app(fake_deps(allowed_hosts="", host="127.0.0.1")))

    assert client.get("/healthz", headers={"Host": host}).status_code == status


def test_elsewhere_any_name_is_served_unless_some_are_named() -> None:
    anywhere = ApiClient(create_app(fake_deps(allowed_hosts="", host="0.0.0.0")))
    named = ApiClient(create_app(fake_deps(allowed_hosts="plans.example, other.example", host="0.0.0.0")))

    assert anywhere.get("/healthz", headers={"Host": "x.example"}).status_code == 200
    assert named.get("/healthz", headers={"Host": "plans.example:443"}).status_code == 200
    assert named.get("/healthz", headers={"Host": "x.example"}).json()["code"] == "host_not_allowed"

"""Query strings are read strictly: what an operation does not know is refused by its name."""

import pytest

from service.app import create_app
from tests.service.api.client import ApiClient
from tests.service.api.fakes import fake_deps
from tests.service.api.test_who_may import endpoints

READ = sorted(
    {route.path for route in endpoints(create_app(fake_deps()).routes) if "GET" in (route.methods or ())}
    & {"/v1/me", "/v1/cases", "/v1/plans", "/v1/cases.ndjson", "/v1/audit", "/v1/keys", "/v1/plans/{plan_id}/sheet"}
)


@pytest.fixture(scope="module")
def client() -> ApiClient:
    return ApiClient(create_app(fake_deps()))


@pytest.mark.parametrize("path", READ)
def test_a_parameter_that_an_operation_does_not_know_is_refused_by_its_name(client: ApiClient, path: str) -> None:
    answer = client.get(path.replace("{plan_id}", "1"), params=[("limt", "3"), ("a/b", "1"), ("limt", "4")])

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    errors = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert errors == [("/limt", "unknown_parameter"), ("/a~1b", "unknown_parameter")]


def test_all_that_is_described_is_known(client: ApiClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    named = [one["name"] for one in paths["/v1/cases"]["get"]["parameters"] if one["in"] == "query"]

    answer = client.get("/v1/cases", params=dict.fromkeys(named, "x"))

    assert len(named) > 8
    assert "unknown_parameter" not in answer.text


def test_changes_are_refused_too_before_they_are_made(client: ApiClient) -> None:
    made = client.request("PUT", "/v1/branches/vaduz", params={"dry_run": "true"}, json={"area": "liechtenstein"})

    assert made.status_code == 422
    assert client.get("/v1/branches/vaduz").status_code == 404


def test_pages_and_health_do_not_mind(client: ApiClient) -> None:
    assert client.get("/healthz?from=probe").status_code == 200

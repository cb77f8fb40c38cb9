"""A tenant's own settings over HTTP."""

from dataclasses import replace

import pytest

from service.app import create_app
from service.store.access.tenant_settings import Share
from tests.service.api.client import ApiClient
from tests.service.api.fake_records import FakeSettings
from tests.service.api.fakes import fake_deps


@pytest.fixture
def client() -> ApiClient:
    return ApiClient(create_app(fake_deps()))


def test_a_change_changes_what_it_names_and_null_takes_a_choice_back(client: ApiClient) -> None:
    first = client.get("/v1/settings")
    changed = client.request(
        "PATCH",
        "/v1/settings",
        json={"navigation": True, "keep_plans_days": 90},
        headers={"If-Match": first.headers["ETag"]},
    )
    back = client.request(
        "PATCH", "/v1/settings", json={"keep_plans_days": None}, headers={"If-Match": changed.headers["ETag"]}
    )

    assert (first.json()["navigation"], first.json()["keep_plans_days"]) == (False, None)
    assert (changed.json()["navigation"], changed.json()["keep_plans_days"]) == (True, 90)
    assert (back.json()["navigation"], back.json()["keep_plans_days"]) == (True, None)
    assert client.get("/v1/settings").json() == back.json()


def test_a_change_on_another_version_or_on_none_is_refused(client: ApiClient) -> None:
    def change(**headers: str) -> int:
        return client.request("PATCH", "/v1/settings", json={"navigation": True}, headers=headers).status_code

    assert change() == 428
    assert change(**{"If-Match": '"7"'}) == 412


@pytest.mark.parametrize("body", [{"keep_plans_days": 0}, {"keep_links_days": 3651}, {"navigation": 1}, {"other": 1}])
def test_what_breaks_a_rule_is_refused_by_its_name(client: ApiClient, body: dict[str, object]) -> None:
    answer = client.request("PATCH", "/v1/settings", json=body, headers={"If-Match": '"1"'})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}" for name in body]


def test_a_tenant_takes_no_more_of_the_workers_than_the_operator_gives() -> None:
    settings = FakeSettings()
    deps = replace(fake_deps(max_running=4, max_waiting=100), tenant_settings=settings)
    client = ApiClient(create_app(deps))

    def change(**body: int) -> tuple[int, list[str]]:
        answer = client.request("PATCH", "/v1/settings", json=body, headers={"If-Match": '"1"'})
        return answer.status_code, [error["pointer"] for error in answer.json().get("errors", [])]

    assert change(max_running=5, max_waiting=101) == (422, ["/max_running", "/max_waiting"])
    settings.given = Share(max_running=2)
    assert change(max_running=3) == (422, ["/max_running"])
    assert change(max_running=2, max_waiting=100) == (200, [])

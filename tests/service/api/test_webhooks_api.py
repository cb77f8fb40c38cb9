"""Webhooks over HTTP: made, changed on the version that was seen, tested, looked at; where none may be sent."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook

from service.app import create_app
from service.webhooks.events import EVENTS
from tests.service.api.client import ApiClient
from tests.service.api.fake_integration import FakeWebhooks
from tests.service.api.fakes import fake_deps

BODY = {"url": "https://bank.example/hooks?token=1", "events": ["plan.successful", "plan.failed"]}


def make(client: ApiClient, **more: Any) -> Any:
    answer = client.post("/v1/webhooks", json={**BODY, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def patch(client: ApiClient, hook: Any, body: Any, if_match: str | None = '"1"') -> Any:
    headers = {} if if_match is None else {"If-Match": if_match}
    return client.request("PATCH", hook["links"]["self"], json=body, headers=headers)


def test_the_secret_is_shown_when_it_is_made_and_never_again(client: ApiClient) -> None:
    answer = client.post("/v1/webhooks", json=BODY)

    made = answer.json()
    assert (answer.status_code, answer.headers["Location"]) == (201, made["links"]["self"])
    Webhook(made["secret"])  # a secret as receivers configure it
    for look in (client.get(made["links"]["self"]), client.get("/v1/webhooks")):
        assert made["secret"] not in look.text
        assert "whsec_" not in look.text
    assert client.get("/v1/webhooks").json()["webhooks"] == [client.get(made["links"]["self"]).json()]


def test_a_new_secret_is_another_one(client: ApiClient) -> None:
    made = make(client)

    rotated = client.post(made["links"]["rotate"])

    assert rotated.json()["secret"] not in {made["secret"], ""}
    assert rotated.headers["ETag"] == '"2"'


def test_a_change_names_what_it_changes_and_the_version_that_was_seen(client: ApiClient) -> None:
    hook = make(client, description="old")

    changed = patch(client, hook, {"enabled": False})

    assert changed.headers["ETag"] == '"2"'
    assert changed.json() | {"enabled": True, "version": 1} == {key: hook[key] for key in hook if key != "secret"}
    assert patch(client, hook, {"enabled": True}).json()["code"] == "version_changed"
    assert patch(client, hook, {"enabled": True}, None).status_code == 428
    assert patch(client, hook, {}, '"2"').status_code == 422


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://bank.example/", "https_required"),
        ("https://127.0.0.1/", "address_refused"),
        ("https://[::ffff:10.0.0.1]/", "address_refused"),
        ("https://169.254.169.254/latest", "address_refused"),
        ("https://user:password@bank.example/", "invalid_url"),
        ("nonsense", "invalid_url"),
    ],
)
def test_a_url_that_may_not_be_sent_to_is_refused_and_not_repeated(client: ApiClient, url: str, rule: str) -> None:
    hook = make(client)

    for answer in (client.post("/v1/webhooks", json={**BODY, "url": url}), patch(client, hook, {"url": url})):
        assert answer.status_code == 422
        assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/url", rule)]
        assert url not in answer.text


def test_the_operator_may_allow_a_network() -> None:
    client = ApiClient(create_app(fake_deps(webhook_networks="10.20.0.0/16")))

    make(client, url="http://10.20.3.4:8080/hooks")
    assert client.post("/v1/webhooks", json={**BODY, "url": "http://10.21.0.1/"}).status_code == 422


@pytest.mark.parametrize("events", [[], ["plan.done"], ["plan.failed", "plan.failed"], "plan.failed"])
def test_events_are_those_that_there_are_each_once(client: ApiClient, events: Any) -> None:
    answer = client.post("/v1/webhooks", json={**BODY, "events": events})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"][:7]) == (422, "/events")
    assert make(client, events=list(EVENTS))["events"] == sorted(EVENTS)


def test_a_test_message_is_listed_and_sent_again(client: ApiClient) -> None:
    hook = make(client)

    sent = client.post(hook["links"]["test"])
    page = client.get(hook["links"]["deliveries"]).json()
    again = client.post(f"{hook['links']['deliveries']}/{sent.json()['id']}/replay")

    assert (sent.status_code, sent.json()["event"], sent.json()["status"]) == (202, "webhook.test", "pending")
    assert page == {"deliveries": [sent.json()], "next": None}
    assert (again.status_code, again.json()["message_id"]) == (202, sent.json()["message_id"])


def test_deliveries_come_in_pages_and_by_status(client: ApiClient) -> None:
    hook = make(client)
    sent = [client.post(hook["links"]["test"]).json()["id"] for _ in range(5)]
    found: list[str] = []
    path: str | None = f"{hook['links']['deliveries']}?limit=2&status=pending"

    while path is not None:
        page = client.get(path).json()
        found += [one["id"] for one in page["deliveries"]]
        path = page["next"]

    assert sorted(found) == sorted(sent)
    assert client.get(f"{hook['links']['deliveries']}?status=failed").json()["deliveries"] == []


def test_what_is_not_there_is_not_found(client: ApiClient) -> None:
    hook, nobody = make(client), f"/v1/webhooks/{UUID(int=1)}"

    for method, path, code in (
        ("GET", nobody, "webhook_not_found"),
        ("DELETE", nobody, "webhook_not_found"),
        ("POST", f"{nobody}/test", "webhook_not_found"),
        ("POST", f"{nobody}/rotate", "webhook_not_found"),
        ("GET", f"{nobody}/deliveries", "webhook_not_found"),
        ("POST", f"{nobody}/deliveries/{UUID(int=2)}/replay", "webhook_not_found"),
        ("POST", f"{hook['links']['deliveries']}/{UUID(int=2)}/replay", "delivery_not_found"),
        ("GET", "/v1/webhooks/nonsense", "webhook_not_found"),
    ):
        answer = client.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, code), path


def test_a_deleted_webhook_is_gone(client: ApiClient) -> None:
    hook = make(client)

    assert client.delete(hook["links"]["self"]).status_code == 204
    assert client.get(hook["links"]["self"]).status_code == 404


def test_why_a_webhook_was_disabled_is_told() -> None:
    hooks = FakeWebhooks()
    client = ApiClient(create_app(fake_deps(webhooks=hooks)))
    hook = make(client)
    of = UUID(hook["id"])
    hooks.records[of] = replace(hooks.records[of], enabled=False, disabled_reason="gone")

    assert client.get(hook["links"]["self"]).json()["disabled_reason"] == "gone"

"""The audit log over HTTP: every change is in it with who and why, and what a wrong reason gets."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from service.api.acting import ASKING
from service.app import create_app
from service.audit.chain import first_break
from service.auth.caller import LOCAL_CALLER
from service.store.jobs.records import PlanStatus
from tests.service.api.client import ApiClient
from tests.service.api.fake_records import FakeAudit
from tests.service.api.fakes import NOW, FakePlans, fake_deps, plan_body, plan_document


@pytest.fixture
def audit() -> FakeAudit:
    return FakeAudit()


@pytest.fixture
def plans() -> FakePlans:
    return FakePlans()


@pytest.fixture
def client(audit: FakeAudit, plans: FakePlans) -> ApiClient:
    return ApiClient(create_app(replace(fake_deps(plans=plans), audit=audit)))


def test_a_change_that_no_store_told_of_is_told_by_its_route(client: ApiClient, audit: FakeAudit) -> None:
    client.post("/v1/plans", json=plan_body(), headers={"Audit-Reason": "ticket 17"})

    (entry,) = audit.entries
    assert (entry.action, entry.details) == ("request.done", {"method": "POST", "route": "/v1/plans"})
    assert (entry.actor_kind, entry.actor, entry.role) == ("local", LOCAL_CALLER.subject, LOCAL_CALLER.role)
    assert entry.reason == "ticket 17"


def test_what_is_refused_and_what_only_asks_is_no_change(client: ApiClient, audit: FakeAudit) -> None:
    client.post("/v1/plans", json={})
    client.post("/v1/geocode", json={"queries": ["Im Pardiel 46, 9494 Schaan"]})
    client.get("/v1/plans")

    assert audit.entries == []


def test_the_questions_that_are_asked_by_post_are_routes() -> None:
    paths = ApiClient(create_app(fake_deps())).get("/openapi.json").json()["paths"]

    assert {path for path, operations in paths.items() if "post" in operations} >= ASKING


def test_who_looks_at_the_visits_of_a_plan_is_recorded_for_every_view(
    client: ApiClient, audit: FakeAudit, plans: FakePlans
) -> None:
    plan = plans.put(status=PlanStatus.SUCCESSFUL, finished_at=NOW, result=plan_document())
    for path in ("", ".geojson", ".ndjson", "/sheet"):
        assert client.get(f"/v1/plans/{plan}{path}").status_code == 200
    assert client.get(f"/plans/{plan}/map.json").status_code == 200

    assert {entry.action for entry in audit.entries} == {"plan.read"}
    assert [entry.details["view"] for entry in audit.entries] == ["json", "geojson", "ndjson", "sheet", "map"]
    assert {entry.object_id for entry in audit.entries} == {str(plan)}


def test_who_looks_at_the_best_routes_so_far_is_recorded_and_at_a_plan_that_only_waits_is_not(
    client: ApiClient, audit: FakeAudit, plans: FakePlans
) -> None:
    partial = {"cost_s": 1, "assigned": 0, "elapsed_s": 0.5, "routes": []}
    waits = plans.put(status=PlanStatus.ACCEPTED)
    runs = plans.put(status=PlanStatus.RUNNING, started_at=NOW, partial=partial)

    answers = [client.get(f"/v1/plans/{plan}").status_code for plan in (waits, runs)]

    assert answers == [200, 200]
    assert [(entry.action, entry.object_id) for entry in audit.entries] == [("plan.read", str(runs))]


@pytest.mark.parametrize("reason", ["工单 17", "Grund: Zoë"])
def test_a_reason_may_be_percent_encoded(client: ApiClient, audit: FakeAudit, reason: str) -> None:
    client.post("/v1/plans", json=plan_body(), headers={"Audit-Reason": quote(reason)})

    assert audit.entries[0].reason == reason


@pytest.mark.parametrize(
    "reason", ["", " ", "x" * 301, "a%00b", "a%0Ab", "%FF", "of wang@example.com", "call 13912345678"]
)
def test_a_reason_that_cannot_be_kept_stops_the_request_and_is_not_repeated(
    client: ApiClient, audit: FakeAudit, plans: FakePlans, reason: str
) -> None:
    answer = client.post("/v1/plans", json=plan_body(), headers={"Audit-Reason": reason})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/Audit-Reason")
    assert not reason.strip() or reason not in answer.text
    assert audit.entries == []
    assert plans.records == {}


def listed(client: ApiClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_log_is_read_in_pages_that_new_entries_do_not_move(client: ApiClient) -> None:
    for _ in range(5):
        client.post("/v1/plans", json=plan_body())

    first = listed(client, "/v1/audit?limit=2&action=request.done")
    client.post("/v1/plans", json=plan_body())
    second = listed(client, first["next"])
    third = listed(client, second["next"])

    assert [entry["seq"] for page in (first, second, third) for entry in page["entries"]] == [5, 4, 3, 2, 1]
    assert third["next"] is None


def test_the_log_is_filtered_by_what_was_done_to_what_and_by_whom(client: ApiClient, plans: FakePlans) -> None:
    plan = plans.put(status=PlanStatus.SUCCESSFUL, finished_at=NOW, result=plan_document())
    client.get(f"/v1/plans/{plan}")
    client.post("/v1/plans", json=plan_body())

    def count(query: str) -> int:
        return len(listed(client, f"/v1/audit?{query}")["entries"])

    assert count(f"object_kind=plan&object_id={plan}") == 1
    assert count("action=request.done") == 1
    assert count("actor=local") == 2
    assert count("actor=somebody") == 0
    assert count("since=2026-11-25T00:00:00Z") == 0
    assert client.get("/v1/audit?since=2026-11-25T00:00:00").status_code == 422
    assert client.get("/v1/audit?action=nothing").status_code == 422


def test_an_export_is_the_whole_chain_and_is_recorded_itself(client: ApiClient, audit: FakeAudit) -> None:
    client.post("/v1/plans", json=plan_body())

    answer = client.get("/v1/audit/export")

    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [line["action"] for line in lines] == ["request.done", "audit.exported"]
    assert [line["hash"] for line in lines] == [entry.hash.hex() for entry in audit.entries]
    assert first_break(audit.entries, end=audit.head()) is None


def test_the_head_names_the_last_entry(client: ApiClient, audit: FakeAudit) -> None:
    empty = listed(client, "/v1/audit/head")
    client.post("/v1/plans", json=plan_body())

    assert empty == {"seq": 0, "hash": "0" * 64, "head": f"0:{'0' * 64}"}
    assert listed(client, "/v1/audit/head")["head"] == str(audit.head())

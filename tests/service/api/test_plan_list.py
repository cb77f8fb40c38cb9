"""The list of plans, its pages and filters, the exports as NDJSON, and readers who have the newest version."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from service.store.jobs.records import PlanStatus
from tests.service.api.client import ApiClient
from tests.service.api.fakes import NOW, FakePlans, plan_body, plan_document

DONE: dict[str, Any] = {"status": PlanStatus.SUCCESSFUL, "finished_at": NOW, "result": plan_document()}


def fill(plans: FakePlans, number: int) -> list[UUID]:
    """Store so many plans, a minute apart, and return their ids, the newest first."""
    ids = [plans.put(created_at=NOW + timedelta(minutes=minute)) for minute in range(number)]
    return ids[::-1]


def walk(client: ApiClient, path: str | None) -> list[str]:
    ids: list[str] = []
    while path is not None:
        page = client.get(path).json()
        ids += [plan["id"] for plan in page["plans"]]
        path = page["next"]
    return ids


def test_pages_have_every_plan_once_the_newest_first(client: ApiClient, plans: FakePlans) -> None:
    ids = fill(plans, 7)

    assert walk(client, "/v1/plans?limit=3") == [str(plan_id) for plan_id in ids]


def test_a_plan_that_is_made_meanwhile_moves_no_page(client: ApiClient, plans: FakePlans) -> None:
    ids = fill(plans, 4)
    first = client.get("/v1/plans?limit=2").json()

    plans.put(created_at=NOW + timedelta(days=1))

    assert walk(client, first["next"]) == [str(plan_id) for plan_id in ids[2:]]


def test_a_listed_plan_leads_to_the_whole_one(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put(**DONE)

    (listed,) = client.get("/v1/plans").json()["plans"]

    assert listed["status"] == "successful"
    assert "result" not in listed
    assert client.get(listed["self"]).json()["id"] == str(plan_id)


def test_a_listed_plan_tells_how_many_cases_it_has_and_leaves_out(client: ApiClient, plans: FakePlans) -> None:
    body = plan_body()
    client.post("/v1/plans", json=body)
    plans.put(created_at=NOW + timedelta(minutes=1), cases=60, unassigned=4, **DONE)
    plans.put(created_at=NOW + timedelta(minutes=2), **DONE)

    listed = client.get("/v1/plans").json()["plans"]

    assert [(one["cases"], one["unassigned"]) for one in listed[:2]] == [(None, None), (60, 4)]
    assert (listed[2]["cases"], listed[2]["unassigned"]) == (len(body["cases"]), None)


def test_filters_go_together_and_on_to_the_next_page(client: ApiClient, plans: FakePlans) -> None:
    wanted = [
        plans.put(created_at=NOW + timedelta(minutes=minute), area="vaduz", plan_date=date(2026, 12, 2), **DONE)
        for minute in range(3)
    ]
    plans.put(area="vaduz", plan_date=date(2026, 12, 2))
    plans.put(area="vaduz", plan_date=date(2026, 12, 9), **DONE)
    plans.put(area="vaduz", plan_date=date(2026, 11, 30), **DONE)
    plans.put(area="elsewhere", plan_date=date(2026, 12, 2), **DONE)
    query = "status=successful&status=failed&area=vaduz&date_from=2026-12-01&date_to=2026-12-03"

    assert walk(client, f"/v1/plans?{query}&limit=2") == [str(plan_id) for plan_id in wanted[::-1]]
    lines = client.get(f"/v1/plans.ndjson?{query}").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [str(plan_id) for plan_id in wanted[::-1]]


@pytest.mark.parametrize("query", ["status=done", "date_from=tomorrow", "limit=0", "cursor=abc"])
def test_a_filter_that_says_nothing_is_named(client: ApiClient, query: str) -> None:
    answer = client.get(f"/v1/plans?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["errors"][0]["pointer"].startswith(f"/{query.partition('=')[0]}")


def test_the_export_has_a_line_for_each_of_more_plans_than_a_page_holds(client: ApiClient, plans: FakePlans) -> None:
    ids = fill(plans, 1203)

    answer = client.get("/v1/plans.ndjson")

    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == [str(plan_id) for plan_id in ids]


def test_a_plan_is_exported_visit_by_visit(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put(**DONE)
    result: Any = plan_document()["result"]

    answer = client.get(f"/v1/plans/{plan_id}.ndjson")

    lines = [json.loads(line) for line in answer.text.splitlines()]
    stops = [line for line in lines if line["type"] == "stop"]
    left_out = [line for line in lines if line["type"] == "unassigned"]
    assert [(line["collector"], line["number"], line["case"]) for line in stops] == [
        (route["collector"], stop["number"], stop["case"]) for route in result["routes"] for stop in route["stops"]
    ]
    assert [line["reason"] for line in left_out] == [case["reason"] for case in result["unassigned"]]
    assert {(line["plan"], line["date"]) for line in lines} == {(str(plan_id), result["date"])}
    planned = {name: value for name, value in result["routes"][0]["stops"][0].items() if name != "navigation"}
    assert stops[0] | planned == stops[0]
    assert stops[0]["navigation"]["geo"].startswith("geo:")


def test_there_are_no_visits_before_the_plan_is_done(client: ApiClient, plans: FakePlans) -> None:
    assert client.get(f"/v1/plans/{plans.put()}.ndjson").json()["code"] == "plan_not_done"
    assert client.get(f"/v1/plans/{UUID(int=1)}.ndjson").json()["code"] == "plan_not_found"


@pytest.mark.parametrize("view", ["", ".geojson", ".ndjson"])
def test_a_reader_who_has_the_newest_version_is_not_sent_it_again(
    client: ApiClient, plans: FakePlans, view: str
) -> None:
    path = f"/v1/plans/{plans.put(**DONE)}{view}"
    tag = client.get(path).headers["ETag"]

    again = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_every_change_of_a_plan_is_a_new_version(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put()
    tags = []
    for change in (
        {},
        {"status": PlanStatus.RUNNING, "started_at": NOW, "attempt": 1},
        {"progress": {"stage": "solving", "elapsed_s": 1.0, "budget_s": 7.0}},
        {"stop_requested": True},
        {"progress": None, **DONE},
    ):
        plans.records[plan_id] = replace(plans.records[plan_id], **change)
        tags.append(client.get(f"/v1/plans/{plan_id}").headers["ETag"])

    assert len(set(tags)) == len(tags)

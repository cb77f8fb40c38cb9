from dataclasses import replace
from typing import Any

import pytest

from service.app import create_app
from service.schemas.plan_request import PlanRequest
from service.store.errors import TooMuchWaitingError
from service.store.jobs.records import PlanRecord, PlanStatus
from tests.service.api.client import ApiClient
from tests.service.api.fakes import NOW, FakePlans, fake_deps, plan_body, plan_document

DONE: dict[str, Any] = {"status": PlanStatus.SUCCESSFUL, "finished_at": NOW, "attempt": 1}


def finished(record: PlanRecord) -> PlanRecord:
    return replace(record, **DONE, result=plan_document())


def test_a_plan_is_accepted_with_its_location(client: ApiClient, plans: FakePlans) -> None:
    answer = client.post("/v1/plans", json=plan_body())

    assert answer.status_code == 202
    plan_id = next(iter(plans.records))
    assert answer.headers["Location"] == f"/v1/plans/{plan_id}"
    assert answer.json()["status"] == "accepted"
    assert answer.json()["links"]["map"] == f"/plans/{plan_id}/map"
    assert client.get(answer.headers["Location"]).json() == answer.json()


def test_what_is_stored_leaves_nothing_open(client: ApiClient, plans: FakePlans) -> None:
    client.post("/v1/plans", json=plan_body())

    stored = next(iter(plans.records.values()))
    request = PlanRequest.model_validate(stored.request)
    assert (request.area, request.time_zone, request.policy) == ("liechtenstein", "Europe/Vaduz", "cn")
    assert request.date == stored.plan_date == NOW.date()
    assert (request.options.budget_s, request.options.minutes_per_priority_point) == (7.0, 1.0)


def test_the_callers_own_choices_are_kept(client: ApiClient, plans: FakePlans) -> None:
    options = {"budget_s": 3, "minutes_per_priority_point": 2.5, "seed": 9}

    client.post("/v1/plans", json=plan_body(date="2027-01-04", policy="ie", time_zone="Asia/Tokyo", options=options))

    request = PlanRequest.model_validate(next(iter(plans.records.values())).request)
    assert (str(request.date), request.policy, request.time_zone) == ("2027-01-04", "ie", "Asia/Tokyo")
    assert (request.options.budget_s, request.options.minutes_per_priority_point) == (3.0, 2.5)


def test_today_is_the_branchs_day(client: ApiClient, plans: FakePlans) -> None:
    client.post("/v1/plans", json=plan_body(time_zone="Asia/Shanghai"))

    assert str(next(iter(plans.records.values())).plan_date) == "2026-11-25"


def test_waiting_answers_200_when_the_plan_is_done_in_time() -> None:
    client = ApiClient(create_app(fake_deps(plans=FakePlans(on_get=finished))))

    answer = client.post("/v1/plans", json=plan_body(), headers={"Prefer": "respond-async, wait=5"})

    assert answer.status_code == 200
    assert answer.headers["Preference-Applied"] == "wait=5"
    assert answer.json()["result"]["routes"][0]["length_m"] == 4500


def test_waiting_in_vain_answers_202(client: ApiClient) -> None:
    answer = client.post("/v1/plans", json=plan_body(), headers={"Prefer": "wait=1"})

    assert answer.status_code == 202
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize("prefer", ["wait=soon", "wait", "await=9", "\x7f", "wait=-1"])
def test_a_preference_that_cannot_be_read_is_ignored(client: ApiClient, prefer: str) -> None:
    answer = client.post("/v1/plans", json=plan_body(), headers={"Prefer": prefer})

    assert answer.status_code == 202
    assert "Preference-Applied" not in answer.headers


def test_waiting_is_capped(plans: FakePlans) -> None:
    client = ApiClient(create_app(fake_deps(plans=FakePlans(on_get=finished))))

    answer = client.post("/v1/plans", json=plan_body(), headers={"Prefer": "wait=100000"})

    assert answer.headers["Preference-Applied"] == "wait=60"


def test_a_running_plan_shows_its_progress(client: ApiClient, plans: FakePlans) -> None:
    progress = {
        "stage": "solving",
        "cost_s": 2710,
        "unserved_mandatory": 0,
        "assigned": 3,
        "unassigned": 1,
        "elapsed_s": 1.4,
        "budget_s": 5.0,
    }
    plan_id = plans.put(status=PlanStatus.RUNNING, started_at=NOW, attempt=1, progress=progress)

    answer = client.get(f"/v1/plans/{plan_id}")

    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["progress"] == progress


def without_links(result: Any) -> Any:
    for route in result["routes"]:
        for stop in route["stops"]:
            assert stop.pop("navigation", None) is None  # links are made for the reader, and not stored
    return result


def test_a_finished_plan_shows_its_result_without_the_drawing(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put(**DONE, result=plan_document())

    answer = client.get(f"/v1/plans/{plan_id}")

    assert "Retry-After" not in answer.headers
    result = answer.json()["result"]
    links = [stop.pop("navigation") for route in result["routes"] for stop in route["stops"]]
    assert result == without_links(plan_document()["result"])
    assert links
    assert all(link["geo"].startswith("geo:47.") and link["amap"].startswith("https://") for link in links)


def test_a_failed_plan_says_why(client: ApiClient, plans: FakePlans) -> None:
    problem = {"code": "planning_failed", "detail": "The log has more under incident 7."}
    plan_id = plans.put(status=PlanStatus.FAILED, finished_at=NOW, problem=problem)

    answer = client.get(f"/v1/plans/{plan_id}").json()

    assert answer["problem"]["type"] == "/problems/planning_failed"
    assert answer["problem"]["detail"] == problem["detail"]


def test_stopping_keeps_the_plan_and_may_be_repeated(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put(status=PlanStatus.RUNNING, started_at=NOW)

    answers = [client.post(f"/v1/plans/{plan_id}/stop") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["stop_requested"]


def test_stopping_a_finished_plan_changes_nothing(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put(**DONE, result=plan_document())

    answer = client.post(f"/v1/plans/{plan_id}/stop")

    assert (answer.status_code, answer.json()["status"]) == (202, "successful")


def test_a_plan_can_be_dismissed_more_than_once(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put(status=PlanStatus.RUNNING, started_at=NOW)

    answers = [client.delete(f"/v1/plans/{plan_id}") for _ in range(2)]

    assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [(200, "dismissed")] * 2


def test_a_finished_plan_cannot_be_dismissed(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put(**DONE, result=plan_document())

    answer = client.delete(f"/v1/plans/{plan_id}")

    assert (answer.status_code, answer.json()["code"]) == (409, "plan_finished")


def test_the_geojson_draws_legs_stops_depots_and_what_was_left_out(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put(**DONE, result=plan_document())

    answer = client.get(f"/v1/plans/{plan_id}.geojson")

    assert answer.headers["Content-Type"] == "application/geo+json"
    assert answer.json()["attribution"] == "© OpenStreetMap contributors"
    features = answer.json()["features"]
    assert [(f["properties"]["kind"], f["geometry"]["type"]) for f in features] == [
        *[("leg", "LineString")] * 3,
        *[("depot", "Point")] * 2,
        *[("stop", "Point")] * 2,
        ("unassigned", "Point"),
    ]
    assert [f["properties"]["stop"] for f in features[:3]] == [1, 2, None]
    assert features[0]["geometry"]["coordinates"] == [[9.52, 47.14], [9.51, 47.15], [9.50, 47.16]]
    assert features[5]["properties"] == {
        "kind": "stop",
        "collector": "k1",
        "number": 1,
        "case": "c1",
        "arrival": "2026-11-25T09:00:00+01:00",
        "priority": 50,
    }
    assert features[7]["properties"]["reason"] == "no_time_left"
    assert "Pardiel" not in answer.text


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"status": PlanStatus.RUNNING, "started_at": NOW}, "plan_not_done"),
        ({"status": PlanStatus.DISMISSED, "finished_at": NOW}, "plan_without_result"),
    ],
)
def test_there_is_no_geojson_without_a_result(
    client: ApiClient, plans: FakePlans, state: dict[str, Any], code: str
) -> None:
    answer = client.get(f"/v1/plans/{plans.put(**state)}.geojson")

    assert (answer.status_code, answer.json()["code"]) == (409, code)


@pytest.mark.parametrize("plan_id", ["3f0c8f0e-6a55-4a56-9a53-0d5a5a1f6c11", "no-uuid", "%00"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/plans/{}"),
        ("GET", "/v1/plans/{}.geojson"),
        ("POST", "/v1/plans/{}/stop"),
        ("DELETE", "/v1/plans/{}"),
    ],
)
def test_an_unknown_plan_is_not_found(client: ApiClient, method: str, path: str, plan_id: str) -> None:
    answer = client.request(method, path.format(plan_id))

    assert (answer.status_code, answer.json()["code"]) == (404, "plan_not_found")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_tenant_with_too_much_waiting_is_told_to_come_back(client: ApiClient, plans: FakePlans) -> None:
    plans.broken = TooMuchWaitingError(1000)

    answer = client.post("/v1/plans", json=plan_body())

    assert (answer.status_code, answer.json()["code"]) == (429, "too_much_waiting")
    assert int(answer.headers["Retry-After"]) > 0

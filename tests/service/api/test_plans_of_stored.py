"""Plans of stored cases and collectors: looked up once, with the branch's defaults, and refused with a pointer."""

from datetime import date
from typing import Any

import pytest

from service.app import create_app
from service.cases.refusal import Refusal
from service.planning.windows import allowed_windows
from service.schemas.plan_request import CompletePlanRequest
from service.schemas.resolve import day_of
from tests.service.api.client import ApiClient
from tests.service.api.fakes import FakePlans, fake_deps, plan_body

BRANCH: dict[str, Any] = {
    "area": "liechtenstein",
    "policy": "ie",
    "calendar": {"holidays": ["2026-12-08"]},
    "shifts": [{"start": "08:00", "end": "12:00", "weekdays": ["wed"]}, {"start": "09:00", "end": "17:00"}],
    "start": {"location": {"lat": 47.14, "lon": 9.52}},
    "end": {"location": {"lat": 47.15, "lon": 9.52}},
}
#: A search that begins from a route with a case that is not planned.
BEGUN = {"options": {"start": {"routes": [{"collector": "k1", "cases": ["high"]}]}}}
WEDNESDAY, SUNDAY = "2026-11-25", "2026-11-29"


@pytest.fixture
def plans() -> FakePlans:
    return FakePlans()


@pytest.fixture
def client(plans: FakePlans) -> ApiClient:
    client = ApiClient(create_app(fake_deps(plans=plans, max_cases=6)))
    put(client, "/v1/branches/vaduz", BRANCH)
    client.post(
        "/v1/cases/bulk",
        json=[
            {"id": "low", "address": "Im Pardiel 1", "branch": "vaduz", "priority": 10},
            {"id": "high", "address": "Im Pardiel 2", "branch": "vaduz", "priority": 90, "name": "Anna Muster"},
            {"id": "later", "address": "Im Pardiel 3", "branch": "vaduz", "due_on": "2026-12-24"},
            {"id": "closed", "address": "Im Pardiel 4", "branch": "vaduz", "status": "closed"},
            {"id": "else", "address": "Im Pardiel 5", "allowed_collectors": ["k9", "k1"]},
        ],
    )
    client.post(
        "/v1/collectors/bulk",
        json=[
            {"id": "k1", "branch": "vaduz", "skills": ["senior"], "name": "Max Muster"},
            {"id": "k2", "branch": "vaduz", "shift": {"start": "10:00", "end": "15:00"}, "start": {"address": "Home"}},
            {"id": "k3", "branch": "vaduz", "status": "inactive"},
            {"id": "k4"},
        ],
    )
    return client


def put(client: ApiClient, path: str, body: object) -> None:
    assert client.request("PUT", path, json=body, headers={"If-Match": "*"}).status_code in {200, 201}


def planned(client: ApiClient, plans: FakePlans, **body: Any) -> CompletePlanRequest:
    answer = client.post("/v1/plans", json=body)
    assert answer.status_code == 202, answer.text
    (record,) = plans.records.values()
    return CompletePlanRequest.model_validate(record.request)


def refused(client: ApiClient, **body: Any) -> list[tuple[str, str]]:
    answer = client.post("/v1/plans", json=body)
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_a_branch_alone_is_its_due_cases_by_priority_and_its_collectors(client: ApiClient, plans: FakePlans) -> None:
    request = planned(client, plans, branch="vaduz", date=WEDNESDAY)

    assert [case.id for case in request.cases] == ["high", "low"]
    assert [one.id for one in request.collectors] == ["k1", "k2"]
    assert (request.area, request.policy, request.branch) == ("liechtenstein", "ie", "vaduz")
    first, second = request.collectors
    assert (first.shift.start.hour, first.shift.end.hour, first.skills) == (8, 12, ["senior"])
    assert (first.start.location.lat, first.end.location.lat) == (47.14, 47.15)  # type: ignore[union-attr]
    assert (second.shift.start.hour, second.start.address, second.end) == (10, "Home", None)
    assert "Muster" not in request.model_dump_json()


def test_another_weekday_has_another_shift(client: ApiClient, plans: FakePlans) -> None:
    request = planned(client, plans, branch="vaduz", date="2026-11-26")

    assert request.collectors[0].shift.start.hour == 9


def test_stored_ones_are_planned_beside_those_that_are_sent(client: ApiClient, plans: FakePlans) -> None:
    request = planned(client, plans, **plan_body(case_ids=["else", "low"], collector_ids=["k2"]))

    assert [case.id for case in request.cases] == ["c1", "else", "low"]
    assert [one.id for one in request.collectors] == ["k1", "k2"]
    assert (request.stored_cases, request.case_ids, request.policy) == (["else", "low"], [], "cn")


def test_due_cases_come_beside_named_ones_when_they_are_asked_for(client: ApiClient, plans: FakePlans) -> None:
    request = planned(
        client, plans, branch="vaduz", date=WEDNESDAY, case_ids=["low", "else"], due_cases=True, most_due_cases=1
    )

    assert [case.id for case in request.cases] == ["low", "else", "high"]


def test_named_cases_alone_are_planned_with_the_branchs_collectors(client: ApiClient, plans: FakePlans) -> None:
    request = planned(client, plans, branch="vaduz", date=WEDNESDAY, case_ids=["later"])

    assert ([case.id for case in request.cases], len(request.collectors)) == (["later"], 2)


def test_troubles_of_a_stored_case_are_reasons_and_fail_no_plan(client: ApiClient, plans: FakePlans) -> None:
    client.post(
        "/v1/cases/high/visits",
        json={
            "visited_on": "2026-11-20",
            "outcome": "met",
            "suppressions": [{"reason": "dispute", "since": "2026-12-01"}],
        },
    )
    client.post(
        "/v1/cases/low/visits",
        json={"visited_on": "2026-10-01", "outcome": "met", "suppressions": [{"reason": "hardship"}]},
    )

    day = day_of(planned(client, plans, branch="vaduz", date=WEDNESDAY, case_ids=["high", "low", "closed", "else"]))

    reasons = [allowed_windows(day, case, pointer=f"/cases/{index}") for index, case in enumerate(day.cases)]
    codes = [reason.code if isinstance(reason, Refusal) else None for reason in reasons]
    assert codes == ["visited_enough", "suppressed", "case_closed", None]
    assert day.cases[3].allowed_collectors == frozenset({"k9", "k1"})
    assert day.date == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"branch": "nowhere"}, [("/branch", "unknown_branch")]),
        ({"branch": "vaduz", "case_ids": ["low", "nobody"]}, [("/case_ids/1", "unknown_case")]),
        ({"branch": "vaduz", "case_ids": ["low", "low"]}, [("/case_ids/1", "duplicate_id")]),
        ({"branch": "vaduz", "collector_ids": ["k1", "k8"]}, [("/collector_ids/1", "unknown_collector")]),
        (plan_body(collector_ids=["k1"]), [("/collector_ids/0", "duplicate_id")]),
        (
            {"case_ids": ["low"], "collector_ids": ["k4"]},
            [("/collector_ids/0", "start_missing"), ("/collector_ids/0", "shift_missing")],
        ),
        ({"case_ids": ["low"]}, [("/collectors", "missing")]),
        ({"collector_ids": ["k1"], "cases": []}, [("/cases", "wrong_length")]),
        ({"branch": "vaduz", "due_cases": False}, [("/cases", "missing")]),
        (plan_body(due_cases=True), [("/due_cases", "branch_missing")]),
        ({"branch": "vaduz", "date": SUNDAY}, [("/date", "not_a_working_day")]),
        ({"branch": "vaduz", "date": "2026-12-08"}, [("/date", "not_a_working_day")]),
        ({"branch": "vaduz", "case_ids": ["low"], **BEGUN}, [("/options/start/routes/0/cases/0", "unknown_case")]),
    ],
)
def test_what_is_wrong_with_a_reference_is_said_of_it(
    client: ApiClient, body: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert refused(client, **{"date": WEDNESDAY, **body}) == found


def test_a_stored_collector_whose_breaks_do_not_fit_the_branchs_shift_is_named(client: ApiClient) -> None:
    breaks = [{"duration_s": 900, "latest": "07:30"}]
    client.post("/v1/collectors/bulk", json=[{"id": "k5", "branch": "vaduz", "breaks": breaks}])

    answer = client.post("/v1/plans", json={"branch": "vaduz", "date": WEDNESDAY, "collector_ids": ["k1", "k5"]})

    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/collectors/1/breaks/0", "break_order")
    assert error["detail"].startswith("Of the stored collector k5: ")


def test_a_day_that_is_not_worked_can_be_planned_all_the_same(client: ApiClient, plans: FakePlans) -> None:
    answer = client.post("/v1/plans", json={"branch": "vaduz", "date": SUNDAY})
    request = planned(client, plans, branch="vaduz", date=SUNDAY, any_day=True)

    assert "2026-11-30" in answer.json()["errors"][0]["detail"]
    assert request.date == date(2026, 11, 29)


def test_a_branch_with_more_due_cases_than_a_plan_may_have_says_how_to_choose(
    client: ApiClient, plans: FakePlans
) -> None:
    client.post("/v1/cases/bulk", json=[{"id": f"m{i}", "address": "x", "branch": "vaduz"} for i in range(5)])

    assert refused(client, branch="vaduz", date=WEDNESDAY) == [("/most_due_cases", "too_many_due")]
    request = planned(client, plans, branch="vaduz", date=WEDNESDAY, most_due_cases=2)

    assert [case.id for case in request.cases] == ["high", "m0"]


def test_a_branch_with_nothing_to_do_or_nobody_to_send_is_refused(client: ApiClient) -> None:
    put(client, "/v1/branches/empty", {})

    assert refused(client, branch="empty", date=WEDNESDAY) == [("/branch", "nothing_due")]
    client.post("/v1/cases/bulk", json=[{"id": "x", "address": "x", "branch": "empty"}])
    assert refused(client, branch="empty", date=WEDNESDAY) == [("/branch", "no_collectors")]

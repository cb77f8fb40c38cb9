"""The turns of each way, as JSON."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from service.store.jobs.records import JsonObject, PlanStatus
from tests.service.api.client import ApiClient
from tests.service.api.fakes import NOW, FakePlans, plan_document
from tests.service.web.days import day_with_turns, stored


def put(plans: FakePlans, result: JsonObject) -> str:
    return f"/v1/plans/{plans.put(status=PlanStatus.SUCCESSFUL, finished_at=NOW, result=result)}"


def ways(route: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the ways of a plan's route, the one back last."""
    return [*(stop["leg"] for stop in route["stops"]), *([route["return_leg"]] if route["return_leg"] else [])]


def test_each_way_has_its_turns_its_end_and_the_figures_of_the_plan(client: ApiClient, plans: FakePlans) -> None:
    plan = put(plans, stored(day_with_turns()))
    routes = client.get(plan).json()["result"]["routes"]

    sheet = client.get(f"{plan}/sheet").json()

    assert [route["number"] for route in sheet["routes"]] == [1, 2, 3, 4, 5]
    for shown, route in zip(sheet["routes"], routes, strict=True):
        assert [{name: leg[name] for name in ("travel_s", "length_m", "access_s")} for leg in shown["legs"]] == ways(
            route
        )
        to_stops = [leg for leg in shown["legs"] if leg["stop"] is not None]
        assert [(leg["stop"], leg["case"], leg["location"], leg["arrival"]) for leg in to_stops] == [
            (stop["number"], stop["case"], stop["location"], stop["arrival"]) for stop in route["stops"]
        ]
        assert [leg["departure"] for leg in shown["legs"]] == [
            route["departure"], *(stop["departure"] for stop in route["stops"])
        ][: len(shown["legs"])]  # fmt: skip
        for leg in shown["legs"]:
            assert [step["turn"] for step in leg["steps"]][:: len(leg["steps"]) - 1 or 1] in (["start", "arrive"], [])
            assert sum(step["duration_s"] for step in leg["steps"]) <= leg["travel_s"] - leg["access_s"]


def test_the_way_back_ends_at_no_stop(client: ApiClient, plans: FakePlans) -> None:
    plan = put(plans, plan_document())

    [route] = client.get(f"{plan}/sheet").json()["routes"]

    back = route["legs"][-1]
    assert (back["stop"], back["case"], back["arrival"]) == (None, None, route["arrival"])
    assert back["location"] == route["end"]


def test_one_route_is_asked_for_by_its_number(client: ApiClient, plans: FakePlans) -> None:
    plan = put(plans, stored(day_with_turns()))

    sheet = client.get(f"{plan}/sheet", params={"route": 3}).json()

    assert sheet["routes"] == [client.get(f"{plan}/sheet").json()["routes"][2]]


def test_a_plan_from_before_there_were_route_sheets_has_its_ways_without_turns(
    client: ApiClient, plans: FakePlans
) -> None:
    document = {name: value for name, value in plan_document().items() if name != "sheets"}

    [route] = client.get(f"{put(plans, document)}/sheet").json()["routes"]

    assert [leg["stop"] for leg in route["legs"]] == [1, 2, None]
    assert [leg["steps"] for leg in route["legs"]] == [[], [], []]


def test_the_plan_itself_stays_without_turns(client: ApiClient, plans: FakePlans) -> None:
    plan = put(plans, plan_document())

    answer = client.get(plan)

    assert answer.json()["links"]["sheet"] == f"{plan}/sheet"
    assert "Städtle" not in answer.text


@pytest.mark.parametrize(
    ("route", "status", "code"),
    [("2", 404, "route_not_found"), ("0", 422, "invalid_request"), ("one", 422, "invalid_request")],
)
def test_a_route_that_is_not_there_is_a_problem(
    client: ApiClient, plans: FakePlans, route: str, status: int, code: str
) -> None:
    answer = client.get(f"{put(plans, plan_document())}/sheet", params={"route": route})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert [error["pointer"] for error in answer.json()["errors"]] == ([] if status == 404 else ["/route"])


def test_a_plan_that_is_not_done_has_no_sheet(client: ApiClient, plans: FakePlans) -> None:
    waiting, dismissed = plans.put(), plans.put()
    plans.records[dismissed] = replace(plans.records[dismissed], status=PlanStatus.DISMISSED, finished_at=NOW)

    answers = [client.get(f"/v1/plans/{plan}/sheet") for plan in (waiting, dismissed)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "plan_not_done"),
        (409, "plan_without_result"),
    ]

"""Geocoding, areas, problems, health."""

import shutil
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from service.api import health
from service.app import create_app
from service.cases.refusal import TEXTS
from service.problem_kinds import KINDS
from service.store.errors import SchemaBehindError
from tests.service.api.client import ApiClient
from tests.service.api.fakes import FakeAreas, FakePlans, fake_deps, plan_body


def away() -> OperationalError:
    return OperationalError("SELECT secret", {"address": "secret"}, psycopg.OperationalError("secret"))


def test_each_address_gets_its_own_answer_in_order(client: ApiClient) -> None:
    queries = [{"address": "Nowhere 1"}, {"address": "Im Pardiel 46, 9494 Schaan"}]

    answer = client.post("/v1/geocode", json={"queries": queries})

    assert answer.status_code == 200
    assert (answer.json()["area"], answer.json()["area_version"]) == ("liechtenstein", "v1")
    assert [result["status"] for result in answer.json()["results"]] == ["not_found", "accepted"]
    assert answer.json()["results"][1]["location"] == {"lat": 47.1649981, "lon": 9.5087332}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"queries": []}, "/queries"),
        ({"queries": [{"address": "a", "name": "b"}]}, "/queries/0/name"),
        ({"queries": [{}]}, "/queries/0"),
        ({"queries": [{"address": "a"}], "area": "atlantis"}, "/area"),
    ],
)
def test_a_bad_geocoding_request_is_refused(client: ApiClient, body: object, pointer: str) -> None:
    answer = client.post("/v1/geocode", json=body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_the_newest_version_of_the_default_area_is_marked(client: ApiClient) -> None:
    areas = client.get("/v1/areas").json()["areas"]

    assert [(area["version"], area["default"]) for area in areas] == [("v1", True), ("v0", False)]
    assert areas[0]["bbox"] == [9.47, 47.04, 9.64, 47.28]
    assert areas[0]["attribution"]


@pytest.mark.parametrize("code", sorted({*KINDS, *TEXTS}))
def test_the_type_of_every_problem_and_reason_can_be_opened(client: ApiClient, code: str) -> None:
    answer = client.get(f"/problems/{code}")

    assert answer.status_code == 200
    assert (answer.json()["code"], answer.json()["type"]) == (code, f"/problems/{code}")


def test_an_unknown_code_is_explained_by_nothing(client: ApiClient) -> None:
    assert client.get("/problems/teapot").status_code == 404
    assert {kind["code"] for kind in client.get("/problems").json()} == {*KINDS, *TEXTS}


def test_a_living_and_ready_service_says_so(client: ApiClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "workers": 2}


def test_without_its_database_the_service_lives_and_is_not_ready(client: ApiClient, plans: FakePlans) -> None:
    plans.broken = away()

    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "database_unavailable")


def test_a_database_without_tables_is_not_ready(client: ApiClient, plans: FakePlans) -> None:
    plans.broken = ProgrammingError("SELECT 1", {}, psycopg.errors.UndefinedTable("plans"))

    assert "database_not_migrated" in {error["code"] for error in client.get("/readyz").json()["errors"]}


def test_without_its_default_area_the_service_is_not_ready(client: ApiClient, areas: FakeAreas) -> None:
    areas.damaged = True

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "area_unusable")


def test_tables_of_an_older_doorstep_are_not_ready() -> None:
    def behind() -> None:
        raise SchemaBehindError

    answer = ApiClient(create_app(replace(fake_deps(), require_current_tables=behind))).get("/readyz")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "database_not_migrated")


def test_without_room_on_its_disk_the_service_is_not_ready(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=health.LEAST_FREE_BYTES - 1))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "disk_full")


def test_a_damaged_area_is_no_fault_of_the_request(client: ApiClient, areas: FakeAreas) -> None:
    areas.damaged = True

    answer = client.post("/v1/plans", json=plan_body())

    assert (answer.status_code, answer.json()["code"]) == (503, "area_unusable")
    assert answer.headers["Retry-After"]


def test_while_the_database_is_away_requests_are_told_to_come_back(client: ApiClient, plans: FakePlans) -> None:
    plans.broken = away()

    answer = client.post("/v1/plans", json=plan_body())

    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.json()["detail"] == "Nothing was stored. Try again in a few seconds."
    assert answer.headers["Retry-After"]
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["", ".ndjson", "/events"])
def test_who_only_reads_is_not_told_that_nothing_was_stored(client: ApiClient, plans: FakePlans, path: str) -> None:
    plan = client.post("/v1/plans", json=plan_body()).json()["id"]
    plans.broken = away()

    answer = client.get(f"/v1/plans/{plan}{path}")

    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.json()["detail"] == "The database does not answer: nothing was read. Try again in a few seconds."

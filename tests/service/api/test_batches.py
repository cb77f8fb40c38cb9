"""Many addresses in one call: as JSON and as files, with progress, and back as files."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.app import create_app
from service.schemas.batch import StoredBatch
from service.spreadsheets.files import read_table
from service.spreadsheets.sheet import SheetLimits
from service.store.jobs.records import JsonObject, PlanStatus
from tests.service.api.client import ApiClient
from tests.service.api.fakes import NOW, FakeAreas, FakeBatches, answered, fake_deps
from tests.service.spreadsheets.workbooks import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KNOWN, UNKNOWN = "Im Pardiel 46, 9494 Schaan", "Nowhere 1"


@pytest.fixture
def batches() -> FakeBatches:
    """Batches that wait for a worker."""
    return FakeBatches()


@pytest.fixture
def client(batches: FakeBatches) -> ApiClient:
    return ApiClient(create_app(fake_deps(batches=batches)))


def work(batches: FakeBatches) -> None:
    batches.records = {key: answered(record) for key, record in batches.records.items()}


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_a_thousand_addresses_are_accepted_in_one_call_and_answered_in_order(
    client: ApiClient, batches: FakeBatches
) -> None:
    queries = [{"id": f"c{i}", "address": KNOWN if i % 2 else f"Nowhere {i}"} for i in range(1000)]

    accepted = client.post("/v1/geocode/batches", json={"queries": queries})
    work(batches)
    done = client.get(accepted.headers["Location"]).json()

    assert accepted.status_code == 202
    assert (accepted.json()["status"], accepted.json()["total"], accepted.headers["Retry-After"]) == (
        "accepted",
        1000,
        "1",
    )
    assert (done["status"], done["result"]["counts"]) == ("successful", {"accepted": 500, "not_found": 500})
    answers = done["result"]["answers"]
    assert [(one["row"], one["id"]) for one in answers] == [(i + 1, f"c{i}") for i in range(1000)]
    assert all((one["status"] == "accepted") == bool(i % 2) for i, one in enumerate(answers))


def test_a_batch_that_is_done_in_time_is_answered_at_once() -> None:
    client = ApiClient(create_app(fake_deps(batches=FakeBatches(on_get=answered))))

    answer = client.post("/v1/geocode/batches", json={"queries": [{"address": KNOWN}]}, headers={"Prefer": "wait=5"})

    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait=5")
    assert answer.json()["result"]["answers"][0]["location"] == {"lat": 47.1649981, "lon": 9.5087332}


def test_progress_is_shown_while_it_runs(client: ApiClient, batches: FakeBatches) -> None:
    path = client.post("/v1/geocode/batches", json={"queries": [{"address": KNOWN}]}).headers["Location"]
    progress: JsonObject = {"done": 20, "total": 1000, "elapsed_s": 0.5}
    batches.records = {
        key: replace(one, status=PlanStatus.RUNNING, started_at=NOW, attempt=1, progress=progress)
        for key, one in batches.records.items()
    }

    assert client.get(path).json()["progress"] == progress


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"queries": []}, "/queries"),
        ({"queries": {"address": "a"}}, "/queries"),
        ({"queries": [{"address": "a"}], "rows": 1}, "/rows"),
        ({"queries": [{"address": "a"}], "area": "atlantis"}, "/area"),
        ({"queries": [{"address": "a"}] * 4}, "/queries"),
    ],
)
def test_a_bad_batch_is_refused(body: object, pointer: str) -> None:
    client = ApiClient(create_app(fake_deps(max_addresses=3)))

    answer = client.post("/v1/geocode/batches", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({"id": "c2", "address": "  "}, "/address", "blank"),
        ({"id": "c2", "address": 5}, "/address", "wrong_type"),
        ({"id": "c2", "address": "x" * 301}, "/address", "wrong_length"),
        ({"id": "c2", "address": "a\u0000"}, "/address", "control_character"),
        ({"id": "c2", "location": {"lat": 47, "lon": 9, "datum": "nad27"}}, "/location/datum", "unknown_word"),
        ({"id": "c2", "location": {"lat": 91, "lon": 9}}, "/location/lat", "out_of_range"),
        ({"id": "c2", "address": KNOWN, "name": "b"}, "/name", "unknown_key"),
        ({"id": "c2"}, "", "place_missing"),
        ({"id": "a b", "address": KNOWN}, "/id", "wrong_text"),
        (KNOWN, "", "wrong_type"),
        (None, "", "wrong_type"),
    ],
)
def test_a_bad_query_is_an_answer_of_its_own_and_the_others_are_located(
    query: object, pointer: str, code: str, client: ApiClient, batches: FakeBatches
) -> None:
    accepted = client.post("/v1/geocode/batches", json={"queries": [{"address": KNOWN}, query, {"address": KNOWN}]})
    work(batches)
    done = client.get(accepted.headers["Location"]).json()
    table = rows_of(client.get(done["links"]["csv"]))

    (bad,) = accepted.json()["bad_rows"]
    first, answer, last = done["result"]["answers"]
    assert accepted.status_code == 202
    assert (bad["row"], bad["pointer"], bad["code"], bool(bad["detail"])) == (2, f"/queries/1{pointer}", code, True)
    assert (answer["row"], answer["status"], answer["reasons"], answer["fault"]) == (2, "invalid", [code], bad)
    assert answer["id"] == ("c2" if isinstance(query, dict) and query["id"] == "c2" else None)
    assert (first["status"], last["status"], first["fault"]) == ("accepted", "accepted", None)
    assert [row["problem"] for row in table] == ["", bad["detail"], ""]
    lines = client.get(done["links"]["ndjson"])
    assert [json.loads(line) for line in lines.text.splitlines()] == done["result"]["answers"]


def upload(client: ApiClient, content: bytes, content_type: str = "text/csv", query: str = "") -> Any:
    return client.post_raw(f"/v1/geocode/files{query}", content, content_type)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (f'id,address,debt\n7,"{KNOWN}",99\n8,{UNKNOWN},98\n'.encode(), "text/csv"),
        (f"id;address;debt\n7;{KNOWN};99\n8;{UNKNOWN};98\n".encode("gb18030"), "text/csv; charset=gb18030"),
        (workbook({"one": [["id", "address", "debt"], [7, KNOWN, 99], [8, UNKNOWN, 98]]}), XLSX),
        (workbook({"one": [["id", "address", "debt"], [7, KNOWN, 99], [8, UNKNOWN, 98]]}), "application/octet-stream"),
    ],
)
def test_a_file_is_answered_row_by_row(
    client: ApiClient, batches: FakeBatches, content: bytes, content_type: str
) -> None:
    accepted = upload(client, content, content_type)
    work(batches)
    links = client.get(accepted.headers["Location"]).json()["links"]

    assert accepted.status_code == 202
    rows = rows_of(client.get(links["csv"]))
    assert [(row["row"], row["id"], row["address"], row["geo_status"], row["geo_lat"]) for row in rows] == [
        ("2", "7", KNOWN, "accepted", "47.1649981"),
        ("3", "8", UNKNOWN, "not_found", ""),
    ]
    assert "debt" not in rows[0]
    assert "99" not in str(next(iter(batches.records.values())).request)


def test_the_answers_come_as_a_workbook_too(client: ApiClient, batches: FakeBatches) -> None:
    path = upload(client, f'address\n"{KNOWN}"\n=1+1\n'.encode()).headers["Location"]
    work(batches)

    answer = client.get(f"{path}.xlsx")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, XLSX)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="addresses.xlsx"'
    sheet = read_table(answer.content, limits=SheetLimits())
    assert [row.cells[2] for row in sheet.rows] == [KNOWN, "=1+1"]
    assert b"'=1+1" in client.get(f"{path}.csv").content


def test_bad_rows_are_listed_by_their_number_and_the_others_go_on(client: ApiClient, batches: FakeBatches) -> None:
    content = f'id,address,lat,lon\n1,"{KNOWN}",,\n2,,,\n\n3,x,99,200\n4,,47.1,9.5\n5,a,b,c,d\n'.encode()

    accepted = upload(client, content)
    work(batches)
    done = client.get(accepted.headers["Location"]).json()

    assert [(row["row"], row["code"]) for row in accepted.json()["bad_rows"]] == [
        (3, "place_missing"),
        (5, "out_of_range"),
        (7, "too_many_cells"),
    ]
    assert [(one["row"], one["status"]) for one in done["result"]["answers"]] == [
        (2, "accepted"),
        (3, "invalid"),
        (5, "invalid"),
        (6, "not_found"),
        (7, "invalid"),
    ]


def test_the_columns_the_sheet_and_the_datum_can_be_said(client: ApiClient, batches: FakeBatches) -> None:
    content = workbook({"one": [["x"]], "two": [["where", "lat", "lon"], [KNOWN, 34.52, 107.4]]})

    answer = upload(client, content, XLSX, "?address=where&sheet=two&datum=gcj02&area=liechtenstein")

    assert answer.status_code == 202
    (row,) = StoredBatch.model_validate(next(iter(batches.records.values())).request).rows
    assert row.address == KNOWN
    assert row.location is not None
    assert abs(row.location.lat - 34.52) > 0.0005


@pytest.mark.parametrize(
    ("content", "content_type", "query", "status", "code", "error"),
    [
        (b"a,b\n1,Landstrasse 19\n", "text/csv", "", 422, "invalid_file", "address_column_missing"),
        (b"address\nx\n", "text/csv", "?address=where", 422, "invalid_file", "unknown_column"),
        (b"address\nx\n", "text/csv; charset=klingon", "", 422, "invalid_file", "unknown_encoding"),
        (b"address\n1\n2\n3\n4\n", "text/csv", "", 422, "invalid_file", "too_many_rows"),
        (b"PK\x03\x04...", XLSX, "", 422, "invalid_file", "not_a_table"),
        (b"address\nx\n", "text/csv", "?area=atlantis", 422, "invalid_request", "area_not_found"),
        (b"address\nx\n", "text/csv", "?datum=nad27", 422, "invalid_request", "unknown_word"),
        (b'{"queries": []}', "application/json", "", 415, "unsupported_media_type", None),
        (b"address\n" + b"x" * 20_000, "text/csv", "", 413, "body_too_large", None),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_and_not_repeated(
    content: bytes, content_type: str, query: str, status: int, code: str, error: str | None
) -> None:
    client = ApiClient(create_app(fake_deps(max_addresses=3, max_body_bytes=10_000)))

    answer = upload(client, content, content_type, query)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert [one["code"] for one in answer.json()["errors"]] == ([] if error is None else [error])
    assert "Landstrasse" not in answer.text


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: ("address\n" + text).encode()))
)
def test_any_file_is_answered_or_refused(content: bytes) -> None:
    client = ApiClient(create_app(fake_deps()))

    accepted = upload(client, content)

    assert accepted.status_code in {200, 202, 422}
    if accepted.status_code != 422:
        path = accepted.headers["Location"]
        assert client.get(path).json()["status"] == "successful"
        assert client.get(f"{path}.csv").status_code == client.get(f"{path}.xlsx").status_code == 200


def test_answers_are_not_there_before_they_are_made(client: ApiClient, batches: FakeBatches) -> None:
    path = upload(client, b"address\nx\n").headers["Location"]

    assert client.get(f"{path}.csv").json()["code"] == "batch_not_done"
    batches.records = {
        key: replace(one, status=PlanStatus.FAILED, finished_at=NOW, problem={"code": "geocoding_failed"})
        for key, one in batches.records.items()
    }
    assert client.get(f"{path}.xlsx").json()["code"] == "batch_without_result"
    assert client.get(path).json()["problem"]["code"] == "geocoding_failed"


def test_a_batch_is_erased_with_its_addresses(client: ApiClient, batches: FakeBatches) -> None:
    path = upload(client, b"address\nx\n").headers["Location"]

    assert client.delete(path).status_code == 204
    assert batches.records == {}
    assert client.get(path).json()["code"] == client.delete(path).json()["code"] == "batch_not_found"


@pytest.mark.parametrize("batch_id", ["x", "7c1b6c0e-52f5-4a0b-9f58-0a6f1d1f3a11"])
def test_an_unknown_batch_is_not_found(client: ApiClient, batch_id: str) -> None:
    answer = client.get(f"/v1/geocode/batches/{batch_id}")

    assert (answer.status_code, answer.json()["code"]) == (404, "batch_not_found")


def test_a_damaged_area_takes_no_file() -> None:
    areas = FakeAreas()
    client = ApiClient(create_app(fake_deps(areas=areas, batches=FakeBatches())))
    areas.damaged = True

    assert upload(client, b"address\nx\n").json()["code"] == "area_unusable"

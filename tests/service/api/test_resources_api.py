"""Branches, cases and collectors over HTTP: stored by the bank's own ids, changed by version, found, sent in bulk."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.api.bulk import RawRow, store_rows
from service.api.kinds import BRANCH
from service.api.kinds import CASE as CASES
from service.app import create_app
from service.schemas.branch import Branch
from tests.service.api.client import ApiClient
from tests.service.api.fake_registry import fake_registry
from tests.service.api.fakes import fake_deps

CASE: dict[str, Any] = {"address": "Im Pardiel 46, 9494 Schaan", "name": "Anna Muster", "phone": "+423 232 11 11"}


@pytest.fixture
def client() -> ApiClient:
    return ApiClient(create_app(fake_deps(max_bulk_rows=50)))


def put(client: ApiClient, path: str, body: object, **headers: str) -> Any:
    return client.request(
        "PUT", path, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def errors(answer: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_a_case_is_created_read_and_replaced_by_its_version(client: ApiClient) -> None:
    created = put(client, "/v1/cases/2026-17", CASE)
    read = client.get(created.headers["Location"])
    replaced = put(client, "/v1/cases/2026-17", {**CASE, "priority": 90}, If_Match=read.headers["ETag"])

    assert (created.status_code, created.headers["ETag"]) == (201, '"1"')
    assert (read.json()["id"], read.json()["name"], read.json()["priority"]) == ("2026-17", "Anna Muster", 50)
    assert (replaced.status_code, replaced.headers["ETag"], replaced.json()["priority"]) == (200, '"2"', 90)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("cases", CASE),
        ("collectors", {"shift": {"start": "08:00", "end": "17:00"}}),
        ("branches", {"name": "North"}),
    ],
)
@pytest.mark.parametrize("id_", ["王", "案件-1:é", "a.b_c"])
def test_an_id_of_any_script_is_created_and_its_location_leads_to_it(
    client: ApiClient, kind: str, body: dict[str, Any], id_: str
) -> None:
    created = put(client, f"/v1/{kind}/{quote(id_)}", body)

    assert created.status_code == 201
    assert created.headers["Location"].isascii()
    assert client.get(created.headers["Location"]).json()["id"] == id_


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [(None, 428, "version_missing"), ('"7"', 412, "resource_changed"), ("x", 428, "version_missing")],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_who_does_not_name_the_version_that_is_there_changes_nothing(
    client: ApiClient, method: str, if_match: str | None, status: int, code: str
) -> None:
    put(client, "/v1/cases/a", CASE)

    headers = {} if if_match is None else {"If-Match": if_match}
    body = {} if method == "DELETE" else {"json": {"address": "elsewhere"}}
    answer = client.request(method, "/v1/cases/a", headers=headers, **body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert client.get("/v1/cases/a").json()["address"] == CASE["address"]


def test_the_same_case_sent_again_is_no_change_and_needs_no_version(client: ApiClient) -> None:
    put(client, "/v1/cases/a", CASE)

    again = put(client, "/v1/cases/a", CASE)

    assert (again.status_code, again.headers["ETag"]) == (200, '"1"')


def test_a_patch_changes_some_fields_and_null_takes_one_away(client: ApiClient) -> None:
    put(client, "/v1/cases/a", {**CASE, "priority": 90, "windows": [{"start": "09:00", "end": "12:00"}]})

    answer = client.request(
        "PATCH",
        "/v1/cases/a",
        content=json.dumps({"phone": None, "priority": None, "windows": [], "note": "dog"}),
        headers={"If-Match": "*", "Content-Type": "application/merge-patch+json"},
    )

    case = answer.json()
    assert answer.status_code == 200
    assert (case["phone"], case["priority"], case["windows"], case["note"]) == (None, 50, [], "dog")
    assert (case["name"], answer.headers["ETag"]) == ("Anna Muster", '"2"')


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"priority": 101}, "/priority", "out_of_range"),
        ({"prority": 10}, "/prority", "unknown_key"),
        ({"address": None}, "", "place_missing"),
        ({"id": "b"}, "/id", "wrong_text"),
        ({"branch": "nowhere"}, "/branch", "unknown_branch"),
        ({"suppressions": [{"reason": "weather"}]}, "/suppressions/0/reason", "unknown_word"),
        (
            {"suppressions": [{"reason": "dispute", "since": "2026-02-01", "until": "2026-01-01"}]},
            "/suppressions/0/until",
            "suppression_order",
        ),
    ],
)
def test_a_patch_that_would_break_a_rule_is_refused_with_the_field(
    client: ApiClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    put(client, "/v1/cases/a", CASE)

    answer = client.request("PATCH", "/v1/cases/a", json=change, headers={"If-Match": '"1"'})

    assert (answer.status_code, errors(answer)) == (422, [(pointer, code)])
    assert "Anna" not in answer.text


def test_a_deleted_case_is_not_there(client: ApiClient) -> None:
    put(client, "/v1/cases/a", CASE)

    deleted = client.request("DELETE", "/v1/cases/a", headers={"If-Match": '"1"'})

    assert deleted.status_code == 204
    assert (client.get("/v1/cases/a").status_code, client.get("/v1/cases/a").json()["code"]) == (404, "case_not_found")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("kind", ["cases", "collectors", "branches"])
def test_of_what_is_not_there_no_version_is_asked(client: ApiClient, kind: str, method: str) -> None:
    answer = client.request(method, f"/v1/{kind}/none", **({"json": {}} if method == "PATCH" else {}))

    assert answer.status_code == 404


def test_a_collector_whose_breaks_do_not_fit_the_shift_is_refused(client: ApiClient) -> None:
    shift = {"start": "08:00", "end": "12:00"}
    answer = put(client, "/v1/collectors/k", {"shift": shift, "overtime_after": "13:00"})

    assert errors(answer) == [("/overtime_after", "overtime_outside_shift")]


def test_what_cannot_be_an_id_is_not_there(client: ApiClient) -> None:
    for path in ("/v1/cases/Li%20Wei", "/v1/branches/%00", "/v1/collectors/" + "a" * 65):
        assert client.get(path).status_code == 404


def test_lists_come_in_pages_and_keep_their_filters(client: ApiClient) -> None:
    for number in range(5):
        put(client, f"/v1/cases/k-{number}", {**CASE, "priority": number * 10})

    first = client.get("/v1/cases?min_priority=10&limit=3").json()
    second = client.get(first["next"]).json()

    assert [case["id"] for case in first["cases"]] == ["k-1", "k-2", "k-3"]
    assert ([case["id"] for case in second["cases"]], second["next"]) == (["k-4"], None)


@pytest.mark.parametrize("cursor", ["x", "bm9uZQ==", "YmVoaW5kIA==", "ÿ"])
def test_a_made_up_cursor_is_refused(client: ApiClient, cursor: str) -> None:
    for answer in (
        client.get("/v1/cases", params={"cursor": cursor}),
        client.get("/v1/branches", params={"cursor": cursor}),
    ):
        assert (answer.status_code, errors(answer)) == (422, [("/cursor", "wrong_text")])


def test_people_are_searched_in_a_body_exactly(client: ApiClient) -> None:
    put(client, "/v1/cases/a", CASE)
    put(client, "/v1/cases/b", {**CASE, "name": "Max Muster", "phone": "1"})

    def found(**asked: object) -> list[str]:
        return [case["id"] for case in client.post("/v1/cases/search", json=asked).json()["cases"]]

    assert found(phone="00423 2321111") == ["a"]
    assert found(name="anna  MUSTER") == ["a"]
    assert found(name="Anna") == []
    assert found(address="im pardiel 46 9494 schaan") == ["a", "b"]
    assert found(address="c/o Anna Muster") == []
    first = client.post("/v1/cases/search", json={"limit": 1}).json()
    assert found(limit=1, cursor=first["next"]) == ["b"]
    assert client.get("/v1/cases?name=Anna").status_code == 422  # a name in a URL is not looked at


def test_bulk_answers_each_row_and_bad_ones_stop_no_others(client: ApiClient) -> None:
    put(client, "/v1/branches/north", {})
    rows = [
        {"id": "a", **CASE, "branch": "north"},
        {"id": "b", "priority": 10},
        {"id": "c", **CASE, "branch": "south"},
        {"id": "a", **CASE},
        {"id": "Li Wei", **CASE},
        "nonsense",
        {"id": "d", **CASE, "windows": [{"start": "10:00", "end": "09:00"}]},
        {"id": "e", **CASE},
    ]

    first = client.post("/v1/cases/bulk", json=rows)
    second = client.post("/v1/cases/bulk", json=rows).json()

    answers = [(row["row"], row["id"], row["outcome"]) for row in first.json()["rows"]]
    assert first.status_code == 200
    assert answers == [
        (1, "a", "created"),
        (2, "b", "refused"),
        (3, "c", "refused"),
        (4, "a", "refused"),
        (5, None, "refused"),
        (6, None, "refused"),
        (7, "d", "refused"),
        (8, "e", "created"),
    ]
    assert [[(e["pointer"], e["code"]) for e in row["errors"]] for row in first.json()["rows"]] == [
        [],
        [("", "place_missing")],
        [("/branch", "unknown_branch")],
        [("/id", "duplicate_id")],
        [("/id", "wrong_text")],
        [("", "wrong_type")],
        [("/windows/0/end", "window_order")],
        [],
    ]
    assert first.json()["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "refused": 6}
    assert second["counts"] == {"created": 0, "updated": 0, "unchanged": 2, "refused": 6}
    assert "Anna" not in first.text


def test_a_flood_of_errors_makes_no_flood_of_an_answer(client: ApiClient) -> None:
    rows = [{"id": f"c{i}", "address": "x", "visited_on": [i] * 200} for i in range(50)]

    answer = client.post("/v1/cases/bulk", json=[*rows, {"id": "d", **{f"x{i}": i for i in range(20)}}])

    assert answer.status_code == 422
    answer = client.post("/v1/cases/bulk", json=[*rows[:49], {"id": "d", **{f"x{i}": i for i in range(20)}}])
    assert {error["code"] for row in answer.json()["rows"][:49] for error in row["errors"]} == {"too_many_errors"}
    assert len(answer.json()["rows"][49]["errors"]) == 5


_ROW = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["a", "b", "c", "Li Wei", 7]),
        "address": st.sampled_from(["Weg 1", "Weg 2"]),
        "priority": st.sampled_from([1, 99, 101, "80"]),
        "branch": st.sampled_from(["north", "south"]),
    },
)


@given(calls=st.lists(st.lists(_ROW, max_size=6), min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_bulk_call_sent_twice_is_as_good_as_once(calls: list[list[dict[str, Any]]]) -> None:
    registry = fake_registry()
    registry.branches.put(BRANCH.entry("north", Branch()), expected=None)

    for call in calls:
        rows = [RawRow(number=number, value=row) for number, row in enumerate(call, start=1)]
        dry = store_rows(CASES, rows, registry, dry_run=True)
        first = store_rows(CASES, rows, registry, dry_run=False)
        once = registry.cases.page(limit=10)
        second = store_rows(CASES, rows, registry, dry_run=False)

        assert dry.counts == first.counts
        assert registry.cases.page(limit=10) == once
        for before, after in zip(first.rows, second.rows, strict=True):
            assert after.outcome == ("refused" if before.outcome == "refused" else "unchanged")
            assert (after.id, after.version, after.errors) == (before.id, before.version, before.errors)


def test_bulk_takes_one_object_a_line(client: ApiClient) -> None:
    lines = "\n".join([json.dumps({"id": "a", **CASE}), "", "{broken", json.dumps({"id": "b", **CASE}), ""])

    answer = client.post_raw("/v1/cases/bulk", lines, "application/x-ndjson").json()

    assert [(row["row"], row["outcome"]) for row in answer["rows"]] == [(1, "created"), (3, "refused"), (4, "created")]
    assert answer["rows"][1]["errors"][0]["code"] == "malformed_json"


def test_a_dry_run_says_the_same_and_stores_nothing(client: ApiClient) -> None:
    rows = [{"id": "a", **CASE}, {"id": "b"}]

    dry = client.post("/v1/cases/bulk?dry_run=true", json=rows).json()

    assert dry["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    assert (dry["dry_run"], dry["rows"][0]["version"]) == (True, None)
    assert client.get("/v1/cases/a").status_code == 404


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{}", "application/json", 422, "invalid_request"),
        (json.dumps([{}] * 51), "application/json", 422, "invalid_request"),
        ("{}\n" * 51, "application/x-ndjson", 422, "invalid_request"),
        ("[", "application/json", 400, "malformed_json"),
        ("", "application/json", 400, "malformed_json"),
        ("[]", "text/plain", 415, "unsupported_media_type"),
    ],
)
def test_a_call_that_is_wrong_as_a_whole_is_refused_as_a_whole(
    client: ApiClient, body: str, content_type: str, status: int, code: str
) -> None:
    answer = client.post_raw("/v1/cases/bulk", body, content_type)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_collectors_are_stored_and_listed_by_branch(client: ApiClient) -> None:
    put(client, "/v1/branches/north", {})
    rows = [{"id": "k-1", "branch": "north"}, {"id": "k-2", "branch": "north", "status": "inactive"}, {"id": "k-3"}]
    answer = client.post("/v1/collectors/bulk", json=rows).json()

    listed = client.get("/v1/collectors?branch=north&status=active").json()

    assert answer["counts"]["created"] == 3
    assert [one["id"] for one in listed["collectors"]] == ["k-1"]
    assert client.get("/v1/collectors/k-3").json()["vehicle"] == "car"


@pytest.mark.parametrize(
    ("branch", "pointer", "code"),
    [
        ({"time_zone": "Europe/Nowhere"}, "/time_zone", "unknown_time_zone"),
        ({"policy": "xx"}, "/policy", "unknown_policy"),
        ({"area": "atlantis"}, "/area", "area_not_found"),
        (
            {"calendar": {"holidays": ["2026-01-01"], "extra_days": ["2026-01-01"]}},
            "/calendar/extra_days/0",
            "calendar_contradiction",
        ),
        ({"calendar": {"weekdays": ["monday"]}}, "/calendar/weekdays/0", "unknown_word"),
        ({"shifts": [{"start": "17:00", "end": "08:00"}]}, "/shifts/0/end", "window_order"),
    ],
)
def test_a_branch_that_no_plan_could_be_made_for_is_refused(
    client: ApiClient, branch: dict[str, Any], pointer: str, code: str
) -> None:
    answer = put(client, "/v1/branches/north", branch)

    assert (answer.status_code, errors(answer)) == (422, [(pointer, code)])


def test_a_branch_with_cases_stays(client: ApiClient) -> None:
    put(client, "/v1/branches/north", {"name": "North"})
    put(client, "/v1/cases/a", {**CASE, "branch": "north"})

    refused = client.request("DELETE", "/v1/branches/north", headers={"If-Match": "*"})
    client.request("PATCH", "/v1/cases/a", json={"branch": None}, headers={"If-Match": "*"})
    deleted = client.request("DELETE", "/v1/branches/north", headers={"If-Match": "*"})

    assert (refused.status_code, refused.json()["code"], deleted.status_code) == (409, "branch_in_use", 204)


def test_the_visits_of_a_case_come_in_pages_the_latest_first(client: ApiClient) -> None:
    put(client, "/v1/cases/a.%C3%A9", CASE)
    for day in (3, 1, 3, 2, 5):
        client.post("/v1/cases/a.%C3%A9/visits", json={"visited_on": f"2026-11-0{day}", "outcome": "met"})

    pages, path = [], "/v1/cases/a.%C3%A9/visits?limit=2"
    while path:
        page = client.get(path).json()
        pages.append(page["visits"])
        path = page["next"]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [visit["visited_on"][-1] for page in pages for visit in page] == ["5", "3", "3", "2", "1"]
    assert len({visit["id"] for page in pages for visit in page}) == 5
    wrong = client.get("/v1/cases/a.%C3%A9/visits?cursor=YmVoaW5kIHg=")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/cursor")


def test_visits_are_recorded_and_listed_the_latest_first(client: ApiClient) -> None:
    put(client, "/v1/cases/a", CASE)
    for day, outcome in (("2026-11-02", "not_at_home"), ("2026-11-20", "promised")):
        answer = client.post("/v1/cases/a/visits", json={"visited_on": day, "outcome": outcome})
        assert answer.status_code == 201

    listed = client.get("/v1/cases/a/visits").json()["visits"]

    assert [visit["outcome"] for visit in listed] == ["promised", "not_at_home"]
    assert client.get("/v1/cases/b/visits").json()["code"] == "case_not_found"
    assert client.delete(f"/v1/cases/a/visits/{listed[0]['id']}").status_code == 204
    assert client.delete(f"/v1/cases/a/visits/{listed[0]['id']}").json()["code"] == "visit_not_found"
    assert client.delete("/v1/cases/a/visits/none").json()["code"] == "visit_not_found"
    assert len(client.get("/v1/cases/a/visits").json()["visits"]) == 1
    to_come = client.post("/v1/cases/a/visits", json={"visited_on": "2026-11-26", "outcome": "met"})
    assert errors(to_come) == [("/visited_on", "out_of_range")]
    bad = client.post(
        "/v1/cases/a/visits", json={"visited_on": "2026-11-02", "outcome": "met", "promised_on": "2026-12-01"}
    )
    assert errors(bad) == [("/promised_on", "promise_contradiction")]

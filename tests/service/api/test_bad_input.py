"""Each bad request is refused with a clear problem, says nothing of what was sent, and stores nothing."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from service.app import create_app
from service.field_errors import MAX_FIELD_ERRORS
from tests.service.api.client import ApiClient
from tests.service.api.fakes import FakePlans, fake_deps, plan_body

MARKER = "Geheimniskrämer-4711"


def with_case(**case: Any) -> dict[str, Any]:
    return plan_body(cases=[{"id": "c1", "address": "Im Pardiel 46, 9494 Schaan"} | case])


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (plan_body(cases=[]), "/cases", "wrong_length"),
        (plan_body(collectors=[]), "/collectors", "wrong_length"),
        ({}, "/cases", "missing"),
        ([], "", "wrong_type"),
        (None, "", "wrong_type"),
        (plan_body(case=[]), "/case", "unknown_key"),
        (with_case(phone="1"), "/cases/0/phone", "unknown_key"),
        (with_case(**{"a/b~c": 1}), "/cases/0/a~1b~0c", "unknown_key"),
        (with_case(priority=True), "/cases/0/priority", "wrong_type"),
        (with_case(priority="80"), "/cases/0/priority", "wrong_type"),
        (with_case(priority=1.5), "/cases/0/priority", "wrong_type"),
        (with_case(priority=101), "/cases/0/priority", "out_of_range"),
        (with_case(mandatory=1), "/cases/0/mandatory", "wrong_type"),
        (with_case(address=5), "/cases/0/address", "wrong_type"),
        (with_case(address="\ud800"), "/cases/0/address", "wrong_text"),
        (with_case(address="a\x00b"), "/cases/0/address", "control_character"),
        (with_case(address=None), "/cases/0", "place_missing"),
        (with_case(location={"lat": "47", "lon": 9}), "/cases/0/location/lat", "wrong_type"),
        (with_case(location={"lat": 91, "lon": 9}), "/cases/0/location/lat", "out_of_range"),
        (with_case(windows=[{"start": "10:00", "end": "09:00"}]), "/cases/0/windows/0/end", "window_order"),
        (with_case(windows=[{"start": "25:00", "end": "26:00"}]), "/cases/0/windows/0/start", "local_time"),
        (plan_body(date="2026-02-30"), "/date", "iso_date"),
        (plan_body(cases=[{"id": "c", "address": "a"}] * 2), "/cases/1/id", "duplicate_id"),
        (plan_body(collectors=plan_body()["collectors"] * 2), "/collectors/1/id", "duplicate_id"),
        (plan_body(area="atlantis"), "/area", "area_not_found"),
        (plan_body(area="../../etc"), "/area", "area_not_found"),
        (plan_body(time_zone="Mars/Olympus"), "/time_zone", "unknown_time_zone"),
        (plan_body(policy="none"), "/policy", "unknown_policy"),
        (plan_body(options={"engine": "magic"}), "/options/engine", "unknown_word"),
        (plan_body(options={"budget_s": 10_000}), "/options/budget_s", "out_of_range"),
        (plan_body(options={"budget_s": 31}), "/options/budget_s", "out_of_range"),
        (plan_body(cases=[{"id": f"c{i}", "address": "a"} for i in range(51)]), "/cases", "wrong_length"),
    ],
)
def test_a_broken_rule_is_named_with_its_field(body: object, pointer: str, code: str) -> None:
    plans = FakePlans()
    client = ApiClient(create_app(fake_deps(plans=plans, max_cases=50, max_solve_budget_s=30)))

    answer = client.post_raw("/v1/plans", json.dumps(body))

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["type"], answer.json()["status"]) == ("/problems/invalid_request", 422)
    first = answer.json()["errors"][0]
    assert (first["pointer"], first["code"]) == (pointer, code)
    assert answer.json()["errors"][0]["detail"]
    assert plans.records == {}


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (with_case(id="Li Wei"), "Must be letters, digits and . _ : - only, and begin with a letter or a digit."),
        (with_case(id="a/b"), "Must be letters, digits and . _ : - only, and begin with a letter or a digit."),
        (with_case(id="a\n"), "Must be letters, digits and . _ : - only, and begin with a letter or a digit."),
        (with_case(id="a\u200db"), "Must not contain control characters or others that nobody sees."),
        (with_case(id="a" * 65), "Must have at most 64 characters."),
        (with_case(service_s=-1), "Must be at least 0."),
        (with_case(priority=101), "Must be at most 100."),
        (with_case(location={"lat": 91, "lon": 9}), "Must be at most 90."),
        (plan_body(options={"budget_s": 0}), "Must be more than 0."),
        (plan_body(roads={"closed_ways": [1] * 10_001}), "Must have at most 10000 entries, got 10001."),
        (
            plan_body(collectors=[plan_body()["collectors"][0] | {"vehicle": "A Boat"}]),
            "Must be small Latin letters, digits, _ and - only, and begin with a letter.",
        ),
        (
            plan_body(collectors=[plan_body()["collectors"][0] | {"start": {"lat": 47.1, "lon": 9.5}}]),
            'Unknown key: a place is {"address": "..."} or {"location": {"lat": ..., "lon": ...}}.',
        ),
        (
            with_case(address=None),
            'Give an address, a location, or both: {"address": "..."} or {"location": {"lat": ..., "lon": ...}}.',
        ),
        (plan_body(options={"engine": "magic"}), "Must be 'hybrid' or 'or_tools'."),
    ],
)
def test_a_broken_rule_is_said_in_plain_words(client: ApiClient, body: object, rule: str) -> None:
    errors = client.post("/v1/plans", json=body).json()["errors"]

    assert rule in {error["detail"] for error in errors}


def test_all_broken_rules_are_named_at_once(client: ApiClient) -> None:
    body = plan_body(cases=[{"id": "c1", "priority": "x", "address": "a"}, {"id": 2, "address": "a", "x": 1}])

    errors = client.post("/v1/plans", json=body).json()["errors"]

    assert {error["pointer"] for error in errors} == {"/cases/0/priority", "/cases/1/id", "/cases/1/x"}


def test_of_very_many_errors_the_first_hundred_are_shown(client: ApiClient) -> None:
    body = plan_body(cases=[{"id": f"c{i}"} for i in range(500)])

    answer = client.post("/v1/plans", json=body).json()

    assert len(answer["errors"]) == MAX_FIELD_ERRORS
    assert "of 500" in answer["detail"]


def test_listing_a_flood_of_errors_is_refused_but_the_first_are_named(client: ApiClient) -> None:
    flood = {f"k{i}": 0 for i in range(30)}
    body = plan_body(cases=[flood] * 1000)

    answer = client.post("/v1/plans", json=body).json()

    assert len(answer["errors"]) == MAX_FIELD_ERRORS
    assert "of 31000" in answer["detail"]
    assert answer["errors"][0]["pointer"].startswith("/cases/0/")


def test_a_flood_of_objects_is_refused(client: ApiClient) -> None:
    answer = client.post_raw("/v1/plans", b'{"cases": [' + b"{}," * 300_000 + b"{}]}")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"  ", "empty"),
        (b'{"cases": [}', "line 1, column 12"),
        (b"{\n  'cases': []}", "line 2, column 3"),
        (b'{"cases": [], "cases": []}', "same key twice"),
        (b'{"cases": NaN}', "NaN"),
        (b'{"cases": -Infinity}', "Infinity"),
        (b'{"cases": "\xff"}', "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"9" * 10_000, "too many digits"),
        (json.dumps({f"k{i}": i for i in range(1000)}).encode(), "keys"),
    ],
)
def test_what_is_not_json_is_refused_with_the_place(client: ApiClient, body: bytes, says: str) -> None:
    answer = client.post_raw("/v1/plans", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert says in answer.json()["detail"]


def test_a_byte_order_mark_is_no_harm(client: ApiClient) -> None:
    answer = client.post_raw("/v1/plans", b"\xef\xbb\xbf" + json.dumps(plan_body()).encode())

    assert answer.status_code == 202


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_type_is_refused(client: ApiClient, content_type: str) -> None:
    answer = client.post_raw("/v1/plans", json.dumps(plan_body()), content_type)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert answer.headers["Accept-Post"] == "application/json"


def test_twenty_megabytes_are_refused_by_their_announced_length_and_not_read(client: ApiClient) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(20):
            read += 1
            yield b" " * 1024 * 1024

    headers = {"Content-Type": "application/json", "Content-Length": str(20 * 1024 * 1024)}

    answer = client.post("/v1/plans", content=body(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert read == 0


def test_twenty_megabytes_in_chunks_are_refused_as_soon_as_they_are_too_much(client: ApiClient) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(20):
            read += 1
            yield b" " * 1024 * 1024

    answer = client.post("/v1/plans", content=body(), headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert read == 11


def test_a_body_as_large_as_allowed_is_read() -> None:
    body = json.dumps(plan_body()).encode()
    client = ApiClient(create_app(fake_deps(max_body_bytes=len(body))))

    assert client.post_raw("/v1/plans", body).status_code == 202
    assert client.post_raw("/v1/plans", body + b" ").status_code == 413


def marked(value: object) -> object:
    """Return the value with the marker in the place of every scalar."""
    if isinstance(value, dict):
        return {key: marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [marked(item) for item in value]
    return MARKER


FULL = plan_body(
    date="2026-11-25",
    area="liechtenstein",
    time_zone="Europe/Vaduz",
    policy="cn",
    options={"engine": "or_tools", "budget_s": 1.0, "iterations": 1, "seed": 1, "minutes_per_priority_point": 1.0},
    cases=[
        {
            "id": "c1",
            "address": "a",
            "location": {"lat": 1, "lon": 2},
            "priority": 1,
            "mandatory": True,
            "service_s": 1,
            "windows": [{"start": "09:00", "end": "10:00"}],
            "required_skills": ["x"],
            "debt": "?",
        }
    ],
)


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in items for found in paths(item, (*path, key)))]


def with_marker_at(path: tuple[str | int, ...]) -> object:
    if not path:
        return MARKER
    body = json.loads(json.dumps(FULL))
    holder = body
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = MARKER
    return body


@pytest.mark.parametrize("path", paths(FULL), ids=str)
def test_no_answer_repeats_what_was_sent_in_any_field(client: ApiClient, path: tuple[str | int, ...]) -> None:
    answer = client.post_raw("/v1/plans", json.dumps(with_marker_at(path)))

    assert answer.status_code == 422  # FULL has an unknown key in any case
    assert MARKER not in json.dumps(answer.json(), ensure_ascii=False)


def test_no_answer_repeats_what_was_sent_in_all_fields_at_once(client: ApiClient) -> None:
    for body in (json.dumps(marked(FULL)), json.dumps(marked(FULL))[:-5], f'{{"{MARKER}'):
        answer = client.post_raw("/v1/plans", body)

        assert answer.status_code in {400, 422}
        assert MARKER not in json.dumps(answer.json(), ensure_ascii=False)

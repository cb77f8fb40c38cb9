"""One person's data over HTTP: nobody asks without saying why, and no answer repeats a name."""

from dataclasses import replace

import pytest

from service.app import create_app
from tests.service.api.client import ApiClient
from tests.service.api.fake_records import FakePersons
from tests.service.api.fakes import fake_deps

WHY = {"Audit-Reason": "request 17 of 2026-11-24"}
NAME = "Balthasar Quaderer"


@pytest.fixture
def persons() -> FakePersons:
    persons = FakePersons()
    persons.cases["c1"] = {"id": "c1", "name": NAME}
    return persons


@pytest.fixture
def client(persons: FakePersons) -> ApiClient:
    return ApiClient(create_app(replace(fake_deps(), persons=persons)))


def test_an_erasure_answers_with_its_proof_and_without_the_person(client: ApiClient, persons: FakePersons) -> None:
    answer = client.post("/v1/persons/erasures", json={"case": "c1"}, headers=WHY)

    assert answer.status_code == 200
    assert (answer.json()["erased"], answer.json()["left"]) == ({"cases": 1}, {"cases": 0})
    assert (answer.json()["found"], answer.json()["earlier"]) == (True, None)
    assert len(answer.json()["audit"]["hash"]) == 64
    assert NAME not in answer.text
    assert persons.cases == {}


def test_an_export_shows_what_is_kept(client: ApiClient) -> None:
    answer = client.post("/v1/persons/exports", json={"case": "c1"}, headers=WHY)

    assert answer.json() == {"cases": ["c1"], "collectors": [], "kept": {"cases": [{"id": "c1", "name": NAME}]}}


@pytest.mark.parametrize("what", ["erasures", "exports"])
def test_nobody_asks_without_saying_why(client: ApiClient, persons: FakePersons, what: str) -> None:
    answer = client.post(f"/v1/persons/{what}", json={"case": "c1"})

    assert (answer.status_code, answer.json()["code"]) == (428, "reason_missing")
    assert persons.cases


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid_request"),
        ({"case": "c2"}, 404, "person_not_found"),
        ({"case": "c1", "collector": "k1"}, 422, "invalid_request"),
        ({"name": NAME}, 404, "person_not_found"),
        ({"name": "Several"}, 409, "person_ambiguous"),
        ({"case": "at-work"}, 409, "person_at_work"),
        ({"email": NAME}, 422, "invalid_request"),
        ({"phone": NAME}, 422, "invalid_request"),
    ],
)
def test_what_cannot_be_answered_says_why_and_repeats_nothing(
    client: ApiClient, body: dict[str, str], status: int, code: str
) -> None:
    answer = client.post("/v1/persons/erasures", json=body, headers=WHY)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert NAME not in answer.text

"""Reviews and pins over HTTP, on the real store."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import Engine

from geodata.geocoding.port import AddressQuery
from service.app import create_app
from service.store.addresses.address_book import address_books
from service.store.privacy.tenant_keys import TenantKeys
from tests.service.api.client import ApiClient
from tests.service.api.fakes import DOUBTED, FakeAreas, fake_deps

ADDRESS = "Landstrasse 19, 9494 Schaan"
STREET, DOOR, ELSEWHERE = ({"lat": lat, "lon": lon} for lat, lon in ((47.165, 9.5087), (47.1415, 9.5205), (47.2, 9.55)))
OUTSIDE = {"lat": 47.91234, "lon": 9.51234}


@pytest.fixture
def client(engine: Engine) -> ApiClient:
    return ApiClient(create_app(replace(fake_deps(), books=address_books(engine, TenantKeys(engine), tenant="main"))))


def geocode(client: ApiClient, address: str = ADDRESS, **more: Any) -> Any:
    answer = client.post("/v1/geocode", json={"queries": [{"address": address}], **more})
    assert answer.status_code == 200
    return answer.json()["results"][0]


@pytest.fixture
def path(client: ApiClient) -> str:
    """The path of an open review."""
    return f"/v1/geocode/reviews/{geocode(client)['review']}"


def decide(client: ApiClient, path: str, body: Any = None, *, version: int = 1) -> httpx.Response:
    return (
        client.post(path, json=body, headers={"If-Match": f'"{version}"'})
        if body is not None
        else client.post(path, headers={"If-Match": f'"{version}"'})
    )


def visit(client: ApiClient, location: Any = STREET, address: str = ADDRESS, **more: Any) -> httpx.Response:
    return client.post("/v1/geocode/pins", json={"address": address, "location": location, "accuracy_m": 10, **more})


def test_a_doubtful_address_is_queued_and_shown_with_its_places(client: ApiClient, path: str) -> None:
    answer = client.get(path)

    review = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert (review["address"], review["area"], review["status"]) == (ADDRESS, "liechtenstein", "open")
    assert review["answer"]["location"] == STREET
    assert review["answer"]["reasons"] == ["house_number_unknown", "unexplained_text"]
    (other,) = review["answer"]["alternatives"]
    assert (other["location"], other["reasons"], other["uncertainty_m"]) == (DOOR, ["place_contradicts"], 15)
    assert review["links"]["self"] == path


def test_an_accepted_address_has_no_review_and_a_caller_may_want_none(client: ApiClient) -> None:
    assert geocode(client, "Im Pardiel 46, 9494 Schaan")["review"] is None
    assert geocode(client, review=False)["review"] is None
    assert client.get("/v1/geocode/reviews").json() == {"reviews": [], "next": None}


def test_an_accepted_alternative_locates_the_address_from_then_on(client: ApiClient, path: str) -> None:
    answer = decide(client, f"{path}/accept", {"alternative": 0})

    located = geocode(client)
    assert (answer.status_code, answer.headers["etag"], answer.json()["status"]) == (200, '"2"', "accepted")
    assert answer.json()["pin"] == {"location": DOOR, "level": "house_number", "uncertainty_m": 15}
    assert (located["status"], located["location"], located["match_type"]) == ("accepted", DOOR, "pin")
    assert (located["provider"], located["review"]) == ("pin", None)


def test_a_caller_who_wants_no_review_gets_the_pin_all_the_same(client: ApiClient, path: str) -> None:
    decide(client, f"{path}/accept", {})

    assert geocode(client, review=False)["match_type"] == "pin"


def test_a_moved_pin_locates_the_address_and_may_be_given_in_a_chinese_datum(client: ApiClient, path: str) -> None:
    moved = decide(client, f"{path}/move", {"location": ELSEWHERE | {"datum": "gcj02"}})

    assert moved.json()["pin"]["location"] == ELSEWHERE  # outside China the datum is WGS-84's
    assert geocode(client)["location"] == ELSEWHERE


def test_a_rejected_address_stays_without_a_place(client: ApiClient, path: str) -> None:
    rejected = decide(client, f"{path}/reject")

    again = geocode(client)
    assert (rejected.json()["status"], rejected.json()["pin"]) == ("rejected", None)
    assert (again["status"], again["review"]) == ("needs_review", path.rpartition("/")[2])
    assert client.get(path).json()["status"] == "rejected"


@pytest.mark.parametrize(
    ("decision", "body"), [("accept", {"alternative": 0}), ("move", {"location": ELSEWHERE}), ("reject", None)]
)
def test_the_same_decision_may_be_sent_again_when_its_answer_was_lost(
    client: ApiClient, path: str, decision: str, body: Any
) -> None:
    first, again = (decide(client, f"{path}/{decision}", body) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.json(), again.headers["etag"]) == (first.json(), '"2"')


def test_of_two_planners_at_once_one_decides_and_the_other_is_told(client: ApiClient, path: str) -> None:
    bodies: list[tuple[str, Any]] = [
        ("accept", {"alternative": 0}),
        ("move", {"location": ELSEWHERE}),
        ("reject", None),
    ]

    with ThreadPoolExecutor(3) as planners:
        answers = list(planners.map(lambda one: decide(client, f"{path}/{one[0]}", one[1]), bodies))

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 412} == {"review_changed"}
    (won,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert client.get(path).json() == won


def test_a_decision_is_changed_by_who_saw_it(client: ApiClient, path: str) -> None:
    decide(client, f"{path}/accept", {})
    changed = decide(client, f"{path}/move", {"location": ELSEWHERE}, version=2)

    assert (changed.status_code, changed.json()["status"]) == (200, "moved")
    assert geocode(client)["location"] == ELSEWHERE


@pytest.mark.parametrize("if_match", [None, "*", "1", 'W/"1"', '"one"', '"-1"'])
def test_a_decision_without_the_version_it_is_made_on_is_refused(
    client: ApiClient, path: str, if_match: str | None
) -> None:
    headers = {} if if_match is None else {"If-Match": if_match}

    answer = client.post(f"{path}/accept", json={}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (428, "version_missing")
    assert client.get(path).json()["status"] == "open"


@pytest.mark.parametrize(
    ("decision", "body", "pointer", "code"),
    [
        ("accept", {"alternative": 1}, "/alternative", "not_offered"),
        ("accept", {"alternative": -1}, "/alternative", "out_of_range"),
        ("accept", {"place": 0}, "/place", "unknown_key"),
        ("move", {}, "/location", "missing"),
        ("move", {"location": OUTSIDE}, "/location", "out_of_area"),
        ("move", {"location": {"lat": 9.5087, "lon": 47.165}}, "/location", "out_of_area"),
        ("move", {"location": {"lat": "47", "lon": 9}}, "/location/lat", "wrong_type"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_says_why(
    client: ApiClient, path: str, decision: str, body: Any, pointer: str, code: str
) -> None:
    answer = decide(client, f"{path}/{decision}", body)

    (error,) = answer.json()["errors"]
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert (error["pointer"], error["code"]) == (pointer, code)


def test_a_location_too_wide_to_drive_to_is_refused(client: ApiClient, path: str, engine: Engine) -> None:
    wide = replace(DOUBTED, uncertainty_m=9000)
    books = address_books(engine, TenantKeys(engine), tenant="main")
    books.reviews.note("liechtenstein", [AddressQuery(text=ADDRESS)], [wide])

    answer = decide(client, f"{path}/accept", {}, version=2)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "too_wide")


def test_what_was_not_found_can_only_be_pinned_by_hand(client: ApiClient) -> None:
    path = f"/v1/geocode/reviews/{geocode(client, 'Nowhere 1')['review']}"

    refused = decide(client, f"{path}/accept", {})

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_offered")
    assert decide(client, f"{path}/move", {"location": ELSEWHERE}).status_code == 200
    assert geocode(client, "nowhere 1")["location"] == ELSEWHERE


@pytest.mark.parametrize("name", ["reviews", "pins"])
@pytest.mark.parametrize("id_", ["3c769abb-1cd2-489d-8a2a-b98f3a0b80e0", "no-uuid"])
def test_unknown_ids_are_a_problem_of_their_own(client: ApiClient, name: str, id_: str) -> None:
    answer = client.get(f"/v1/geocode/{name}/{id_}")

    assert (answer.status_code, answer.json()["code"]) == (404, f"{name[:-1]}_not_found")


def pages(client: ApiClient, first: str, name: str) -> list[list[str]]:
    found, path = [], first
    while path:
        page = client.get(path).json()
        found.append([one["address"] for one in page[name]])
        path = page["next"]
    return found


def test_the_queue_is_read_in_pages_the_latest_first(client: ApiClient) -> None:
    for number in range(5):
        geocode(client, f"Landstrasse {number}")

    assert pages(client, "/v1/geocode/reviews?limit=2&status=open&area=liechtenstein", "reviews") == [
        ["Landstrasse 4", "Landstrasse 3"],
        ["Landstrasse 2", "Landstrasse 1"],
        ["Landstrasse 0"],
    ]


def test_the_queue_is_filtered_by_status_and_area(client: ApiClient, path: str) -> None:
    geocode(client, "Landstrasse 20")
    decide(client, f"{path}/reject")

    def addresses(query: str) -> list[list[str]]:
        return pages(client, f"/v1/geocode/reviews?{query}", "reviews")

    assert addresses("status=rejected&status=accepted") == [[ADDRESS]]
    assert addresses("status=open") == [["Landstrasse 20"]]
    assert addresses("area=elsewhere") == [[]]


def test_pins_are_read_in_pages_and_one_is_taken_away_by_who_saw_it(client: ApiClient) -> None:
    for number in range(3):
        visit(client, address=f"Landstrasse {number}")
    first = client.get("/v1/geocode/pins?limit=1").json()["pins"][0]
    path = f"/v1/geocode/pins/{first['id']}"

    wrong = client.delete(path, headers={"If-Match": '"7"'})
    missing = client.delete(path)
    gone = client.delete(path, headers={"If-Match": client.get(path).headers["etag"]})

    assert (wrong.status_code, wrong.json()["code"]) == (412, "pin_changed")
    assert missing.status_code == 428
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(path).status_code == 404
    assert pages(client, "/v1/geocode/pins?limit=1", "pins") == [["Landstrasse 1"], ["Landstrasse 0"]]
    assert geocode(client, "Landstrasse 2")["status"] == "needs_review"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("cursor=zzz", "/cursor"),
        ("cursor=MjAyNg==", "/cursor"),
        ("cursor=%F0%9F%98%80", "/cursor"),
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("status=undecided", "/status/0"),
    ],
)
def test_a_page_that_cannot_be_is_refused(client: ApiClient, query: str, pointer: str) -> None:
    answer = client.get(f"/v1/geocode/reviews?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_an_address_is_erased_with_its_pin(client: ApiClient, path: str) -> None:
    decide(client, f"{path}/accept", {})

    gone, again = client.delete(path), client.delete(path)

    assert (gone.status_code, again.status_code) == (204, 404)
    assert client.get("/v1/geocode/pins").json()["pins"] == []
    assert geocode(client)["status"] == "needs_review"


def test_visits_at_the_same_moment_leave_one_pin(client: ApiClient) -> None:
    with ThreadPoolExecutor(4) as visits:
        answers = list(visits.map(lambda metres: visit(client, accuracy_m=metres), (4, 5, 6, 7)))

    assert {answer.status_code for answer in answers} <= {200, 201}
    (pin,) = client.get("/v1/geocode/pins").json()["pins"]
    assert pin["uncertainty_m"] == 4


def test_the_gps_of_a_visit_pins_an_address_whose_place_it_confirms(client: ApiClient) -> None:
    answer = visit(client)

    located = geocode(client)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "pinned")
    assert client.get(answer.headers["location"]).json() == answer.json()["pin"]
    assert (located["location"], located["uncertainty_m"], located["match_type"]) == (STREET, 10, "pin")


def test_a_second_visit_keeps_the_pin_that_is_as_precise(client: ApiClient) -> None:
    first = visit(client)
    again = visit(client, {"lat": 47.1652, "lon": 9.5087}, accuracy_m=12)
    better = visit(client, {"lat": 47.1652, "lon": 9.5087}, accuracy_m=4)

    assert (again.status_code, again.json()["outcome"], again.json()["pin"]) == (200, "kept", first.json()["pin"])
    assert (better.status_code, better.json()["pin"]["version"], better.json()["pin"]["uncertainty_m"]) == (201, 2, 4)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"location": ELSEWHERE}, "gps_far"),
        ({"accuracy_m": 51}, "gps_inaccurate"),
        ({"address": "Nowhere 1"}, "gps_unverified"),
    ],
)
def test_a_doubtful_visit_is_queued_once_and_a_planner_takes_it(
    client: ApiClient, more: dict[str, Any], reason: str
) -> None:
    body = {"location": STREET, **more}
    answer, again = visit(client, **body), visit(client, **body)

    path = answer.headers["location"]
    review = answer.json()["review"]
    assert (answer.status_code, answer.json()["outcome"], answer.json()["pin"]) == (202, "review", None)
    assert (review["source"], review["answer"]["reasons"]) == ("gps", [reason])
    assert again.json() == answer.json()
    taken = decide(client, f"{path}/accept", {}, version=review["version"])
    assert taken.json()["pin"]["location"] == body["location"]


def test_a_visit_ends_the_open_review_of_its_address(client: ApiClient, path: str) -> None:
    visit(client)

    assert client.get(path).json()["status"] == "resolved"


def test_a_planner_pins_an_address_that_nobody_asked_about(client: ApiClient) -> None:
    wrong = "Im Pardiel 46, 9494 Schaan"
    body = {"address": wrong, "location": ELSEWHERE, "source": "planner"}

    first, again = (client.post("/v1/geocode/pins", json=body) for _ in range(2))

    assert [(one.status_code, one.json()["outcome"]) for one in (first, again)] == [(201, "pinned"), (200, "kept")]
    assert geocode(client, wrong)["location"] == ELSEWHERE


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"accuracy_m": None}, "/accuracy_m"),
        ({"accuracy_m": -1}, "/accuracy_m"),
        ({"location": OUTSIDE}, "/location"),
        ({"address": ""}, "/address"),
        ({"address": "Tel. 079 123 45 67"}, "/address"),
        ({"area": "atlantis"}, "/area"),
        ({"source": "hearsay"}, "/source"),
    ],
)
def test_a_pin_that_cannot_be_is_refused(client: ApiClient, more: dict[str, Any], pointer: str) -> None:
    answer = visit(client, **more)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_three_pinned_doors_move_no_answer_that_is_a_street(client: ApiClient) -> None:
    for number, lat in enumerate((47.1655, 47.1660, 47.1665)):
        assert visit(client, {"lat": lat, "lon": 9.5087}, address=f"Landstrasse {number}").status_code == 201

    assert geocode(client)["location"] == STREET


def test_addresses_are_in_no_log_line_no_error_and_no_address_of_a_request(engine: Engine) -> None:
    areas = FakeAreas()
    client = ApiClient(
        create_app(replace(fake_deps(areas=areas), books=address_books(engine, TenantKeys(engine), tenant="main")))
    )
    texts = []
    with structlog.testing.capture_logs() as lines:
        review = geocode(client, f"c/o Anna Muster, {ADDRESS}")["review"]
        path = f"/v1/geocode/reviews/{review}"
        texts += [
            decide(client, f"{path}/accept", {"alternative": 9}).text,
            decide(client, f"{path}/reject", version=8).text,
        ]
        texts += [visit(client, OUTSIDE).text]
        links = re.findall(r'"(/[^"]*)"', client.get("/v1/geocode/reviews?limit=1").text)

    assert lines
    for secret in ("Landstrasse", "Schaan", "Muster", "9.5087", "47.165", "9.5205", "47.1415", "9.51234", "47.91234"):
        assert not any(secret in text for text in (*texts, *links, *map(str, lines)))


def test_a_wrong_secret_is_told_to_the_operator_and_nothing_is_planned_without_pins(engine: Engine) -> None:
    TenantKeys(engine, secrets=["o" * 32]).vault("main")
    client = ApiClient(
        create_app(
            replace(fake_deps(), books=address_books(engine, TenantKeys(engine, secrets=["n" * 32]), tenant="main"))
        )
    )

    asked: list[Callable[[], httpx.Response]] = [
        lambda: client.post("/v1/geocode", json={"queries": [{"address": ADDRESS}]}),
        lambda: client.get("/v1/geocode/reviews"),
    ]

    assert [(ask().status_code, ask().json()["code"]) for ask in asked] == [(503, "secret_key_wrong")] * 2
    assert [error["code"] for error in client.get("/readyz").json()["errors"]] == ["secret_key_wrong"]

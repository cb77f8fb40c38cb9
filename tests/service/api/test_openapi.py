"""The OpenAPI description: its first page, its examples, and that the service does what it says."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import Level
from service.access.gate import Carried
from service.api.batch_request import BatchRequest
from service.api.http import events
from service.api.kinds import CASE
from service.app import create_app
from service.auth.caller import LOCAL_CALLER, Caller
from service.auth.errors import CredentialsError
from service.deps import Services
from service.schemas.base import Schema
from service.schemas.batch import BatchResource
from service.schemas.branch import BranchOut, BranchPage
from service.schemas.bulk import BulkResult, CaseRow, ImportResult
from service.schemas.geocoding import GeocodeRequest, GeocodeResponse, ReverseRequest, ReverseResponse
from service.schemas.geojson import FeatureCollection
from service.schemas.plan_request import PlanRequest
from service.schemas.plan_resource import PlanResource
from service.schemas.reach import ReachableFeature, ReachRequest
from service.schemas.sheet import PlanSheet
from service.schemas.stored_case import CaseOut, CasePage, CaseSearchPage, VisitOut, VisitPage
from service.schemas.stored_collector import CollectorOut, CollectorPage
from service.store.jobs.records import PlanStatus
from service.store.resources.registry import Registry
from tests.service.api.client import ApiClient
from tests.service.api.fake_books import FakeBooks
from tests.service.api.fake_registry import fake_registry
from tests.service.api.fakes import DOUBTED, NOW, FakePlans, fake_deps, plan_document

#: What requests at random can tell; test_every_check runs all checks, over what is covered and over chains.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
KEY = "the key"


class KeyGate:
    """Lets in whoever has the key."""

    def admit(self, carried: Carried) -> Caller | None:
        if carried.bearer is not None and carried.bearer != KEY:
            raise CredentialsError
        return LOCAL_CALLER if carried.bearer else None


class Stage:
    """One application for all tests, over what each puts there: to build and describe one takes half a second."""

    def __init__(self) -> None:
        self.deps = fake_deps()
        services = Services(settings=self.deps.settings, gate=KeyGate(), deps_of=lambda _tenant: self.deps)
        self.description: Any = schemathesis.openapi.from_asgi("/openapi.json", create_app(services))


@cache
def opened_stage() -> Stage:
    """Return the stage."""
    return Stage()


RUNNING: dict[str, Any] = {
    "status": PlanStatus.RUNNING,
    "started_at": NOW,
    "attempt": 1,
    "progress": {"stage": "solving", "cost_s": 10, "assigned": 1, "elapsed_s": 0.5, "budget_s": 5.0},
    "partial": {
        "cost_s": 10,
        "assigned": 1,
        "elapsed_s": 0.4,
        "routes": [
            {
                "collector": "k1",
                "departure": "2026-11-25T08:00:00+01:00",
                "arrival": "2026-11-25T09:00:00+01:00",
                "stops": [{"case": "c1", "arrival": "2026-11-25T08:20:00+01:00"}],
            }
        ],
    },
}
DONE: dict[str, Any] = {"status": PlanStatus.SUCCESSFUL, "finished_at": NOW, "result": plan_document()}


@pytest.fixture(autouse=True)
def short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LONGEST_S", 0.02)


@pytest.fixture(scope="module")
def description() -> Any:
    return ApiClient(create_app(fake_deps())).get("/openapi.json").json()


WITH_INPUT = [
    ("GET", "/v1/audit"),
    ("GET", "/v1/audit/export"),
    ("POST", "/v1/plans/{plan_id}/routes/{route}/links"),
    ("GET", "/v1/plans/{plan_id}/links"),
    ("DELETE", "/v1/plans/{plan_id}/links/{link_id}"),
    ("PATCH", "/v1/settings"),
    ("POST", "/v1/persons/erasures"),
    ("POST", "/v1/persons/exports"),
    ("GET", "/v1/plans"),
    ("POST", "/v1/plans"),
    ("GET", "/v1/keys"),
    ("POST", "/v1/keys"),
    ("GET", "/v1/keys/{key_id}"),
    ("DELETE", "/v1/keys/{key_id}"),
    ("GET", "/v1/users"),
    ("POST", "/v1/users"),
    ("GET", "/v1/users/{user_id}"),
    ("PATCH", "/v1/users/{user_id}"),
    ("DELETE", "/v1/users/{user_id}"),
    ("GET", "/v1/plans.ndjson"),
    ("GET", "/v1/plans/{plan_id}"),
    ("GET", "/v1/plans/{plan_id}.ndjson"),
    ("GET", "/v1/plans/{plan_id}.geojson"),
    ("GET", "/v1/plans/{plan_id}/sheet"),
    ("GET", "/v1/plans/{plan_id}/events"),
    ("POST", "/v1/plans/{plan_id}/stop"),
    ("DELETE", "/v1/plans/{plan_id}"),
    ("GET", "/v1/schedules"),
    ("POST", "/v1/schedules"),
    ("GET", "/v1/schedules/{schedule_id}"),
    ("PUT", "/v1/schedules/{schedule_id}"),
    ("DELETE", "/v1/schedules/{schedule_id}"),
    ("POST", "/v1/geocode"),
    ("POST", "/v1/geocode/batches"),
    ("GET", "/v1/geocode/batches/{batch_id}"),
    ("GET", "/v1/geocode/batches/{batch_id}.csv"),
    ("GET", "/v1/geocode/batches/{batch_id}.ndjson"),
    ("GET", "/v1/geocode/batches/{batch_id}.xlsx"),
    ("GET", "/v1/geocode/batches/{batch_id}/events"),
    ("DELETE", "/v1/geocode/batches/{batch_id}"),
    ("POST", "/v1/geocode/reverse"),
    ("GET", "/v1/geocode/reviews"),
    ("GET", "/v1/geocode/reviews/{review_id}"),
    ("DELETE", "/v1/geocode/reviews/{review_id}"),
    ("POST", "/v1/geocode/reviews/{review_id}/accept"),
    ("POST", "/v1/geocode/reviews/{review_id}/move"),
    ("POST", "/v1/geocode/reviews/{review_id}/reject"),
    ("GET", "/v1/geocode/pins"),
    ("POST", "/v1/geocode/pins"),
    ("GET", "/v1/geocode/pins/{pin_id}"),
    ("DELETE", "/v1/geocode/pins/{pin_id}"),
    ("POST", "/v1/areas/{name}/reachable"),
    ("GET", "/v1/branches"),
    ("GET", "/v1/branches/{branch_id}"),
    ("PUT", "/v1/branches/{branch_id}"),
    ("PATCH", "/v1/branches/{branch_id}"),
    ("DELETE", "/v1/branches/{branch_id}"),
    ("GET", "/v1/cases"),
    ("POST", "/v1/cases/search"),
    ("GET", "/v1/cases/{case_id}"),
    ("PUT", "/v1/cases/{case_id}"),
    ("PATCH", "/v1/cases/{case_id}"),
    ("DELETE", "/v1/cases/{case_id}"),
    ("POST", "/v1/cases/{case_id}/visits"),
    ("GET", "/v1/cases/{case_id}/visits"),
    ("DELETE", "/v1/cases/{case_id}/visits/{visit_id}"),
    ("GET", "/v1/collectors"),
    ("GET", "/v1/collectors/{collector_id}"),
    ("PUT", "/v1/collectors/{collector_id}"),
    ("PATCH", "/v1/collectors/{collector_id}"),
    ("DELETE", "/v1/collectors/{collector_id}"),
    ("GET", "/v1/cases.ndjson"),
    ("GET", "/v1/collectors.ndjson"),
    ("GET", "/v1/cases.{ending}"),
    ("GET", "/v1/collectors.{ending}"),
    ("GET", "/v1/templates/{name}.{ending}"),
    ("POST", "/v1/webhooks"),
    ("GET", "/v1/webhooks/{webhook_id}"),
    ("PATCH", "/v1/webhooks/{webhook_id}"),
    ("DELETE", "/v1/webhooks/{webhook_id}"),
    ("POST", "/v1/webhooks/{webhook_id}/rotate"),
    ("POST", "/v1/webhooks/{webhook_id}/test"),
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"),
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay"),
]
WITHOUT_INPUT = [
    ("GET", "/v1/audit/head"),
    ("GET", "/v1/settings"),
    ("GET", "/v1/areas"),
    ("GET", "/v1/me"),
    ("GET", "/v1/webhooks"),
    ("GET", "/problems"),
    ("GET", "/problems/{code}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
]
#: Their bodies are read by hand: test_every_check sends what their description covers; tests of batches, bulk calls and
#: files the rest.
WITH_FILES = [
    ("POST", "/v1/geocode/files"),
    *[("POST", f"/v1/{kind}/{way}") for kind in ("cases", "collectors") for way in ("bulk", "files")],
]
#: A query that is not as described is answered by itself: test_batches tries them.
ROW_BY_ROW = [("POST", "/v1/geocode/batches")]


@pytest.mark.parametrize(("method", "path"), WITH_INPUT + WITHOUT_INPUT)
def test_the_service_answers_good_requests_as_its_description_says(method: str, path: str) -> None:
    try_requests(method, path, GenerationMode.POSITIVE)


@pytest.mark.parametrize(("method", "path"), [each for each in WITH_INPUT if each not in ROW_BY_ROW])
def test_the_service_refuses_bad_requests_as_its_description_says(method: str, path: str) -> None:
    try_requests(method, path, GenerationMode.NEGATIVE)


@pytest.mark.parametrize("state", [RUNNING, DONE])
@pytest.mark.parametrize(("method", "path"), [operation for operation in WITH_INPUT if "plan_id" in operation[1]])
def test_plans_that_are_there_look_as_the_description_says(method: str, path: str, state: dict[str, Any]) -> None:
    plans = FakePlans()

    try_requests(method, path, GenerationMode.POSITIVE, plans=plans, fixed={"plan_id": str(plans.put(**state))})


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_what_is_reached_in_an_area_that_is_there_looks_as_the_description_says(mode: GenerationMode) -> None:
    try_requests("POST", "/v1/areas/{name}/reachable", mode, fixed={"name": "liechtenstein"})


@pytest.mark.parametrize(
    ("method", "path"),
    [operation for operation in WITH_INPUT if "review_id" in operation[1] or "pin_id" in operation[1]],
)
def test_reviews_and_pins_that_are_there_look_as_the_description_says(method: str, path: str) -> None:
    books = FakeBooks()
    review = books.reviews.put("liechtenstein", "Landstrasse 19", DOUBTED)
    pin = Pin(location=LonLat(9.5, 47.1), level=Level.POINT, uncertainty_m=20)
    pinned = books.pins.put("liechtenstein", "Landstrasse 20", pin, source="gps", place="")
    ids = {"review_id": str(review.id), "pin_id": str(pinned.id)}
    fixed = {name: id_ for name, id_ in ids.items() if name in path}

    for if_match in ('"1"', '"2"'):
        try_requests(method, path, GenerationMode.POSITIVE, books=books, fixed=fixed, headers={"If-Match": if_match})


@pytest.mark.parametrize(
    ("method", "path"),
    [each for each in WITH_INPUT if "{case_id}" in each[1] or "search" in each[1]],
)
def test_cases_that_are_there_look_as_the_description_says(method: str, path: str) -> None:
    registry = fake_registry()
    row = CaseRow.model_validate({"id": "c-1", "address": "Im Pardiel 46", "name": "Anna Muster", "phone": "1"})
    registry.cases.put(CASE.entry("c-1", row), expected=None)
    visit = registry.cases.add_visit(
        "c-1", {"visited_on": "2026-11-02", "outcome": "met"}, visited_on=date(2026, 11, 2)
    )
    ids = {"case_id": "c-1", "visit_id": str(visit.id)}
    fixed = {name: id_ for name, id_ in ids.items() if f"{{{name}}}" in path} or None

    try_requests(method, path, GenerationMode.POSITIVE, registry=registry, fixed=fixed, headers={"If-Match": "*"})


def try_requests(
    method: str,
    path: str,
    mode: GenerationMode,
    *,
    plans: FakePlans | None = None,
    books: FakeBooks | None = None,
    registry: Registry | None = None,
    fixed: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    """Send what schemathesis makes of the description; not through its pytest plugin, which does not know pytest 9.2.

    Plans are done at once, unless they are given: `Prefer: wait` has nothing to wait for.
    """
    done_at_once = FakePlans(on_get=lambda record: replace(record, **DONE))
    stage = opened_stage()
    stage.deps = fake_deps(plans=plans or done_at_once, books=books, registry=registry)
    operation = stage.description[path][method]

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=fixed))
    def calls(case: Any) -> None:
        if str((case.headers or {}).get("Authorization", "")).startswith("Bearer "):
            case.headers["Authorization"] = f"Bearer {KEY}"  # it cannot guess one
        case.call_and_validate(checks=CHECKS, headers=headers)

    calls()


def test_every_operation_is_tried(description: Any) -> None:
    described = {(method.upper(), path) for path, methods in description["paths"].items() for method in methods}

    assert {*WITH_INPUT, *WITHOUT_INPUT, *WITH_FILES} == described


def test_the_first_page_states_the_conventions(description: Any) -> None:
    text = description["info"]["description"]

    assert description["openapi"].startswith("3.1")
    for convention in (
        "longitude before latitude",
        "seconds",
        "metres",
        "RFC 3339",
        "ISO 8601",
        "time zone",
        "RFC 9457",
    ):
        assert convention in text


def test_every_operation_has_a_summary_a_tag_an_example_and_its_errors(description: Any) -> None:
    operations = [
        (f"{method} {path}", operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]

    assert {name for name, _ in operations} >= {"post /v1/plans", "get /v1/plans/{plan_id}.geojson", "get /readyz"}
    for name, operation in operations:
        assert operation["summary"], name
        assert operation["tags"], name
        assert "application/problem+json" in operation["responses"]["500"]["content"], name
        assert "HTTPValidationError" not in str(operation), name


def test_the_examples_are_valid(description: Any) -> None:
    def examples(path: str, method: str) -> list[Any]:
        content = description["paths"][path][method]["requestBody"]["content"]["application/json"]
        return [example["value"] for example in content["examples"].values()]

    def answer(path: str, method: str, status: str, media_type: str = "application/json") -> Any:
        found = description["paths"][path][method]["responses"][status]["content"][media_type]["examples"]
        name = found["example"]["$ref"].removeprefix("#/components/examples/")
        return description["components"]["examples"][name]["value"]

    for body in examples("/v1/plans", "post"):
        PlanRequest.model_validate(body)
    for body in examples("/v1/geocode", "post"):
        GeocodeRequest.model_validate(body)
    for body in examples("/v1/geocode/batches", "post"):
        BatchRequest.model_validate(body)
    for status in ("200", "202"):
        BatchResource.model_validate(answer("/v1/geocode/batches", "post", status), strict=False)
    for body in examples("/v1/areas/{name}/reachable", "post"):
        ReachRequest.model_validate(body)
    ReachableFeature.model_validate(answer("/v1/areas/{name}/reachable", "post", "200", "application/geo+json"))
    for status in ("200", "202"):
        PlanResource.model_validate(answer("/v1/plans", "post", status), strict=False)
    GeocodeResponse.model_validate(answer("/v1/geocode", "post", "200"), strict=False)
    for body in examples("/v1/geocode/reverse", "post"):
        ReverseRequest.model_validate(body)
    ReverseResponse.model_validate(answer("/v1/geocode/reverse", "post", "200"), strict=False)
    PlanSheet.model_validate(answer("/v1/plans/{plan_id}/sheet", "get", "200"), strict=False)
    geojson = answer("/v1/plans/{plan_id}.geojson", "get", "200", "application/geo+json")
    FeatureCollection.model_validate(geojson)


def test_every_json_body_and_answer_has_examples_that_fit_its_schema(description: Any) -> None:
    components = description["components"]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            bodies = operation.get("requestBody", {}).get("content", {})
            answers = [response.get("content", {}) for response in operation["responses"].values()]
            for media_type, shown in [pair for content in (bodies, *answers) for pair in content.items()]:
                if "json" not in media_type or "ndjson" in media_type:
                    continue
                examples = list(shown.get("examples", {}).values())
                assert examples, (method, path, media_type)
                schema = jsonschema_rs.validator_for({**shown.get("schema", {}), "components": components})
                for example in examples:
                    name = example.get("$ref", "").rpartition("/")[2]
                    value = components["examples"][name]["value"] if name else example["value"]
                    assert [str(error) for error in schema.iter_errors(value)] == [], (method, path, media_type)


def test_every_operation_has_an_id_of_its_own(description: Any) -> None:
    ids = [op["operationId"] for methods in description["paths"].values() for op in methods.values()]

    assert len(set(ids)) == len(ids)


def test_what_may_be_sent_again_and_how_often_is_described(description: Any) -> None:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            keys = [one for one in operation.get("parameters", []) if one["name"] == "Idempotency-Key"]
            assert len(keys) == (method == "post" and path.startswith("/v1/")), (method, path)
            if path.startswith("/v1/"):
                assert {"401", "403", "429"} <= set(operation["responses"]), (method, path)
                assert "Retry-After" in operation["responses"]["429"]["headers"]


def test_the_examples_of_requests_are_accepted(description: Any) -> None:
    client = ApiClient(create_app(fake_deps()))

    def examples(method: str, path: str, media_type: str = "application/json") -> list[Any]:
        content = description["paths"][path][method]["requestBody"]["content"][media_type]
        return [example["value"] for example in content["examples"].values()]

    for kind, name, id_ in (
        ("branches", "branch", "vaduz"),
        ("cases", "case", "c-1"),
        ("collectors", "collector", "k"),
    ):
        path = f"/v1/{kind}/{{{name}_id}}"
        for body in examples("put", path):
            assert client.request("PUT", f"/v1/{kind}/{id_}", json=body).status_code == 201
        for body in examples("patch", path, "application/merge-patch+json"):
            patched = client.request("PATCH", f"/v1/{kind}/{id_}", json=body, headers={"If-Match": "*"})
            assert patched.status_code == 200
    for path in ("/v1/cases/bulk", "/v1/collectors/bulk"):
        for body in examples("post", path):
            assert client.post(path, json=body).json()["counts"]["refused"] == 0
    for body in examples("post", "/v1/cases/search"):
        assert len(client.post("/v1/cases/search", json=body).json()["cases"]) == 2
    for body in examples("post", "/v1/cases/{case_id}/visits"):
        assert client.post("/v1/cases/c-1/visits", json=body).status_code == 201
    for body in examples("post", "/v1/plans"):
        assert client.post("/v1/plans", json=body).status_code == 202


@pytest.mark.parametrize(
    ("path", "method", "status", "schema"),
    [
        ("/v1/branches/{branch_id}", "get", "200", BranchOut),
        ("/v1/branches", "get", "200", BranchPage),
        ("/v1/cases/{case_id}", "get", "200", CaseOut),
        ("/v1/cases", "get", "200", CasePage),
        ("/v1/cases/search", "post", "200", CaseSearchPage),
        ("/v1/cases/{case_id}/visits", "post", "201", VisitOut),
        ("/v1/cases/{case_id}/visits", "get", "200", VisitPage),
        ("/v1/cases/files", "post", "200", ImportResult),
        ("/v1/collectors/{collector_id}", "get", "200", CollectorOut),
        ("/v1/collectors", "get", "200", CollectorPage),
        ("/v1/collectors/bulk", "post", "200", BulkResult),
    ],
)
def test_the_examples_of_answers_are_answers(
    description: Any, path: str, method: str, status: str, schema: type[Schema]
) -> None:
    content = description["paths"][path][method]["responses"][status]["content"]["application/json"]
    name = content["examples"]["example"]["$ref"].removeprefix("#/components/examples/")

    schema.model_validate(description["components"]["examples"][name]["value"], strict=False)

"""Windows with grace, pins, limits, breaks, prefixes and starts: what contradicts itself is refused, field by field."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from service.app import create_app
from service.schemas.plan_request import PlanRequest
from service.store.jobs.records import PlanStatus
from tests.service.api.client import ApiClient
from tests.service.api.fakes import NOW, FakePlans, fake_deps, plan_document

LUNCH = {"earliest": "12:00", "latest": "13:00", "duration_s": 1800}


def case(id_: str = "c1", **more: Any) -> dict[str, Any]:
    return {"id": id_, "address": "Im Pardiel 46, 9494 Schaan"} | more


def collector(id_: str = "k1", **more: Any) -> dict[str, Any]:
    shift = {"start": "08:00", "end": "17:00"}
    return {"id": id_, "start": {"address": "Im Pardiel 46, 9494 Schaan"}, "shift": shift} | more


def body(*cases: dict[str, Any], collectors: list[dict[str, Any]] | None = None, **options: Any) -> dict[str, Any]:
    return {"cases": list(cases) or [case()], "collectors": collectors or [collector()], "options": options}


def errors_of(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("request_", "pointer", "code"),
    [
        (body(case(setup_s=-1)), "/cases/0/setup_s", "out_of_range"),
        (
            body(case(windows=[{"start": "09:00", "end": "10:00", "grace_s": 50_000}])),
            "/cases/0/windows/0/grace_s",
            "out_of_range",
        ),
        (
            body(case(required_skills=["german"], excluded_skills=["x", "german"])),
            "/cases/0/excluded_skills/1",
            "skill_contradiction",
        ),
        (body(case(allowed_collectors=[])), "/cases/0/allowed_collectors", "wrong_length"),
        (body(case(allowed_collectors=["k1", "k9"])), "/cases/0/allowed_collectors/1", "unknown_collector"),
        (body(case(pin={})), "/cases/0/pin", "pin_missing"),
        (body(case(pin={"position": 0})), "/cases/0/pin/position", "out_of_range"),
        (body(case(pin={"collector": "k9"})), "/cases/0/pin/collector", "unknown_collector"),
        (
            body(case(pin={"collector": "k1"}, allowed_collectors=["k2"]), collectors=[collector(), collector("k2")]),
            "/cases/0/pin/collector",
            "pin_contradiction",
        ),
        (body(collectors=[collector(pace_percent=9)]), "/collectors/0/pace_percent", "out_of_range"),
        (
            body(collectors=[collector(overtime_after="17:01")]),
            "/collectors/0/overtime_after",
            "overtime_outside_shift",
        ),
        (
            body(collectors=[collector(shift={"start": "08:00", "end": "17:00", "grace_s": 5})]),
            "/collectors/0/shift/grace_s",
            "unknown_key",
        ),
        (body(collectors=[collector(breaks=[{"duration_s": 900}])]), "/collectors/0/breaks/0", "break_missing"),
        (
            body(collectors=[collector(breaks=[LUNCH | {"latest": "11:00"}])]),
            "/collectors/0/breaks/0/latest",
            "break_order",
        ),
        (
            body(collectors=[collector(breaks=[LUNCH, LUNCH | {"earliest": "09:00", "latest": "10:00"}])]),
            "/collectors/0/breaks/0",
            "break_order",
        ),
        (
            body(collectors=[collector(breaks=[LUNCH | {"duration_s": 7200}, LUNCH])]),
            "/collectors/0/breaks/1",
            "break_order",
        ),
        (body(collectors=[collector(prefix=["c9"])]), "/collectors/0/prefix/0", "unknown_case"),
        (body(collectors=[collector(prefix=["c1", "c1"])]), "/collectors/0/prefix/1", "duplicate_visit"),
        (body(collectors=[collector(prefix=["c1"], max_visits=0)]), "/collectors/0/prefix", "prefix_too_long"),
        (
            body(case(required_skills=["german"]), collectors=[collector(prefix=["c1"])]),
            "/collectors/0/prefix/0",
            "prefix_contradiction",
        ),
        (
            body(case(pin={"position": 2}), collectors=[collector(prefix=["c1"])]),
            "/collectors/0/prefix/0",
            "prefix_contradiction",
        ),
        (body(weights={"travel": -1}), "/options/weights/travel", "out_of_range"),
        (body(weights={"fuel": 1}), "/options/weights/fuel", "unknown_key"),
        (body(threads=0), "/options/threads", "out_of_range"),
        (body(threads=2), "/options/threads", "out_of_range"),
        (body(start={}), "/options/start", "start_missing"),
        (body(start={"plan": "yesterday"}), "/options/start/plan", "wrong_text"),
        (body(start={"plan": str(uuid4())}), "/options/start/plan", "unknown_plan"),
        (body(start={"plan": str(uuid4()), "routes": []}), "/options/start", "start_contradiction"),
        (
            body(start={"routes": [{"collector": "k9", "cases": []}]}),
            "/options/start/routes/0/collector",
            "unknown_collector",
        ),
        (
            body(start={"routes": [{"collector": "k1", "cases": ["c1", "c9"]}]}),
            "/options/start/routes/0/cases/1",
            "unknown_case",
        ),
        (
            body(start={"routes": [{"collector": "k1", "cases": ["c1", "c1"]}]}),
            "/options/start/routes/0/cases/0",
            "duplicate_visit",
        ),
        (
            body(start={"routes": [{"collector": "k1", "cases": []}, {"collector": "k1", "cases": []}]}),
            "/options/start/routes/0/collector",
            "duplicate_route",
        ),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_with_its_field(
    client: ApiClient, request_: dict[str, Any], pointer: str, code: str
) -> None:
    assert errors_of(client.post("/v1/plans", json=request_))[0] == (pointer, code)


def test_a_case_in_two_prefixes_is_named_in_both(client: ApiClient) -> None:
    twice = body(collectors=[collector(prefix=["c1"]), collector("k2", prefix=["c1"])])

    assert errors_of(client.post("/v1/plans", json=twice)) == [
        ("/collectors/0/prefix/0", "duplicate_visit"),
        ("/collectors/1/prefix/0", "duplicate_visit"),
    ]


def test_every_unknown_id_is_named_at_once(client: ApiClient) -> None:
    typos = body(case(allowed_collectors=["k9"]), case("c2", pin={"collector": "k8"}))

    pointers = [pointer for pointer, _ in errors_of(client.post("/v1/plans", json=typos))]

    assert pointers == ["/cases/0/allowed_collectors/0", "/cases/1/pin/collector"]


def test_an_id_that_is_refused_is_not_repeated_in_the_answer(client: ApiClient) -> None:
    answer = client.post("/v1/plans", json=body(case(allowed_collectors=["Geheimnis-4711"])))

    assert "Geheimnis" not in answer.text


def stored_start(plans: FakePlans, plan_id: UUID) -> dict[str, Any]:
    request = PlanRequest.model_validate(plans.records[plan_id].request)
    assert request.options.start is not None
    return request.options.start.model_dump(mode="json")


def test_the_routes_of_an_earlier_plan_are_taken_into_the_request() -> None:
    plans = FakePlans()
    earlier = plans.put(status=PlanStatus.SUCCESSFUL, finished_at=NOW, result=plan_document())
    client = ApiClient(create_app(fake_deps(plans=plans)))

    answer = client.post("/v1/plans", json=body(start={"plan": str(earlier)}))

    assert answer.status_code == 202
    start = stored_start(plans, UUID(answer.json()["id"]))
    assert start["plan"] == str(earlier)
    assert [route["collector"] for route in start["routes"]]


def test_a_plan_without_routes_cannot_be_begun_from() -> None:
    plans = FakePlans()
    running = plans.put()
    client = ApiClient(create_app(fake_deps(plans=plans)))

    answer = client.post("/v1/plans", json=body(start={"plan": str(running)}))

    assert errors_of(answer) == [("/options/start/plan", "unknown_plan")]

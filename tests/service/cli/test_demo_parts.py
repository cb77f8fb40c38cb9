"""The parts of the demonstration: its day, its client, its port."""

import json
import socket
from pathlib import Path

import httpx
import pytest

from service.cli.tables import duration
from service.demo.client import PlanClient, PlanNotMadeError
from service.demo.day import demo_day
from service.demo.running import free_port, ready_workers, said_last
from service.schemas.plan_request import PlanRequest
from service.schemas.plan_resource import PlanProgress

_ID = "7f9c2ba4-e88f-4a27-9c60-5f1f4d1b2c3a"


def _resource(status: str, **more: object) -> dict[str, object]:
    resource: dict[str, object] = {
        "id": _ID,
        "status": status,
        "created_at": "2026-11-24T08:00:00Z",
        "started_at": None,
        "finished_at": None,
        "attempt": 1,
        "stop_requested": False,
        "area": "liechtenstein",
        "date": "2026-11-24",
        "progress": None,
        "result": None,
        "problem": None,
        "links": {
            "self": f"/v1/plans/{_ID}",
            "geojson": f"/v1/plans/{_ID}.geojson",
            "sheet": f"/v1/plans/{_ID}/sheet",
            "map": f"/plans/{_ID}/map",
            "stop": f"/v1/plans/{_ID}/stop",
            "events": f"/v1/plans/{_ID}/events",
        },
    }
    return resource | more


_RESULT = {
    "date": "2026-11-24",
    "time_zone": "Europe/Vaduz",
    "area": "liechtenstein",
    "area_version": "1",
    "attribution": "x",
    "policy_version": "cn-2025-1",
    "engine": "or_tools",
    "seed": 0,
    "cost": {"travel_s": 0, "penalty_s": 0, "total_s": 0, "unserved_mandatory": 0},
    "routes": [],
    "unassigned": [],
    "unavailable_collectors": [],
    "geocoding": [],
}
_PROGRESS = {"stage": "solving", "cost_s": 900, "assigned": 3, "elapsed_s": 1.5, "budget_s": 10.0}


def _client(answers: list[httpx.Response]) -> PlanClient:
    """Return a client of a service that gives these answers, one after the other."""
    waiting = iter(answers)
    return PlanClient("http://service", transport=httpx.MockTransport(lambda _request: next(waiting)))


def test_the_day_is_a_request_that_the_service_takes() -> None:
    request = PlanRequest.model_validate_json(demo_day())

    assert len(request.cases) == 60
    assert len(request.collectors) == 5
    assert {collector.vehicle for collector in request.collectors} == {"car", "motorcycle"}
    assert any(len(case.windows) > 1 for case in request.cases)


def test_the_client_tells_of_progress_and_returns_the_plan() -> None:
    seen: list[PlanProgress] = []
    answers = [
        httpx.Response(202, json=_resource("accepted")),
        httpx.Response(200, json=_resource("running", progress=_PROGRESS)),
        httpx.Response(200, json=_resource("successful", result=_RESULT)),
    ]

    with _client(answers) as client:
        plan = client.make_plan("{}", on_progress=seen.append, timeout_s=5, look_every_s=0)

    assert plan.result is not None
    assert [progress.cost_s for progress in seen] == [900]


def test_a_refused_request_shows_what_the_service_said() -> None:
    problem = httpx.Response(422, json={"code": "invalid_request", "errors": [{"pointer": "/cases"}]})

    with _client([problem]) as client, pytest.raises(PlanNotMadeError, match=r"422.*invalid_request.*/cases"):
        client.make_plan("{}", on_progress=lambda _: None, timeout_s=5)


def test_a_failed_plan_shows_why() -> None:
    details = {"type": "/problems/worker_lost", "title": "Workers were lost", "status": 500, "code": "worker_lost"}
    failed = httpx.Response(200, json=_resource("failed", problem=details))

    with _client([failed]) as client, pytest.raises(PlanNotMadeError, match="is failed: Workers were lost"):
        client.make_plan("{}", on_progress=lambda _: None, timeout_s=5)


def test_a_plan_that_takes_too_long_is_given_up() -> None:
    with (
        _client([httpx.Response(202, json=_resource("accepted"))]) as client,
        pytest.raises(PlanNotMadeError, match="still accepted after 0 s"),
    ):
        client.make_plan("{}", on_progress=lambda _: None, timeout_s=0)


def test_a_service_that_is_away_is_named() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(json.dumps("no"), request=request)

    with (
        PlanClient("http://service", transport=httpx.MockTransport(refuse)) as client,
        pytest.raises(PlanNotMadeError, match="no answer to GET /x"),
    ):
        client.fetch("/x")


@pytest.mark.parametrize(
    ("answer", "workers"),
    [
        (httpx.Response(503, json={"code": "not_ready"}), None),
        (httpx.Response(200, json={"status": "ok", "workers": 0}), 0),
        (httpx.Response(200, json={"status": "ok", "workers": 2}), 2),
    ],
)
def test_the_demonstration_waits_for_a_worker_and_not_only_for_the_service(
    answer: httpx.Response, workers: int | None
) -> None:
    with httpx.Client(base_url="http://service", transport=httpx.MockTransport(lambda _request: answer)) as client:
        assert ready_workers(client) == workers


def test_while_it_waits_it_says_what_the_service_prepares(tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    log.write_text("Preparing the bundled area: map\n2026-11-25 Started server process\n", encoding="utf-8")
    empty = tmp_path / "empty.log"
    empty.touch()

    assert said_last(log) == "Preparing the bundled area: map"
    assert said_last(empty) == "Starting the database"


def test_another_port_is_taken_when_the_preferred_one_is_busy() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = int(busy.getsockname()[1])

        port = free_port(taken)

    assert port not in (0, taken)


def test_the_preferred_port_is_taken_when_it_is_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])

    port = free_port(free)

    assert port == free


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 min"), (20, "< 1 min"), (240, "4 min"), (3600, "1 h 00 min"), (4980, "1 h 23 min")]
)
def test_a_duration_is_shown_in_hours_and_minutes(seconds: int, text: str) -> None:
    assert duration(seconds) == text

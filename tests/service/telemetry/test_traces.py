"""A plan's trace, from the request through the queue to the solver, and the id that joins their log lines."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NoOpTracer
from sqlalchemy import Engine, select

from geodata.area.catalog import AreaCatalog
from service.app import create_app
from service.jobs.run_plan import PlanRunner
from service.jobs.worker import Worker
from service.settings import Settings
from service.store.jobs.plans import PlanStore
from service.store.jobs.work_kinds import PLANS
from service.store.tables import plans as plans_table
from service.telemetry.telemetry import Telemetry
from service.telemetry.tracing import opened_tracer
from tests.geodata.area.village import build_village, write_village
from tests.service.api.client import ApiClient
from tests.service.api.fakes import fake_deps, plan_body
from tests.service.planning.test_pipeline import solve_here

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def telemetry(spans: InMemorySpanExporter) -> Iterator[Telemetry]:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    yield Telemetry(tracer=provider.get_tracer("test"))
    provider.shutdown()


@pytest.fixture
def areas(tmp_path: Path) -> AreaCatalog:
    build_village(write_village(tmp_path), tmp_path / "areas")
    return AreaCatalog(tmp_path / "areas")


def body() -> dict[str, Any]:
    start = {"location": {"lat": 30.004, "lon": 100.0}}
    return plan_body(
        area="willowbrook",
        date="2026-11-25",
        cases=[{"id": "A", "address": "Mill Lane 7, Willowbrook"}],
        collectors=[{"id": "K", "start": start, "shift": {"start": "09:00", "end": "17:00"}}],
        options={"budget_s": 5, "iterations": 1},
    )


def compute(store: PlanStore, areas: AreaCatalog, telemetry: Telemetry, url: str) -> None:
    """Do what a worker does when it takes the newest plan."""
    runner = PlanRunner(catalog=areas, solver=solve_here, telemetry=telemetry)
    worker = Worker(Settings(), url, {PLANS: lambda _tenant: runner}, telemetry=telemetry)
    worker._run_one(store, next(iter(store.list_recent(1))).id)


def tree(spans: tuple[ReadableSpan, ...]) -> dict[str, str | None]:
    """Name of each span -> name of the one that it is under."""
    names = {span.context.span_id: span.name for span in spans if span.context is not None}
    return {span.name: names.get(span.parent.span_id) if span.parent else None for span in spans}


def test_a_trace_leads_from_the_request_through_the_queue_to_the_solver(
    store: PlanStore, database_url: str, areas: AreaCatalog, telemetry: Telemetry, spans: InMemorySpanExporter
) -> None:
    client = ApiClient(create_app(replace(fake_deps(), plans=store, areas=areas, telemetry=telemetry)))

    answer = client.post("/v1/plans", json=body(), headers={"traceparent": CALLER})
    compute(store, areas, telemetry, database_url)

    found = spans.get_finished_spans()
    assert tree(found) == {
        "POST /v1/plans": None,
        "plan queued": "POST /v1/plans",
        "plan computed": "POST /v1/plans",
        "geocode": "plan computed",
        "roads": "plan computed",
        "snap": "plan computed",
        "matrix": "plan computed",
        "solve": "plan computed",
        "solver child": "solve",
        "trace": "plan computed",
    }
    assert {f"{span.context.trace_id:032x}" for span in found if span.context} == {CALLER.split("-")[1]}
    computed = next(span for span in found if span.name == "plan computed")
    assert computed.attributes is not None
    assert computed.attributes["doorstep.outcome"] == "successful"
    assert answer.headers["Location"].endswith(str(computed.attributes["doorstep.plan"]))
    assert "Mill Lane" not in " ".join(span.to_json() for span in found)


def test_the_steps_of_a_plan_are_counted_with_their_seconds(
    store: PlanStore, database_url: str, areas: AreaCatalog
) -> None:
    telemetry = Telemetry()
    client = ApiClient(create_app(replace(fake_deps(), plans=store, areas=areas, telemetry=telemetry)))

    client.post("/v1/plans", json=body())
    compute(store, areas, telemetry, database_url)

    value = telemetry.metrics.registry.get_sample_value
    for step in ("geocode", "roads", "snap", "matrix", "solve", "trace"):
        assert value("doorstep_plan_step_seconds_count", {"step": step}) == 1
    assert value("doorstep_queue_wait_seconds_count", {"kind": "plan"}) == 1
    assert value("doorstep_work_seconds_count", {"kind": "plan", "outcome": "successful"}) == 1
    assert value("doorstep_geocoded_addresses_total", {"status": "accepted"}) == 2
    route = {"method": "POST", "route": "/v1/plans", "status": "202"}
    assert value("doorstep_http_requests_total", route) == 1


def test_a_plan_keeps_the_id_of_its_request(engine: Engine, store: PlanStore, areas: AreaCatalog) -> None:
    client = ApiClient(create_app(replace(fake_deps(), plans=store, areas=areas)))

    answer = client.post("/v1/plans", json=body())

    with engine.connect() as connection:
        origin = connection.execute(select(plans_table.c.origin)).scalar_one()
    assert origin == {"request_id": answer.headers["X-Request-Id"]}


@pytest.mark.parametrize(
    "origin",
    [{"request_id": "c/o Anna", "traceparent": "nonsense"}, {"request_id": 5, "traceparent": None}, {}],
    ids=["wrong", "types", "empty"],
)
def test_an_origin_that_is_none_of_ours_begins_a_trace_of_its_own(
    store: PlanStore, telemetry: Telemetry, spans: InMemorySpanExporter, origin: dict[str, object]
) -> None:
    with telemetry.work("plan", work_id="1", attempt=1, waited_s=0.5, origin=origin) as ending:
        ending.outcome = "successful"

    assert tree(spans.get_finished_spans()) == {"plan queued": None, "plan computed": None}


def test_work_that_breaks_is_an_error_without_its_text(telemetry: Telemetry, spans: InMemorySpanExporter) -> None:
    with pytest.raises(RuntimeError), telemetry.span("roads"):
        raise RuntimeError("Mill Lane 7")

    (span,) = spans.get_finished_spans()
    told = json.loads(span.to_json())
    assert told["status"] == {"status_code": "ERROR", "description": "RuntimeError"}
    assert "Mill Lane" not in str(told)


def test_a_second_attempt_has_not_waited_again(telemetry: Telemetry, spans: InMemorySpanExporter) -> None:
    with telemetry.work("plan", work_id="1", attempt=2, waited_s=500, origin={}):
        pass

    assert [span.name for span in spans.get_finished_spans()] == ["plan computed"]
    assert telemetry.metrics.registry.get_sample_value("doorstep_queue_wait_seconds_count", {"kind": "plan"}) is None


def test_without_an_endpoint_nothing_is_traced() -> None:
    with opened_tracer(None, share=1.0, process="web") as tracer:
        assert isinstance(tracer, NoOpTracer)


def test_with_an_endpoint_spans_are_sent_and_the_rest_at_the_end() -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer

    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        endpoint = f"http://127.0.0.1:{server.server_address[1]}/v1/traces"
        with opened_tracer(endpoint, share=1.0, process="worker") as tracer, tracer.start_as_current_span("plan"):
            pass
        server.shutdown()
        thread.join()

    assert [path for path, _ in received] == ["/v1/traces"]
    assert b"doorstep-worker" in received[0][1]

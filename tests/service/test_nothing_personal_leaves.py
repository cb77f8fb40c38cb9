"""A whole day of use: whoever reads the log, the figures or the traces learns of nobody."""

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest
from sqlalchemy import Engine, select

from geodata.area.catalog import AreaCatalog
from service.app import create_app
from service.auth.caller import LOCAL_CALLER
from service.bootstrap import opened
from service.deps import Deps
from service.jobs.execution import RunWork
from service.jobs.run_batch import BatchRunner
from service.jobs.run_plan import PlanRunner
from service.jobs.worker import Worker
from service.logs import configure_logging
from service.settings import Settings
from service.store.addresses.address_book import address_books
from service.store.jobs.batches import BatchStore
from service.store.jobs.plans import PlanStore
from service.store.jobs.work_kinds import BATCHES, PLANS, WorkKind
from service.store.privacy.tenant_keys import TenantKeys
from service.telemetry.telemetry import Telemetry
from tests.geodata.area.village import build_village, write_village
from tests.service.api.client import ApiClient
from tests.service.planning.test_pipeline import solve_here

SECRET = "k" * 40
TENANT = LOCAL_CALLER.tenant
HOUSE = "Mill Lane 7, Willowbrook"
DOOR = {"lat": 30.00055, "lon": 100.00205}
#: What a person is known by: a name, a number, an address, a place, the bank's number of the case.
PERSONAL = ("Mill Lane", "Muster", "232 11 11", "30.0005", "100.002", "GEHEIM-17")


class WithKey(ApiClient):
    """Shows a key with each request."""

    key: str | None = None

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send it."""
        shown = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        return await super().send(method, path, **{**options, "headers": {**options.get("headers", {}), **shown}})


class BrokenError(Exception):
    """Its text tells where somebody lives."""

    def __init__(self) -> None:
        super().__init__(f"c/o Anna Muster, {HOUSE} {DOOR}")


@dataclass
class Office:
    """The service on a database of its own, with what it says."""

    client: WithKey
    worker: Worker
    deps: Deps
    engine: Engine
    keys: TenantKeys
    spans: InMemorySpanExporter
    runners: dict[WorkKind, RunWork]
    log: StringIO

    def work(self) -> None:
        """Do what waits, as a worker does."""
        with self.engine.connect() as connection:
            open_plans, open_batches = (
                connection.scalars(select(kind.table.c.id).where(kind.table.c.status == "accepted")).all()
                for kind in (PLANS, BATCHES)
            )
        for store, ids in (
            (PlanStore(self.engine, self.keys, tenant=TENANT), open_plans),
            (BatchStore(self.engine, self.keys, tenant=TENANT), open_batches),
        ):
            for work_id in ids:
                self.worker._run_one(store, work_id)


@pytest.fixture
def office(engine: Engine, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    """The log goes to what `capsys` captures, so that comes first."""
    settings = Settings(
        state_dir=tmp_path, database_url=database_url, secret_key=SECRET, area="willowbrook", allowed_hosts="*"
    )
    build_village(write_village(tmp_path), settings.areas_dir)
    spans, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    telemetry = Telemetry(tracer=provider.get_tracer("test"))
    keys = TenantKeys(engine, secrets=settings.secrets)
    books = address_books(engine, keys, tenant=TENANT)
    catalog = AreaCatalog(settings.areas_dir)
    runners: dict[WorkKind, RunWork] = {
        PLANS: PlanRunner(catalog=catalog, solver=solve_here, book_of=books.of_area, telemetry=telemetry),
        BATCHES: BatchRunner(areas=catalog, book_of=books.of_area, telemetry=telemetry),
    }
    of_tenant = {kind: lambda _tenant, kind=kind: runners[kind] for kind in runners}
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with ExitStack() as stack:
        services = replace(stack.enter_context(opened(settings)), telemetry=telemetry)
        deps = replace(services.deps_of(TENANT), telemetry=telemetry)
        worker = Worker(settings, database_url, of_tenant, telemetry=telemetry)
        configure_logging(level="debug", style="json")
        (handler,) = root.handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(log := StringIO())
        yield Office(
            WithKey(create_app(replace(services, deps_of=lambda _tenant: deps))),
            worker,
            deps,
            engine,
            keys,
            spans,
            runners,
            log,
        )
    provider.shutdown()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def case(**more: Any) -> dict[str, Any]:
    return {"id": "GEHEIM-17", "address": f"c/o Anna Muster, {HOUSE}, Tel. 232 11 11", **more}


def plan(**more: Any) -> dict[str, Any]:
    start = {"location": DOOR}
    return {
        "cases": [case(), case(id="GEHEIM-172", address="Mill Lane 9999, Nowhere")],
        "collectors": [{"id": "Anna.Muster", "start": start, "shift": {"start": "09:00", "end": "17:00"}}],
        "date": "2026-11-25",
        "options": {"budget_s": 5, "iterations": 1},
        **more,
    }


def import_cases(office: Office) -> None:
    """Import cases and collectors, good ones and bad ones."""
    client = office.client
    stored = case(name="Anna Muster", phone="+423 232 11 11")
    assert client.post("/v1/cases/bulk", json=[stored, case(id="GEHEIM-172", priority="232 11 11")]).status_code == 200
    client.post_raw("/v1/cases/bulk", json.dumps(stored)[:-5], "application/x-ndjson")
    client.get("/v1/cases/GEHEIM-17")
    client.request("PUT", "/v1/cases/GEHEIM-17", json=stored)
    client.post("/v1/cases/search", json={"phone": "+423 232 11 11"})
    table = f"address,name\n{HOUSE},Anna Muster\n\nMill Lane 9999\n".encode()
    client.post_raw("/v1/geocode/files", table, "text/csv")
    client.post_raw("/v1/geocode/files", b"PK\x03\x04" + table, "text/csv")


def geocode(office: Office) -> None:
    """Ask for addresses and places, and decide on doubtful ones."""
    client = office.client
    for text in (HOUSE, "Mill Lane 9999, Nowhere", "Muster"):
        review = client.post("/v1/geocode", json={"queries": [{"address": text}]}).json()["results"][0].get("review")
        if review is not None:
            path = f"/v1/geocode/reviews/{review}"
            client.get(path)
            client.post(f"{path}/move", json={"location": DOOR}, headers={"If-Match": '"1"'})
            client.post(f"{path}/accept", json={"alternative": 99}, headers={"If-Match": '"1"'})
    assert (
        client.post("/v1/geocode/pins", json={"address": HOUSE, "location": DOOR, "accuracy_m": 5}).status_code == 201
    )
    client.post("/v1/geocode/pins", json={"address": HOUSE, "location": {"lat": 30.0005, "lon": 10.0}})
    client.post("/v1/geocode/reverse", json={"locations": [DOOR]})
    client.post("/v1/geocode/batches", json={"queries": [{"address": HOUSE}, {"address": "Muster"}]})


def plan_day(office: Office) -> None:
    """Plan, watch and read."""
    client = office.client
    accepted = client.post("/v1/plans", json=plan())
    assert accepted.status_code == 202, accepted.text
    office.work()
    location = accepted.headers["Location"]
    assert client.get(location).json()["status"] == "successful"
    for view in ("", ".geojson", "/sheet", ".ndjson"):
        assert client.get(f"{location}{view}").status_code == 200
    client.post("/v1/areas/willowbrook/reachable", json={"location": DOOR, "minutes": 5})


def serve_people(office: Office) -> None:
    """Keys and users, files of cases and collectors, links to routes, what is known of a person, and its end."""
    client, why = office.client, {"Audit-Reason": "request 17"}
    table = f'id,address,name,phone\nGEHEIM-173,"{HOUSE}",Anna Muster,+423 232 11 11\n,,Anna Muster,\n'.encode()
    assert client.post_raw("/v1/cases/files", table, "text/csv").json()["counts"]["created"] == 1
    client.post_raw("/v1/collectors/files", table, "text/csv")
    client.request("PUT", "/v1/collectors/Anna.Muster", json={"name": "Anna Muster", "phone": "232 11 11"})
    client.key = client.post("/v1/keys", json={"name": "Anna Muster", "role": "admin"}).json()["secret"]
    client.post("/v1/users", json={"email": "Anna.Muster@example.org", "role": "planner"})
    client.post("/v1/users", json={"email": "Anna Muster", "role": "planner"})
    accepted = client.post("/v1/plans", json=plan())
    assert accepted.status_code == 202, accepted.text
    office.work()
    link = client.post(f"{accepted.headers['Location']}/routes/1/links", json={"expires_in_s": 600})
    assert link.status_code == 201, link.text
    client.get(link.json()["url"])
    client.get("/r/Muster")
    for what, who in (("exports", "case"), ("erasures", "case"), ("erasures", "collector")):
        known = {"case": "GEHEIM-173", "collector": "Anna.Muster"}[who]
        answer = client.post(f"/v1/persons/{what}", json={who: known}, headers=why)
        assert answer.status_code == 200, answer.text
        client.post(f"/v1/persons/{what}", json={"case": "GEHEIM-174", "who": "Anna Muster"}, headers=why)


def make_mistakes(office: Office) -> None:
    """Send what is refused, not there or broken."""
    client = office.client
    client.post_raw("/v1/plans", json.dumps(plan())[:-3])
    client.post("/v1/plans", json=plan(cases=[case(debt=HOUSE), case()]))
    client.get(f"/v1/plans/{HOUSE}?address=Mill Lane&phone=232 11 11", headers={"X-Request-Id": "Anna Muster"})
    client.get(f"/Anna Muster/{HOUSE}", headers={"traceparent": "Anna Muster", "User-Agent": "Anna Muster"})
    client.request("Muster", "/v1/plans")


def break_down(office: Office) -> None:
    """Let the parts of the service break, with a text that tells all."""

    def broken(*_arguments: object, **_options: object) -> Any:
        raise BrokenError

    accepted = office.client.post("/v1/plans", json=plan())
    good = office.runners[PLANS]
    office.runners[PLANS] = broken
    office.work()
    office.runners[PLANS] = good
    assert office.client.get(accepted.headers["Location"]).json()["status"] == "failed"
    deps = replace(office.deps, areas=type("Broken", (), {"open": broken, "list": broken})())
    client = ApiClient(create_app(deps))
    assert client.post("/v1/plans", json=plan()).status_code == 500
    assert client.post("/v1/geocode", json={"queries": [{"address": HOUSE}]}).status_code == 500


def test_a_day_of_use_leaves_nobody_in_the_log_the_figures_or_the_traces(office: Office) -> None:
    for part in (import_cases, geocode, plan_day, serve_people, make_mistakes, break_down):
        part(office)

    log = office.log.getvalue()
    figures = generate_latest(office.deps.telemetry.metrics.registry).decode()
    spans = [span.to_json() for span in office.spans.get_finished_spans()]
    assert office.client.key is not None
    for said in (log, figures, *spans):
        assert [word for word in (*PERSONAL, office.client.key) if word.casefold() in said.casefold()] == []
    events = {json.loads(line)["event"] for line in log.splitlines()}
    assert {"request", "incident", "plan_started", "planning_failed"} <= events
    assert 'doorstep_http_requests_total{method="GET",route="/v1/cases/{case_id}",status="200"} 1.0' in figures
    assert len(spans) > 20


def test_the_lines_of_a_request_and_of_its_work_carry_the_same_ids(office: Office) -> None:
    answer = office.client.post("/v1/plans", json=plan())
    office.work()

    lines = [json.loads(line) for line in office.log.getvalue().splitlines()]
    request_id = answer.headers["X-Request-Id"]
    ours = [line for line in lines if line.get("request_id") == request_id]
    assert [line["event"] for line in ours] == ["request", "plan_started"]
    assert len({line["trace_id"] for line in ours}) == 1

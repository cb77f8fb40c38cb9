"""The endpoints on the real plan store, and the application as uvicorn starts it."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import Engine

from service.app import create_app
from service.store.engine import open_engine
from service.store.jobs.plans import PlanStore
from service.store.people.person_search import Wanted
from service.store.privacy.tenant_keys import TenantKeys
from tests.postgres import PostgresForTests
from tests.service.api.client import ApiClient
from tests.service.api.fakes import fake_deps, plan_body, plan_document
from tests.service.store.bank import CASE, Bank


@pytest.fixture
def client(store: PlanStore) -> ApiClient:
    return ApiClient(create_app(replace(fake_deps(), plans=store)))


def cases_of(result: Any) -> list[list[str]]:
    return [[stop["case"] for stop in route["stops"]] for route in result["routes"]]


def test_a_plan_goes_from_the_request_to_the_worker_and_back(client: ApiClient, store: PlanStore) -> None:
    location = client.post("/v1/plans", json=plan_body()).headers["Location"]
    plan_id = next(iter(store.list_recent(1))).id

    claim = store.claim(plan_id)
    assert claim is not None
    store.report_progress(plan_id, claim.attempt, {"stage": "solving", "elapsed_s": 1.0, "budget_s": 7.0})
    running = client.get(location).json()
    store.finish(plan_id, claim.attempt, plan_document())
    done = client.get(location).json()

    assert claim.request["area"] == "liechtenstein"
    assert (running["status"], running["progress"]["elapsed_s"]) == ("running", 1.0)
    assert (done["status"], done["attempt"]) == ("successful", 1)
    planned: Any = plan_document()["result"]
    assert cases_of(done["result"]) == cases_of(planned)
    assert done["result"]["cost"] == planned["cost"]
    assert client.get(f"{location}.geojson").status_code == 200


def test_a_stop_reaches_the_worker_and_a_dismissed_plan_is_never_computed(client: ApiClient, store: PlanStore) -> None:
    stopped, dismissed = (client.post("/v1/plans", json=plan_body()).json() for _ in range(2))

    assert client.post(stopped["links"]["stop"]).json()["stop_requested"]
    assert client.delete(dismissed["links"]["self"]).json()["status"] == "dismissed"

    open_plan, closed_plan = (store.claim(record.id) for record in reversed(store.list_recent(2)))
    assert open_plan is not None
    assert open_plan.stop_requested
    assert closed_plan is None


def test_who_kept_a_plan_is_shown_it_anew_when_somebody_was_erased_from_it(engine: Engine) -> None:
    bank = Bank(engine)
    plan = bank.plan()
    client = ApiClient(create_app(replace(fake_deps(), plans=bank.plans)))
    views = [f"/v1/plans/{plan}", f"/v1/plans/{plan}.geojson", f"/v1/plans/{plan}.ndjson"]
    known = [{"If-None-Match": client.get(view).headers["ETag"]} for view in views]

    before = [client.get(view, headers=tag).status_code for view, tag in zip(views, known, strict=True)]
    bank.persons.erase(bank.persons.find(Wanted(case=CASE)))
    after = [client.get(view, headers=tag) for view, tag in zip(views, known, strict=True)]

    assert before == [304] * len(views)
    assert [answer.status_code for answer in after] == [200] * len(views)
    assert not [answer for answer in after if CASE in answer.text]


def test_a_refused_request_leaves_nothing_in_the_store(client: ApiClient, store: PlanStore) -> None:
    assert client.post("/v1/plans", json=plan_body(area="atlantis")).status_code == 422

    assert store.list_recent(1) == ()


def test_a_database_that_was_not_migrated_is_not_ready(postgres: PostgresForTests) -> None:
    with postgres.empty() as url:
        engine = open_engine(url)
        answer = ApiClient(
            create_app(replace(fake_deps(), plans=PlanStore(engine, TenantKeys(engine), tenant="main")))
        ).get("/readyz")
        engine.dispose()

    assert [error["code"] for error in answer.json()["errors"]] == ["database_not_migrated"]


def test_a_database_that_is_away_is_not_ready_and_no_incident() -> None:
    engine = open_engine("postgresql://nobody:secret@127.0.0.1:1/none")
    client = ApiClient(create_app(replace(fake_deps(), plans=PlanStore(engine, TenantKeys(engine), tenant="main"))))

    asked, ready = client.post("/v1/plans", json=plan_body()), client.get("/readyz")

    assert (asked.status_code, asked.json()["code"]) == (503, "database_unavailable")
    assert (ready.status_code, ready.json()["code"]) == (503, "not_ready")
    assert "secret" not in asked.text + ready.text


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.usefixtures("_logging_as_before")
def test_the_factory_builds_everything_from_the_environment_and_closes_it(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", database_url)
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("DOORSTEP_ALLOWED_HOSTS", "localhost")
    app = create_app()

    ready = anyio.run(_ask_while_it_runs, app)

    # There is a database, and no area yet.
    assert [error["code"] for error in ready["errors"]] == ["area_unusable"]
    assert app.state.services.deps_of("main").now() <= datetime.now(UTC)


async def _ask_while_it_runs(app: FastAPI) -> dict[str, list[dict[str, str]]]:
    async with app.router.lifespan_context(app):
        answer = await ApiClient(app).send("GET", "/readyz")
        found: dict[str, list[dict[str, str]]] = answer.json()
        return found

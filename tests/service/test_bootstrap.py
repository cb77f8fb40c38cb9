"""What workers do before they take plans, and what their plans are made with."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import service.compiled
from service.app import create_app
from service.bootstrap import opened, work_runners
from service.compiled import compile_ahead
from service.jobs.run_plan import PlanRunner
from service.schemas.base import Location
from service.schemas.batch import BatchResult, StoredBatch, StoredRow
from service.schemas.document import PlanDocument
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import resolve
from service.settings import Settings
from service.settings_planning import usable_cores
from service.store.jobs.work_kinds import BATCHES, PLANS
from tests.geodata.area.village import build_village, write_village
from tests.service.api.client import ApiClient


def test_compiling_ahead_is_logged_with_its_time() -> None:
    with capture_logs() as logs:
        compile_ahead()

    assert [entry["event"] for entry in logs if entry["log_level"] == "info"] == ["compiling", "compiled"]
    assert logs[1]["seconds"] > 0


def test_a_cache_that_cannot_be_kept_is_a_warning_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.compiled, "warm_up", lambda: None)
    monkeypatch.setattr(service.compiled, "cache_problem", lambda: "Set NUMBA_CACHE_DIR.")

    with capture_logs() as logs:
        compile_ahead()

    assert [(entry["event"], entry["reason"]) for entry in logs if entry["log_level"] == "warning"] == [
        ("compiled_code_not_kept", "Set NUMBA_CACHE_DIR.")
    ]


def test_a_warm_up_that_breaks_does_not_keep_the_worker_from_its_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk() -> None:
        raise OSError(28, "No space left on device", "/somebody/secret")

    monkeypatch.setattr(service.compiled, "warm_up", full_disk)

    with capture_logs() as logs:
        compile_ahead()

    assert (logs[-1]["event"], logs[-1]["error"]) == ("not_compiled_ahead", "OSError")
    assert "secret" not in str(logs)


def test_a_warm_up_that_breaks_says_too_that_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_temporary_folder() -> None:
        raise FileNotFoundError

    monkeypatch.setattr(service.compiled, "warm_up", no_temporary_folder)
    monkeypatch.setattr(service.compiled, "cache_problem", lambda: "Set NUMBA_CACHE_DIR.")

    with capture_logs() as logs:
        compile_ahead()

    warnings = [entry for entry in logs if entry["log_level"] == "warning"]
    assert [entry["event"] for entry in warnings] == ["not_compiled_ahead", "compiled_code_not_kept"]
    assert warnings[1]["reason"] == "Set NUMBA_CACHE_DIR."


@pytest.mark.parametrize(
    ("problem", "expected"),
    [(None, []), ("Set NUMBA_CACHE_DIR.", [("compiled_code_not_kept", "Set NUMBA_CACHE_DIR.")])],
)
def test_the_web_server_says_when_its_compiled_code_is_not_kept(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    problem: str | None,
    expected: list[tuple[str, str]],
) -> None:
    monkeypatch.setattr(service.compiled, "cache_problem", lambda: problem)

    with capture_logs() as logs, opened(Settings(state_dir=tmp_path, database_url=database_url)):
        pass

    assert [(entry["event"], entry["reason"]) for entry in logs] == expected


def test_plans_are_measured_with_as_many_threads_as_the_settings_say(tmp_path: Path, database_url: str) -> None:
    settings = Settings(state_dir=tmp_path, matrix_threads=3, database_url=database_url)
    build_village(write_village(tmp_path), settings.areas_dir)

    with work_runners(settings, database_url) as runners:
        planner = runners[PLANS]("main")

    assert isinstance(planner, PlanRunner)
    assert planner.catalog.open("willowbrook")._network("car")._threads == 3
    assert Settings().matrix_threads == usable_cores()


def test_a_workers_plans_and_batches_keep_to_the_pins_that_the_web_server_set(
    tmp_path: Path, database_url: str
) -> None:
    settings = Settings(state_dir=tmp_path, database_url=database_url, secret_key="s" * 32)
    build_village(write_village(tmp_path), settings.areas_dir)
    address, door = "Mill Lane 99, Willowbrook", {"lat": 30.003, "lon": 100.001}
    with opened(settings) as deps:
        web = ApiClient(create_app(deps))
        body = {"area": "willowbrook", "address": address, "location": door, "source": "planner"}
        assert web.post("/v1/geocode/pins", json=body).status_code == 201

    case = {"id": "c1", "address": address}
    collector = {"id": "k1", "start": {"location": door}, "shift": {"start": "08:00", "end": "17:00"}}
    asked = {"cases": [case], "collectors": [collector], "area": "willowbrook", "time_zone": "Asia/Shanghai"}
    resolved = resolve(
        PlanRequest.model_validate(asked | {"policy": "cn", "options": {"budget_s": 1}}),
        area=build_village(write_village(tmp_path), settings.areas_dir, reuse=True).meta,
        settings=settings,
        now=datetime(2026, 11, 25, tzinfo=UTC),
    )
    stored = StoredBatch(area="willowbrook", rows=[StoredRow(row=1, address=address)])
    with work_runners(settings, database_url) as runners:
        plan = runners[PLANS]("main")(
            resolved.model_dump(mode="json"), lambda _progress, _best=None: None, lambda: False
        )
        batch = runners[BATCHES]("main")(
            stored.model_dump(mode="json"), lambda _progress, _best=None: None, lambda: False
        )

    answers = [
        PlanDocument.load(plan).result.geocoding[0].answer,
        BatchResult.model_validate(batch, strict=False).answers[0],
    ]
    assert [(answer.match_type, answer.location) for answer in answers] == [("pin", Location(**door))] * 2

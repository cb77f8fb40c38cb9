"""A worker as `doorstep worker` runs it: schedules that are due become plans, and it computes them."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

import service.bootstrap
import service.cli.worker
import service.compiled
import service.jobs.worker
from service.cli.worker import run_worker
from service.jobs.deliver import Deliverer
from service.jobs.execution import RunnerOf, Tell
from service.settings import Settings
from service.store.jobs.plans import PlanStore
from service.store.jobs.records import JsonObject, PlanStatus
from service.store.jobs.schedules import ScheduleStore
from service.store.jobs.work_kinds import PLANS, WorkKind
from service.store.privacy.tenant_keys import TenantKeys
from tests.geodata.area.village import build_village, write_village

EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class BrokenDeliverer(Deliverer):
    """Cannot even look for what is due."""

    async def run(self) -> None:
        """Break."""
        raise KeyError


@contextmanager
def last_plan(*_: object) -> Iterator[dict[WorkKind, RunnerOf]]:
    """Give what computes a plan, and then ends the worker."""

    def compute(request: JsonObject, on_progress: Tell, should_stop: Callable[[], bool]) -> JsonObject:
        del on_progress, should_stop
        os.kill(os.getpid(), signal.SIGTERM)
        return {"date": request["date"]}

    yield {PLANS: lambda _tenant: compute}


def test_a_schedule_that_is_due_is_planned_by_a_worker_whatever_breaks_beside_it(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(state_dir=tmp_path, database_url=database_url, worker_heartbeat_s=0.2, area="willowbrook")
    build_village(write_village(tmp_path), settings.areas_dir)
    keys, due = TenantKeys(engine), datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    schedules = ScheduleStore(engine, keys, tenant="main")
    place: dict[str, Any] = {"location": {"lat": 30.003, "lon": 100.001}}
    request = {
        "time_zone": "UTC",
        "cases": [{"id": "c1", **place}],
        "collectors": [{"id": "k1", "start": place, "shift": {"start": "08:00", "end": "17:00"}}],
    }
    document: JsonObject = {"name": "x", "at": f"{due:%H:%M}", "plan_day": "next", "calendar": {"weekdays": EVERY_DAY}}
    made = schedules.create(document | {"request": request}, enabled=True, next_run_at=due)
    monkeypatch.setattr(service.bootstrap, "work_runners", last_plan)
    monkeypatch.setattr(service.compiled, "compile_ahead", lambda: None)
    monkeypatch.setattr(service.jobs.worker, "Deliverer", BrokenDeliverer)
    monkeypatch.setattr(service.cli.worker, "configure_logging", lambda **_: None)

    with capture_logs() as logs:
        run_worker(settings)

    (run,) = schedules.runs(made)
    assert run.plan is not None
    assert run.slot == due
    plan = PlanStore(engine, keys, tenant="main").get(run.plan)
    assert (plan.status, plan.result) == (PlanStatus.SUCCESSFUL, {"date": str(due.date() + timedelta(days=1))})
    assert schedules.get(made).next_run_at == due + timedelta(days=1)
    assert ("worker_task_broken", "deliveries") in [(entry["event"], entry.get("task")) for entry in logs]

"""The worker as a real process: killed, stopped, frozen, told to end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from standardwebhooks.webhooks import Webhook

from service.auth.caller import FIRST_TENANT
from service.child_process import dies_with_parent
from service.store.jobs.plans import PlanStore
from service.store.jobs.records import PlanRecord, PlanStatus
from service.store.privacy.tenant_keys import TenantKeys
from service.store.webhooks.webhooks import WebhookStore
from tests.service.jobs.slow_worker import PREPARING
from tests.service.webhooks.receiver import listening

PATIENCE_S = 20.0


class Office:
    """Starts workers on one database and keeps what they log."""

    def __init__(self, url: str, log: Path) -> None:
        self._url = url
        self._log = log
        self.workers: list[subprocess.Popen[bytes]] = []

    def hire(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker."""
        with self._log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.service.jobs.slow_worker", self._url],
                env={**os.environ, **environment},
                stderr=log,
                preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only a prctl
            )
        self.workers.append(worker)
        return worker

    def log(self) -> str:
        """Return what the workers have logged so far."""
        return self._log.read_text()

    def wait_for_log(self, words: str) -> None:
        """Wait until a worker has said something."""
        deadline = time.monotonic() + 60
        while words not in self.log():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def close(self) -> None:
        """End every worker at once."""
        for worker in self.workers:
            worker.kill()
            worker.wait()


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    opened = Office(database_url, tmp_path / "workers.log")
    yield opened
    opened.close()


def create(store: PlanStore, **request: object) -> UUID:
    return store.create(request={"name": "Rotkäppchen", **request}, area="wood", plan_date=date(2024, 5, 6))


def wait_for(store: PlanStore, plan_id: UUID, condition: Callable[[PlanRecord], bool]) -> PlanRecord:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        plan = store.get(plan_id)
        if condition(plan):
            return plan
        time.sleep(0.05)
    pytest.fail(f"The plan stayed {store.get(plan_id)}.")


def is_over(plan: PlanRecord) -> bool:
    return plan.status.is_terminal


def is_solving(plan: PlanRecord) -> bool:
    return plan.status is PlanStatus.RUNNING and plan.progress is not None and cast("int", plan.progress["step"]) > 2


def test_a_plan_is_computed_and_its_progress_shown(store: PlanStore, office: Office, engine: Engine) -> None:
    plan_id = create(store, do="sleep", seconds=1)

    office.hire()
    half_way = wait_for(store, plan_id, is_solving)
    plan = wait_for(store, plan_id, is_over)

    assert half_way.started_at is not None
    assert plan.status is PlanStatus.SUCCESSFUL
    assert plan.result is not None
    assert plan.result["steps"] == 20
    assert plan.attempt == 1
    time.sleep(0.3)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 0


def test_a_worker_is_ready_and_takes_plans_once_it_is_prepared(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="sleep", seconds=0.1)
    hired_at = time.monotonic()
    office.hire(TEST_PREPARE_S="2")

    while store.ready_workers(seen_within_s=60) == 0:
        assert store.get(plan_id).status is PlanStatus.ACCEPTED
        assert time.monotonic() < hired_at + PATIENCE_S
        time.sleep(0.05)

    assert time.monotonic() - hired_at > 2
    assert wait_for(store, plan_id, is_over).status is PlanStatus.SUCCESSFUL


def test_a_worker_that_is_told_to_end_while_it_prepares_ends_at_once(office: Office) -> None:
    worker = office.hire(TEST_PREPARE_S="60")
    office.wait_for_log(PREPARING)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=10) == 0


def test_workers_without_a_sign_of_life_are_not_ready(store: PlanStore, office: Office, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - interval '1 minute')")
        )

    assert [store.ready_workers(seen_within_s=seconds) for seconds in (10, 90)] == [1, 2]


def test_a_plan_of_a_killed_worker_is_finished_by_the_next_once(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="sleep", seconds=2)
    first = office.hire()
    wait_for(store, plan_id, is_solving)

    first.kill()
    first.wait()
    second = office.hire()
    plan = wait_for(store, plan_id, is_over)

    assert plan.status is PlanStatus.SUCCESSFUL
    assert plan.result == {"steps": 40, "pid": second.pid}
    assert (plan.attempt, plan.lost) == (2, 1)
    time.sleep(1.0)
    assert store.get(plan_id) == plan


def test_a_killed_workers_plan_goes_to_a_worker_that_is_there_already(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="sleep", seconds=2)
    workers = {worker.pid: worker for worker in (office.hire(), office.hire())}
    solving = wait_for(store, plan_id, is_solving)
    assert solving.progress is not None

    workers.pop(cast("int", solving.progress["pid"])).kill()
    plan = wait_for(store, plan_id, is_over)

    assert plan.status is PlanStatus.SUCCESSFUL
    assert plan.result == {"steps": 40, "pid": next(iter(workers))}


def test_a_frozen_worker_that_wakes_up_writes_nothing(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="sleep", seconds=2)
    frozen = office.hire()
    wait_for(store, plan_id, is_solving)

    frozen.send_signal(signal.SIGSTOP)
    second = office.hire()
    wait_for(store, plan_id, lambda plan: plan.attempt == 2 and is_solving(plan))
    frozen.send_signal(signal.SIGCONT)
    plan = wait_for(store, plan_id, is_over)

    assert plan.result == {"steps": 40, "pid": second.pid}
    assert plan.attempt == 2
    time.sleep(1.0)
    assert store.get(plan_id) == plan
    assert "plan_lost" in office.log()


def test_a_frozen_worker_that_woke_up_goes_on_working(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="sleep", seconds=1)
    frozen = office.hire()
    wait_for(store, plan_id, is_solving)
    frozen.send_signal(signal.SIGSTOP)
    second = office.hire()
    wait_for(store, plan_id, is_over)
    second.kill()

    frozen.send_signal(signal.SIGCONT)
    next_plan = wait_for(store, create(store, do="sleep", seconds=0.1), is_over)

    assert next_plan.result == {"steps": 2, "pid": frozen.pid}


def test_a_plan_that_kills_three_workers_has_failed(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="die")

    for _ in range(3):
        office.hire().wait(timeout=PATIENCE_S)
    office.hire()
    plan = wait_for(store, plan_id, is_over)

    assert plan.status is PlanStatus.FAILED
    assert plan.problem is not None
    assert plan.problem["code"] == "worker_lost"
    assert (plan.attempt, plan.lost) == (3, 3)


def test_a_stop_keeps_what_there_is(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="sleep", seconds=60)
    office.hire()
    wait_for(store, plan_id, is_solving)

    asked_at = time.monotonic()
    store.request_stop(plan_id)
    plan = wait_for(store, plan_id, is_over)

    assert plan.status is PlanStatus.SUCCESSFUL
    assert plan.result is not None
    assert "stopped_at" in plan.result
    assert time.monotonic() - asked_at < 2.0


def test_a_dismissed_plan_frees_its_worker_and_keeps_no_result(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="sleep", seconds=60)
    office.hire()
    wait_for(store, plan_id, is_solving)

    store.dismiss(plan_id)
    next_plan = wait_for(store, create(store, do="sleep", seconds=0.1), is_over)

    assert next_plan.status is PlanStatus.SUCCESSFUL
    dismissed = store.get(plan_id)
    assert dismissed.status is PlanStatus.DISMISSED
    assert dismissed.result is None


@pytest.mark.parametrize("do", ["crash", "nan"])
def test_a_broken_computation_fails_its_plan_and_nothing_personal_is_told(
    store: PlanStore, office: Office, do: str
) -> None:
    plan_id = create(store, do=do)

    office.hire()
    plan = wait_for(store, plan_id, is_over)

    assert plan.status is PlanStatus.FAILED
    assert plan.problem is not None
    assert plan.problem["code"] == "planning_failed"
    incident = str(plan.problem["detail"]).rsplit(" ", 1)[1].removesuffix(".")
    assert incident in office.log()
    assert "Rotk" not in office.log()
    assert "Rotk" not in str(plan.problem)


def test_a_refusal_fails_the_plan_with_its_own_problem(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="refuse")

    office.hire()
    plan = wait_for(store, plan_id, is_over)

    assert plan.problem == {"code": "refused_for_a_test"}


def test_a_worker_told_to_end_finishes_a_short_plan(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="sleep", seconds=1)
    worker = office.hire(TEST_GRACE_S="10")
    wait_for(store, plan_id, is_solving)

    worker.terminate()
    code = worker.wait(timeout=9)

    assert code == 0
    assert store.get(plan_id).status is PlanStatus.SUCCESSFUL


def test_a_worker_told_to_end_hands_a_long_plan_back(store: PlanStore, office: Office) -> None:
    plan_id = create(store, do="sleep", seconds=3)
    first = office.hire(TEST_GRACE_S="0.2")
    wait_for(store, plan_id, is_solving)

    first.terminate()
    code = first.wait(timeout=9)
    back = store.get(plan_id)
    second = office.hire()
    plan = wait_for(store, plan_id, is_over)

    assert code == 0
    assert back.status is PlanStatus.ACCEPTED
    assert back.progress is None
    assert plan.result == {"steps": 60, "pid": second.pid}
    assert (plan.attempt, plan.lost) == (2, 0)


def test_a_worker_tells_webhooks_how_a_plan_ended(store: PlanStore, office: Office, engine: Engine) -> None:
    hooks = WebhookStore(engine, TenantKeys(engine), tenant=FIRST_TENANT)
    plan_id = create(store, do="sleep", seconds=0.1)

    with listening() as receiver:
        _, secret = hooks.create(
            uuid4(), url=f"http://127.0.0.1:{receiver.port}/", events=["plan.successful"], description=""
        )
        office.hire(DOORSTEP_WEBHOOK_NETWORKS="127.0.0.0/8")
        deadline = time.monotonic() + PATIENCE_S
        while not receiver.received and time.monotonic() < deadline:
            time.sleep(0.05)

    (received,) = receiver.received
    message = Webhook(secret).verify(received.body, received.headers)
    assert (message["type"], message["data"]["plan"]) == ("plan.successful", str(plan_id))

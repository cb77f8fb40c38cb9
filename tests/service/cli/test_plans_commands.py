"""doorstep plans and schedules, at the database of the service."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner, Result

import service.cli.plans
from service.cli.failure import CommandError, plain_failures
from service.cli.main import app
from service.store.jobs.plans import PlanStore
from tests.service.api.fakes import NOW, plan_document


@pytest.fixture(autouse=True)
def _database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", database_url)
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(tmp_path))


@pytest.fixture
def done(store: PlanStore) -> UUID:
    plan = store.create(request={}, area="liechtenstein", plan_date=NOW.date())
    claim = store.claim(plan)
    assert claim is not None
    assert store.finish(plan, claim.attempt, plan_document())
    return plan


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_plans_are_listed_by_their_status(store: PlanStore, done: UUID) -> None:
    waiting = store.create(request={"cases": [{}] * 60}, area="liechtenstein", plan_date=NOW.date())

    every = json.loads(run("plans", "list", "--json").stdout)
    over = json.loads(run("plans", "list", "--status", "successful", "--json").stdout)

    assert {one["id"] for one in every} == {str(done), str(waiting)}
    assert [one["cases"] for one in every if one["id"] == str(waiting)] == [60]
    assert [one["id"] for one in over] == [str(done)]
    assert str(done) in run("plans", "list").stdout


def test_a_plan_is_shown_and_exported(done: UUID) -> None:
    shown = json.loads(run("plans", "show", str(done)).stdout)
    lines = [json.loads(line) for line in run("plans", "export", str(done)).stdout.splitlines()]
    drawn = json.loads(run("plans", "export", str(done), "--format", "geojson").stdout)

    assert shown["status"] == "successful"
    assert {line["plan"] for line in lines} == {str(done)}
    assert drawn["type"] == "FeatureCollection"


def test_a_plan_is_stopped_and_given_up(store: PlanStore) -> None:
    plan = store.create(request={}, area="liechtenstein", plan_date=NOW.date())

    stopped = run("plans", "stop", str(plan))
    dismissed = run("plans", "dismiss", str(plan))
    again = run("plans", "dismiss", str(plan))

    assert (stopped.stdout, dismissed.exit_code, again.exit_code) == ("The search ends soon.\n", 0, 0)
    assert store.get(plan).status == "dismissed"
    assert run("plans", "stop", str(plan)).stdout == "The plan is dismissed already.\n"


@pytest.mark.parametrize("words", [("show",), ("export",), ("stop",), ("dismiss",), ("watch",)])
def test_a_plan_that_is_not_there_or_another_banks_is_said_in_a_line(done: UUID, words: tuple[str, ...]) -> None:
    run("tenants", "add", "north")
    for answer in (run("plans", *words, str(uuid4())), run("plans", *words, str(done), "--tenant", "north")):
        assert answer.exit_code == 1
        assert answer.stderr == "doorstep: No plan has this id.\n"


class WaitingBank:
    """A bank whose plan waits for a worker until something breaks the waiting."""

    def __init__(self, breaks: BaseException) -> None:
        self._breaks = breaks

    def post(self, _path: str, _body: object) -> dict[str, Any]:
        return {"id": "5b1f7c3e-8f0e-4e0b-9a51-0f9b7d1c2a34"}

    def get(self, _path: str) -> dict[str, Any]:
        raise self._breaks


@pytest.mark.parametrize(
    ("breaks", "code"), [(KeyboardInterrupt(), 130), (CommandError("The database does not answer."), 1)]
)
@pytest.mark.parametrize(("bank", "named"), [((), ""), (("--tenant", "north"), " --tenant north")])
def test_who_stops_waiting_for_a_new_plan_is_told_how_to_go_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    breaks: BaseException,
    code: int,
    bank: tuple[str, ...],
    named: str,
) -> None:
    @contextmanager
    def opened(_tenant: str) -> Iterator[WaitingBank]:
        with plain_failures():
            yield WaitingBank(breaks)

    monkeypatch.setattr(service.cli.plans, "opened_bank", opened)
    (tmp_path / "k.json").write_text("{}")

    left = run("plans", "create", str(tmp_path / "k.json"), "--watch", *bank)

    plan = "5b1f7c3e-8f0e-4e0b-9a51-0f9b7d1c2a34"
    assert (left.exit_code, left.stdout) == (code, "")
    assert f"The plan {plan} is stored" in left.stderr
    assert f"doorstep plans watch {plan}{named}\n" in left.stderr
    assert f"doorstep plans stop {plan}{named}\n" in left.stderr


def test_schedules_are_none_until_there_is_one() -> None:
    assert run("schedules", "list").stdout.strip() == "There are none."
    assert run("schedules", "list", "--json").stdout.strip() == "[]"
    assert run("schedules", "delete", str(uuid4())).exit_code == 1

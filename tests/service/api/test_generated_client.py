"""A Python client that openapi-python-client makes of the description, tried on an application that listens."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from service.app import create_app
from service.store.jobs.records import PlanRecord, PlanStatus
from tests.service.api.fakes import NOW, FakePlans, fake_deps, plan_body, plan_document
from tests.service.api.served import served

CONFIG = Path(__file__).parents[3] / "docs" / "client.yaml"
PACKAGE = "doorstep_client"


def work_on(record: PlanRecord) -> PlanRecord:
    """Be the worker: each look finds the plan a step farther."""
    if record.status is PlanStatus.ACCEPTED:
        return replace(record, status=PlanStatus.RUNNING, started_at=NOW, attempt=1)
    return replace(record, status=PlanStatus.SUCCESSFUL, finished_at=NOW, result=plan_document())


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("client")
    description = folder / "openapi.json"
    description.write_text(json.dumps(create_app(fake_deps()).openapi()))
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("openapi-python-client")),
            *("generate", "--path", str(description), "--config", str(CONFIG), "--meta", "none"),
            *("--output-path", str(folder / PACKAGE), "--fail-on-warning"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield PACKAGE
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def of(package: str, module: str) -> Any:
    return import_module(f"{package}.{module}")


def test_every_operation_is_in_the_client(package: str) -> None:
    description = create_app(fake_deps()).openapi()
    operations = {op["operationId"] for methods in description["paths"].values() for op in methods.values()}

    made = {path.stem for path in Path(of(package, "api").__file__).parent.glob("*/*.py")} - {"__init__"}

    assert made == operations


def test_a_plan_is_made_waited_for_and_read(package: str) -> None:
    plans = FakePlans(on_get=work_on)
    api = f"{package}.api.plans"
    request = of(package, "models").PlanRequest.from_dict(plan_body())

    with ExitStack() as opened:
        url = opened.enter_context(served(create_app(fake_deps(plans=plans))))
        client = opened.enter_context(of(package, "client").Client(base_url=url))
        create, get = import_module(f"{api}.create_plan"), import_module(f"{api}.get_plan")
        accepted, again = (
            create.sync_detailed(client=client, body=request, idempotency_key="6c1e5b8f") for _ in range(2)
        )
        plan = accepted.parsed
        for _ in range(5):
            if str(plan.status) in {"successful", "failed", "dismissed"}:
                break
            plan = get.sync(plan.id, client=client)
        raw = json.loads(get.sync_detailed(plan.id, client=client).content)
        lines = import_module(f"{api}.get_plan_ndjson").sync_detailed(plan.id, client=client).content.splitlines()
        page = import_module(f"{api}.list_plans").sync(client=client)

    assert (accepted.status_code, again.parsed.id) == (202, accepted.parsed.id)
    assert len(plans.records) == 1
    assert str(plan.status) == "successful"
    assert plan.to_dict()["result"]["routes"] == raw["result"]["routes"]
    assert json.loads(lines[0])["type"] == "stop"
    assert [one.id for one in page.plans] == [plan.id]


def test_an_error_is_read_as_a_problem(package: str) -> None:
    request = of(package, "models").PlanRequest.from_dict(plan_body(area="atlantis"))

    with ExitStack() as opened:
        url = opened.enter_context(served(create_app(fake_deps())))
        client = opened.enter_context(of(package, "client").Client(base_url=url))
        problem = import_module(f"{package}.api.plans.create_plan").sync(client=client, body=request)

    assert (problem.status, problem.code, problem.errors[0].pointer) == (422, "invalid_request", "/area")

"""The commands of the README do what it says."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from service.demo.audit import faults
from service.demo.day import demo_day
from service.demo.running import free_port, running_service
from service.schemas.map_view import MapView
from service.schemas.plan_request import PlanRequest
from service.schemas.plan_resource import PlanResource
from service.schemas.reach import ReachableFeature
from service.schemas.sheet import PlanSheet

ROOT = Path(__file__).resolve().parents[2]
SERVE = ".venv/bin/doorstep serve"
SERVE_WITH_WEBHOOKS = f"DOORSTEP_WEBHOOK_NETWORKS=127.0.0.0/8 {SERVE}"
DEMO = "make demo"
TEST = "make test"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("readme")]


def _blocks() -> list[str]:
    """Every block of shell commands, in the order of the page."""
    return re.findall(r"(?ms)^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"))


def _run(script: str, state_dir: Path, timeout_s: float = 900) -> str:
    """Run as a reader would, in the root of the clone; the first command that fails fails all."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DOORSTEP_", "MAKE"))}
    environment |= {"DOORSTEP_STATE_DIR": str(state_dir), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    run = subprocess.run(
        ["sh", "-eu", "-c", script],
        cwd=ROOT,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )
    assert run.returncode == 0, f"{script}\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}"
    return run.stdout


@contextmanager
def _serving(command: str, url: str) -> Iterator[None]:
    """Run a command that serves, as a reader would, until the block ends."""
    process = subprocess.Popen(
        ["sh", "-c", f"exec env {command}"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 120
        while not _is_ready(url):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", trust_env=False).is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def state_dir() -> Iterator[Path]:
    """A folder that the embedded database's own user reaches; pytest's folders are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="ds-readme-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def served(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service as the page starts it for its webhooks, on a port of the test's own."""
    log = tmp_path_factory.mktemp("readme") / "service.log"
    name, _, value = SERVE_WITH_WEBHOOKS.split(maxsplit=1)[0].partition("=")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(name, value)
        with running_service(state_dir=state_dir, port=free_port(0), log=log, timeout_s=600) as service:
            yield service.url


def test_the_readme_has_the_two_commands_and_the_server() -> None:
    blocks = [block.strip() for block in _blocks()]

    assert blocks[:3] == [DEMO, TEST, SERVE]
    assert SERVE_WITH_WEBHOOKS in blocks


def test_the_demonstration_is_ended_before_the_server_takes_its_port() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")

    between = page.partition("## The first request")[2].partition(SERVE)[0]

    assert "press Ctrl-C first" in between


def test_no_page_of_the_service_is_saved_as_a_file() -> None:
    """Without the service such a page has neither its plan nor its looks."""
    saved = re.findall(r"curl[^\n]*/map\b[^\n]* -o ", (ROOT / "README.md").read_text(encoding="utf-8"))

    assert saved == []


def test_the_demonstration_plans_its_day_writes_the_map_and_says_how_to_serve_it_again(state_dir: Path) -> None:
    """One test: two demonstrations at a time would write into one folder."""
    demonstrated = _run(f"{DEMO} SERVE=0", state_dir)

    _it_planned_its_day(demonstrated)
    _it_wrote_its_map_into_a_file(demonstrated)
    _it_said_how_to_serve_its_plan_again(demonstrated)


def _it_planned_its_day(demonstrated: str) -> None:
    plan = PlanResource.model_validate_json((ROOT / "build" / "demo" / "plan.json").read_bytes())
    lines = json.loads((ROOT / "build" / "demo" / "plan.geojson").read_text(encoding="utf-8"))
    assert plan.result is not None
    assert faults(PlanRequest.model_validate_json(demo_day()), plan.result) == []
    assert sum(len(route.stops) for route in plan.result.routes) >= 45
    assert {left_out.reason.code for left_out in plan.result.unassigned} >= {"skill_missing", "outside_shifts"}
    assert all(f"{route.collector} ({route.vehicle})" in demonstrated for route in plan.result.routes)
    assert lines["features"]


def _it_wrote_its_map_into_a_file(demonstrated: str) -> None:
    plan = PlanResource.model_validate_json((ROOT / "build" / "demo" / "plan.json").read_bytes())
    html = (ROOT / "build" / "demo" / "map.html").read_text(encoding="utf-8")

    data = re.search(r"data:application/json;base64,([\w+/=]+)", html)
    assert data is not None
    view = MapView.model_validate_json(b64decode(data[1]))
    assert "build/demo/map.html" in demonstrated
    assert view.id == plan.id
    assert view.plan is not None
    assert plan.result is not None
    assert all(stop.leg.steps for one in view.plan.collectors for stop in one.stops if stop.leg.length_m)
    assert view.plan.totals.visits == sum(len(route.stops) for route in plan.result.routes)


def _it_said_how_to_serve_its_plan_again(demonstrated: str) -> None:
    command = re.search(r"(?m)^  (DOORSTEP_STATE_DIR=.* serve --port \d+)$", demonstrated)
    address = re.search(r"(?m)(http://127\.0\.0\.1:\d+)(/plans/\S+/map)$", demonstrated)
    plan = PlanResource.model_validate_json((ROOT / "build" / "demo" / "plan.json").read_bytes())
    assert command is not None
    assert address is not None
    assert address[2] == plan.links.map

    with _serving(command[1], address[1]):
        again = httpx.get(f"{address[1]}{plan.links.self}", trust_env=False)
        page = httpx.get(f"{address[1]}{address[2]}", trust_env=False)

    assert PlanResource.model_validate_json(again.content) == plan
    assert page.is_success


def test_every_other_command_works_in_the_order_of_the_page(served: str, state_dir: Path) -> None:
    others = [block for block in _blocks() if block.strip() not in {DEMO, TEST, SERVE, SERVE_WITH_WEBHOOKS}]
    script = "\n".join(others).replace("http://127.0.0.1:8000", served).replace(":8800/", f":{free_port(0)}/")

    said = _run(script, state_dir)

    plan = PlanResource.model_validate_json((ROOT / "build" / "plan.json").read_bytes())
    assert plan.result is not None
    assert sorted(stop.case for route in plan.result.routes for stop in route.stops) == ["A-1", "A-2", "A-3"]
    sheet = PlanSheet.model_validate_json((ROOT / "build" / "sheet.json").read_bytes())
    assert [leg.case for leg in sheet.routes[0].legs] == [stop.case for stop in plan.result.routes[0].stops]
    assert all(leg.steps[-1].turn == "arrive" for leg in sheet.routes[0].legs)
    reachable = ReachableFeature.model_validate_json((ROOT / "build" / "reachable.geojson").read_bytes())
    assert reachable.properties.area_m2 > 1e8
    assert f"Open {served}/plans/{plan.id}/map" in said
    assert "my-branch" in said
    assert '"role":"admin"' in said.replace(" ", "")
    received = json.loads((ROOT / "build" / "received.json").read_bytes())
    asked = json.loads((ROOT / "build" / "asked.json").read_bytes())
    assert (received["type"], received["data"]["plan"]) == ("plan.successful", asked["id"])

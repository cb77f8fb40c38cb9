"""The services of compose.yaml as processes: their commands, environment, secrets and health checks, without Docker."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from service.child_process import dies_with_parent
from service.demo.running import free_port, ready_workers
from service.settings import Settings
from tests.geodata.area.village import build_village, write_village
from tests.postgres import PostgresForTests

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PLAN = {
    "cases": [{"id": "c1", "address": "Mill Lane 7, Willowbrook"}],
    "collectors": [{"id": "k1", "start": {"address": "Willowbrook"}, "shift": {"start": "08:00", "end": "17:00"}}],
    "options": {"budget_s": 0.2, "engine": "or_tools"},
}


class Machine:
    """One machine: its secrets, its volume, and a port of its own for each that the file names."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.services: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
        self.state = folder / "state"
        self._secrets = folder / "secrets"
        self._secrets.mkdir()
        (self._secrets / "database_url").write_text(database_url)
        (self._secrets / "secret_key").write_text("k" * 44)
        build_village(write_village(folder), Settings(state_dir=self.state).areas_dir)

    def here(self, text: str, ports: Mapping[str, int]) -> str:
        """Put this machine's folder and ports, of loopback alone, into a text of the file."""
        text = text.replace("/run/secrets", str(self._secrets))
        return re.sub(r"(0\.0\.0\.0|127\.0\.0\.1):(8000|9100)", lambda found: f"127.0.0.1:{ports[found[2]]}", text)

    def environment(self, name: str, ports: Mapping[str, int]) -> dict[str, str]:
        """Return the service's environment, with the image's volume and the village for the bundled area."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("DOORSTEP_")}
        named = {key: self.here(value, ports) for key, value in self.services[name]["environment"].items()}
        image = {"DOORSTEP_STATE_DIR": str(self.state), "DOORSTEP_AREA": "willowbrook", "PATH": f"{BIN}:/usr/bin:/bin"}
        return inherited | image | named

    def run(self, name: str, command: list[str] | None = None) -> str:
        """Run a service, or another command in its place as `docker compose run` does, to its end."""
        done = subprocess.run(
            command or self.services[name]["command"],
            env=self.environment(name, {"8000": 0, "9100": 0}),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    @contextmanager
    def running(self, name: str) -> Iterator[int]:
        """Run a service until the block ends, which SIGTERM must do in its grace; yield its port once it is healthy."""
        service = self.services[name]
        ports = {"8000": free_port(0), "9100": free_port(0)}
        command = [{"0.0.0.0": "127.0.0.1"}.get(word, word) for word in service["command"]]
        command += ["--port", str(ports["8000"])] if command[1] == "serve" else []
        process = subprocess.Popen(
            command,
            env=self.environment(name, ports),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only a prctl
        )
        try:
            self._until_healthy(service["healthcheck"]["test"], ports, process)
            yield ports["8000"]
        finally:
            process.terminate()
            code = process.wait(timeout=60)
        # Uvicorn ends itself by the signal, once all is answered.
        assert code in ({0, -signal.SIGTERM} if name == "web" else {0})

    def _until_healthy(self, test: list[str], ports: Mapping[str, int], process: "subprocess.Popen[bytes]") -> None:
        kind, *check = test
        assert kind == "CMD"
        deadline = time.monotonic() + 90
        while subprocess.run([self.here(word, ports) for word in check], capture_output=True, check=False).returncode:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)


def until_two_workers_are_ready(client: httpx.Client) -> None:
    """A worker is healthy as soon as it lives, and ready when it has compiled."""
    deadline = time.monotonic() + 90
    while ready_workers(client) != 2:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_migrate_web_and_two_workers_make_a_plan_for_who_has_the_key(
    postgres: PostgresForTests, tmp_path: Path
) -> None:
    with postgres.empty() as database_url:
        machine = Machine(tmp_path, database_url)
        machine.run("migrate")
        key = machine.run("migrate", ["doorstep", "init"]).strip()
        with (
            machine.running("web") as port,
            machine.running("worker"),
            machine.running("worker"),
            httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client,
        ):
            until_two_workers_are_ready(client)
            stranger = client.post("/v1/plans", json=PLAN)
            ours = client.post("/v1/plans", json=PLAN, headers={"Authorization": f"Bearer {key}", "Prefer": "wait=50"})

    assert stranger.status_code == 401
    assert ours.json()["status"] == "successful", json.dumps(ours.json())[:500]

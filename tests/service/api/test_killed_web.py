"""The web process is killed in the middle of a request: sent again with its Idempotency-Key, it makes one plan."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from service.child_process import dies_with_parent
from service.settings import Settings
from tests.geodata.area.village import build_village, write_village

pytestmark = pytest.mark.slow

DOOR = {"lat": 30.003, "lon": 100.001}
PLAN: dict[str, Any] = {
    "area": "willowbrook",
    "date": "2026-11-25",
    "time_zone": "Asia/Shanghai",
    "cases": [{"id": "c1", "address": "Mill Lane 7, Willowbrook"}],
    "collectors": [{"id": "k1", "start": {"location": DOOR}, "shift": {"start": "08:00", "end": "17:00"}}],
}
PATIENCE_S = 60.0


@contextmanager
def web(port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the application as a server of its own, until the block ends."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "service.app:create_app", "--port", str(port)]
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only a prctl
    )
    try:
        until(lambda: is_up(port))
        yield process
    finally:
        process.kill()
        process.wait()


def is_up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def until(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_plan_is_made_once_however_its_request_ended(engine: Engine, database_url: str, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), Settings(state_dir=tmp_path).areas_dir)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {"DOORSTEP_DATABASE_URL": database_url, "DOORSTEP_STATE_DIR": str(tmp_path)}

    def post(prefer: str) -> httpx.Response:
        headers = {"Idempotency-Key": "one-plan", "Prefer": prefer}
        return httpx.post(f"http://127.0.0.1:{port}/v1/plans", json=PLAN, headers=headers, timeout=PATIENCE_S)

    def plans() -> int:
        with engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM plans")).scalar_one())

    broken: list[Exception] = []

    def post_and_lose_the_answer() -> None:
        try:
            post("wait=60")
        except httpx.TransportError as exc:
            broken.append(exc)

    with web(port, environment) as first:
        asking = Thread(target=post_and_lose_the_answer)
        asking.start()
        until(lambda: plans() == 1)
        first.send_signal(signal.SIGKILL)
        asking.join()
    with web(port, environment):
        answers = [post("wait=0")]
        while answers[-1].status_code == 409:
            assert answers[-1].json()["code"] == "idempotency_key_busy"
            time.sleep(int(answers[-1].headers["Retry-After"]))
            answers.append(post("wait=0"))
        again = post("wait=0")

    assert broken
    assert (answers[-1].status_code, again.status_code) == (202, 202)
    assert again.json()["id"] == answers[-1].json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert plans() == 1
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 1

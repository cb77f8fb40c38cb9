"""`doorstep serve`: starts, announces itself, restarts what dies, stops, leaves no process behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from service.child_process import dies_with_parent

PATIENCE_S = 30.0


class Service:
    """A running `doorstep serve` on a folder of its own."""

    def __init__(self, web: str = "web", **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ds-", dir="/tmp"))
        self.folder.chmod(0o755)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        ours = {"DOORSTEP_STATE_DIR": str(self.folder), "DOORSTEP_PORT": "0", "DOORSTEP_WORKER_GRACE_S": "0.1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.service.cli.fake_service", "serve", web],
            env={**inherited, **ours, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only a prctl
        )

    def address(self) -> str:
        """Wait for the line that says where it listens, and return that."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.fullmatch(r"doorstep listens on (http://127\.0\.0\.1:\d+) \(Ctrl-C stops it\)\n", line)
        assert found, line
        return found[1]

    def worker(self) -> int:
        """Return the process number of the worker that was started last."""
        lines = (self.folder / "workers").read_text().splitlines()
        return int(lines[-1].split()[0])

    def processes(self) -> set[int]:
        """Return every process that works on this folder, the database's included."""
        numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return {pid for pid in numbers if self._is_ours(pid)}

    def close(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.communicate()
        wait_until(lambda: not self.processes())
        shutil.rmtree(self.folder)

    def _is_ours(self, pid: int) -> bool:
        words = b""
        with suppress(OSError):
            process = Path(f"/proc/{pid}")
            words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        return os.fsencode(self.folder) in words and pid != os.getpid()


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.close()


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)


def read(url: str) -> str:
    with urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_and_stops_and_leaves_no_process(service: Service, number: signal.Signals) -> None:
    address = service.address()
    web = int(read(address))
    wait_until((service.folder / "workers").exists)
    running = service.processes()

    service.process.send_signal(number)
    code = service.process.wait(timeout=PATIENCE_S)

    assert code == 0
    assert {service.process.pid, web, service.worker()} < running
    assert service.processes() == set()
    assert not (service.folder / "postgres" / "postmaster.pid").exists()


def test_nothing_outlives_a_killed_supervisor(service: Service) -> None:
    service.address()
    wait_until((service.folder / "workers").exists)

    service.process.kill()
    service.process.wait()

    wait_until(lambda: not service.processes())


@pytest.mark.parametrize("part", ["web", "worker", "database"])
def test_a_part_that_dies_is_started_again(service: Service, part: str) -> None:
    address = service.address()
    wait_until((service.folder / "workers").exists)
    postmaster = service.folder / "postgres" / "postmaster.pid"
    parts: dict[str, Callable[[], int]] = {
        "web": lambda: int(read(address)),
        "worker": service.worker,
        "database": lambda: int(postmaster.read_text().split()[0]) if postmaster.exists() else 0,
    }
    current = parts[part]
    first = current()

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: current() not in {0, first})


def test_the_worker_is_given_the_database(service: Service) -> None:
    service.address()
    wait_until(lambda: (service.folder / "workers").exists() and (service.folder / "workers").read_text())

    url = (service.folder / "workers").read_text().split()[1]

    assert url == f"postgresql://postgres@/postgres?host={service.folder}/postgres&port=5432"


def test_a_taken_port_is_said_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        service = Service(DOORSTEP_PORT=str(port))
        try:
            out, err = service.process.communicate(timeout=PATIENCE_S)
        finally:
            service.close()

    assert service.process.returncode == 1
    assert out == ""
    assert err == (
        f"doorstep: Cannot listen on 127.0.0.1 port {port}: Address already in use. "
        "Choose another with --port or DOORSTEP_PORT; 0 takes a free one.\n"
    )


def test_a_second_service_on_the_same_folder_is_refused(service: Service) -> None:
    service.address()

    second = Service(DOORSTEP_STATE_DIR=str(service.folder))
    try:
        _, err = second.process.communicate(timeout=PATIENCE_S)
    finally:
        second.close()

    assert second.process.returncode == 1
    assert err.startswith(f"doorstep: Another doorstep uses the state folder {service.folder}.")


def test_a_web_server_that_does_not_start_ends_the_service() -> None:
    service = Service("broken")
    try:
        out, err = service.process.communicate(timeout=PATIENCE_S)
        left = service.processes()
    finally:
        service.close()

    assert service.process.returncode == 1
    assert out == ""
    assert err.splitlines()[-1] == "doorstep: The web server did not start; the lines above say why."
    assert left == set()

"""A service of our own for as long as a block lasts: `doorstep serve` in a process group of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from service.child_process import dies_with_parent, stop_process

_LOOK_EVERY_S = 0.1
_STOP_TIMEOUT_S = 30.0
_LAST_LINES = 15


class ServiceNotStartedError(Exception):
    """`doorstep serve` ended, or did not become ready. The message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningService:
    """Where the service answers, and the process that runs it."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def running_service(*, state_dir: Path, port: int, log: Path, timeout_s: float) -> Iterator[RunningService]:
    """Start `doorstep serve` on 127.0.0.1, yield it once it is ready, and stop it at the end of the block.

    Parameters
    ----------
    state_dir : the folder of its database and areas; other settings come from the environment.
    log : the file that gets what it prints.

    Raises
    ------
    ServiceNotStartedError
        When it ends by itself or is not ready in time.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the command is ours
            (sys.executable, "-m", "service.cli.main", "serve", "--host", "127.0.0.1", "--port", str(port)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "DOORSTEP_STATE_DIR": str(state_dir), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,  # Ctrl-C reaches us, and we stop it in order
            preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - only a prctl
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process, log, timeout_s)
        yield RunningService(url=url, process=process)
    finally:
        stop_process(process, polite=((signal.SIGTERM, _STOP_TIMEOUT_S),))


def free_port(preferred: int) -> int:
    """Return the preferred port when nobody listens on it, and otherwise one that is free."""
    for port in (preferred, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    msg = "No port is free on 127.0.0.1."
    raise ServiceNotStartedError(msg)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    with httpx.Client(base_url=url, trust_env=False, timeout=5.0) as client:
        while not _is_ready(client):
            if process.poll() is not None:
                raise ServiceNotStartedError(_with_log("The service ended before it was ready.", log))
            if time.monotonic() >= deadline:
                raise ServiceNotStartedError(_with_log(f"The service was not ready after {timeout_s:.0f} s.", log))
            time.sleep(_LOOK_EVERY_S)


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx.TransportError:
        return False


def _with_log(what: str, log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
    return "\n".join([f"{what} Its log, {log}, ends with:", *(f"  {line}" for line in lines)])

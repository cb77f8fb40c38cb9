"""A service of our own for as long as a block lasts: `doorstep serve` in a process group of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from service.child_process import dies_with_parent, stop_process

_LOOK_EVERY_S = 0.5
_STOP_TIMEOUT_S = 30.0
_LAST_LINES = 15
#: What `doorstep serve` says while it makes its area ready.
_PREPARING = "Preparing "
_STARTING = "Starting the database"
#: How the log shows that we asked whether it is ready, which tells nothing of why it is not.
_OUR_QUESTION = "route=/readyz"
_COMPILING = "Compiling what plans need, once on a machine (two minutes of a processor, more on a busy one)"


class ServiceNotStartedError(Exception):
    """`doorstep serve` ended, or did not become ready. The message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningService:
    """Where the service answers, and the process that runs it."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def running_service(
    *, state_dir: Path, port: int, log: Path, timeout_s: float, on_wait: Callable[[str], None] = lambda _what: None
) -> Iterator[RunningService]:
    """Start `doorstep serve` on 127.0.0.1, yield it once it and its worker are ready, stop it at the end of the block.

    Parameters
    ----------
    state_dir : the folder of its database and areas; other settings come from the environment.
    log : the file that gets what it prints.
    on_wait : is told what it is doing, again and again until it is ready.

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
        _wait_until_ready(url, process, log, timeout_s, on_wait)
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


def _wait_until_ready(
    url: str, process: subprocess.Popen[bytes], log: Path, timeout_s: float, on_wait: Callable[[str], None]
) -> None:
    started = time.monotonic()
    deadline = started + timeout_s
    with httpx.Client(base_url=url, trust_env=False, timeout=5.0) as client:
        while (workers := ready_workers(client)) in (None, 0):
            on_wait(said_last(log) if workers is None else f"{_COMPILING}: {time.monotonic() - started:.0f} s so far")
            if process.poll() is not None:
                raise ServiceNotStartedError(_with_log("The service ended before it was ready.", log))
            if time.monotonic() >= deadline:
                raise ServiceNotStartedError(_with_log(f"The service was not ready after {timeout_s:.0f} s.", log))
            time.sleep(_LOOK_EVERY_S)


def ready_workers(client: httpx.Client) -> int | None:
    """Return how many workers take plans, None while the service itself is not ready."""
    try:
        answer = client.get("/readyz")
    except httpx.TransportError:
        return None
    return int(answer.json()["workers"]) if answer.is_success else None


def said_last(log: Path) -> str:
    """Return what the service said last of its preparation."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line for line in reversed(lines) if line.startswith(_PREPARING)), _STARTING)


def _with_log(what: str, log: Path) -> str:
    said = log.read_text(encoding="utf-8", errors="replace").splitlines()
    lines = [line for line in said if _OUR_QUESTION not in line][-_LAST_LINES:]
    return "\n".join([f"{what} Its log, {log}, ends with:", *(f"  {line}" for line in lines)])

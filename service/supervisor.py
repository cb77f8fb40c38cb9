"""Keeps child processes running: starts them, restarts those that die, stops them all, leaves no orphan."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

import structlog

from service.child_process import dies_with_parent

_LOOK_EVERY_S = 0.2
_FIRST_BACKOFF_S = 0.5
_MAX_BACKOFF_S = 30.0
_HEALTHY_AFTER_S = 60.0

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """A process to keep running.

    `inherited` are file descriptors that it gets under the same numbers, `environment` what it gets beside the others.
    """

    name: str
    command: tuple[str, ...]
    inherited: tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Runs `children` until SIGINT or SIGTERM.

    Parameters
    ----------
    children
        What to run. A child that ends by itself is started again, after a pause that doubles up to 30 s while it
        keeps ending, and is half a second again once it has lived for a minute.
    environment
        The children's whole environment.
    stop_timeout_s
        How long children have, all together, from SIGTERM to SIGKILL. A second SIGINT or SIGTERM cuts it short.

    Notes
    -----
    Use it on the main thread: signals arrive there, and the kernel ties the children's lives to that thread.
    """

    def __init__(
        self,
        children: tuple[ChildSpec, ...],
        *,
        environment: Mapping[str, str],
        stop_timeout_s: float,
    ) -> None:
        self._children = tuple(_Child(spec, environment) for spec in children)
        self._stop_timeout_s = stop_timeout_s
        self._stop = threading.Event()
        self._hurry = threading.Event()

    def ends(self, name: str) -> int:
        """How often the child of that name has ended by itself."""
        return sum(child.ends for child in self._children if child.name == name)

    def run(self, watch: Callable[[], None]) -> None:
        """Run until a signal comes, then stop every child and return.

        `watch` is called five times a second meanwhile; whatever it raises ends the supervisor, children first.
        """
        handlers = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for child in self._children:
                child.start()
            while not self._stop.wait(_LOOK_EVERY_S):
                watch()
                for child in self._children:
                    child.look()
        finally:
            self._stop_children()
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    def _stop_children(self) -> None:
        for child in self._children:
            child.terminate()
        deadline = time.monotonic() + self._stop_timeout_s
        while any(child.runs for child in self._children) and time.monotonic() < deadline:
            if self._hurry.wait(0.05):
                break
        for child in self._children:
            child.kill()


class _Child:
    def __init__(self, spec: ChildSpec, environment: Mapping[str, str]) -> None:
        self._spec = spec
        self._environment = {**environment, **spec.environment}
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._backoff_s = _FIRST_BACKOFF_S
        self.name = spec.name
        self.ends = 0

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - the command is ours
            self._spec.command,
            stdin=subprocess.DEVNULL,
            env=self._environment,
            pass_fds=self._spec.inherited,
            start_new_session=True,  # Ctrl-C in the terminal reaches the supervisor, who decides the order
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only a prctl
        )

    def look(self) -> None:
        """Notice an end, and start again when the pause is over."""
        now = time.monotonic()
        if self.runs:
            return
        if self._process is not None:
            self.ends += 1
            if now - self._started_at >= _HEALTHY_AFTER_S:
                self._backoff_s = _FIRST_BACKOFF_S
            self._start_at = now + self._backoff_s
            _log.warning(
                "child_ended", child=self._spec.name, code=self._process.returncode, again_in_s=self._backoff_s
            )
            self._backoff_s = min(2 * self._backoff_s, _MAX_BACKOFF_S)
            self._process = None
        if now >= self._start_at:
            self.start()

    def terminate(self) -> None:
        if self._process is not None and self.runs:
            self._process.terminate()

    def kill(self) -> None:
        """End the process for certain, and collect it."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()

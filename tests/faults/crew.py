"""The workers as real processes: hired, killed, frozen, thawed; and what they leave behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

from service.child_process import dies_with_parent

#: Every process of a run has it in its environment, and so have their children.
_MARK = "DOORSTEP_TEST_RUN"
_SOLVER = b"routing.child_main"


class Crew:
    """Workers on one database. A killed one is replaced, as under a supervisor; call `keep_up` now and then."""

    def __init__(self, url: str, state_dir: Path, *, size: int, log: Path) -> None:
        self._command = [sys.executable, "-m", "tests.faults.worker", url, str(state_dir)]
        self._mark = uuid4().hex
        self._log = log
        self._thaw_at: dict[int, float] = {}
        self._workers = [self._hire() for _ in range(size)]

    def victims(self, *, patience_s: float) -> list["subprocess.Popen[bytes]"]:
        """Return the workers that run, are not frozen and have a solver at work; wait a little when there are none."""
        deadline = time.monotonic() + patience_s
        while not (found := self._busy()) and time.monotonic() < deadline:
            time.sleep(0.03)
        return found

    def _busy(self) -> list["subprocess.Popen[bytes]"]:
        busy = {parent for _, parent in self._solvers()}
        return [one for one in self._workers if one.poll() is None and one.pid in busy - set(self._thaw_at)]

    def kill(self, worker: "subprocess.Popen[bytes]") -> None:
        """End a worker as the kernel does when memory is short."""
        worker.kill()
        worker.wait()

    def freeze(self, worker: "subprocess.Popen[bytes]", *, seconds: float) -> None:
        """Let a worker sleep, as a virtual machine that is moved."""
        worker.send_signal(signal.SIGSTOP)
        self._thaw_at[worker.pid] = time.monotonic() + seconds

    def keep_up(self) -> None:
        """Wake those whose time has come, and replace those that have ended."""
        now = time.monotonic()
        for number, worker in enumerate(self._workers):
            if now >= self._thaw_at.get(worker.pid, now + 1):
                worker.send_signal(signal.SIGCONT)
                del self._thaw_at[worker.pid]
            if worker.poll() is not None:
                self._workers[number] = self._hire()

    def dismiss(self) -> None:
        """End all, politely first."""
        for worker in self._workers:
            for number in (signal.SIGCONT, signal.SIGTERM):
                worker.send_signal(number)
        for worker in self._workers:
            try:
                worker.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill(worker)

    def orphans(self) -> list[int]:
        """Return the solvers of this run whose worker is gone; those of the moment of a kill have half a second."""
        deadline = time.monotonic() + 0.5
        while (found := self._parentless()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def _parentless(self) -> list[int]:
        living = {worker.pid for worker in self._workers if worker.poll() is None}
        return [solver for solver, parent in self._solvers() if parent not in living]

    def _solvers(self) -> list[tuple[int, int]]:
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if _SOLVER in words and f"{_MARK}={self._mark}".encode() in (folder / "environ").read_bytes():
                    found.append((int(folder.name), int(words[words.index(_SOLVER) + 1])))
            except (OSError, ValueError):  # it ended meanwhile
                continue
        return found

    def _hire(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command,
                env={**os.environ, _MARK: self._mark},
                stdout=log,
                stderr=log,
                preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only a prctl
            )

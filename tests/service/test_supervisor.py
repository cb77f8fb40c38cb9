"""The supervisor and its children, without anything else of the service."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from service.supervisor import ChildSpec, Supervisor

STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").write(str(os.getpid()))
time.sleep(600)
"""


def supervise(*command: str, stop_timeout_s: float = 5.0) -> Supervisor:
    spec = ChildSpec(name="child", command=(sys.executable, "-c", *command))
    return Supervisor((spec,), environment=os.environ, stop_timeout_s=stop_timeout_s)


def test_a_child_that_ends_is_started_again_after_growing_pauses(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    supervisor = supervise("import sys, time; print(time.time(), file=open(sys.argv[1], 'a'))", str(starts))

    def stop_after_three() -> None:
        if supervisor.ends("child") >= 3:
            os.kill(os.getpid(), signal.SIGTERM)

    supervisor.run(stop_after_three)

    first, second, third = (float(line) for line in starts.read_text().splitlines())
    assert second - first >= 0.5
    assert third - second >= 1.0


def test_a_child_that_ignores_the_end_is_killed(tmp_path: Path) -> None:
    born = tmp_path / "pid"
    supervisor = supervise(STUBBORN, str(born), stop_timeout_s=0.2)

    def stop_once_born() -> None:
        if born.exists() and born.read_text():
            os.kill(os.getpid(), signal.SIGTERM)

    supervisor.run(stop_once_born)

    with pytest.raises(ProcessLookupError):
        os.kill(int(born.read_text()), 0)


def test_what_the_watch_raises_ends_the_children_and_is_passed_on(tmp_path: Path) -> None:
    born = tmp_path / "pid"
    supervisor = supervise(STUBBORN, str(born), stop_timeout_s=0.2)

    def fail_once_born() -> None:
        if born.exists() and born.read_text():
            raise LookupError("the watch has seen enough")

    with pytest.raises(LookupError, match="seen enough"):
        supervisor.run(fail_once_born)

    with pytest.raises(ProcessLookupError):
        os.kill(int(born.read_text()), 0)


def test_signal_handlers_are_given_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    supervisor = supervise("import time; time.sleep(600)")

    supervisor.run(lambda: os.kill(os.getpid(), signal.SIGTERM))

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_second_signal_hurries(tmp_path: Path) -> None:
    born = tmp_path / "pid"
    supervisor = supervise(STUBBORN, str(born), stop_timeout_s=60)

    def stop_twice() -> None:
        if born.exists() and born.read_text():
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)

    began = time.monotonic()
    supervisor.run(stop_twice)

    assert time.monotonic() - began < 30

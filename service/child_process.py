"""Starting child processes that never outlive their parent, and stopping them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable

#: prctl's option number, <linux/prctl.h>.
_PR_SET_PDEATHSIG = 1


def dies_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Return a `preexec_fn` after which the kernel sends `death_signal` to the child when its parent dies.

    Linux only (`prctl(2)`, PR_SET_PDEATHSIG); None elsewhere. The signal follows the *thread* that started the
    child, so children are started from threads that live as long as the process. It survives `exec`, and must
    be set after any change of user, which clears it: subprocess calls `preexec_fn` after `user=`.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded here: no import in the forked child
    parent = os.getpid()

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # the parent died before prctl
            os.kill(os.getpid(), death_signal)

    return arrange


def stop_process(process: subprocess.Popen[bytes], *, polite: tuple[tuple[signal.Signals, float], ...]) -> None:
    """Send each signal and wait its seconds for the process to end; SIGKILL when none of them helps."""
    for number, seconds in polite:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
        process.wait()

"""The inside of the solving child: `python -m routing.child_main PARENT_PID`, started by routing.child alone.

Standard input brings one Request; a byte more, or its end, means stop. Standard output carries messages.
"""

import ctypes
import os
import select
import signal
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from routing.engine import Progress
from routing.engines.registry import COMPILED, make_engine
from routing.engines.warm_up import warm_up, warm_up_bound
from routing.errors import RoutingError
from routing.frames import Failed, Message, Request, Started, encode, read_request
from routing.prove import prove
from routing.solve import solve

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_SECONDS_BETWEEN_REPORTS: Final = 0.1
#: A tenth of the weight of who answers people, in nice levels.
_NICE: Final = 10
_AUTOGROUP: Final = Path("/proc/self/autogroup")


class Reporter:
    """Sends progress, at most ten times a second and always the newest: a slow reader never slows the search."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._newest: Progress | None = None
        self._sent_s = 0.0

    def report(self, progress: Progress) -> None:
        """Take note of a better plan; send it if it is time."""
        self._newest = progress
        self.flush()

    def flush(self) -> None:
        """Send what is waiting, if it is time."""
        if self._newest is not None and time.monotonic() >= self._sent_s + _SECONDS_BETWEEN_REPORTS:
            self.send(self._newest)
            self._newest = None
            self._sent_s = time.monotonic()

    def send(self, message: Message) -> None:
        """Send at once."""
        self._output.write(encode(message))
        self._output.flush()


def main(parent_pid: int) -> None:
    """Solve the one request of standard input."""
    die_with_parent(parent_pid)
    reporter = Reporter(_claim_output())
    request = _read_request(sys.stdin.fileno())

    def should_stop() -> bool:
        reporter.flush()
        return _has_news(sys.stdin.fileno())

    try:
        engine = make_engine(request.engine, threads=request.threads)
        if request.engine in COMPILED:
            warm_up(engine)
        if request.bound_s is not None:
            warm_up_bound()
        give_way()
        reporter.send(Started())
        solution = solve(
            request.problem,
            engine,
            budget=request.budget,
            seed=request.seed,
            on_progress=reporter.report,
            should_stop=should_stop,
            start=request.start,
        )
        if request.bound_s is not None:
            solution = prove(request.problem, solution, seconds=request.bound_s, should_stop=should_stop)
    except BrokenPipeError:
        return  # nobody listens any more
    except RoutingError as exc:
        reporter.send(Failed(message=str(exc)))
    except Exception as exc:  # noqa: BLE001 - the parent must hear of every failure, but not read its text
        sys.stderr.writelines(traceback.format_tb(exc.__traceback__))
        reporter.send(Failed(message=f"The solving child failed with {type(exc).__name__}."))
    else:
        reporter.send(solution)


def die_with_parent(parent_pid: int) -> None:
    """Have the kernel kill this process when the thread that started it ends; Linux only.

    Elsewhere the end of standard input stops the search instead.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # the parent died before the kernel was asked
        os.kill(os.getpid(), signal.SIGKILL)


def give_way() -> None:
    """Let others at the processor first: a search fills whatever time it has, and a web page does not wait for it.

    Linux weighs whole sessions where it groups by them (sched(7), autogroup), so this session gives way as well.
    """
    os.nice(_NICE)
    with suppress(OSError):  # no such kernel, or cgroups of the system's own
        _AUTOGROUP.write_text(str(_NICE))


def _claim_output() -> BinaryIO:
    """Keep standard output for messages: whatever else is printed goes to standard error."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return output


def _read_request(stdin: int) -> Request:
    with os.fdopen(stdin, "rb", buffering=0, closefd=False) as source:
        request = read_request(source)
    if request is None:
        sys.exit("The parent hung up before it sent a request.")
    return request


def _has_news(stdin: int) -> bool:
    readable, _, _ = select.select([stdin], [], [], 0)
    return bool(readable)


if __name__ == "__main__":
    main(int(sys.argv[1]))

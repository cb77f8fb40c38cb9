"""Solving in a child process: it can be stopped, it may die, and its GIL is not ours."""

import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Final

from routing.deadline import STOPPED_S, Deadline
from routing.engine import Budget, OnProgress, Progress, Sequences, ShouldStop
from routing.engines.registry import require_engine
from routing.errors import EngineError
from routing.frames import Decoder, Failed, Request, Started, encode_request
from routing.problem import Problem
from routing.repair import make_at_once
from routing.solution import Solution
from routing.solve import completion_s, finish, ignore_progress, never_stop, require_solvable

#: How long a child may take from its start until it searches. Half a second for Python, OR-Tools, the problem
#: itself; a minute or more where compiled code is not kept and it must compile.
STARTING_S: Final = 300.0

#: How long a child may take to answer after its budget, or after it was asked to stop.
GRACE_S: Final = 10.0

#: How long a plan may take that is made without a search.
_MAKING_S: Final = 0.15

_TICK_S: Final = 0.02
_CHUNK: Final = 1 << 20

_log = logging.getLogger(__name__)


def solve_in_child(
    problem: Problem,
    *,
    engine: str,
    budget: Budget,
    seed: int = 0,
    threads: int = 1,
    bound_s: float | None = None,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
    start: Sequences | None = None,
    grace_s: float = GRACE_S,
) -> Solution:
    """Do what `routing.solve.solve` does, in a process of its own; blocks until there is an answer.

    May be called from any thread. The child imports routing alone, inherits no sockets and dies with
    this process. The budget counts from the moment that the child searches, about half a second after
    its start. A child that dies or overruns its budget is made up for by the best plan that it has
    reported, if there is one. A stop while it still starts ends it; the plan is then what can be made
    of `start`, or of nothing, in a moment.

    Parameters
    ----------
    engine : a name of `routing.engines.registry`.
    threads : how many processors it may use.
    bound_s : seconds to prove how good the solution is, on top of the budget; None for no proof.
    on_progress : called from this thread; what it cannot keep up with is skipped.
    start : where the search begins, see `routing.solve.solve`.
    should_stop : asked fifty times a second, from this thread.
    grace_s : how long the child may overrun its budget, or a stop, before it is killed.

    Raises
    ------
    EngineError
        The engine is unknown, or failed, or its child died or had to be killed without any plan.
    InvalidProblemError
        As `routing.solve.solve`.
    """
    require_engine(engine)
    require_solvable(problem, start)
    request = Request(
        problem=problem, engine=engine, budget=budget, seed=seed, threads=threads, start=start, bound_s=bound_s
    )
    with _started() as process:
        talk = _Talk(process, request, grace_s)
        solution = talk.listen(on_progress, should_stop)
        if solution is not None:
            return solution
        end = "" if talk.stopped_early else _end(process, overran=talk.overran)
    # Outside the block: the child is gone and leaves the processor to what follows.
    if talk.stopped_early:
        begun = make_at_once(problem, start, expired=Deadline(_MAKING_S))
        return finish(problem, begun, engine=engine, completion_s=2 * STOPPED_S)
    if talk.best is None:
        raise EngineError(end)
    _log.warning("%s The best plan reported so far is used.", end)
    return finish(
        problem, talk.best.sequences, engine=engine, completion_s=completion_s(budget), should_stop=should_stop
    )


class _Talk:
    """The conversation with one child, over non-blocking pipes."""

    def __init__(self, process: "subprocess.Popen[bytes]", request: Request, grace_s: float) -> None:
        if process.stdin is None or process.stdout is None:
            msg = "The solving child needs pipes."
            raise EngineError(msg)
        self.best: Progress | None = None
        self.overran = self.stopped_early = False
        self._stdin, self._stdout = process.stdin, process.stdout
        self._unsent = encode_request(request)
        self._decoder = Decoder()
        self._search_s = inf if request.budget.seconds is None else request.budget.seconds + (request.bound_s or 0)
        self._grace_s = grace_s
        self._deadline_s = time.monotonic() + STARTING_S
        self._searching = False

    def listen(self, on_progress: OnProgress, should_stop: ShouldStop) -> Solution | None:
        """Talk until the child has answered; None when it died, time ran out or it was stopped before it searched."""
        os.set_blocking(self._stdin.fileno(), False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdin, selectors.EVENT_WRITE)
            selector.register(self._stdout, selectors.EVENT_READ)
            reported = None
            while time.monotonic() < self._deadline_s:
                ready = [key.fileobj for key, _ in selector.select(_TICK_S)]
                if self._stdin in ready and not self._send():
                    selector.unregister(self._stdin)
                if self._stdout in ready:
                    chunk = os.read(self._stdout.fileno(), _CHUNK)
                    if not chunk:
                        return None
                    solution = self._hear(chunk)
                    if solution is not None:
                        return solution
                if self.best is not None and self.best is not reported:
                    reported = self.best
                    on_progress(reported)
                if not self._stdin.closed and should_stop():
                    if not self._searching:
                        self.stopped_early = True
                        return None
                    self._stop()
        self.overran = True
        return None

    def _send(self) -> bool:
        """Write what the pipe takes of the request; False when there is nothing more to write."""
        part = self._unsent[0]
        try:
            part = part[os.write(self._stdin.fileno(), part[:_CHUNK]) :]
        except BrokenPipeError:
            return False  # it died: the end of its output will tell
        self._unsent[:1] = [part] if part else []
        return len(self._unsent) > 0

    def _hear(self, chunk: bytes) -> Solution | None:
        for message in self._decoder.feed(chunk):
            if isinstance(message, Solution):
                return message
            if isinstance(message, Failed):
                raise EngineError(message.message)
            if isinstance(message, Progress):
                self.best = message
            elif isinstance(message, Started):
                self._searching = True
                self._deadline_s = time.monotonic() + self._search_s + self._grace_s
        return None

    def _stop(self) -> None:
        """Ask the child to stop: the end of its standard input says so."""
        self._stdin.close()
        self._deadline_s = min(self._deadline_s, time.monotonic() + self._grace_s)


@contextmanager
def _started() -> "Iterator[subprocess.Popen[bytes]]":
    """Start a child, and leave none behind, whatever happens.

    Not multiprocessing: its spawned children import the parent's main module, and with it the service.
    A session of its own keeps Ctrl-C for the parent, which then ends the child in order.
    """
    package_root = str(Path(__file__).resolve().parent.parent)
    paths = [package_root, os.environ.get("PYTHONPATH", "")]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-m", "routing.child_main", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()


def _end(process: "subprocess.Popen[bytes]", *, overran: bool) -> str:
    if overran:
        return "The solving child overran its time and was killed."
    try:
        code = process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return "The solving child hung up without an answer."
    if code < 0:
        return f"The solving child was ended by {signal.Signals(-code).name}."
    return f"The solving child ended with exit code {code} and no answer."

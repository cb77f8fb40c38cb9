"""Claimed work: computed in the calling thread, watched from another, its outcome written under the fence."""

import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Protocol
from uuid import uuid4

import structlog
from sqlalchemy.exc import OperationalError

from service.jobs.errors import PlanRefusedError
from service.jobs.patience import persistently
from service.logs import frames_of
from service.store.errors import LostClaimError, UnstorableValueError
from service.store.jobs.records import Claim, JsonObject
from service.store.jobs.work import WorkStore

_LOOK_EVERY_S = 0.06
_PROGRESS_EVERY_S = 0.3

_log = structlog.stdlib.get_logger(__name__)


class Tell(Protocol):
    """Hears how far work is; it may be told as often as one likes."""

    def __call__(self, progress: JsonObject, partial: JsonObject | None = None, /) -> None:
        """Take note of the progress, and of the best that there is so far; None when that is as it was."""


class RunWork(Protocol):
    """Computes a plan or a batch: a stored request in, the document to store out."""

    def __call__(
        self,
        request: JsonObject,
        on_progress: Tell,
        should_stop: Callable[[], bool],
    ) -> JsonObject:
        """Compute; call `on_progress` as often as it likes, and return soon once `should_stop` says so."""


#: Gives what computes a tenant's work, by the tenant's id.
RunnerOf = Callable[[str], RunWork]


class Execution:
    """Runs one claim to its end. Make one per claim, call `run` once.

    `stopping` is set when the worker must end: its work then goes back into the queue.

    A second thread looks at the work every 0.06 s: it writes the newest progress (at most every 0.3 s), hears
    of a stop or of a lost claim, and hands the work back when the worker must end. The computation itself
    needs to do nothing for that but look at `should_stop`.

    Attributes
    ----------
    outcome : after `run`: successful, failed, handed_back, or lost to another worker.
    """

    def __init__(self, store: WorkStore, claim: Claim, stopping: threading.Event) -> None:
        self._store = store
        self._kind = store.kind
        self._claim = claim
        self._stopping = stopping
        self._stop = threading.Event()
        self._done = threading.Event()
        self._given_away = False
        self.outcome = "lost"
        self._progress: JsonObject | None = None
        self._partial: JsonObject | None = None
        if claim.stop_requested:
            self._stop.set()

    def run(self, run_work: RunWork) -> None:
        """Compute the work and write how it ended, unless it is no longer ours."""
        in_context = copy_context().run  # its log lines carry the request's id too
        watcher = threading.Thread(target=in_context, args=(self._watch,), name="work-watcher", daemon=True)
        watcher.start()
        try:
            write = self._compute(run_work)
        finally:
            self._done.set()
            watcher.join()
        if self._given_away:
            return
        if not persistently(write):
            self.outcome = "lost"
            self._note("lost")

    def _compute(self, run_work: RunWork) -> Callable[[], bool]:
        """Return the call that writes the outcome."""
        work_id, attempt = self._claim.id, self._claim.attempt
        try:
            result = run_work(self._claim.request, self._keep_progress, self._stop.is_set)
        except PlanRefusedError as refusal:
            problem = refusal.problem
        except Exception as exc:  # noqa: BLE001 - whatever broke, the work has failed and the worker goes on
            problem = self._incident(exc)
        else:
            self.outcome = "successful"
            return lambda: self._finish(result)
        self.outcome = "failed"
        return lambda: self._store.fail(work_id, attempt, problem)

    def _finish(self, result: JsonObject) -> bool:
        work_id, attempt = self._claim.id, self._claim.attempt
        try:
            return self._store.finish(work_id, attempt, result)
        except UnstorableValueError as exc:
            self.outcome = "failed"
            return self._store.fail(work_id, attempt, self._incident(exc))

    def _keep_progress(self, progress: JsonObject, partial: JsonObject | None = None, /) -> None:
        self._progress = progress
        if partial is not None:
            self._partial = partial

    def _watch(self) -> None:
        written_at = float("-inf")
        while not self._done.wait(_LOOK_EVERY_S):
            progress = None
            if time.monotonic() - written_at >= _PROGRESS_EVERY_S:
                progress, self._progress = self._progress, None
            try:
                if self._look(progress):
                    return
            except (OperationalError, UnstorableValueError) as exc:
                _log.warning(f"{self._kind.name}_not_watched", error=type(exc).__name__, **self._named())
                continue
            if progress is not None:
                written_at = time.monotonic()

    def _look(self, progress: JsonObject | None) -> bool:
        """Write, and hear what is asked; True when the work is ours no more."""
        work_id, attempt = self._claim.id, self._claim.attempt
        try:
            if self._stopping.is_set():
                self._store.hand_back(work_id, attempt)
                return self._let_go("handed_back")
            if progress is not None:
                best, self._partial = self._partial, None
                stop = self._store.report_progress(work_id, attempt, progress, best)
            else:
                stop = self._store.is_stop_requested(work_id, attempt)
        except LostClaimError:
            return self._let_go("lost")
        if stop:
            self._stop.set()
        return False

    def _let_go(self, event: str) -> bool:
        self._given_away = True
        self.outcome = event
        self._stop.set()
        self._note(event)
        return True

    def _note(self, event: str) -> None:
        _log.info(f"{self._kind.name}_{event}", attempt=self._claim.attempt, **self._named())

    def _named(self) -> dict[str, str]:
        return {self._kind.name: str(self._claim.id)}

    def _incident(self, exc: Exception) -> JsonObject:
        """Log where it broke and return the problem. The text of the exception may be personal: it stays out."""
        incident = str(uuid4())
        _log.error(
            self._kind.broken,
            **self._named(),
            incident=incident,
            error=f"{type(exc).__module__}.{type(exc).__qualname__}",
            where=frames_of(exc, last=50),
        )
        return {
            "type": f"/problems/{self._kind.broken}",
            "title": f"The {self._kind.name} failed",
            "status": 500,
            "detail": f"Something broke while it was computed; the log has more under incident {incident}.",
            "code": self._kind.broken,
        }

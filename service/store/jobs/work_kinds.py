"""The kinds of work that workers do: plans, and batches of addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Table

from service.store.errors import (
    BatchFinishedError,
    BatchNotFoundError,
    PlanFinishedError,
    PlanNotFoundError,
    StoreError,
)
from service.store.jobs.records import JsonObject, PlanStatus, counted
from service.store.tables import geocode_batches, plans

#: The states of work that is not over.
OPEN = (PlanStatus.ACCEPTED.value, PlanStatus.RUNNING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkKind:
    """A kind of work that waits in a table and in a queue.

    Attributes
    ----------
    name : what logs and messages call it.
    table : it has the columns id, status, started_at, finished_at, attempt, lost, stop_requested, request, progress,
        result and problem, and `partial` where the best so far is shown; see `service.store.tables`.
    task, queue : Procrastinate's names.
    not_found, finished : what is raised for work that is not there, or over.
    counted : what of a result is counted, in columns of its own.
    broken : the code of work whose computation broke.
    when_lost : what to do when every worker died on it.
    """

    name: str
    table: Table
    task: str
    queue: str
    not_found: type[StoreError]
    finished: type[StoreError]
    counted: Callable[[JsonObject], Mapping[str, int]]
    broken: str
    when_lost: str

    @property
    def no_partial(self) -> dict[str, None]:
        """What forgets the best so far."""
        return {"partial": None} if "partial" in self.table.c else {}

    @property
    def no_progress(self) -> dict[str, None]:
        """What forgets how far the work was: it begins anew."""
        return {"progress": None, **self.no_partial}


PLANS = WorkKind(
    name="plan",
    table=plans,
    task="plan_day",
    queue="plans",
    not_found=PlanNotFoundError,
    finished=PlanFinishedError,
    counted=lambda document: {"unassigned": counted(document.get("result"), "unassigned")},
    broken="planning_failed",
    when_lost="Send it again with fewer cases, or with a smaller budget",
)
BATCHES = WorkKind(
    name="batch",
    table=geocode_batches,
    task="geocode_batch",
    queue="geocoding",
    not_found=BatchNotFoundError,
    finished=BatchFinishedError,
    counted=lambda _result: {},
    broken="geocoding_failed",
    when_lost="Send it again in smaller parts",
)
KINDS = (PLANS, BATCHES)

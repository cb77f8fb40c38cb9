"""Work whose worker died: back into the queue, or failed when it keeps killing workers."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine, Exists, Text, cast, exists, func, select, table, update
from sqlalchemy import column as sql_column

from service.store.jobs.queue import WorkQueue
from service.store.jobs.records import PlanStatus
from service.store.jobs.turns import Limits, Turns
from service.store.jobs.work_kinds import OPEN, WorkKind

#: The code of work that failed because too many workers died on it.
WORKER_LOST = "worker_lost"

_jobs = table("procrastinate_jobs", sql_column("lock", Text), sql_column("status"))
_LIVE = cast(_jobs.c.status, Text).in_(("todo", "doing"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """What became of one piece of work: `failed` when it was given up, else it waits for another worker."""

    id: UUID
    lost: int
    failed: bool


class WorkRescue:
    """Finds open work of a kind that no job of the queue stands for, and gives each a new job.

    Work and its job are born together, unless it is held (see `service.store.jobs.turns`), and a worker writes the
    outcome before its job ends, so what is open, not held and without a job has lost its worker. Any number of
    processes may look at once: each row is locked, and the job is looked for again under the lock.
    """

    def __init__(self, engine: Engine, kind: WorkKind, *, max_losses: int, limits: Limits | None = None) -> None:
        self._engine = engine
        self.kind = kind
        self._table = kind.table
        self._max_losses = max_losses
        self._queue = WorkQueue(task=kind.task, queue=kind.queue)
        self._turns = Turns(kind.table, self._queue, limits or Limits())

    def rescue(self) -> tuple[Rescue, ...]:
        """Give every orphan a new job, or fail it after `max_losses` dead workers; let held work go that may."""
        held = self._table.c.held
        statement = select(self._table.c.id).where(self._table.c.status.in_(OPEN), ~held, ~self._has_job())
        with self._engine.connect() as connection:
            orphans = connection.scalars(statement).all()
        rescues = [self._rescue_one(work_id) for work_id in orphans]
        with self._engine.begin() as connection:
            self._turns.let_all_go(connection)
        return tuple(rescue for rescue in rescues if rescue is not None)

    def _rescue_one(self, work_id: UUID) -> Rescue | None:
        table = self._table
        with self._engine.begin() as connection:
            row = connection.execute(
                select(table.c.status, table.c.held, table.c.lost)
                .where(table.c.id == work_id)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            # A second statement, so that it sees what the previous holder of the row's lock has committed.
            if row is None or row.held or row.status not in OPEN or _job_exists(connection, work_id):
                return None
            lost = row.lost + (row.status == PlanStatus.RUNNING.value)
            failed = lost >= self._max_losses
            outcome = self._given_up(lost) if failed else {"status": PlanStatus.ACCEPTED.value, **self.kind.no_progress}
            connection.execute(update(table).where(table.c.id == work_id).values(lost=lost, **outcome))
            if not failed:
                self._queue.defer(connection, work_id)
        return Rescue(id=work_id, lost=lost, failed=failed)

    def _given_up(self, lost: int) -> dict[str, object]:
        problem = {
            "type": f"/problems/{WORKER_LOST}",
            "title": f"The {self.kind.name} was given up",
            "status": 500,
            "detail": f"{lost} workers ended abruptly while they computed this {self.kind.name}. "
            f"{self.kind.when_lost}; when it happens again, look at the workers' memory.",
            "code": WORKER_LOST,
        }
        return {
            "status": PlanStatus.FAILED.value,
            "problem": problem,
            "finished_at": func.now(),
            **self.kind.no_partial,
        }

    def _has_job(self) -> Exists:
        return exists().where(_jobs.c.lock == cast(self._table.c.id, Text), _LIVE)


def _job_exists(connection: Connection, work_id: UUID) -> bool:
    return connection.execute(select(exists().where(_jobs.c.lock == str(work_id), _LIVE))).scalar_one()

"""Plans whose worker died: back into the queue, or failed when they keep killing workers."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine, Exists, Text, cast, exists, func, select, table, update
from sqlalchemy import column as sql_column

from service.store.plans import psycopg_connection
from service.store.queue import PlanQueue
from service.store.records import PlanStatus
from service.store.tables import plans

#: The code of a plan that failed because too many workers died on it.
WORKER_LOST = "worker_lost"

_OPEN = (PlanStatus.ACCEPTED.value, PlanStatus.RUNNING.value)
_jobs = table("procrastinate_jobs", sql_column("lock", Text), sql_column("status"))
_LIVE = cast(_jobs.c.status, Text).in_(("todo", "doing"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """What became of one plan: `failed` when it was given up, else it waits for another worker."""

    plan_id: UUID
    lost: int
    failed: bool


class PlanRescue:
    """Finds open plans that no job of the queue stands for, and gives each a new job.

    A plan and its job are born together, and a worker writes the outcome before its job ends, so an open plan
    without a job has lost its worker. Any number of processes may look at once: each plan's row is locked, and
    the job is looked for again under the lock.
    """

    def __init__(self, engine: Engine, *, max_losses: int) -> None:
        self._engine = engine
        self._max_losses = max_losses
        self._queue = PlanQueue()

    def rescue(self) -> tuple[Rescue, ...]:
        """Give every orphan a new job, or fail it after `max_losses` dead workers."""
        statement = select(plans.c.id).where(plans.c.status.in_(_OPEN), ~_has_job())
        with self._engine.connect() as connection:
            orphans = connection.scalars(statement).all()
        rescues = (self._rescue_one(plan_id) for plan_id in orphans)
        return tuple(rescue for rescue in rescues if rescue is not None)

    def _rescue_one(self, plan_id: UUID) -> Rescue | None:
        with self._engine.begin() as connection:
            row = connection.execute(
                select(plans.c.status, plans.c.lost).where(plans.c.id == plan_id).with_for_update(skip_locked=True)
            ).one_or_none()
            # A second statement, so that it sees what the previous holder of the row's lock has committed.
            if row is None or row.status not in _OPEN or _job_exists(connection, plan_id):
                return None
            lost = row.lost + (row.status == PlanStatus.RUNNING.value)
            failed = lost >= self._max_losses
            outcome = _given_up(lost) if failed else {"status": PlanStatus.ACCEPTED.value, "progress": None}
            connection.execute(update(plans).where(plans.c.id == plan_id).values(lost=lost, **outcome))
            if not failed:
                self._queue.defer(psycopg_connection(connection), plan_id)
        return Rescue(plan_id=plan_id, lost=lost, failed=failed)


def _given_up(lost: int) -> dict[str, object]:
    problem = {
        "type": f"/problems/{WORKER_LOST}",
        "title": "The plan was given up",
        "status": 500,
        "detail": f"{lost} workers ended abruptly while they computed this plan. Send it again with fewer cases, "
        "or with a smaller budget; when it happens again, look at the workers' memory.",
        "code": WORKER_LOST,
    }
    return {"status": PlanStatus.FAILED.value, "problem": problem, "finished_at": func.now()}


def _has_job() -> Exists:
    return exists().where(_jobs.c.lock == cast(plans.c.id, Text), _LIVE)


def _job_exists(connection: Connection, plan_id: UUID) -> bool:
    return connection.execute(select(exists().where(_jobs.c.lock == str(plan_id), _LIVE))).scalar_one()

"""How far work is, for those who watch it: small rows of many at once, without what was asked and what came out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, select

from service.store.jobs.records import BatchRecord, JsonObject, PlanRecord, PlanStatus
from service.store.jobs.work_kinds import WorkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkState:
    """What changes while work waits and runs; `problem` is there when it failed."""

    status: PlanStatus
    attempt: int
    stop_requested: bool
    progress: JsonObject | None
    problem: JsonObject | None


def state_of(record: PlanRecord | BatchRecord) -> WorkState:
    """Return the state of a record."""
    return WorkState(
        status=record.status,
        attempt=record.attempt,
        stop_requested=record.stop_requested,
        progress=record.progress,
        problem=record.problem,
    )


class WorkStates:
    """Looks at work of one kind, of all tenants: whoever asks has seen that the caller may know of each id.

    Parameters
    ----------
    engine : an engine that sees every tenant's rows; whoever made it disposes of it.
    """

    def __init__(self, engine: Engine, kind: WorkKind) -> None:
        self._engine = engine
        self._table = kind.table

    def __call__(self, ids: Collection[UUID]) -> Mapping[UUID, WorkState]:
        """Return the states of those that are there, in one statement."""
        table = self._table
        columns = (table.c.id, table.c.status, table.c.attempt, table.c.stop_requested, table.c.progress)
        statement = select(*columns, table.c.problem).where(table.c.id.in_(list(ids)))
        with self._engine.connect() as connection:
            return {
                row.id: WorkState(
                    status=PlanStatus(row.status),
                    attempt=row.attempt,
                    stop_requested=row.stop_requested,
                    progress=row.progress,
                    problem=row.problem,
                )
                for row in connection.execute(statement)
            }

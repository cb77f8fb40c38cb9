"""What the endpoints need of plans, schedules and batches."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from service.store.jobs.records import BatchRecord, JsonObject, PlanRecord, PlanStatus, PlanSummary
from service.store.jobs.schedules import ScheduleRecord, ScheduleRun


class Plans(Protocol):
    """The HTTP side of service.store.jobs.plans.PlanStore."""

    def create(self, *, request: JsonObject, area: str, plan_date: date, plan_id: UUID | None = None) -> UUID:
        """Store a plan as accepted and put it into the queue; one of that id that is there already stays."""

    def get(self, plan_id: UUID) -> PlanRecord:
        """Return the plan; raises PlanNotFoundError."""

    def revision(self, plan_id: UUID) -> str | None:
        """Return what changes whenever a plan that is over does; None before; raises PlanNotFoundError."""

    def list_recent(self, limit: int) -> Sequence[PlanSummary]:
        """Return the newest plans."""

    def list(
        self,
        *,
        statuses: Collection[PlanStatus] = (),
        area: str | None = None,
        first_day: date | None = None,
        last_day: date | None = None,
        limit: int,
        after: tuple[datetime, UUID] | None = None,
    ) -> Sequence[PlanSummary]:
        """Return the newest plans that pass every filter, behind the one that `after` names."""

    def request_stop(self, plan_id: UUID) -> None:
        """Ask for an early end; raises PlanNotFoundError, PlanFinishedError."""

    def dismiss(self, plan_id: UUID) -> None:
        """Give the plan up; raises PlanNotFoundError, PlanFinishedError."""

    def ready_workers(self, *, seen_within_s: float) -> int:
        """Count the workers that take plans and gave a sign of life lately."""

    def ping(self) -> None:
        """Raise when the database gives no answer."""


class Schedules(Protocol):
    """service.store.jobs.schedules.ScheduleStore."""

    def create(
        self, document: JsonObject, *, enabled: bool, next_run_at: datetime | None, schedule_id: UUID | None = None
    ) -> UUID:
        """Store a new schedule; one of that id that is there already stays as it is."""

    def get(self, schedule_id: UUID) -> ScheduleRecord:
        """Return a schedule; raises ResourceNotFoundError."""

    def runs(self, schedule_id: UUID) -> Sequence[ScheduleRun]:
        """Return its latest runs."""

    def list(self, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[ScheduleRecord]:
        """Return the newest schedules, behind the one that `after` names."""

    def replace(
        self, schedule_id: UUID, document: JsonObject, *, enabled: bool, next_run_at: datetime | None, version: int
    ) -> None:
        """Store it anew; raises ResourceNotFoundError, ResourceChangedError."""

    def delete(self, schedule_id: UUID, *, version: int) -> None:
        """Delete it; raises as `replace`."""


class Batches(Protocol):
    """The HTTP side of service.store.jobs.batches.BatchStore."""

    def create(self, *, request: JsonObject, area: str, total: int, batch_id: UUID | None = None) -> UUID:
        """Store a batch as accepted and put it into the queue; one of that id that is there already stays."""

    def get(self, batch_id: UUID) -> BatchRecord:
        """Return the batch; raises BatchNotFoundError."""

    def erase(self, batch_id: UUID) -> None:
        """Delete the batch with its addresses; raises BatchNotFoundError."""

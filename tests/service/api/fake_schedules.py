"""Schedules in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from service.store.errors import ResourceChangedError, ResourceNotFoundError
from service.store.jobs.records import JsonObject
from service.store.jobs.schedules import ScheduleRecord, ScheduleRun

_NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


class FakeSchedules:
    """As service.store.jobs.schedules.ScheduleStore; nothing ever runs."""

    def __init__(self) -> None:
        self.records: dict[UUID, ScheduleRecord] = {}

    def create(
        self, document: JsonObject, *, enabled: bool, next_run_at: datetime | None, schedule_id: UUID | None = None
    ) -> UUID:
        if schedule_id in self.records:
            return schedule_id
        record = ScheduleRecord(
            id=schedule_id or uuid4(),
            tenant="main",
            version=1,
            created_at=_NOW,
            changed_at=_NOW,
            enabled=enabled,
            next_run_at=next_run_at if enabled else None,
            document=document,
        )
        self.records[record.id] = record
        return record.id

    def get(self, schedule_id: UUID) -> ScheduleRecord:
        if schedule_id not in self.records:
            raise ResourceNotFoundError("", kind="schedule")
        return self.records[schedule_id]

    def runs(self, schedule_id: UUID) -> Sequence[ScheduleRun]:
        self.get(schedule_id)
        return []

    def list(self, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[ScheduleRecord]:
        found = sorted(self.records.values(), key=lambda one: one.id, reverse=True)
        return [one for one in found if after is None or one.id < after[1]][:limit]

    def replace(
        self, schedule_id: UUID, document: JsonObject, *, enabled: bool, next_run_at: datetime | None, version: int
    ) -> None:
        record = self._of_version(schedule_id, version)
        self.records[schedule_id] = replace(
            record, document=document, enabled=enabled, next_run_at=next_run_at, version=version + 1
        )

    def delete(self, schedule_id: UUID, *, version: int) -> None:
        del self.records[self._of_version(schedule_id, version).id]

    def _of_version(self, schedule_id: UUID, version: int) -> ScheduleRecord:
        record = self.get(schedule_id)
        if record.version != version:
            raise ResourceChangedError
        return record

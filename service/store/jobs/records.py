"""What the store answers: frozen values, never rows."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from geodata.geocoding.pins import Pin

#: A decoded JSON object.
JsonObject = dict[str, object]


def counted(document: object, name: str) -> int:
    """Count what the list of that name in an object holds; 0 where there is none."""
    found = document.get(name) if isinstance(document, dict) else None
    return len(found) if isinstance(found, list) else 0


class PlanStatus(StrEnum):
    """The states of OGC API Processes."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    SUCCESSFUL = "successful"
    FAILED = "failed"
    DISMISSED = "dismissed"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing changes any more."""
        return self in {PlanStatus.SUCCESSFUL, PlanStatus.FAILED, PlanStatus.DISMISSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """A plan without what was asked and answered. Instants are aware, in UTC.

    `cases` it was asked for, `unassigned` of them it leaves out once it is successful; None of a plan that an earlier
    release made.
    """

    id: UUID
    status: PlanStatus
    area: str
    plan_date: date
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cases: int | None = None
    unassigned: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord(PlanSummary):
    """A plan as stored.

    `attempt` counts the workers that took it; `lost` those that died on it.
    `result` is there when successful, `problem` (an object with a `code`) when failed; `partial`, the best plan
    so far, only while it runs. `revision` changes whenever the row does, by an erasure too.
    """

    attempt: int
    lost: int
    stop_requested: bool
    request: JsonObject
    progress: JsonObject | None
    result: JsonObject | None
    problem: JsonObject | None
    partial: JsonObject | None = None
    revision: str | None = field(default=None, compare=False)


PinSource = Literal["review", "planner", "gps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRecord:
    """A pin as stored, with its address as it was typed, without addressee and telephone number."""

    id: UUID
    area: str
    address: str
    source: PinSource
    version: int
    created_at: datetime
    changed_at: datetime
    pin: Pin


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    """A batch of addresses as stored; `total` counts its rows. The rest is as in a plan."""

    id: UUID
    status: PlanStatus
    area: str
    total: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempt: int
    lost: int
    stop_requested: bool
    request: JsonObject
    progress: JsonObject | None
    result: JsonObject | None
    problem: JsonObject | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to write the outcome of a plan or a batch, until another worker claims it: `attempt` is the fence.

    `origin` names the request that it comes from, see service.telemetry.origin; `waited_s` is since it was accepted.
    """

    id: UUID
    tenant: str
    attempt: int
    stop_requested: bool
    request: JsonObject
    origin: JsonObject
    waited_s: float

"""Plans in a list, and their visits as lines of NDJSON."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from service.schemas.base import IsoDate, Schema
from service.schemas.plan import UnassignedOut
from service.schemas.route import StopOut
from service.store.jobs.records import PlanStatus, PlanSummary


class PlanListed(Schema):
    """A plan without what was asked and answered; `self` is the whole of it."""

    id: UUID
    status: PlanStatus
    area: str
    date: IsoDate
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cases: Annotated[
        int | None, Field(description="How many it was asked for; null of a plan that an earlier release made.")
    ] = None
    unassigned: Annotated[
        int | None, Field(description="How many of them have no visit; null before it is successful.")
    ] = None
    self: Annotated[str, Field(description="The path of the plan.")]

    @classmethod
    def of(cls, summary: PlanSummary) -> Self:
        """From the store's value."""
        return cls(
            id=summary.id,
            status=summary.status,
            area=summary.area,
            date=summary.plan_date,
            created_at=summary.created_at,
            started_at=summary.started_at,
            finished_at=summary.finished_at,
            cases=summary.cases,
            unassigned=summary.unassigned,
            self=f"/v1/plans/{summary.id}",
        )


class PlanPage(Schema):
    """Some plans, the newest first."""

    plans: list[PlanListed]
    next: Annotated[str | None, Field(description="Where the next ones are; null behind the last.")]


class StopLine(StopOut):
    """A visit as a line of NDJSON."""

    type: Literal["stop"] = "stop"
    plan: UUID
    date: IsoDate
    route: Annotated[int, Field(description="Position of its route in the plan, from 1.")]
    collector: str


class UnassignedLine(UnassignedOut):
    """A case without a visit as a line of NDJSON."""

    type: Literal["unassigned"] = "unassigned"
    plan: UUID
    date: IsoDate

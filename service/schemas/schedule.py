"""A schedule over the wire: what is planned every working day, and when."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.schemas.base import LocalTime, Schema, printable_text
from service.schemas.branch import CalendarFields
from service.schemas.plan_request import PlanRequest


class Schedule(Schema):
    """A plan that is made every working day at the same time, by the branch's clock."""

    name: Annotated[str, Field(min_length=1, max_length=200, description="What people call it."), printable_text]
    enabled: Annotated[bool, Field(description="Whether it runs.")] = True
    at: Annotated[
        LocalTime,
        Field(
            description="When, by the branch's clock. A time that the clocks skip is when they are put forward; "
            "one that they show twice is the first."
        ),
    ]
    plan_day: Annotated[
        Literal["same", "next"], Field(description="Whether it plans the day it runs on, or the next working day.")
    ] = "same"
    calendar: Annotated[
        CalendarFields | None,
        Field(description="The working days of a request without a branch; Monday to Friday when left out."),
    ] = None
    request: Annotated[PlanRequest, Field(description="What is planned: a plan request without its date.")]

    @model_validator(mode="after")
    def _leaves_the_days_to_one(self) -> Self:
        found = []
        if self.request.date is not None:
            found.append(("/request/date", "date_given", "Leave the date out: each run has its own."))
        if self.request.branch is not None and self.calendar is not None:
            found.append(("/calendar", "calendar_twice", "Leave the calendar out: the branch has its own."))
        if found:
            code, rule = "contradictions", "Parts of the request contradict each other."
            raise PydanticCustomError(code, rule, {"found": found})
        return self


class ScheduleRunOut(Schema):
    """What became of one time that it was due."""

    slot: Annotated[datetime, Field(description="When it was due.")]
    at: Annotated[datetime, Field(description="When it ran.")]
    plan: Annotated[UUID | None, Field(description="The plan that was made: see GET /v1/plans/{id}.")]
    problem: Annotated[
        dict[str, str] | None,
        Field(description="Why there is none: `code` and `detail`; slot_missed when the service did not run then."),
    ]


class ScheduleOut(Schedule):
    """A schedule as it is stored. Its ETag is its version."""

    id: UUID
    version: int
    created_at: datetime
    changed_at: datetime
    next_run_at: Annotated[datetime | None, Field(description="When it runs next; null when it does not.")]
    runs: Annotated[list[ScheduleRunOut], Field(description="The last ten, the newest first; none in a list.")] = []


class SchedulePage(Schema):
    """Some schedules, the newest first."""

    schedules: list[ScheduleOut]
    next: Annotated[str | None, Field(description="Address of the page behind; null at the end.")]

"""Stored cases over the wire: what a plan needs, how the bank finds them, and who lives there."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.schemas.base import Address, ExternalId, IsoDate, Schema, StoredId, printable_text
from service.schemas.case_request import CaseFields, SuppressionRequest

CaseStatus = Literal["open", "closed"]
PersonName = Annotated[
    str,
    Field(min_length=1, max_length=200, description="Who is to be visited. Sealed; no plan and no map shows it."),
    printable_text,
]
Phone = Annotated[
    str,
    Field(min_length=1, max_length=40, pattern=r"\d", description="Sealed, and found by its digits."),
    printable_text,
]
Note = Annotated[str, Field(min_length=1, max_length=2000, description="For people. Sealed.")]
DaysPastDue = Annotated[int, Field(ge=0, le=36_500, description="Days since the payment was due.")]


class StoredCase(CaseFields):
    """One overdue account. It stays until it is deleted; a plan takes it by its id, or with its branch."""

    branch: Annotated[ExternalId | None, Field(description="Id of the branch that visits it.")] = None
    status: Annotated[CaseStatus, Field(description="A closed case is never planned.")] = "open"
    days_past_due: DaysPastDue | None = None
    due_on: Annotated[
        IsoDate | None, Field(description="The first day on which the branch's plans take it; without it, any day.")
    ] = None
    name: PersonName | None = None
    phone: Phone | None = None
    note: Note | None = None


class CaseOut(StoredCase):
    """A case as it is stored. Its ETag is its version."""

    id: StoredId
    version: int
    created_at: datetime
    changed_at: datetime


class CasePage(Schema):
    """Some cases, by their ids."""

    cases: list[CaseOut]
    next: Annotated[str | None, Field(description="Where the next ones are; null behind the last.")]


class CaseSearchPage(Schema):
    """Some cases, by their ids."""

    cases: list[CaseOut]
    next: Annotated[str | None, Field(description="The cursor of the next page; null behind the last.")]


class CaseSearch(Schema):
    """Which cases to list: those that have all of what is given. Names and the like never stand in a URL."""

    branch: ExternalId | None = None
    status: CaseStatus | None = None
    id_prefix: Annotated[
        str | None, Field(min_length=1, max_length=64, description="How their ids begin."), printable_text
    ] = None
    min_priority: Annotated[int | None, Field(ge=0, le=100)] = None
    max_priority: Annotated[int | None, Field(ge=0, le=100)] = None
    min_days_past_due: DaysPastDue | None = None
    max_days_past_due: DaysPastDue | None = None
    due_by: Annotated[IsoDate | None, Field(description="Due on that day or before.")] = None
    name: Annotated[PersonName | None, Field(description="The whole name; case, width and spaces are alike.")] = None
    phone: Annotated[Phone | None, Field(description="The whole number; only digits count.")] = None
    address: Annotated[Address | None, Field(min_length=1, description="The whole address as it was sent.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Most entries of the page.")] = 50
    cursor: Annotated[
        str | None, Field(max_length=400, description="Where the page begins: `next` of the page before.")
    ] = None


VisitOutcome = Literal[
    "met", "not_at_home", "refused", "promised", "paid", "moved_away", "wrong_address", "unsafe", "other"
]


class VisitRequest(Schema):
    """What came of a visit. It counts for how soon the next one may be."""

    visited_on: Annotated[IsoDate, Field(description="The day, by the branch's clock.")]
    outcome: VisitOutcome
    collector: Annotated[ExternalId | None, Field(description="Who made it.")] = None
    plan: Annotated[UUID | None, Field(strict=False, description="The plan that it was part of.")] = None
    promised_on: Annotated[IsoDate | None, Field(description="The day by which payment was promised.")] = None
    note: Note | None = None
    suppressions: Annotated[
        list[SuppressionRequest],
        Field(max_length=5, description="Times in which nobody may come from now on: a dispute, hardship and others."),
    ] = []

    @model_validator(mode="after")
    def _promise_has_a_day(self) -> Self:
        if self.promised_on is not None and self.outcome != "promised":
            code, rule = "promise_contradiction", "Only a visit with the outcome promised has a promised_on."
            raise PydanticCustomError(code, rule, {"field": ["promised_on"]})
        return self


class VisitOut(VisitRequest):
    """A visit as it is stored."""

    id: UUID
    created_at: datetime


class VisitPage(Schema):
    """Some visits of a case, the latest first."""

    visits: list[VisitOut]
    next: Annotated[str | None, Field(description="Where the next ones are; null behind the last.")]


def with_visits(case: StoredCase, visits: Sequence[VisitRequest]) -> StoredCase:
    """Return the case with what its visits add: the days on which they were, and suppressions."""
    days: list[date] = sorted([*case.visited_on, *(visit.visited_on for visit in visits)])
    suppressions = [*case.suppressions, *(one for visit in visits for one in visit.suppressions)]
    return case.model_copy(update={"visited_on": days, "suppressions": suppressions})

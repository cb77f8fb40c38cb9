"""A case in a plan's request: where, when, by whom, and what it is worth."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.cases.case import Case
from service.cases.contact import ContactHistory, Suppression, SuppressionReason
from service.cases.limits import MAX_CASES, MAX_COLLECTORS
from service.schemas.base import ExternalId, IsoDate, Schema, Skill
from service.schemas.place import Place
from service.schemas.window import VisitWindow

#: A visit of four hours is surely a mistake of units.
MAX_SERVICE_S = 4 * 3600


class Pin(Schema):
    """Who must make a visit, and as which of the day. A visit whose pin cannot be kept is left out, never moved."""

    collector: Annotated[ExternalId | None, Field(description="Id of the collector who makes it.")] = None
    position: Annotated[
        int | None,
        Field(ge=1, le=MAX_CASES, description="Its number on the route, from 1, whoever's route that is."),
    ] = None

    @model_validator(mode="after")
    def _pins_something(self) -> Self:
        if self.collector is None and self.position is None:
            code, rule = "pin_missing", "Give a collector, a position, or both."
            raise PydanticCustomError(code, rule)
        return self


class SuppressionRequest(Schema):
    """A time in which nobody may come, its first and last day included; without a day it is open on that side."""

    reason: Annotated[SuppressionReason, Field(strict=False)]
    since: Annotated[IsoDate | None, Field(description="First day.")] = None
    until: Annotated[IsoDate | None, Field(description="Last day.")] = None
    evidence_ref: Annotated[
        str | None, Field(min_length=1, max_length=64, description="Where your files have the evidence.")
    ] = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.since is not None and self.until is not None and self.until < self.since:
            code, rule = "suppression_order", "until must not be before since."
            raise PydanticCustomError(code, rule, {"field": ["until"]})
        return self

    def to_domain(self) -> Suppression:
        """As the policy's value."""
        return Suppression(reason=self.reason, since=self.since, until=self.until)


class CaseFields(Place):
    """What a plan needs to know of a case, be it sent with the plan or stored before."""

    priority: Annotated[
        int,
        Field(ge=0, le=100, description="Minutes of a collector's day that this visit is worth, 0 to 100."),
    ] = 50
    mandatory: Annotated[bool, Field(description="Visited before any optional case, if it can be at all.")] = False
    service_s: Annotated[int, Field(ge=0, le=MAX_SERVICE_S, description="Seconds at the door.")] = 1200
    setup_s: Annotated[
        int,
        Field(
            ge=0,
            le=MAX_SERVICE_S,
            description="Seconds that finding the door takes (the yard, the stairs), before service_s; not needed "
            "again for the next case at the same place.",
        ),
    ] = 0
    windows: Annotated[
        list[VisitWindow],
        Field(max_length=10, description="The visit, its end included, lies in one of these. None: any time."),
    ] = []
    required_skills: Annotated[
        list[Skill], Field(max_length=20, description="The collector must have all of them.")
    ] = []
    excluded_skills: Annotated[
        list[Skill], Field(max_length=20, description="The collector must have none of them.")
    ] = []
    allowed_collectors: Annotated[
        list[ExternalId] | None,
        Field(min_length=1, max_length=MAX_COLLECTORS, description="Ids of those who may come; without it, anyone."),
    ] = None
    suppressions: Annotated[
        list[SuppressionRequest],
        Field(max_length=20, description="Times in which nobody may come: a case is left out on such a day."),
    ] = []
    visited_on: Annotated[
        list[IsoDate],
        Field(
            max_length=200,
            description="Days of earlier visits, whatever came of them: the policy says how soon the next may be.",
        ),
    ] = []

    @model_validator(mode="after")
    def _skills_agree(self) -> Self:
        both = set(self.required_skills) & set(self.excluded_skills)
        for index, skill in enumerate(self.excluded_skills):
            if skill in both:
                code, rule = "skill_contradiction", "A skill is required or excluded, not both."
                raise PydanticCustomError(code, rule, {"field": ["excluded_skills", index]})
        return self

    def history(self) -> ContactHistory:
        """As the policy's value."""
        suppressions = tuple(suppression.to_domain() for suppression in self.suppressions)
        return ContactHistory(suppressions=suppressions, visited_on=tuple(self.visited_on))


class CaseRequest(CaseFields):
    """One customer to visit. There is no field for a name or a debt: a plan needs neither."""

    id: ExternalId
    pin: Pin | None = None

    def may_come(self) -> frozenset[str] | None:
        """Return the ids of the collectors who may make the visit, by list and by pin; None for anyone."""
        allowed = None if self.allowed_collectors is None else frozenset(self.allowed_collectors)
        if self.pin is None or self.pin.collector is None:
            return allowed
        pinned = frozenset({self.pin.collector})
        return pinned if allowed is None else allowed & pinned

    def to_domain(self) -> Case:
        """As the planner's value."""
        position = None if self.pin is None else self.pin.position
        return Case(
            id=self.id,
            whereabouts=self.whereabouts(),
            priority=self.priority,
            mandatory=self.mandatory,
            service_s=self.service_s,
            setup_s=self.setup_s,
            windows=tuple(window.to_domain() for window in self.windows),
            required_skills=frozenset(self.required_skills),
            excluded_skills=frozenset(self.excluded_skills),
            allowed_collectors=self.may_come(),
            position=None if position is None else position - 1,
            history=self.history(),
        )

"""What a planner asks for: cases, collectors and options of one day."""

from itertools import islice
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.cases.limits import MAX_CASES, MAX_COLLECTORS
from service.schemas.base import ExternalId, IsoDate, Schema
from service.schemas.case_request import CaseRequest
from service.schemas.collector_request import CollectorRequest
from service.schemas.options import PlanOptions
from service.schemas.references import contradictions
from service.schemas.roads import RoadsRequest

#: So many contradictions are named; more would only make the answer larger than the request.
_ENOUGH = 100


class PlanRequest(Schema):
    """A day to plan: cases and collectors that are sent along, that are stored, or both.

    Reasons in the plan point into `cases` and `collectors`; stored ones count on behind those that were sent.
    """

    date: Annotated[IsoDate | None, Field(description="The day of the visits; today by the branch's clock.")] = None
    area: Annotated[
        str | None,
        Field(min_length=1, max_length=63, description="The map area's name, see GET /v1/areas; the server's default."),
    ] = None
    time_zone: Annotated[
        str | None,
        Field(min_length=1, max_length=64, description="IANA time zone of the branch; the area's, else the server's."),
    ] = None
    policy: Annotated[
        str | None,
        Field(min_length=1, max_length=32, description="Policy pack with the hours of visit; the server's default."),
    ] = None
    branch: Annotated[
        ExternalId | None,
        Field(
            description="Id of a stored branch, whose area, time zone, policy, calendar and shifts are the plan's. "
            "Without cases of the request's own, its open cases that are due; without collectors, its active ones."
        ),
    ] = None
    cases: Annotated[list[CaseRequest], Field(max_length=MAX_CASES, description="Cases that are sent along.")] = []
    case_ids: Annotated[
        list[ExternalId], Field(max_length=MAX_CASES, description="Ids of stored cases to plan too.")
    ] = []
    due_cases: Annotated[
        bool | None,
        Field(description="Whether the branch's open cases that are due are planned, beside those that are named."),
    ] = None
    most_due_cases: Annotated[
        int | None, Field(ge=1, le=MAX_CASES, description="At most so many of them, the highest priority first.")
    ] = None
    any_day: Annotated[bool, Field(description="Plan also a day on which the branch does not work.")] = False
    collectors: Annotated[
        list[CollectorRequest], Field(max_length=MAX_COLLECTORS, description="Collectors that are sent along.")
    ] = []
    collector_ids: Annotated[
        list[ExternalId], Field(max_length=MAX_COLLECTORS, description="Ids of stored collectors to plan too.")
    ] = []
    roads: Annotated[
        RoadsRequest | None, Field(description="What is different on the roads that day: season, closures, speeds.")
    ] = None
    options: PlanOptions = PlanOptions()

    def names_stored(self) -> bool:
        """Whether it names something that is stored, and has to be looked up before it can be planned."""
        return self.branch is not None or bool(self.case_ids or self.collector_ids)

    def takes_due_cases(self) -> bool:
        """Whether the branch's open cases are to be planned that are due."""
        is_default = self.branch is not None and not self.cases and not self.case_ids
        return is_default if self.due_cases is None else self.due_cases

    def stored(self) -> frozenset[str]:
        """Return the ids of the cases that were looked up; they may name collectors who do not work that day."""
        return frozenset()

    @model_validator(mode="after")
    def _has_someone_to_visit_and_to_send(self) -> Self:
        found = []
        if not self.cases and not self.case_ids and (self.branch is None or not self.takes_due_cases()):
            found.append(self._lacks("cases", "give cases, case_ids or a branch."))
        if not self.collectors and not self.collector_ids and self.branch is None:
            found.append(self._lacks("collectors", "give collectors, collector_ids or a branch."))
        if self.branch is None:
            rule = "Only a branch has due cases and working days: give one, or leave this out."
            asked = {"due_cases": self.due_cases, "most_due_cases": self.most_due_cases, "any_day": self.any_day}
            found += [(f"/{name}", "branch_missing", rule) for name, value in asked.items() if value]
        if found:
            code, rule = "contradictions", "The request lacks something."
            raise PydanticCustomError(code, rule, {"found": found})
        return self

    def _lacks(self, name: str, rule: str) -> tuple[str, str, str]:
        if name in self.model_fields_set:
            return f"/{name}", "wrong_length", f"Must not be empty: {rule}"
        return f"/{name}", "missing", f"Required: {rule}"

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        for kind, ids in (
            ("cases", [case.id for case in self.cases]),
            ("collectors", [collector.id for collector in self.collectors]),
        ):
            seen: set[str] = set()
            for index, id_ in enumerate(ids):
                if id_ in seen:
                    raise PydanticCustomError(
                        "duplicate_id",
                        "Each id must be unique within its list: {kind}[{index}] repeats an earlier one.",
                        {"kind": kind, "index": index, "pointer": f"/{kind}/{index}/id"},
                    )
                seen.add(id_)
        return self

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        if self.names_stored():  # they are looked at together, once all are there
            return self
        found = list(islice(contradictions(self), _ENOUGH))
        if found:
            code, rule = "contradictions", "Parts of the request contradict each other."
            raise PydanticCustomError(code, rule, {"found": found})
        return self


class CompletePlanRequest(PlanRequest):
    """A request with all that it named: `cases` and `collectors` have everything, and nothing is left to look up.

    This is what workers read. A request that named nothing that is stored is one as it is.
    """

    stored_cases: Annotated[list[ExternalId], Field(description="Those of the cases that were looked up.")] = []
    closed_cases: Annotated[list[ExternalId], Field(description="Those of them that are closed.")] = []

    def names_stored(self) -> bool:
        """Nothing is left to look up; `branch` says where the request is from."""
        return False

    def stored(self) -> frozenset[str]:
        """See PlanRequest."""
        return frozenset(self.stored_cases)

"""What a planner asks for: cases, collectors and options of one day."""

from itertools import islice
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.cases.limits import MAX_CASES, MAX_COLLECTORS
from service.schemas.base import IsoDate, Schema
from service.schemas.case_request import CaseRequest
from service.schemas.collector_request import CollectorRequest
from service.schemas.options import PlanOptions
from service.schemas.references import contradictions
from service.schemas.roads import RoadsRequest

#: So many contradictions are named; more would only make the answer larger than the request.
_ENOUGH = 100


class PlanRequest(Schema):
    """A day to plan."""

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
    cases: Annotated[list[CaseRequest], Field(min_length=1, max_length=MAX_CASES)]
    collectors: Annotated[list[CollectorRequest], Field(min_length=1, max_length=MAX_COLLECTORS)]
    roads: Annotated[
        RoadsRequest | None, Field(description="What is different on the roads that day: season, closures, speeds.")
    ] = None
    options: PlanOptions = PlanOptions()

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
        found = list(islice(contradictions(self), _ENOUGH))
        if found:
            code, rule = "contradictions", "Parts of the request contradict each other."
            raise PydanticCustomError(code, rule, {"found": found})
        return self

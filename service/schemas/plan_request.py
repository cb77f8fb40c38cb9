"""What a planner asks for: cases, collectors and options of one day."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.cases.case import Case, Collector, LocalWindow, Whereabouts
from service.cases.limits import MAX_BUDGET_S, MAX_CASES, MAX_COLLECTORS, MAX_MINUTES_PER_PRIORITY_POINT
from service.schemas.base import Address, ExternalId, IsoDate, LocalTime, Location, Schema, Skill
from service.schemas.roads import RoadsRequest

#: A visit of four hours is surely a mistake of units.
MAX_SERVICE_S = 4 * 3600


class Window(Schema):
    """From start to end by the branch's clock, on the plan's date."""

    start: LocalTime
    end: LocalTime

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            code, rule = "window_order", "end must be later than start, on the same day."
            raise PydanticCustomError(code, rule)
        return self

    def to_domain(self) -> LocalWindow:
        """As the planner's value."""
        return LocalWindow(start=self.start, end=self.end)


class Place(Schema):
    """An address, a location, or both: the location is used, and checked against the address."""

    address: Address | None = None
    location: Location | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.address is None and self.location is None:
            code, rule = "place_missing", "Give an address, a location, or both."
            raise PydanticCustomError(code, rule)
        return self

    def whereabouts(self) -> Whereabouts:
        """As the planner's value."""
        return Whereabouts(address=self.address, location=None if self.location is None else self.location.to_lonlat())


class CaseRequest(Place):
    """One customer to visit. There is no field for a name or a debt: a plan needs neither."""

    id: ExternalId
    priority: Annotated[
        int,
        Field(ge=0, le=100, description="Minutes of a collector's day that this visit is worth, 0 to 100."),
    ] = 50
    mandatory: Annotated[bool, Field(description="Visited before any optional case, if it can be at all.")] = False
    service_s: Annotated[int, Field(ge=0, le=MAX_SERVICE_S, description="Seconds at the door.")] = 1200
    windows: Annotated[
        list[Window],
        Field(max_length=10, description="The visit, its end included, lies in one of these. None: any time."),
    ] = []
    required_skills: Annotated[list[Skill], Field(max_length=20)] = []

    def to_domain(self) -> Case:
        """As the planner's value."""
        return Case(
            id=self.id,
            whereabouts=self.whereabouts(),
            priority=self.priority,
            mandatory=self.mandatory,
            service_s=self.service_s,
            windows=tuple(window.to_domain() for window in self.windows),
            required_skills=frozenset(self.required_skills),
        )


class CollectorRequest(Schema):
    """One collector on the road that day."""

    id: ExternalId
    start: Place
    end: Annotated[
        Place | None,
        Field(description="Where the day ends; without it, at the last door. Often the same as start."),
    ] = None
    shift: Window
    vehicle: Annotated[
        str,
        Field(
            min_length=1,
            max_length=32,
            pattern="^[a-z][a-z0-9_-]*$",
            description="One of the area's vehicles, see GET /v1/areas.",
            examples=["car", "motorcycle", "foot"],
        ),
    ] = "car"
    skills: Annotated[list[Skill], Field(max_length=50)] = []

    def to_domain(self) -> Collector:
        """As the planner's value."""
        return Collector(
            id=self.id,
            start=self.start.whereabouts(),
            end=None if self.end is None else self.end.whereabouts(),
            shift=self.shift.to_domain(),
            vehicle=self.vehicle,
            skills=frozenset(self.skills),
        )


class PlanOptions(Schema):
    """How to search, and what a priority is worth."""

    engine: Literal["or_tools"] = "or_tools"
    budget_s: Annotated[
        float | None,
        Field(
            gt=0,
            le=MAX_BUDGET_S,
            allow_inf_nan=False,
            description="Seconds to search; the server's default.",
        ),
    ] = None
    iterations: Annotated[
        int | None,
        Field(ge=1, le=1_000_000, description="Stop after so many improving plans: repeatable runs."),
    ] = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    minutes_per_priority_point: Annotated[
        float | None,
        Field(
            gt=0,
            le=MAX_MINUTES_PER_PRIORITY_POINT,
            allow_inf_nan=False,
            description="Minutes of travel that one point of priority is worth.",
        ),
    ] = None


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

"""A plan over the wire while it is made and when it is done: its state, how far it is, and its result."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.planning.partial import PartialRoute, PartialStop
from service.schemas.base import IsoDate, Schema
from service.schemas.plan import PlanResult
from service.schemas.problem import ProblemDetails
from service.store.jobs.records import PlanStatus


class PlanProgress(Schema):
    """How far the work is."""

    stage: Annotated[str, Field(description="locating, measuring, solving or tracing.")]
    cost_s: Annotated[int | None, Field(description="Cost of the best plan so far, as cost.total_s.")] = None
    unserved_mandatory: Annotated[int | None, Field(description="Mandatory cases it leaves out.")] = None
    assigned: Annotated[int | None, Field(description="Cases on a route in the best plan so far.")] = None
    unassigned: Annotated[int | None, Field(description="Cases that the best plan so far leaves out.")] = None
    elapsed_s: Annotated[float, Field(description="Seconds of search so far.")] = 0.0
    budget_s: Annotated[float, Field(description="Seconds of search that were granted.")] = 0.0


class PartialStopOut(Schema):
    """One door of the best plan so far."""

    case: str
    arrival: datetime

    @classmethod
    def of(cls, stop: PartialStop) -> "PartialStopOut":
        """From the planner's value."""
        return cls(case=stop.case, arrival=stop.arrival)


class PartialRouteOut(Schema):
    """The day of one collector in the best plan so far."""

    collector: str
    departure: datetime
    arrival: datetime
    stops: list[PartialStopOut]

    @classmethod
    def of(cls, route: PartialRoute) -> "PartialRouteOut":
        """From the planner's value."""
        return cls(
            collector=route.collector,
            departure=route.departure,
            arrival=route.arrival,
            stops=[PartialStopOut.of(stop) for stop in route.stops],
        )


class PartialPlan(Schema):
    """The best plan so far, without its lines: a stop of the search now would keep this one or a better one."""

    cost_s: Annotated[int, Field(description="Its cost, as cost.total_s.")]
    assigned: Annotated[int, Field(description="Cases on its routes.")]
    elapsed_s: Annotated[float, Field(description="Seconds of search after which it was known.")]
    routes: list[PartialRouteOut]


class PlanLinks(Schema):
    """Where to go from here."""

    self: str
    geojson: str
    sheet: str
    map: str
    events: str
    stop: str


class PlanResource(Schema):
    """A plan: accepted, running, successful, failed or dismissed."""

    id: UUID
    status: PlanStatus
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempt: Annotated[int, Field(description="How many workers have taken it up.")]
    stop_requested: bool
    area: str
    date: IsoDate
    progress: Annotated[PlanProgress | None, Field(description="While it runs.")]
    partial: Annotated[
        PartialPlan | None,
        Field(description="The best routes so far, while it runs; about a second old, more on a day of thousands."),
    ] = None
    result: PlanResult | None
    problem: Annotated[ProblemDetails | None, Field(description="Why it failed.")]
    links: PlanLinks

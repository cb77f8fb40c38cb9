"""A plan over the wire: the resource, its progress and its result.

What is stored is a PlanDocument, so that what was planned is what is served, whatever the code does later.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.planning.plan import (
    DOOR_FLAGS,
    TURNS,
    Geocoded,
    LeftOut,
    Leg,
    Plan,
    PlannedRoute,
    PlannedStop,
    UnavailableCollector,
)
from service.schemas.base import IsoDate, Location, Schema
from service.schemas.geocoding import GeocodeResult
from service.schemas.problem import ProblemDetails, Reason
from service.schemas.roads import RoadsOut
from service.store.records import PlanStatus

#: Six decimals of a degree are about a decimetre: finer than the roads are drawn.
_LINE_DECIMALS = 6


Flags = Annotated[
    list[str],
    Field(
        description="What is worth a look at this door: "
        + ", ".join(DOOR_FLAGS)
        + ". See docs/planning.md; straight_line says that the way to the door is an estimate, as no road is near."
    ),
]


class LegOut(Schema):
    """One stretch of travel, door to door."""

    travel_s: Annotated[int, Field(description="Seconds, on foot from and to the door included.")]
    length_m: Annotated[int, Field(description="Metres, on foot from and to the door included.")]
    access_s: Annotated[
        int, Field(description="The part of travel_s between doors and roads: on foot, beyond 500 m an estimate.")
    ]

    @classmethod
    def of(cls, leg: Leg) -> "LegOut":
        """From the planner's value."""
        return cls(
            travel_s=leg.travel_s,
            length_m=leg.length_m,
            access_s=leg.access_s,
        )


class StopOut(Schema):
    """One visit at one door."""

    number: Annotated[int, Field(description="Position on the route, from 1; the number on the map.")]
    case: str
    location: Location
    priority: int
    mandatory: bool
    arrival: datetime
    start: Annotated[datetime, Field(description="Arrival plus waiting for the window.")]
    departure: Annotated[datetime, Field(description="The end of the visit; inside its window too.")]
    service_s: int
    waiting_s: int
    leg: Annotated[LegOut, Field(description="The way to this door.")]
    flags: Flags = []

    @classmethod
    def of(cls, stop: PlannedStop) -> "StopOut":
        """From the planner's value."""
        return cls(
            number=stop.number,
            case=stop.case,
            location=Location.of(stop.location),
            priority=stop.priority,
            mandatory=stop.mandatory,
            arrival=stop.arrival,
            start=stop.start,
            departure=stop.departure,
            service_s=stop.service_s,
            waiting_s=stop.waiting_s,
            leg=LegOut.of(stop.leg),
            flags=list(map(str, stop.flags)),
        )


class RouteOut(Schema):
    """The day of one collector."""

    collector: str
    vehicle: str
    start: Location
    end: Location | None
    departure: datetime
    arrival: datetime
    travel_s: int
    length_m: int
    service_s: int
    waiting_s: int
    stops: list[StopOut]
    return_leg: LegOut | None
    start_flags: Flags = []
    end_flags: Flags = []

    @classmethod
    def of(cls, route: PlannedRoute) -> "RouteOut":
        """From the planner's value; the sums are made here and nowhere else."""
        legs = _legs(route)
        return cls(
            collector=route.collector,
            vehicle=str(route.vehicle),
            start=Location.of(route.start),
            end=None if route.end is None else Location.of(route.end),
            departure=route.departure,
            arrival=route.arrival,
            travel_s=sum(leg.travel_s for leg in legs),
            length_m=sum(leg.length_m for leg in legs),
            service_s=sum(stop.service_s for stop in route.stops),
            waiting_s=sum(stop.waiting_s for stop in route.stops),
            stops=[StopOut.of(stop) for stop in route.stops],
            return_leg=None if route.return_leg is None else LegOut.of(route.return_leg),
            start_flags=list(map(str, route.start_flags)),
            end_flags=list(map(str, route.end_flags)),
        )


class UnassignedOut(Schema):
    """A case that is on no route, and why. The rest of the plan is not harmed by it."""

    case: str
    priority: int
    mandatory: bool
    location: Location | None
    reason: Reason

    @classmethod
    def of(cls, left_out: LeftOut) -> "UnassignedOut":
        """From the planner's value."""
        return cls(
            case=left_out.case,
            priority=left_out.priority,
            mandatory=left_out.mandatory,
            location=None if left_out.location is None else Location.of(left_out.location),
            reason=Reason.of(left_out.refusal),
        )


class UnavailableCollectorOut(Schema):
    """A collector who could not be planned, and why."""

    collector: str
    reason: Reason

    @classmethod
    def of(cls, unavailable: UnavailableCollector) -> "UnavailableCollectorOut":
        """From the planner's value."""
        return cls(collector=unavailable.collector, reason=Reason.of(unavailable.refusal))


class GeocodedOut(Schema):
    """How one place of the request was located."""

    pointer: Annotated[str, Field(description="JSON pointer of the place in the request.")]
    answer: GeocodeResult

    @classmethod
    def of(cls, geocoded: Geocoded) -> "GeocodedOut":
        """From the planner's value."""
        return cls(pointer=geocoded.pointer, answer=GeocodeResult.of(geocoded.answer))


class CostOut(Schema):
    """What the plan costs, in seconds. total_s = travel_s + penalty_s."""

    travel_s: int
    penalty_s: Annotated[int, Field(description="What the cases without a visit are worth, whatever the reason.")]
    total_s: int
    unserved_mandatory: Annotated[int, Field(description="Mandatory cases without a visit, for whatever reason.")]


class PlanResult(Schema):
    """All routes of one branch on one day."""

    date: IsoDate
    time_zone: str
    area: str
    area_version: str
    attribution: Annotated[str, Field(description="To be shown with every map made of this plan.")]
    policy_version: str
    engine: str
    seed: int
    cost: CostOut
    routes: list[RouteOut]
    unassigned: list[UnassignedOut]
    unavailable_collectors: list[UnavailableCollectorOut]
    geocoding: list[GeocodedOut]
    roads: Annotated[
        RoadsOut | None, Field(description="What was different on the roads; null when the request says nothing.")
    ] = None

    @classmethod
    def of(cls, plan: Plan) -> "PlanResult":
        """From the planner's value."""
        return cls(
            date=plan.date,
            time_zone=plan.time_zone,
            area=plan.area,
            area_version=plan.area_version,
            attribution=plan.attribution,
            policy_version=plan.policy_version,
            engine=plan.engine,
            seed=plan.seed,
            cost=CostOut(
                travel_s=plan.cost.travel_s,
                penalty_s=plan.cost.penalty_s,
                total_s=plan.cost.total_s,
                unserved_mandatory=plan.cost.unserved_mandatory,
            ),
            routes=[RouteOut.of(route) for route in plan.routes],
            unassigned=[UnassignedOut.of(left_out) for left_out in plan.unassigned],
            unavailable_collectors=[UnavailableCollectorOut.of(one) for one in plan.unavailable_collectors],
            geocoding=[GeocodedOut.of(geocoded) for geocoded in plan.geocoding],
            roads=None if plan.roads is None else RoadsOut.of(plan.roads),
        )


#: Longitude and latitude of each point of a leg.
Line = list[tuple[float, float]]


class StepOut(Schema):
    """One line of a route sheet: turn, and follow a road."""

    turn: Annotated[
        str,
        Field(
            description="What one does where the step begins: "
            + ", ".join(TURNS)
            + ". The first step of a way starts, the last one, of no length, arrives."
        ),
    ]
    name: Annotated[str, Field(description="Of the road that is followed, or its number; empty where it has none.")]
    length_m: Annotated[int, Field(description="Metres to the next step.")]
    duration_s: Annotated[int, Field(description="Seconds to the next step, without the way on foot at either end.")]


#: The turns of one way, in their order; empty between two cases at one door.
Sheet = list[StepOut]


class PlanDocument(Schema):
    """A result with its drawing. `lines[r]` draws routes[r]: one line a stop, then one for the way back, if any.

    `sheets[r]` has the turns of each of these lines; it is empty in a plan that was stored before there were any.
    """

    result: PlanResult
    lines: list[list[Line]]
    sheets: list[list[Sheet]] = []

    @classmethod
    def of(cls, plan: Plan) -> "PlanDocument":
        """From the planner's value."""
        return cls(
            result=PlanResult.of(plan),
            lines=[[_line(leg) for leg in _legs(route)] for route in plan.routes],
            sheets=[[_sheet(leg) for leg in _legs(route)] for route in plan.routes],
        )

    @classmethod
    def load(cls, stored: dict[str, object]) -> "PlanDocument":
        """From the JSON that `model_dump(mode="json")` made."""
        return cls.model_validate(stored, strict=False)

    def sheets_of_lines(self) -> list[list[Sheet]]:
        """Return the turns of each line, none where none were stored."""
        return self.sheets or [[[] for _ in lines] for lines in self.lines]


def _legs(route: PlannedRoute) -> list[Leg]:
    return [stop.leg for stop in route.stops] + ([route.return_leg] if route.return_leg else [])


def _line(leg: Leg) -> Line:
    return [(round(point.lon, _LINE_DECIMALS), round(point.lat, _LINE_DECIMALS)) for point in leg.line]


def _sheet(leg: Leg) -> Sheet:
    return [
        StepOut(turn=str(step.turn), name=step.name, length_m=step.length_m, duration_s=step.duration_s)
        for step in leg.steps
    ]


class PlanProgress(Schema):
    """How far the work is."""

    stage: Annotated[str, Field(description="locating, measuring, solving or tracing.")]
    cost_s: Annotated[int | None, Field(description="Cost of the best plan so far: travel and penalties.")] = None
    unserved_mandatory: Annotated[int | None, Field(description="Mandatory cases it leaves out.")] = None
    assigned: Annotated[int | None, Field(description="Cases on a route in the best plan so far.")] = None
    elapsed_s: Annotated[float, Field(description="Seconds of search so far.")] = 0.0
    budget_s: Annotated[float, Field(description="Seconds of search that were granted.")] = 0.0


class PlanLinks(Schema):
    """Where to go from here."""

    self: str
    geojson: str
    sheet: str
    map: str
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
    result: PlanResult | None
    problem: Annotated[ProblemDetails | None, Field(description="Why it failed.")]
    links: PlanLinks

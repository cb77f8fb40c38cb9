"""What the map page shows: a plan's figures as they are, with lines and colours to draw them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.schemas.base import IsoDate, Location, Schema
from service.schemas.document import Line, Sheet
from service.schemas.navigation import NavigationLinks
from service.schemas.plan import StartOut, UnassignedOut, UnavailableCollectorOut
from service.schemas.plan_resource import PlanProgress
from service.schemas.roads import RoadsRequest
from service.schemas.route import BreakOut, Flags, LegOut, StopOut
from service.store.jobs.records import PlanStatus


class MapLeg(LegOut):
    """One stretch of travel with its line and its turns."""

    line: Line
    steps: Sheet


class MapStop(StopOut):
    """One visit with the line of the way to it, and its door in navigation apps.

    The page behind a preview link knows no priority, and no navigation app unless the tenant wants it to.
    """

    priority: int | None  # type: ignore[assignment] # what a plan always has, a page need not show
    leg: MapLeg
    navigation: NavigationLinks | None


class RouteStyle(Schema):
    """How a collector's line is told from the others, on a light and on a dark page."""

    light: Annotated[str, Field(description="Colour on a light map, #rrggbb.")]
    dark: Annotated[str, Field(description="Colour on a dark map, #rrggbb.")]
    striped: Annotated[bool, Field(description="Whether the line has a light core: the second ten collectors.")]


class MapCollector(Schema):
    """The day of one collector."""

    collector: str
    vehicle: str
    style: RouteStyle
    start: Location
    end: Location | None
    departure: datetime
    arrival: datetime
    visits: Annotated[int, Field(description="How many stops there are.")]
    travel_s: int
    length_m: int
    service_s: int
    waiting_s: int
    break_s: int
    overtime_s: int
    lateness_s: int
    stops: list[MapStop]
    return_leg: MapLeg | None
    breaks: list[BreakOut]
    start_flags: Flags
    end_flags: Flags


class MapTotals(Schema):
    """The sums over what the page shows."""

    collectors: Annotated[int, Field(description="Collectors with at least one visit.")]
    visits: int
    travel_s: int
    length_m: int
    unassigned: int


class MapRoads(Schema):
    """What was different on the roads, in figures: how many ways."""

    season: str | None
    closed: int
    observed: int
    unknown: int


class MapPlan(Schema):
    """A finished plan, or one collector's part of it."""

    time_zone: str
    attribution: str
    area_version: str
    tiles_url: Annotated[str | None, Field(description="The base map, when the area still has one.")]
    reach_url: Annotated[
        str | None,
        Field(description="Where to ask what is reached in time; null in a file, and when the area is gone."),
    ]
    reach_roads: Annotated[
        RoadsRequest | None, Field(description="The roads of the day, for asking; null on an ordinary day.")
    ] = None
    totals: MapTotals
    roads: Annotated[MapRoads | None, Field(description="None on an ordinary day.")] = None
    engine: str
    start: Annotated[
        StartOut | None, Field(description="What the search began from, on the page of the whole plan alone.")
    ] = None
    gap_percent: Annotated[
        float | None,
        Field(
            description="By how much the plan could be cheaper at most; null where it was not asked, or of one part."
        ),
    ] = None
    collectors: list[MapCollector]
    unassigned: list[UnassignedOut]
    reviews: Annotated[
        list[str | None], Field(description="For each unassigned case, where a planner decides on its address, if so.")
    ]
    unavailable_collectors: list[UnavailableCollectorOut]


class MapProblem(Schema):
    """Why there is no plan."""

    code: str
    title: str
    detail: str | None


class MapPartialRoute(Schema):
    """The day of a collector in the best plan so far."""

    collector: str
    departure: datetime
    arrival: datetime
    visits: int


class MapView(Schema):
    """The state of a plan, and the plan once there is one."""

    id: Annotated[UUID | None, Field(description="The plan's id; null behind a preview link.")]
    status: PlanStatus
    date: IsoDate
    area: str
    created_at: datetime
    collector: Annotated[str | None, Field(description="Whose page it is; the whole plan without it.")]
    planner_ready: Annotated[
        bool | None,
        Field(description="Of a plan that waits: whether any worker takes plans. One that has just started compiles."),
    ] = None
    progress: PlanProgress | None
    partial: Annotated[
        list[MapPartialRoute], Field(description="The best routes so far of a plan that runs, without their lines.")
    ] = []
    problem: MapProblem | None
    plan: MapPlan | None

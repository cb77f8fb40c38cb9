"""A plan's result over the wire: routes, costs, what was left out and why."""

from math import ceil
from typing import Annotated

from pydantic import Field

from service.planning.plan import Geocoded, LeftOut, Plan, PlanBound, PlanCost, PlanStart, UnavailableCollector
from service.schemas.base import IsoDate, Location, Schema
from service.schemas.geocoding import GeocodeResult
from service.schemas.options import Weights
from service.schemas.problem import Reason
from service.schemas.roads import RoadsOut
from service.schemas.route import RouteOut


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
        return cls(pointer=geocoded.pointer, answer=GeocodeResult.of(geocoded.answer, review=geocoded.review))


class CostOut(Schema):
    """What the plan costs, in seconds: each kind times its weight, and penalty_s; that is total_s."""

    travel_s: int
    waiting_s: Annotated[int, Field(description="At doors, for windows.")] = 0
    overtime_s: Annotated[int, Field(description="Of days after their overtime_after.")] = 0
    lateness_s: Annotated[int, Field(description="Of visits after their windows, within their grace_s.")] = 0
    penalty_s: Annotated[int, Field(description="What the cases without a visit are worth, whatever the reason.")]
    total_s: int
    unserved_mandatory: Annotated[int, Field(description="Mandatory cases without a visit, for whatever reason.")]
    weights: Annotated[Weights, Field(description="What a second of each kind counts in total_s.")] = Weights()

    @classmethod
    def of(cls, cost: PlanCost) -> "CostOut":
        """From the planner's value."""
        return cls(
            travel_s=cost.travel_s,
            waiting_s=cost.waiting_s,
            overtime_s=cost.overtime_s,
            lateness_s=cost.lateness_s,
            penalty_s=cost.penalty_s,
            total_s=cost.total_s,
            unserved_mandatory=cost.unserved_mandatory,
            weights=Weights.of(cost.weights),
        )


class StartOut(Schema):
    """What the search began from."""

    plan: Annotated[str | None, Field(description="Id of the earlier plan; null for routes of the request's own.")]
    unknown_cases: Annotated[list[str], Field(description="Cases of the earlier plan that the request does not have.")]
    unknown_collectors: Annotated[list[str], Field(description="The same for collectors.")]

    @classmethod
    def of(cls, start: PlanStart) -> "StartOut":
        """From the planner's value."""
        return cls(
            plan=start.plan,
            unknown_cases=list(start.unknown_cases),
            unknown_collectors=list(start.unknown_collectors),
        )


class BoundOut(Schema):
    """How good the plan is at least."""

    lowest_s: Annotated[int, Field(description="No plan of the day has a lower cost.total_s.")]
    gap_percent: Annotated[
        float,
        Field(description="By how much of its cost the plan could be cheaper at most; 0 when it is one of the best."),
    ]
    relaxed: Annotated[
        list[str], Field(description="Rules of routing that the proof leaves out: the true gap may be smaller.")
    ]
    reason: Annotated[
        str,
        Field(
            description="Why nothing better was proven: closed (it is one of the best), time, stopped, exhausted, or "
            "too_large (more than 128 cases)."
        ),
    ]

    @classmethod
    def of(cls, bound: PlanBound) -> "BoundOut":
        """From the planner's value. Rounded up: what is promised is kept."""
        return cls(
            lowest_s=bound.lowest_s,
            gap_percent=ceil(bound.gap_percent * 100) / 100,
            relaxed=list(bound.relaxed),
            reason=bound.reason,
        )


class PlanResult(Schema):
    """All routes of one branch on one day."""

    date: IsoDate
    time_zone: str
    area: str
    area_version: str
    attribution: Annotated[str, Field(description="To be shown with every map made of this plan.")]
    policy_version: str
    engine: Annotated[str, Field(description="The engine that made the routes.")]
    seed: int
    cost: CostOut
    routes: list[RouteOut]
    unassigned: list[UnassignedOut]
    unavailable_collectors: list[UnavailableCollectorOut]
    geocoding: list[GeocodedOut]
    roads: Annotated[
        RoadsOut | None, Field(description="What was different on the roads; null when the request says nothing.")
    ] = None
    start: Annotated[
        StartOut | None, Field(description="What the search began from; null when it began from nothing.")
    ] = None
    bound: Annotated[BoundOut | None, Field(description="How good the plan is; null when nobody asked.")] = None

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
            cost=CostOut.of(plan.cost),
            routes=[RouteOut.of(route) for route in plan.routes],
            unassigned=[UnassignedOut.of(left_out) for left_out in plan.unassigned],
            unavailable_collectors=[UnavailableCollectorOut.of(one) for one in plan.unavailable_collectors],
            geocoding=[GeocodedOut.of(geocoded) for geocoded in plan.geocoding],
            roads=None if plan.roads is None else RoadsOut.of(plan.roads),
            start=None if plan.start is None else StartOut.of(plan.start),
            bound=None if plan.bound is None else BoundOut.of(plan.bound),
        )

    def with_links(self) -> "PlanResult":
        """Return it with the links of its stops to navigation apps, see RouteOut.with_links."""
        return self.model_copy(update={"routes": [route.with_links() for route in self.routes]})

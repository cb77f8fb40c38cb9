"""How a plan is searched: engine, budget, what counts for how much, and where the search begins."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from routing.weights import DEFAULT_WEIGHTS, MAX_WEIGHT
from routing.weights import Weights as DomainWeights
from service.cases.case import Start, StartRoute
from service.cases.limits import (
    MAX_BUDGET_S,
    MAX_CASES,
    MAX_COLLECTORS,
    MAX_ITERATIONS,
    MAX_MINUTES_PER_PRIORITY_POINT,
    MAX_THREADS,
)
from service.schemas.base import ExternalId, Schema

_Weight = Annotated[int, Field(ge=0, le=MAX_WEIGHT)]


class Weights(Schema):
    """What one second of each kind costs; a second of a left-out visit's worth always costs 1."""

    travel: Annotated[_Weight, Field(description="On the road.")] = DEFAULT_WEIGHTS.travel
    waiting: Annotated[_Weight, Field(description="Waiting at a door for its window.")] = DEFAULT_WEIGHTS.waiting
    overtime: Annotated[_Weight, Field(description="Of the day after overtime_after.")] = DEFAULT_WEIGHTS.overtime
    lateness: Annotated[_Weight, Field(description="By which a visit ends after its window, within grace_s.")] = (
        DEFAULT_WEIGHTS.lateness
    )

    @classmethod
    def of(cls, weights: DomainWeights) -> "Weights":
        """From the engines' value."""
        return cls(travel=weights.travel, waiting=weights.waiting, overtime=weights.overtime, lateness=weights.lateness)

    def to_domain(self) -> DomainWeights:
        """As the engines' value."""
        return DomainWeights(travel=self.travel, waiting=self.waiting, overtime=self.overtime, lateness=self.lateness)


class StartRouteRequest(Schema):
    """The cases of one collector, in order."""

    collector: ExternalId
    cases: Annotated[list[ExternalId], Field(max_length=MAX_CASES)]

    def to_domain(self) -> StartRoute:
        """As the planner's value."""
        return StartRoute(collector=self.collector, cases=tuple(self.cases))


class StartRequest(Schema):
    """The plan that the search begins from and betters. What does not fit is dropped from it, what is new is added."""

    plan: Annotated[
        UUID | None,
        Field(
            strict=False,
            description="Id of an earlier plan, whose routes are taken. Cases and collectors that are gone are "
            "ignored, and named in the result's `start`.",
        ),
    ] = None
    routes: Annotated[
        list[StartRouteRequest] | None,
        Field(max_length=MAX_COLLECTORS, description="Routes of your own, instead of plan."),
    ] = None

    @model_validator(mode="after")
    def _begins_somewhere(self) -> Self:
        if self.plan is None and self.routes is None:
            code, rule = "start_missing", "Give a plan or routes."
            raise PydanticCustomError(code, rule)
        return self

    def to_domain(self) -> Start:
        """As the planner's value."""
        routes = tuple(route.to_domain() for route in self.routes or ())
        return Start(routes=routes, plan=None if self.plan is None else str(self.plan))


class PlanOptions(Schema):
    """How to search, and what a priority is worth."""

    engine: Annotated[
        Literal["hybrid", "or_tools"],
        Field(description="What searches for routes: `hybrid` makes better plans, `or_tools` is OR-Tools alone."),
    ] = "hybrid"
    budget_s: Annotated[
        float | None,
        Field(
            gt=0,
            le=MAX_BUDGET_S,
            allow_inf_nan=False,
            description="Seconds to search; the server's default, or its most where iterations are given.",
        ),
    ] = None
    iterations: Annotated[
        int | None,
        Field(
            ge=1,
            le=MAX_ITERATIONS,
            description="Stop after so many steps (`or_tools`: better plans): repeatable runs.",
        ),
    ] = None
    threads: Annotated[
        int | None,
        Field(
            ge=1,
            le=MAX_THREADS,
            description="Threads that search, of which `or_tools` uses one; the server's number, which is the most.",
        ),
    ] = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    bound: Annotated[
        bool,
        Field(description="Also prove how far from the best possible the plan is at most, and better it on the way."),
    ] = False
    bound_budget_s: Annotated[
        float | None,
        Field(
            gt=0,
            le=MAX_BUDGET_S,
            allow_inf_nan=False,
            description="Seconds to prove that, on top of budget_s; the server's default search when left out.",
        ),
    ] = None
    weights: Weights = Weights()
    start: StartRequest | None = None
    minutes_per_priority_point: Annotated[
        float | None,
        Field(
            gt=0,
            le=MAX_MINUTES_PER_PRIORITY_POINT,
            allow_inf_nan=False,
            description="Minutes of travel that one point of priority is worth.",
        ),
    ] = None

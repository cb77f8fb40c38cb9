"""The roads of one day over the wire: what a request says of them, and what a plan says was applied."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from geodata.area.roads_today import FASTEST_KMH, LARGEST_WAY, SLOWEST_KMH, RoadsToday, WayDirection, WaySpeed
from service.planning.plan import AppliedRoads
from service.schemas.base import Schema

#: More ways than a large county closes in a flood.
MAX_WAYS: Final = 10_000

WayId = Annotated[int, Field(ge=1, le=LARGEST_WAY, description="OpenStreetMap's id of the way.")]
Ways = Annotated[list[int], Field(description="OpenStreetMap's ids of ways, the smallest first.")]


class ObservedSpeedRequest(Schema):
    """How fast one way is driven today, for instance from the traces of yesterday's collectors."""

    way: WayId
    kmh: Annotated[
        float,
        Field(
            ge=SLOWEST_KMH,
            le=FASTEST_KMH,
            allow_inf_nan=False,
            description="Comes before the season. Close a way that is slower.",
        ),
    ]
    direction: Annotated[
        Literal["forward", "backward", "both"],
        Field(description="By the order of the way's nodes on OpenStreetMap. One that is not open stays closed."),
    ] = "both"

    def to_domain(self) -> WaySpeed:
        """As geodata's value."""
        return WaySpeed(way=self.way, kmh=self.kmh, direction=WayDirection(self.direction))


class RoadsRequest(Schema):
    """What is different on the roads of the day. It holds for every vehicle, for measuring and for drawing."""

    season: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=64,
            description="Slows each surface, such as `wet`. Every vehicle in use must know it, see GET /v1/areas.",
        ),
    ] = None
    closed_ways: Annotated[
        list[WayId],
        Field(
            max_length=MAX_WAYS,
            description="Nobody drives them. A door that they cut off is set on the nearest road that the collectors "
            "still get to, flagged `nearest_closed_today`, or left out as `roads_closed`. "
            "Those that are not on the area's roads are listed in the plan's `roads.unknown_ways`.",
        ),
    ] = []
    observed_speeds: Annotated[list[ObservedSpeedRequest], Field(max_length=MAX_WAYS)] = []

    @model_validator(mode="after")
    def _one_speed_a_direction(self) -> Self:
        seen: set[tuple[int, WayDirection]] = set()
        for index, speed in enumerate(self.observed_speeds):
            directions = {(speed.way, direction) for direction in speed.to_domain().directions}
            if directions & seen:
                raise PydanticCustomError(
                    "duplicate_speed",
                    "Each direction of a way may have one speed: observed_speeds[{index}] repeats an earlier one.",
                    {"index": index, "pointer": f"/observed_speeds/{index}"},
                )
            seen |= directions
        return self

    def to_domain(self) -> RoadsToday:
        """As geodata's value."""
        return RoadsToday(
            season=self.season,
            closed_ways=frozenset(self.closed_ways),
            observed_speeds=frozenset(speed.to_domain() for speed in self.observed_speeds),
        )


class RoadsOut(Schema):
    """What was different on the roads when the plan was measured and drawn."""

    season: str | None
    closed_ways: Ways
    observed_ways: Annotated[Ways, Field(description="Ways with an observed speed.")]
    unknown_ways: Annotated[
        Ways,
        Field(
            description="A warning: no road that the vehicles in use may drive is of these ways, so nothing was done "
            "for them. Lists of closures are often wider than an area; a mistyped id ends here too."
        ),
    ]

    @classmethod
    def of(cls, applied: AppliedRoads) -> "RoadsOut":
        """From the planner's value."""
        return cls(
            season=applied.season,
            closed_ways=list(applied.closed_ways),
            observed_ways=list(applied.observed_ways),
            unknown_ways=list(applied.unknown_ways),
        )

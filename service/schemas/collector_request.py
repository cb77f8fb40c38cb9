"""A collector in a plan's request: where the day starts and ends, its shift, limits, breaks and frozen beginning."""

from datetime import time
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from routing.vehicle import PACE_PERCENT
from service.cases.case import Collector, LocalBreak
from service.cases.limits import MAX_CASES
from service.schemas.base import ExternalId, LocalTime, Schema, Skill
from service.schemas.place import Place
from service.schemas.window import Window

_DAY_S = 24 * 3600
MAX_BREAK_S = 4 * 3600
MAX_BREAKS = 5


class BreakRequest(Schema):
    """A rest. Nothing interrupts a visit; on the road it pauses the journey. At home it costs nothing."""

    duration_s: Annotated[int, Field(ge=60, le=MAX_BREAK_S, description="Seconds of rest.")]
    earliest: Annotated[
        LocalTime | None, Field(description="It begins no earlier; without it, from the start of the shift on.")
    ] = None
    latest: Annotated[
        LocalTime | None, Field(description="It begins no later; without it, by the end of the shift.")
    ] = None
    after_work_s: Annotated[
        int | None,
        Field(
            ge=0,
            le=_DAY_S,
            description="It begins after no more than so many seconds of work since the departure, other breaks not "
            "counted, unless the day is over by then.",
        ),
    ] = None

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.latest is None and self.after_work_s is None:
            code, rule = "break_missing", "Give latest, after_work_s, or both: who may rest at any time rests at home."
            raise PydanticCustomError(code, rule)
        if self.earliest is not None and self.latest is not None and self.latest < self.earliest:
            code, rule = "break_order", "latest must not be before earliest."
            raise PydanticCustomError(code, rule, {"field": ["latest"]})
        return self

    def to_domain(self) -> LocalBreak:
        """As the planner's value."""
        return LocalBreak(
            earliest=self.earliest, latest=self.latest, duration_s=self.duration_s, after_work_s=self.after_work_s
        )


class CollectorFields(Schema):
    """What a plan needs to know of a collector whatever the day is."""

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
    pace_percent: Annotated[
        int,
        Field(
            ge=PACE_PERCENT[0],
            le=PACE_PERCENT[-1],
            description="This collector's time for a way in percent of the map's: 120 takes a fifth longer.",
        ),
    ] = 100
    max_work_s: Annotated[
        int | None,
        Field(ge=0, le=_DAY_S, description="At most so many seconds from departure to arrival, breaks not counted."),
    ] = None
    max_driving_s: Annotated[
        int | None, Field(ge=0, le=_DAY_S, description="At most so many seconds on the road, the way home included.")
    ] = None
    max_visits: Annotated[int | None, Field(ge=0, le=MAX_CASES)] = None
    overtime_after: Annotated[
        LocalTime | None,
        Field(description="Each second that the day ends later costs options.weights.overtime; in the shift."),
    ] = None
    breaks: Annotated[
        list[BreakRequest], Field(max_length=MAX_BREAKS, description="In the order in which they are taken.")
    ] = []

    def fits(self, shift: Window) -> None:
        """Check what is said of a shift's times against a shift.

        Raises
        ------
        PydanticCustomError
            When overtime begins outside of it, or a break cannot be taken in it after those before.
        """
        if self.overtime_after is not None and not shift.start <= self.overtime_after <= shift.end:
            code, rule = "overtime_outside_shift", "overtime_after must lie in the shift."
            raise PydanticCustomError(code, rule, {"field": ["overtime_after"]})
        soonest_s = _seconds(shift.start)
        for index, rest in enumerate(self.breaks):
            latest = [one.latest for one in self.breaks[index:] if one.latest is not None]
            soonest_s = max(soonest_s, 0 if rest.earliest is None else _seconds(rest.earliest))
            if soonest_s > _seconds(min(latest, default=shift.end)):
                code, rule = "break_order", "Breaks are in the order in which they are taken: this one begins too late."
                raise PydanticCustomError(code, rule, {"field": ["breaks", index]})
            soonest_s += rest.duration_s


class CollectorRequest(CollectorFields):
    """One collector on the road that day."""

    id: ExternalId
    start: Place
    end: Annotated[
        Place | None,
        Field(description="Where the day ends; without it, at the last door. Often the same as start."),
    ] = None
    shift: Annotated[Window, Field(description="Leaving the start and reaching the end lie inside. It is hard.")]
    prefix: Annotated[
        list[ExternalId],
        Field(
            max_length=MAX_CASES,
            description="Ids of the cases that begin the route, in this order, with nothing before or between them: "
            "what is done, or promised. The plan fails when it cannot be driven.",
        ),
    ] = []

    @model_validator(mode="after")
    def _fits_its_shift(self) -> Self:
        self.fits(self.shift)
        return self

    @model_validator(mode="after")
    def _prefix_fits(self) -> Self:
        if self.max_visits is not None and len(self.prefix) > self.max_visits:
            code, rule = "prefix_too_long", "prefix must not have more cases than max_visits allows."
            raise PydanticCustomError(code, rule, {"field": ["prefix"]})
        return self

    def to_domain(self) -> Collector:
        """As the planner's value."""
        return Collector(
            id=self.id,
            start=self.start.whereabouts(),
            end=None if self.end is None else self.end.whereabouts(),
            shift=self.shift.to_domain(),
            vehicle=self.vehicle,
            skills=frozenset(self.skills),
            pace_percent=self.pace_percent,
            max_work_s=self.max_work_s,
            max_driving_s=self.max_driving_s,
            max_visits=self.max_visits,
            overtime_after=self.overtime_after,
            breaks=tuple(rest.to_domain() for rest in self.breaks),
            prefix=tuple(self.prefix),
        )


def _seconds(wall: time) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second

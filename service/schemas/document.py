"""What is stored of a plan: its result with its drawing, so that what was planned is what is served later."""

from typing import Annotated

from pydantic import Field

from service.planning.plan import TURNS, Leg, Plan
from service.schemas.base import Schema
from service.schemas.plan import PlanResult
from service.schemas.route import route_legs

#: Six decimals of a degree are about a decimetre: finer than the roads are drawn.
_LINE_DECIMALS = 6
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
            lines=[[_line(leg) for leg in route_legs(route)] for route in plan.routes],
            sheets=[[_sheet(leg) for leg in route_legs(route)] for route in plan.routes],
        )

    @classmethod
    def load(cls, stored: dict[str, object]) -> "PlanDocument":
        """From the JSON that `model_dump(mode="json")` made."""
        return cls.model_validate(stored, strict=False)

    def sheets_of_lines(self) -> list[list[Sheet]]:
        """Return the turns of each line, none where none were stored."""
        return self.sheets or [[[] for _ in lines] for lines in self.lines]


def _line(leg: Leg) -> Line:
    return [(round(point.lon, _LINE_DECIMALS), round(point.lat, _LINE_DECIMALS)) for point in leg.line]


def _sheet(leg: Leg) -> Sheet:
    return [
        StepOut(turn=str(step.turn), name=step.name, length_m=step.length_m, duration_s=step.duration_s)
        for step in leg.steps
    ]

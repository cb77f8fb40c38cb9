"""Times of the day in a request: windows with hard and soft ends."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.cases.case import LocalWindow
from service.schemas.base import LocalTime, Schema

#: Whoever may come half a day late has no window.
MAX_GRACE_S = 12 * 3600


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


class VisitWindow(Window):
    """When a customer may be visited: the whole visit, its end included, lies inside, or ends within the grace."""

    grace_s: Annotated[
        int,
        Field(
            ge=0,
            le=MAX_GRACE_S,
            description="Seconds after end by which the visit may end late; each costs options.weights.lateness. "
            "Never beyond the hours of the policy.",
        ),
    ] = 0

    def to_domain(self) -> LocalWindow:
        """As the planner's value."""
        return LocalWindow(start=self.start, end=self.end, grace_s=self.grace_s)

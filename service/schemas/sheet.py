"""Route sheets over the wire: where to turn on the way from door to door."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from service.schemas.base import IsoDate, Location, Schema
from service.schemas.document import Sheet
from service.schemas.navigation import NavigationLinks
from service.schemas.route import BreakOut, LegOut


class SheetLeg(LegOut):
    """The way to one door with its turns."""

    stop: Annotated[int | None, Field(description="Number of the stop at its end; null for the way back.")]
    case: Annotated[str | None, Field(description="The case at its end; null for the way back.")]
    location: Annotated[Location, Field(description="Where it ends.")]
    navigation: Annotated[NavigationLinks, Field(description="Its end in navigation apps.")]
    departure: datetime
    arrival: datetime
    steps: Annotated[
        Sheet,
        Field(
            description="Empty between two cases at one door, and in a plan that was made before there were route "
            "sheets. Their metres and seconds are those that are driven: what is missing to length_m and travel_s is "
            "walked between road and door."
        ),
    ]


class SheetRoute(Schema):
    """The day of one collector, way by way."""

    number: Annotated[int, Field(description="Position in the plan's routes, from 1.")]
    collector: str
    vehicle: str
    start: Location
    end: Location | None
    departure: datetime
    arrival: datetime
    breaks: Annotated[list[BreakOut], Field(description="The rests between departure and arrival, in their order.")]
    legs: list[SheetLeg]


class PlanSheet(Schema):
    """The route sheets of a plan, or of one of its routes."""

    date: IsoDate
    time_zone: str
    attribution: Annotated[str, Field(description="To be shown with the road names.")]
    routes: list[SheetRoute]

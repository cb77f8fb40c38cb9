"""A route over the wire: the day of one collector, with its stops, ways and breaks."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from service.planning.plan import DOOR_FLAGS, Leg, PlannedBreak, PlannedRoute, PlannedStop
from service.schemas.base import Location, Schema
from service.schemas.navigation import NavigationLinks

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
    start: Annotated[datetime, Field(description="Arrival, plus waiting for the window, plus breaks at the door.")]
    departure: Annotated[
        datetime, Field(description="The end of the visit: start plus setup_s plus service_s; inside its window too.")
    ]
    setup_s: Annotated[int, Field(description="0 where the stop before is at the same place.")] = 0
    service_s: int
    waiting_s: int
    lateness_s: Annotated[int, Field(description="Seconds that it ends after its window, within its grace_s.")] = 0
    leg: Annotated[LegOut, Field(description="The way to this door.")]
    flags: Flags = []
    navigation: Annotated[
        NavigationLinks | None,
        Field(description="The door in navigation apps, for the vehicle of the route; null in what is stored."),
    ] = None

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
            setup_s=stop.setup_s,
            service_s=stop.service_s,
            waiting_s=stop.waiting_s,
            lateness_s=stop.lateness_s,
            leg=LegOut.of(stop.leg),
            flags=list(map(str, stop.flags)),
        )


class BreakOut(Schema):
    """A rest between departure and arrival. One that is taken at home is not told."""

    start: datetime
    end: datetime
    duration_s: int
    stop: Annotated[int | None, Field(description="Number of the stop that follows; null on the way back.")]
    at_door: Annotated[bool, Field(description="At that stop's door, before the visit; otherwise on the way there.")]

    @classmethod
    def of(cls, rest: PlannedBreak) -> "BreakOut":
        """From the planner's value."""
        return cls(start=rest.start, end=rest.end, duration_s=rest.duration_s, stop=rest.stop, at_door=rest.at_door)


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
    service_s: Annotated[int, Field(description="At doors, setup included.")]
    waiting_s: int
    break_s: Annotated[int, Field(description="Breaks between departure and arrival.")] = 0
    overtime_s: Annotated[int, Field(description="Seconds that the day ends after the collector's overtime_after.")] = 0
    lateness_s: Annotated[int, Field(description="Of all its stops.")] = 0
    stops: list[StopOut]
    return_leg: LegOut | None
    breaks: list[BreakOut] = []
    start_flags: Flags = []
    end_flags: Flags = []

    @classmethod
    def of(cls, route: PlannedRoute) -> "RouteOut":
        """From the planner's value; the sums are made here and nowhere else."""
        legs = route_legs(route)
        return cls(
            collector=route.collector,
            vehicle=str(route.vehicle),
            start=Location.of(route.start),
            end=None if route.end is None else Location.of(route.end),
            departure=route.departure,
            arrival=route.arrival,
            travel_s=sum(leg.travel_s for leg in legs),
            length_m=sum(leg.length_m for leg in legs),
            service_s=sum(stop.setup_s + stop.service_s for stop in route.stops),
            waiting_s=sum(stop.waiting_s for stop in route.stops),
            break_s=sum(rest.duration_s for rest in route.breaks),
            overtime_s=route.overtime_s,
            lateness_s=sum(stop.lateness_s for stop in route.stops),
            stops=[StopOut.of(stop) for stop in route.stops],
            return_leg=None if route.return_leg is None else LegOut.of(route.return_leg),
            breaks=[BreakOut.of(rest) for rest in route.breaks],
            start_flags=list(map(str, route.start_flags)),
            end_flags=list(map(str, route.end_flags)),
        )

    def with_links(self) -> "RouteOut":
        """Return it with its stops' links to navigation apps, which are made anew for every reader and not stored."""
        return self.model_copy(
            update={
                "stops": [
                    stop.model_copy(update={"navigation": NavigationLinks.to(stop.location, vehicle=self.vehicle)})
                    for stop in self.stops
                ]
            }
        )


def route_legs(route: PlannedRoute) -> list[Leg]:
    """Return the ways of a route in their order: one to each stop, then the one back, if any."""
    return [stop.leg for stop in route.stops] + ([route.return_leg] if route.return_leg else [])

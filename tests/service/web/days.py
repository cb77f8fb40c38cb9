"""A planned day for the pages to show."""

import json
import math
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import cast
from uuid import UUID

from service.planning.plan import TURNS
from service.schemas.base import Location
from service.schemas.document import PlanDocument, StepOut
from service.schemas.plan import StartOut
from service.schemas.route import BreakOut, LegOut, RouteOut, StopOut
from service.store.jobs.records import JsonObject

_DAY = Path(__file__).with_name("day_document.json")


def day_document() -> JsonObject:
    """Return the stored result of a day in Liechtenstein: 53 visits on real roads, 5 collectors, 7 cases left out.

    It is what the pipeline answered to the demonstration's day with an insertion-only engine, without the
    geocoding answers. One collector ends at the last door, two wait for a window, one case has no location.
    """
    return cast("JsonObject", json.loads(_DAY.read_text(encoding="utf-8")))


def parsed_day() -> PlanDocument:
    """Return the same, parsed."""
    return PlanDocument.load(day_document())


def stored(document: PlanDocument) -> JsonObject:
    """Return a document as the store keeps it."""
    return document.model_dump(mode="json")


def day_with_turns() -> PlanDocument:
    """Return the day with invented turns on each way, as long as it is; every word of a turn comes, and nameless roads.

    A way between two cases at one door has none.
    """
    document = parsed_day()
    words, roads = cycle(TURNS[1:-1]), cycle(["Landstrasse", "Im Pardiel", "", "A13"])

    def sheet(leg: LegOut) -> list[StepOut]:
        if leg.length_m == 0:
            return []
        turns = [TURNS[0], *(next(words) for _ in range(min(9, leg.length_m // 400)))]
        even, driven_s = leg.length_m // len(turns), (leg.travel_s - leg.access_s) // len(turns)
        steps = [StepOut(turn=turn, name=next(roads), length_m=even, duration_s=driven_s) for turn in turns]
        return [*steps, StepOut(turn=TURNS[-1], name=steps[-1].name, length_m=0, duration_s=0)]

    sheets = [
        [sheet(leg) for leg in (*(stop.leg for stop in route.stops), route.return_leg) if leg is not None]
        for route in document.result.routes
    ]
    return PlanDocument(result=document.result, lines=document.lines, sheets=sheets)


def day_with_a_shared_door() -> PlanDocument:
    """Return the day with stops 2, 3, 4 and 9 of vaduz-1 and stop 5 of vaduz-2 at one door, a flat apart."""
    document = parsed_day()
    first, second, *others = document.result.routes
    door = first.stops[1].location
    flat = door.model_copy(update={"lat": door.lat + 0.00002})

    def moved(route: RouteOut, *numbers: int) -> RouteOut:
        stops = [stop.model_copy(update={"location": flat}) if stop.number in numbers else stop for stop in route.stops]
        return route.model_copy(update={"stops": stops})

    routes = [moved(first, 3, 4, 9), moved(second, 5), *others]
    return PlanDocument(result=document.result.model_copy(update={"routes": routes}), lines=document.lines)


def day_of_a_thousand() -> PlanDocument:
    """Return a day of 20 collectors with 50 stops each, some at shared doors; roads, times and figures mean nothing."""
    document = parsed_day()
    model, *_ = document.result.routes
    doors = [stop for route in document.result.routes for stop in route.stops]

    def stops(route: int) -> list[StopOut]:
        made = []
        for index in range(50):
            stop = doors[(route * 50 + index * 7) % len(doors)]
            east, north = (0.0, 0.0) if index % 10 == 0 else (math.sin(route * 50 + index), math.cos(route + index))
            at = stop.location
            at = at.model_copy(update={"lon": at.lon + 0.008 * east, "lat": at.lat + 0.008 * north})
            made.append(stop.model_copy(update={"number": index + 1, "case": f"C-{route}-{index}", "location": at}))
        return made

    routes = [
        model.model_copy(update={"collector": f"collector-north-{route + 1}", "stops": stops(route)})
        for route in range(20)
    ]
    lines = [[_stub(stop.location) for stop in (*route.stops, route.stops[-1])] for route in routes]
    return PlanDocument(result=document.result.model_copy(update={"routes": routes}), lines=lines)


def _stub(location: Location) -> list[tuple[float, float]]:
    return [(location.lon, location.lat), (location.lon, location.lat + 0.0001)]


def day_with_rules() -> PlanDocument:
    """Return the day whose first collector rests on the way and at a door, is late once, and works overtime.

    The times of the others do not follow: only what is told of these is looked at.
    """
    document = parsed_day()
    first, *others = document.result.routes
    second, third = first.stops[1], first.stops[2]
    on_way = second.arrival - timedelta(minutes=20)
    waits_until = third.arrival + timedelta(minutes=45)
    stops = [stop.model_copy() for stop in first.stops]
    stops[1] = second.model_copy(update={"setup_s": 300, "lateness_s": 720})
    stops[2] = third.model_copy(update={"start": waits_until, "waiting_s": 900})
    rests = [
        BreakOut(start=on_way, end=on_way + timedelta(minutes=15), duration_s=900, stop=2, at_door=False),
        BreakOut(start=third.arrival, end=third.arrival + timedelta(minutes=30), duration_s=1800, stop=3, at_door=True),
        BreakOut(
            start=stops[-1].departure,
            end=stops[-1].departure + timedelta(minutes=10),
            duration_s=600,
            stop=None,
            at_door=False,
        ),
    ]
    route = first.model_copy(
        update={"stops": stops, "breaks": rests, "break_s": 3300, "overtime_s": 1500, "lateness_s": 720}
    )
    start = StartOut(plan=str(UUID(int=7)), unknown_cases=["C-gone"], unknown_collectors=[])
    result = document.result.model_copy(update={"routes": [route, *others], "start": start, "engine": "hybrid"})
    return PlanDocument(result=result, lines=document.lines)

"""A plan's document as route sheets."""

from collections.abc import Iterator

from service.errors import problem
from service.schemas.document import PlanDocument, Sheet
from service.schemas.navigation import NavigationLinks
from service.schemas.route import LegOut, RouteOut
from service.schemas.sheet import PlanSheet, SheetLeg, SheetRoute


def plan_sheet(document: PlanDocument, *, route: int | None) -> PlanSheet:
    """Return the turns of every route, or of the one at that position, from 1.

    Raises
    ------
    Problem
        `route_not_found` when the plan has fewer routes.
    """
    result = document.result
    if route is not None and route > len(result.routes):
        raise problem(code="route_not_found")
    return PlanSheet(
        date=result.date,
        time_zone=result.time_zone,
        attribution=result.attribution,
        routes=[
            _route(number, planned, sheets)
            for number, (planned, sheets) in enumerate(
                zip(result.routes, document.sheets_of_lines(), strict=True), start=1
            )
            if route in {None, number}
        ],
    )


def _route(number: int, route: RouteOut, sheets: list[Sheet]) -> SheetRoute:
    return SheetRoute(
        number=number,
        collector=route.collector,
        vehicle=route.vehicle,
        start=route.start,
        end=route.end,
        departure=route.departure,
        arrival=route.arrival,
        breaks=route.breaks,
        legs=list(_legs(route, iter(sheets))),
    )


def _legs(route: RouteOut, sheets: Iterator[Sheet]) -> Iterator[SheetLeg]:
    left = route.departure
    for stop in route.stops:
        yield SheetLeg(
            **_figures(stop.leg),
            stop=stop.number,
            case=stop.case,
            location=stop.location,
            navigation=NavigationLinks.to(stop.location, vehicle=route.vehicle),
            departure=left,
            arrival=stop.arrival,
            steps=next(sheets),
        )
        left = stop.departure
    if route.return_leg is not None and route.end is not None:
        yield SheetLeg(
            **_figures(route.return_leg),
            stop=None,
            case=None,
            location=route.end,
            navigation=NavigationLinks.to(route.end, vehicle=route.vehicle),
            departure=left,
            arrival=route.arrival,
            steps=next(sheets),
        )


def _figures(leg: LegOut) -> dict[str, int]:
    return {name: getattr(leg, name) for name in LegOut.model_fields}

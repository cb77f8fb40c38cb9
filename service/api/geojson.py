"""A plan's document as GeoJSON features: legs, stops, depots and unassigned cases; no address."""

from collections.abc import Iterator

from fastapi.responses import JSONResponse

from service.schemas.base import Location
from service.schemas.document import Line, PlanDocument
from service.schemas.geojson import (
    DepotProperties,
    Feature,
    FeatureCollection,
    LegProperties,
    LineGeometry,
    PointGeometry,
    StopProperties,
    UnassignedProperties,
)
from service.schemas.plan import UnassignedOut
from service.schemas.route import LegOut, RouteOut


class GeoJsonResponse(JSONResponse):
    """An answer in GeoJSON."""

    media_type = "application/geo+json"


def feature_collection(document: PlanDocument) -> FeatureCollection:
    """Return what a map shows of the plan; the lines first, so that points lie on top of them."""
    routes = list(zip(document.result.routes, document.lines, strict=True))
    return FeatureCollection(
        attribution=document.result.attribution,
        features=[
            *(feature for route, lines in routes for feature in _legs(route, lines)),
            *(feature for route, _ in routes for feature in _points(route)),
            *(_left_out(case, case.location) for case in document.result.unassigned if case.location is not None),
        ],
    )


def _legs(route: RouteOut, lines: list[Line]) -> Iterator[Feature]:
    legs: list[tuple[int | None, LegOut]] = [(stop.number, stop.leg) for stop in route.stops]
    if route.return_leg is not None:
        legs.append((None, route.return_leg))
    for (number, leg), line in zip(legs, lines, strict=True):
        yield Feature(
            geometry=LineGeometry(coordinates=[[lon, lat] for lon, lat in line]),
            properties=LegProperties(
                collector=route.collector, stop=number, travel_s=leg.travel_s, length_m=leg.length_m
            ),
        )


def _points(route: RouteOut) -> Iterator[Feature]:
    yield Feature(geometry=_point(route.start), properties=DepotProperties(collector=route.collector, role="start"))
    if route.end is not None:
        yield Feature(geometry=_point(route.end), properties=DepotProperties(collector=route.collector, role="end"))
    for stop in route.stops:
        yield Feature(
            geometry=_point(stop.location),
            properties=StopProperties(
                collector=route.collector,
                number=stop.number,
                case=stop.case,
                arrival=stop.arrival.isoformat(),
                priority=stop.priority,
            ),
        )


def _left_out(case: UnassignedOut, location: Location) -> Feature:
    return Feature(
        geometry=_point(location),
        properties=UnassignedProperties(case=case.case, priority=case.priority, reason=case.reason.code),
    )


def _point(location: Location) -> PointGeometry:
    return PointGeometry(coordinates=[location.lon, location.lat])

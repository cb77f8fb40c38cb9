"""/v1/geocode: where addresses are, and how sure that is."""

from typing import Annotated

from fastapi import APIRouter, Body

from geodata.geocoding.pins import at_pin
from geodata.geocoding.port import AddressQuery
from service.access import needs
from service.api.examples import examples, request_examples
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.planning.addresses import answer_addresses
from service.schemas.geocoding import (
    GeocodeRequest,
    GeocodeResponse,
    GeocodeResult,
    ReverseRequest,
    ReverseResponse,
    ReverseResult,
)

router = APIRouter(prefix="/v1/geocode", tags=["Geocoding"], route_class=JsonBodyRoute)


@router.post(
    "",
    dependencies=[needs(Scope.GEOCODE)],
    summary="Locate addresses",
    response_model=GeocodeResponse,
    responses={
        200: examples.answer("One result for each query, in their order.", "geocoded"),
        **problems("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request"),
    },
)
def geocode(
    body: Annotated[GeocodeRequest, Body(openapi_examples=request_examples.GEOCODE_REQUESTS)], deps: UsesDeps
) -> GeocodeResponse:
    """Locate each address by itself. One that is not found is an answer and no error.

    Pins win over the map. Addresses that are not sure enough are queued for review, unless `review` is false; nothing
    else is stored.
    """
    area = deps.areas.open(body.area or deps.settings.area)
    places = [query.whereabouts() for query in body.queries]
    queries = [AddressQuery(text=place.address, location=place.location) for place in places]
    book = deps.books.of_area(area.meta.name)
    reviewed = answer_addresses(queries, area.geocoder, book, notes=body.review)
    deps.telemetry.metrics.geocoded(answer.status.value for answer, _ in reviewed)
    return GeocodeResponse(
        area=area.meta.name,
        area_version=area.meta.version,
        results=[GeocodeResult.of(answer, review=review) for answer, review in reviewed],
    )


@router.post(
    "/reverse",
    dependencies=[needs(Scope.GEOCODE)],
    summary="Name the addresses of points",
    response_model=ReverseResponse,
    responses={
        200: examples.answer("One result for each location, in their order.", "reversed"),
        **problems("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request"),
    },
)
def reverse(
    body: Annotated[ReverseRequest, Body(openapi_examples=request_examples.REVERSE_REQUESTS)], deps: UsesDeps
) -> ReverseResponse:
    """Say which address is at each point: a pin within 15 m, unless the map has a door that is nearer.

    Nothing is stored.

    It is a POST because a location may tell who is meant, and addresses of requests are logged.
    """
    area = deps.areas.open(body.area or deps.settings.area)
    points = [location.to_lonlat() for location in body.locations]
    pins = deps.books.pins.near(area.meta.name, points)
    named = [
        at_pin(answer, point, None if pin is None else pin.pin, "" if pin is None else pin.address)
        for answer, point, pin in zip(area.reverse(points), points, pins, strict=True)
    ]
    return ReverseResponse(
        area=area.meta.name,
        area_version=area.meta.version,
        results=[
            ReverseResult.of(answer, pin=pin.id if pin is not None and is_pinned else None)
            for (answer, is_pinned), pin in zip(named, pins, strict=True)
        ],
    )

"""/v1/areas: the regions whose maps this service has, and what is reached in them."""

from typing import Annotated

from fastapi import APIRouter, Body, Path

from geodata.errors import AreaNotFoundError
from service.access import needs
from service.api.examples import examples, request_examples
from service.api.geojson import GeoJsonResponse
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.errors import problem
from service.planning.reach import reach
from service.schemas.area import AreaList, AreaOut
from service.schemas.reach import ReachableFeature, ReachRequest

router = APIRouter(prefix="/v1/areas", tags=["Areas"], route_class=JsonBodyRoute)


@router.get(
    "",
    dependencies=[needs(Scope.AREAS_READ)],
    summary="List the map areas",
    response_model=AreaList,
    responses={200: examples.answer("By name, the newest version first.", "areas"), **problems()},
)
def list_areas(deps: UsesDeps) -> AreaList:
    """List the areas that a request may name."""
    seen: set[str] = set()
    areas = []
    for meta in deps.areas.list():
        newest = meta.name not in seen
        seen.add(meta.name)
        areas.append(AreaOut.of(meta, default=newest and meta.name == deps.settings.area))
    return AreaList(areas=areas)


@router.post(
    "/{name}/reachable",
    dependencies=[needs(Scope.PLANS_READ)],
    summary="What is reached in time",
    response_model=ReachableFeature,
    response_class=GeoJsonResponse,
    responses={
        200: examples.answer("The area, as GeoJSON.", "reachable", media_type=GeoJsonResponse.media_type),
        **problems(
            "malformed_json",
            "area_not_found",
            "body_too_large",
            "unsupported_media_type",
            "invalid_request",
            "area_unusable",
        ),
    },
)
def reachable(
    name: Annotated[str, Path(description="The area, as in the list of areas.")],
    body: Annotated[ReachRequest, Body(openapi_examples=request_examples.REACH_REQUESTS)],
    deps: UsesDeps,
) -> ReachableFeature:
    """Trace the area of all doors that are reached from a location within some minutes. Nothing is stored.

    It is a POST because a location may tell who is meant, and addresses of requests are logged.
    """
    try:
        area = deps.areas.open(name)
    except AreaNotFoundError:
        raise problem(code="area_not_found") from None
    reached = reach(
        area,
        location=body.location.to_lonlat(),
        vehicle=body.vehicle,
        minutes=body.minutes,
        today=None if body.roads is None else body.roads.to_domain(),
    )
    return ReachableFeature.of(reached, asked=body, meta=area.meta)

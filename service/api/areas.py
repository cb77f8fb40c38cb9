"""/v1/areas: the regions whose maps this service has."""

from fastapi import APIRouter

from service.api import examples
from service.api.documented import problems
from service.deps import UsesDeps
from service.schemas.area import AreaList, AreaOut

router = APIRouter(prefix="/v1/areas", tags=["Areas"])


@router.get(
    "",
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

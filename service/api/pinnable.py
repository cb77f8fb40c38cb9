"""Where a pin may be set: inside the area whose addresses it is for."""

from geodata.coords import LonLat
from service.deps import Deps
from service.errors import problem
from service.place_ports import ServedArea
from service.schemas.problem import FieldError


def require_inside(deps: Deps, area: str, point: LonLat) -> ServedArea:
    """Return the area when the point is in it.

    Raises
    ------
    Problem
        `invalid_request` when the point is outside.
    AreaNotFoundError, AreaFormatError
        When the area is gone or damaged.
    """
    opened = deps.areas.open(area)
    if point not in opened.meta.bbox:
        rule = "Must lie inside the area. Check that lat and lon are not exchanged, and the datum."
        raise problem(code="invalid_request", errors=[FieldError(pointer="/location", code="out_of_area", detail=rule)])
    return opened

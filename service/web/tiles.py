"""The base map's tiles: one file a version of an area, read by range (RFC 9110, 14)."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.responses import FileResponse

from geodata.errors import AreaError
from service.deps import UsesDeps
from service.errors import problem
from service.place_ports import Areas

router = APIRouter(include_in_schema=False)

#: A version's file never changes.
_CACHE: Final = "public, max-age=31536000, immutable"


def tiles_url(areas: Areas, area: str, version: str) -> str | None:
    """Return where the base map of a plan's area is served, None when the area has no such version any more."""
    return None if _file(areas, area, version) is None else f"/tiles/{area}/{version}.pmtiles"


@router.api_route("/tiles/{area}/{version}.pmtiles", methods=["GET", "HEAD"])
def tiles(area: str, version: str, deps: UsesDeps) -> FileResponse:
    """Send the asked part of the file."""
    file = _file(deps.areas, area, version)
    if file is None:
        raise problem(code="not_found")
    return FileResponse(file, media_type="application/vnd.pmtiles", headers={"Cache-Control": _CACHE})


def _file(areas: Areas, area: str, version: str) -> Path | None:
    try:
        return areas.open(area, version).tiles
    except AreaError:
        return None

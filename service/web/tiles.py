"""The base map's tiles: one file a version of an area, read by range (RFC 9110, 14)."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import FileResponse

from service.errors import problem
from service.web.deps import UsesPageDeps, VersionedAreas, tiles_file

router = APIRouter(include_in_schema=False)

#: A version's file never changes.
_CACHE: Final = "public, max-age=31536000, immutable"


def tiles_url(areas: VersionedAreas, area: str, version: str) -> str | None:
    """Return where the area's base map is served, None when it has none any more."""
    return None if tiles_file(areas, area, version) is None else f"/tiles/{area}/{version}.pmtiles"


@router.api_route("/tiles/{area}/{version}.pmtiles", methods=["GET", "HEAD"])
def tiles(area: str, version: str, deps: UsesPageDeps) -> FileResponse:
    """Send the asked part of the file."""
    file = tiles_file(deps.areas, area, version)
    if file is None:
        raise problem(code="not_found")
    return FileResponse(file, media_type="application/vnd.pmtiles", headers={"Cache-Control": _CACHE})

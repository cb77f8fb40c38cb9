"""What the pages need of the service, found in the application's state."""

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Protocol, cast
from uuid import UUID

from fastapi import Depends, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from geodata.errors import AreaError
from service.store.records import PlanRecord

_TEMPLATES: Final = Path(__file__).parent / "templates"


class PlanReader(Protocol):
    """Reads plans; the plan store is one."""

    def get(self, plan_id: UUID) -> PlanRecord:
        """Return the plan; raises PlanNotFoundError."""


class TiledArea(Protocol):
    """What the pages need of a geodata Area."""

    @property
    def tiles(self) -> Path:
        """The PMTiles file of its base map."""


class VersionedAreas(Protocol):
    """What the pages need of geodata's AreaCatalog."""

    def open(self, name: str, version: str | None) -> TiledArea:
        """Open an area; raises AreaNotFoundError, AreaFormatError."""


class PageDeps(Protocol):
    """The part of service.api.deps.Deps that the pages use."""

    @property
    def plans(self) -> PlanReader:
        """The plans."""

    @property
    def areas(self) -> VersionedAreas:
        """The areas."""


def page_deps_of(request: Request) -> PageDeps:
    """Return the dependencies of the application that serves this request."""
    return cast("PageDeps", request.app.state.deps)


#: The parameter of an endpoint that uses them.
UsesPageDeps = Annotated[PageDeps, Depends(page_deps_of)]


def tiles_file(areas: VersionedAreas, area: str, version: str) -> Path | None:
    """Return the base map of an area as it was when a plan was made, None when it is gone."""
    try:
        return areas.open(area, version).tiles
    except AreaError:
        return None


@cache
def templates() -> Environment:
    """Return the template engine: everything is escaped, and an unknown name is an error."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

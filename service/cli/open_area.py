"""Opening an area for a command; the bundled one is built when it is missing."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console

from service.cli.progress import FractionBar
from service.settings import Settings

if TYPE_CHECKING:
    from geodata.area.area import Area


def opened_area(name: str, settings: Settings, messages: Console) -> "Area":
    """Return an area by its name.

    Raises
    ------
    AreaNotFoundError, AreaFormatError
        When there is none, or it cannot be used.
    """
    from geodata.area.catalog import BUNDLED_NAME, AreaCatalog  # noqa: PLC0415 - other commands need not wait for it

    catalog = AreaCatalog(settings.areas_dir)
    if name != BUNDLED_NAME:
        return catalog.open(name)
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    with FractionBar(messages) as bar:
        return catalog.ensure_bundled(built_at=built_at, on_progress=bar)

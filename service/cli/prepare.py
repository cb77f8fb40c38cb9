"""Builds the bundled area when it is missing, in a process of its own: not a command for people.

Building takes hundreds of megabytes for a moment, which the supervisor would keep.
"""

from datetime import UTC, datetime

import typer

from geodata.area.catalog import AreaCatalog
from service.cli.failure import plain_failures
from service.logs import configure_logging
from service.settings import Settings


def main() -> None:
    """Make the bundled area usable."""
    settings = Settings()
    configure_logging(level=settings.log_level, style=settings.log_format)
    with plain_failures():
        AreaCatalog(settings.areas_dir).ensure_bundled(
            built_at=datetime.now(UTC).isoformat(timespec="seconds"), on_progress=_StageLines()
        )


class _StageLines:
    """One line for each stage."""

    def __init__(self) -> None:
        self._stage = ""

    def __call__(self, stage: str, _fraction: float) -> None:
        if stage != self._stage:
            self._stage = stage
            typer.echo(f"Preparing the bundled area: {stage}", err=True)


if __name__ == "__main__":
    main()

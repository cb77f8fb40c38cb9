"""`doorstep area push` and `pull`: areas to and from the place that several machines share."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.failure import CommandError, plain_failures, read_settings, tidy_when_terminated
from service.cli.options import AsJson
from service.cli.progress import FractionBar
from service.cli.tables import message_console

if TYPE_CHECKING:
    from geodata.area.shared import SharedAreas
    from service.settings import Settings

_Name = Annotated[str, typer.Argument(help="The area's name.", show_default=False)]
_Version = Annotated[str | None, typer.Option(help="The version; without it the newest one.", show_default=False)]


def push(name: _Name, version: _Version = None, as_json: AsJson = False) -> None:
    """Publish an area of this machine at DOORSTEP_AREAS_URL; other machines fetch it when they next open it."""
    from geodata.area.catalog import AreaCatalog  # noqa: PLC0415 - other commands need not wait for it

    settings = read_settings()
    with plain_failures(), tidy_when_terminated(), FractionBar(message_console()) as bar:
        shared = _shared(settings)
        meta = AreaCatalog(settings.areas_dir).open(name, version).meta
        published = shared.publish(
            settings.areas_dir / meta.name / meta.version,
            on_bytes=lambda done, size: bar("Publishing", done / max(size, 1)),
        )
    _say("Published", published.name, published.version, published.size, as_json=as_json)


def pull(name: _Name, version: _Version = None, as_json: AsJson = False) -> None:
    """Fetch an area from DOORSTEP_AREAS_URL now, rather than when it is first opened."""
    from geodata.area.shared import newest  # noqa: PLC0415 - other commands need not wait for it

    settings = read_settings()
    with plain_failures(), tidy_when_terminated(), FractionBar(message_console()) as bar:
        shared = _shared(settings)
        found = newest(shared, name, version)
        shared.fetch(found, settings.areas_dir, on_bytes=lambda done, size: bar("Fetching", done / max(size, 1)))
    _say("Fetched", found.name, found.version, found.size, as_json=as_json)


def _shared(settings: "Settings") -> "SharedAreas":
    from geodata.area.shared import SharedAreas  # noqa: PLC0415 - other commands need not wait for it

    if settings.areas_url is None:
        msg = "No place is shared: set DOORSTEP_AREAS_URL, such as s3://bucket/areas or file:///mnt/areas."
        raise CommandError(msg)
    return SharedAreas(settings.areas_url)


def _say(done: str, name: str, version: str, size: int, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"name": name, "version": version, "bytes": size}))
    else:
        typer.echo(f"{done} version {version} of {name}, {size / 1e6:.1f} MB.")

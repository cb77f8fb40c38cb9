"""`doorstep area`: build an area from an OpenStreetMap extract or a named place; list, show and search those there."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.table import Table

from geodata.area.meta import AreaMeta, check_name, check_time_zone
from geodata.coords import LonLat
from geodata.errors import GeodataError
from service.cli import area_reach, area_share
from service.cli.area_report import area_json, area_report, areas_json, zone_missing
from service.cli.area_ways import ways_json, ways_table
from service.cli.failure import WRONG_INPUT, InputError, fail, read_settings, system_error, tidy_when_terminated
from service.cli.options import AsJson, location_of
from service.cli.progress import FractionBar
from service.cli.tables import make_console, message_console

app = typer.Typer(name="area", help="Map areas: build one, list them, show one, share one.", no_args_is_help=True)
app.command()(area_reach.reachable)
app.command()(area_share.push)
app.command()(area_share.pull)


@app.command()
def build(
    pbf: Annotated[
        Path | None, typer.Option(help="An OpenStreetMap extract: .osm.pbf, .osm, .osm.bz2 or .osm.gz.")
    ] = None,
    place: Annotated[
        str | None, typer.Option(help="A place to fetch from OpenStreetMap instead, such as 'Planken, Liechtenstein'.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The area's name: small letters, digits, hyphens. Without it, made of --place.")
    ] = None,
    time_zone: Annotated[str | None, typer.Option(help="IANA time zone of its branches, such as Europe/Vaduz.")] = None,
    vehicles: Annotated[
        str | None,
        typer.Option(help="Vehicles to build roads for, with commas: car, motorcycle, foot. Without it all three."),
    ] = None,
    profile: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE.toml", help="A vehicle of your own, see docs/areas.md. May be given several times."),
    ] = None,
    places: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Places of your own that addresses name, see docs/areas.md.")
    ] = None,
    overpass_url: Annotated[str | None, typer.Option(help="Overpass server for --place.")] = None,
    nominatim_url: Annotated[str | None, typer.Option(help="Nominatim server for --place.")] = None,
    as_json: AsJson = False,
) -> None:
    """Build an area: road networks, gazetteer and map tiles. The service then opens it by its name."""
    from geodata.area.build import build_area  # noqa: PLC0415 - other commands need not wait for it
    from geodata.area.vehicles import DEFAULT_VEHICLES, vehicle_profiles  # noqa: PLC0415 - likewise
    from geodata.geocoding.sources.name_sources import installed_sources  # noqa: PLC0415 - likewise
    from geodata.osm.place import fetch_place  # noqa: PLC0415 - likewise
    from service.cli.compiled import warned_when_not_kept  # noqa: PLC0415 - likewise

    name = name or _name_of(place or "")
    if (pbf is None) == (place is None):
        fail("Give either --pbf FILE or --place NAME.", exit_code=WRONG_INPUT)
    if not name:
        fail("Give the area a name: --name NAME.", exit_code=WRONG_INPUT)
    settings = read_settings()
    with (
        tidy_when_terminated(),
        _plain_geodata_errors(),
        TemporaryDirectory(prefix="doorstep-area-") as folder,
        FractionBar(message_console()) as bar,
    ):
        # Before the long work: a wrong name, time zone, vehicle or list of places.
        check_name(name)
        check_time_zone(time_zone)
        named = DEFAULT_VEHICLES if vehicles is None else _names(vehicles)
        profiles = vehicle_profiles(named, profile or ())
        sources = installed_sources(places)
        extract = pbf
        if extract is None:
            extract = fetch_place(
                place or "",
                into=Path(folder) / f"{name}.osm.pbf",
                overpass_url=overpass_url,
                nominatim_url=nominatim_url,
                on_progress=bar,
            )
        with warned_when_not_kept():
            area = build_area(
                extract,
                name=name,
                time_zone=time_zone,
                built_at=datetime.now(UTC).isoformat(timespec="seconds"),
                into=settings.areas_dir,
                on_progress=bar,
                profiles=profiles,
                sources=sources,
            )
    if not as_json:
        typer.echo(f"Built area {area.meta.name}, version {area.meta.version}, in {settings.areas_dir}.\n")
    _print(area.meta, as_json=as_json)
    if area.meta.time_zone is None:
        typer.echo(f"\n{zone_missing(settings.time_zone)}", err=True)


@app.command("list")
def list_areas(as_json: AsJson = False) -> None:
    """List the areas that can be used, the newest version of each first."""
    from geodata.area.catalog import AreaCatalog  # noqa: PLC0415 - other commands need not wait for it

    settings = read_settings()
    catalog = AreaCatalog(settings.areas_dir)
    areas, unusable = catalog.list(), catalog.unusable()
    for problem in unusable:
        typer.echo(f"doorstep: Warning: {problem}", err=True)
    if as_json:
        typer.echo(areas_json(areas))
        return
    if not areas:
        if unusable:
            return
        typer.echo(f"No areas in {settings.areas_dir} yet: `doorstep serve` makes the bundled one when it starts.")
        return
    make_console().print(_table(areas))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The area's name.", show_default=False)],
    version: Annotated[str | None, typer.Option(help="One of its versions. Without it the newest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show an area, with the report of its build: what was read, kept and dropped for each vehicle."""
    from geodata.area.catalog import AreaCatalog  # noqa: PLC0415 - other commands need not wait for it

    settings = read_settings()
    with _plain_geodata_errors():
        _print(AreaCatalog(settings.areas_dir).open(name, version).meta, as_json=as_json)


@app.command()
def ways(
    name: Annotated[str, typer.Argument(help="The area's name.", show_default=False)],
    street: Annotated[str | None, typer.Option(help="Ways whose name has this in it.", show_default=False)] = None,
    near: Annotated[
        str | None, typer.Option(metavar="LON,LAT", help="Ways near this place, the nearest first.", show_default=False)
    ] = None,
    within: Annotated[int, typer.Option(metavar="METRES", min=0, help="How near.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Find the ids of ways by street or place, as a request's closed_ways and observed_speeds name them."""
    from geodata.area.catalog import AreaCatalog  # noqa: PLC0415 - other commands need not wait for it
    from geodata.area.ways import area_ways  # noqa: PLC0415 - likewise

    if street is None and near is None:
        fail("Give --street TEXT, --near LON,LAT, or both.", exit_code=WRONG_INPUT)
    settings = read_settings()
    with _plain_geodata_errors():
        place = None if near is None else LonLat(**location_of(near))
        area = AreaCatalog(settings.areas_dir).open(name)
        found = area_ways(area, street=street, near=place, within_m=within)
    if as_json:
        typer.echo(ways_json(found))
    elif found:
        make_console().print(ways_table(found))
    else:
        typer.echo("No way is found.")


def _print(meta: AreaMeta, *, as_json: bool) -> None:
    if as_json:
        typer.echo(area_json(meta))
        return
    console = make_console()
    for part in area_report(meta):
        console.print(part)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _name_of(place: str) -> str:
    """Make an area's name of a place's, empty when it has no Latin letters.

    Examples
    --------
    >>> _name_of("Krems an der Donau, Österreich")
    'krems-an-der-donau-osterreich'
    """
    plain = unicodedata.normalize("NFKD", place).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:63].strip("-")


def _table(areas: list[AreaMeta]) -> Table:
    table = Table("Name", "Version", "Built", "Time zone", "West, south, east, north", "Vehicles")
    for meta in areas:
        box = meta.bbox
        table.add_row(
            meta.name,
            meta.version,
            f"{meta.built:%Y-%m-%d %H:%M}",
            meta.time_zone or "",
            f"{box.west:.3f}, {box.south:.3f}, {box.east:.3f}, {box.north:.3f}",
            ", ".join(meta.profiles),
        )
    return table


@contextmanager
def _plain_geodata_errors() -> Iterator[None]:
    """Turn what is wrong with an extract, a place or a name into one line and exit code 2."""
    try:
        yield
    except InputError as exc:
        fail(str(exc), exit_code=exc.exit_code)
    except GeodataError as exc:
        fail(str(exc), exit_code=WRONG_INPUT)
    except OSError as exc:
        fail(system_error(exc), exit_code=WRONG_INPUT)

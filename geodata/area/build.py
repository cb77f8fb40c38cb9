"""Building an area from an extract: networks, gazetteer and map tiles, in one step that happens or does not."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import Final

from geodata.area.area import GAZETTEER, NETWORKS, TILES, Area
from geodata.area.bounds import service_area
from geodata.area.lock import locked, locked_if_free
from geodata.area.meta import (
    AREA_FORMAT,
    NETWORK_REPORT,
    AreaMeta,
    check_built_at,
    check_name,
    check_time_zone,
    write_meta,
)
from geodata.area.place import put_in_place
from geodata.area.vehicles import profiles_digest, seasons_of, vehicle_profiles
from geodata.coords import BoundingBox
from geodata.errors import AreaFormatError, ExtractError
from geodata.geocoding.build import build_gazetteer
from geodata.geocoding.sources.geonames import ATTRIBUTION as GEONAMES_ATTRIBUTION
from geodata.geocoding.sources.name_sources import NameSources, installed_sources
from geodata.network.build import build_network
from geodata.network.profiles import Profile
from geodata.osm.extract import ATTRIBUTION, damaged_text_reported, extract_hash
from geodata.tiles.build import build_tiles

#: Where the networks begin and end in the time of a build.
_NETWORKS_SHARE: Final = (0.05, 0.35)
_WORKSHOP: Final = ".building-"

OnProgress = Callable[[str, float], None]


def build_area(
    extract: Path,
    *,
    name: str,
    time_zone: str | None,
    built_at: str,
    into: Path,
    on_progress: OnProgress,
    profiles: Sequence[Profile] | None = None,
    sources: NameSources | None = None,
    reuse: bool = False,
) -> Area:
    """Build everything that planning needs of an extract, into `<into>/<name>/<version>`.

    The folder appears when all of it is there: a failure, a broken extract or an interruption leaves nothing.
    Two processes that build the same name do so one after the other.

    Parameters
    ----------
    extract : the OpenStreetMap file, PBF or XML.
    time_zone : IANA name of the area's time zone, None when it is not known.
    built_at : now, ISO 8601 with an offset; the newest area of a name is the one that is opened.
    into : the folder of all areas; it is made when it is missing.
    on_progress : is told the stage and the fraction of the whole.
    profiles : the vehicles, see geodata.area.vehicles; None: every one that is known.
    sources : lists of further names of places; None: those that are installed.
    reuse : return the version that is there instead of building it again, when it is sound.

    Raises
    ------
    AreaError
        When the name, the time zone or the time cannot be one.
    NameSourceError
        When a list of names cannot be read.
    ExtractError
        When the extract is missing, is no extract, is cut off or has no roads.
    """
    check_name(name)
    check_time_zone(time_zone)
    check_built_at(built_at)
    if not extract.is_file():
        msg = f"No extract at {extract}. Give the path of a .osm.pbf or .osm file."
        raise ExtractError(msg)
    vehicles = vehicle_profiles() if profiles is None else tuple(profiles)
    sha256 = extract_hash(extract)
    names = installed_sources() if sources is None else sources
    version = area_version(sha256, time_zone, vehicles, names)
    home = into / name / version
    into.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(into)
    with locked(into / f".{name}.lock"):
        if reuse and (area := _sound(home)):
            return area
        workshop = _empty_folder(into / f"{_WORKSHOP}{name}")
        try:
            with damaged_text_reported(extract):
                reports, bbox = _build_parts(extract, version, vehicles, names, workshop, on_progress)
            meta = AreaMeta(
                name=name,
                version=version,
                extract_sha256=sha256,
                bbox=bbox,
                attribution=ATTRIBUTION if names.geonames is None else f"{ATTRIBUTION}; {GEONAMES_ATTRIBUTION}",
                time_zone=time_zone,
                built_at=built_at,
                profiles=tuple(vehicle.name for vehicle in vehicles),
                seasons={vehicle.name: seasons_of(vehicle) for vehicle in vehicles},
                reports=reports,
            )
            write_meta(meta, workshop)
            put_in_place(workshop, home, aside=into / f".replaced-{name}")
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    on_progress("the area is ready", 1.0)
    return Area(home)


def area_version(
    extract_sha256: str, time_zone: str | None, profiles: Sequence[Profile], sources: NameSources | None = None
) -> str:
    """Name a version: the same extract built in the same way, for the same time zone and vehicles, has the same one.

    Lists of names count as well.
    """
    vehicles = profiles_digest(profiles)
    made_of = f"{extract_sha256} {time_zone} {vehicles} {AREA_FORMAT} {distribution_version('doorstep')}"
    if sources is not None and sources.identity:
        made_of += f" {sources.identity}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:12]


def _build_parts(
    extract: Path,
    version: str,
    vehicles: Sequence[Profile],
    names: NameSources,
    folder: Path,
    on_progress: OnProgress,
) -> tuple[dict[str, object], BoundingBox]:
    """Build each part in turn; the fractions are their shares of the time."""
    on_progress("reading the extract", 0.0)
    bbox = service_area(extract)
    reports: dict[str, object] = _build_networks(extract, vehicles, folder / NETWORKS, on_progress)
    progress = _part(on_progress, "addresses", 0.35, 0.85)
    gazetteer = build_gazetteer(
        extract, into=folder / GAZETTEER, dataset_version=version, on_progress=progress, sources=names
    )
    reports["gazetteer"] = {key: value for key, value in asdict(gazetteer).items() if key != "file"}
    progress = _part(on_progress, "map", 0.85, 1.0)
    reports["tiles"] = asdict(build_tiles(extract, into=folder / TILES, on_progress=progress))
    return reports, bbox


def _build_networks(
    extract: Path, vehicles: Sequence[Profile], folder: Path, on_progress: OnProgress
) -> dict[str, object]:
    folder.mkdir()
    reports: dict[str, object] = {}
    first, last = _NETWORKS_SHARE
    share = (last - first) / len(vehicles)
    for number, vehicle in enumerate(vehicles):
        start = first + number * share
        report = build_network(
            extract,
            profile=vehicle,
            into=folder / vehicle.name,
            on_progress=_part(on_progress, f"roads ({vehicle.name})", start, start + share),
        )
        reports[f"{NETWORK_REPORT}{vehicle.name}"] = asdict(report)
    return reports


def _part(on_progress: OnProgress, name: str, start: float, end: float) -> OnProgress:
    """Turn the progress of one part into progress of the whole."""
    return lambda stage, fraction: on_progress(f"{name}: {stage}", start + (end - start) * fraction)


def _sound(folder: Path) -> Area | None:
    """Return the area if its networks and its gazetteer open."""
    try:
        area = Area(folder)
        for profile in area.meta.profiles:
            area.network(profile)
        _ = area.geocoder
    except AreaFormatError:
        return None
    area.close()
    return area


def _clear_abandoned(into: Path) -> None:
    """Remove what builds of any name left that were killed; their locks went with them."""
    for folder in into.glob(f"{_WORKSHOP}*"):
        name = folder.name.removeprefix(_WORKSHOP)
        with locked_if_free(into / f".{name}.lock") as is_abandoned:
            if is_abandoned:
                shutil.rmtree(folder, ignore_errors=True)


def _empty_folder(folder: Path) -> Path:
    """Make the folder; one left by a build that was killed is emptied (the caller holds the lock)."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder

"""Build a gazetteer file from an extract: read, join places, cluster streets, write, rename."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from geodata.geocoding.collect import collect
from geodata.geocoding.countries import postcode_of
from geodata.geocoding.join_places import build_places
from geodata.geocoding.places import PlaceMap
from geodata.geocoding.pois import build_pois
from geodata.geocoding.raw import RawBoundary, RawDoor, RawExtract, RawPlace, RawRoad
from geodata.geocoding.sources.name_sources import NameSources
from geodata.geocoding.street import Street
from geodata.geocoding.streets import build_streets
from geodata.geocoding.townships import adopt_villages
from geodata.geocoding.write import write_tables

_USUAL_POSTCODE_SHARE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class GazetteerReport:
    """What was built.

    Attributes
    ----------
    places_listed : of the places, those that only a list of names knows.
    pois : points of interest that can be found by their names.
    doors : house numbers that can be found.
    doors_left_out : house numbers that name neither a street nor a place, or are no number.
    """

    file: Path
    dataset_version: str
    places: int
    places_listed: int
    streets: int
    pois: int
    doors: int
    doors_left_out: int


def build_gazetteer(
    extract: Path,
    *,
    into: Path,
    dataset_version: str,
    on_progress: Callable[[str, float], None],
    sources: NameSources | None = None,
) -> GazetteerReport:
    """Build the gazetteer of an extract.

    Parameters
    ----------
    extract : an OpenStreetMap file (.osm.pbf, .osm).
    into : the SQLite file to write; an older one is replaced at the end and not before.
    dataset_version : kept in the file and given with every answer.
    on_progress : told a short sentence and the share done, 0 to 1.
    sources : lists of further names, None for the map's alone.

    Raises
    ------
    NameSourceError
        When one of the lists cannot be read.
    ExtractError
        When the extract cannot be read.
    """
    raw = collect(extract, on_progress=lambda text, share: on_progress(text, 0.6 * share))
    _clean_postcodes(raw)
    on_progress("Joining places", 0.5)
    sources = sources or NameSources()
    listed = sources.add_located(raw)
    places = build_places(raw)
    adopt_villages(places)
    listed += sources.add_unlocated(raw, places)
    on_progress("Clustering streets", 0.6)
    streets = build_streets(raw, places)
    _postcodes_of_places(streets, places)
    pois = build_pois(raw.pois, places)
    on_progress("Writing the gazetteer", 0.9)
    unfinished = into.with_name(f".{into.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(unfinished)) as file:
            doors = write_tables(file, meta=_meta(raw, dataset_version), places=places, streets=streets, pois=pois)
        unfinished.replace(into)
    finally:
        unfinished.unlink(missing_ok=True)
    on_progress("Gazetteer ready", 1.0)
    usable = sum(len(street.doors) for street in streets)
    return GazetteerReport(
        file=into,
        dataset_version=dataset_version,
        places=len(places.places),
        places_listed=listed,
        streets=len(streets),
        pois=len(pois),
        doors=doors,
        doors_left_out=len(raw.doors) - usable,
    )


def _clean_postcodes(raw: RawExtract) -> None:
    """Drop country prefixes, and postcodes of an unusual length where nearly all have the same."""
    things: list[RawDoor | RawRoad | RawPlace | RawBoundary] = [*raw.doors, *raw.roads, *raw.places, *raw.boundaries]
    for thing in things:
        thing.postcode = postcode_of(thing.postcode)
    lengths = Counter(len(door.postcode) for door in raw.doors if door.postcode.isdigit())
    if not lengths:
        return
    usual, count = lengths.most_common(1)[0]
    if count >= _USUAL_POSTCODE_SHARE * lengths.total():
        for thing in things:
            unusual = thing.postcode.isdigit() and len(thing.postcode) != usual
            thing.postcode = "" if unusual else thing.postcode


def _postcodes_of_places(streets: list[Street], places: PlaceMap) -> None:
    votes: dict[int, Counter[str]] = {}
    for street in streets:
        codes = Counter(door.postcode for door in street.doors if door.postcode in street.postcodes)
        for place in {street.town, *street.places} - {None}:
            if place is not None and places.places[place].kind != "region":
                votes.setdefault(place, Counter()).update(codes)
    for place, counter in votes.items():
        places.places[place].postcodes |= {c for c, n in counter.items() if n > 0.02 * counter.total()}


def _meta(raw: RawExtract, dataset_version: str) -> dict[str, str]:
    """Facts about the whole file, as texts."""
    countries = {d.country for d in raw.doors if len(d.country) == 2} or {b.country for b in raw.boundaries}
    subdivisions = {b.subdivision for b in raw.boundaries}
    return {
        "dataset_version": dataset_version,
        "countries": " ".join(sorted(countries - {""})),
        "subdivisions": " ".join(sorted(subdivisions - {""})),
    }

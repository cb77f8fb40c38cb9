"""Build a gazetteer file from an extract: read, join places, cluster streets, write, rename."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.collect import RawBoundary, RawDoor, RawExtract, RawPlace, RawRoad, collect
from geodata.geocoding.normalise import words_of
from geodata.geocoding.parse import DoorNumber, door_number, postcode_of
from geodata.geocoding.places import PlaceMap, build_places
from geodata.geocoding.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION
from geodata.geocoding.street import Street
from geodata.geocoding.streets import build_streets
from geodata.geocoding.townships import adopt_villages

#: The same number mapped twice on a street (a building and its entrance) within this distance is one door.
_SAME_DOOR_M = 60
_USUAL_POSTCODE_SHARE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class GazetteerReport:
    """What was built.

    Attributes
    ----------
    doors : house numbers that can be found.
    doors_left_out : house numbers that name neither a street nor a place, or are no number.
    """

    file: Path
    dataset_version: str
    places: int
    streets: int
    doors: int
    doors_left_out: int


def build_gazetteer(
    extract: Path, *, into: Path, dataset_version: str, on_progress: Callable[[str, float], None]
) -> GazetteerReport:
    """Build the gazetteer of an extract.

    Parameters
    ----------
    extract : an OpenStreetMap file (.osm.pbf, .osm).
    into : the SQLite file to write; an older one is replaced at the end and not before.
    dataset_version : kept in the file and given with every answer.
    on_progress : told a short sentence and the share done, 0 to 1.

    Raises
    ------
    ExtractError
        When the extract cannot be read.
    """
    raw = collect(extract, on_progress=lambda text, share: on_progress(text, 0.6 * share))
    _clean_postcodes(raw)
    on_progress("Joining places", 0.5)
    places = build_places(raw)
    adopt_villages(places)
    on_progress("Clustering streets", 0.6)
    streets = build_streets(raw, places)
    _postcodes_of_places(streets, places)
    on_progress("Writing the gazetteer", 0.9)
    unfinished = into.with_name(f".{into.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(unfinished)) as file:
            doors = _write(file, places, streets, dataset_version, _countries(raw))
        unfinished.replace(into)
    finally:
        unfinished.unlink(missing_ok=True)
    on_progress("Gazetteer ready", 1.0)
    usable = sum(len(street.doors) for street in streets)
    return GazetteerReport(
        file=into,
        dataset_version=dataset_version,
        places=len(places.places),
        streets=len(streets),
        doors=doors,
        doors_left_out=len(raw.doors) - usable,
    )


def _clean_postcodes(raw: RawExtract) -> None:
    """Drop country prefixes, and postcodes of an unusual length where nearly all have the same."""
    things: list[RawDoor | RawRoad | RawPlace | RawBoundary] = [*raw.doors, *raw.roads, *raw.places, *raw.boundaries]
    for thing in things:
        thing.postcode = postcode_of(thing.postcode)
    lengths = Counter(len(door.postcode) for door in raw.doors if door.postcode)
    if not lengths:
        return
    usual, count = lengths.most_common(1)[0]
    if count >= _USUAL_POSTCODE_SHARE * lengths.total():
        for thing in things:
            thing.postcode = thing.postcode if len(thing.postcode) == usual else ""


def _postcodes_of_places(streets: list[Street], places: PlaceMap) -> None:
    votes: dict[int, Counter[str]] = {}
    for street in streets:
        codes = Counter(door.postcode for door in street.doors if door.postcode in street.postcodes)
        for place in {street.town, *street.places} - {None}:
            if place is not None and places.places[place].kind != "region":
                votes.setdefault(place, Counter()).update(codes)
    for place, counter in votes.items():
        places.places[place].postcodes |= {c for c, n in counter.items() if n > 0.02 * counter.total()}


def _countries(raw: RawExtract) -> list[str]:
    return sorted({d.country for d in raw.doors if len(d.country) == 2})


def _write(
    file: sqlite3.Connection,
    places: PlaceMap,
    streets: list[Street],
    dataset_version: str,
    countries: list[str],
) -> int:
    file.executescript(SCHEMA)
    file.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    file.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    file.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [("dataset_version", dataset_version), ("countries", " ".join(countries))],
    )
    for p in places.places:
        row = (p.id, p.name, p.kind, p.level, p.parent, p.location.lon, p.location.lat, p.radius_m)
        file.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        file.executemany("INSERT INTO name VALUES (?, ?, ?)", [(k, kind, p.id) for k, kind in p.aliases.items()])
        file.executemany("INSERT INTO place_postcode VALUES (?, ?)", [(p.id, c) for c in sorted(p.postcodes)])
    doors = sum(_write_street(file, number, street) for number, street in enumerate(streets))
    file.commit()
    file.execute("ANALYZE")
    file.commit()
    return doors


def _write_street(file: sqlite3.Connection, number: int, street: Street) -> int:
    middle = street.middle
    row = (number, street.name, street.town, middle.lon, middle.lat, street.extent_m)
    file.execute("INSERT INTO street VALUES (?, ?, ?, ?, ?, ?)", row)
    words = " ".join(sorted(words_of(street.name)))
    names = [(key, kind, number, words) for key, kind in street.aliases.items()]
    file.executemany("INSERT INTO street_name VALUES (?, ?, ?, ?)", names)
    file.executemany("INSERT INTO street_place VALUES (?, ?)", [(number, p) for p in sorted(street.places)])
    file.executemany("INSERT INTO street_postcode VALUES (?, ?)", [(number, c) for c in sorted(street.postcodes)])
    doors = 0
    for read, location, spread in _doors(street.doors):
        file.execute(
            "INSERT INTO housenumber VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, read.number, read.suffix, read.last, read.unit, location.lon, location.lat, spread),
        )
        doors += 1
    return doors


def _doors(raw: list[RawDoor]) -> Iterator[tuple[DoorNumber, LonLat, int]]:
    """Each number once per place where it stands, with the metres by which its mappings differ."""
    grouped: dict[DoorNumber, list[list[LonLat]]] = {}
    for door in raw:
        read = door_number(door.number)
        if read is None:
            continue
        spots = grouped.setdefault(read, [])
        for spot in spots:
            if great_circle_m(spot[0], door.location) <= _SAME_DOOR_M:
                spot.append(door.location)
                break
        else:
            spots.append([door.location])
    for read, spots in grouped.items():
        for spot in spots:
            yield read, spot[0], int(max(great_circle_m(spot[0], other) for other in spot))

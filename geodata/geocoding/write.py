"""The tables of a gazetteer, filled from joined places, clustered streets and points of interest."""

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.bigrams import grams_of
from geodata.geocoding.entries import NearbyKind
from geodata.geocoding.normalise import words_of
from geodata.geocoding.parse import DoorNumber, door_number
from geodata.geocoding.places import PlaceMap
from geodata.geocoding.pois import Poi
from geodata.geocoding.raw import RawDoor
from geodata.geocoding.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION
from geodata.geocoding.street import Street

#: The same number mapped twice on a street (a building and its entrance) within this distance is one door.
_SAME_DOOR_M = 60
#: Points along a street, for the nearest street to a place: one in each cell of so many degrees, about 20 m.
_STREET_CELL = 0.0002
_MAPPED_DOORS = (
    "SELECT street_id, number || suffix || coalesce('-' || last, ''), lon, lat FROM housenumber WHERE NOT interpolated"
)
_NEARBY = (
    "INSERT INTO nearby (west, east, south, north, kind, ref, number, lon, lat) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def write_tables(
    file: sqlite3.Connection, *, meta: dict[str, str], places: PlaceMap, streets: Sequence[Street], pois: Sequence[Poi]
) -> int:
    """Write everything into an empty file; give the number of doors that can be found."""
    file.executescript(SCHEMA)
    file.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    file.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    file.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    for p in places.places:
        row = (p.id, p.name, p.kind, p.level, p.parent, p.location.lon, p.location.lat, p.radius_m)
        values = (*row, p.located_by, p.parent_by)
        file.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        file.executemany("INSERT INTO name VALUES (?, ?, ?)", [(k, kind, p.id) for k, kind in p.aliases.items()])
        file.executemany("INSERT INTO place_postcode VALUES (?, ?)", [(p.id, c) for c in sorted(p.postcodes)])
    doors = sum(_write_street(file, number, street) for number, street in enumerate(streets))
    for number, poi in enumerate(pois):
        _write_poi(file, number, poi)
    _write_nearby(file, streets)
    _write_bigrams(file)
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
    mapped = {read for read, *_ in _doors([door for door in street.doors if not door.reach_m])}
    for read, location, spread, interpolated in _doors(street.doors):
        if interpolated and read in mapped:
            continue
        place = (location.lon, location.lat)
        file.execute(
            "INSERT INTO housenumber VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, read.number, read.suffix, read.last, read.unit, *place, spread, interpolated),
        )
        doors += 1
    return doors


def _write_nearby(file: sqlite3.Connection, streets: Sequence[Street]) -> None:
    """Fill the R-tree: mapped doors, points of interest, and points along the streets that bear a road's name."""
    for kind, query in (
        (NearbyKind.DOOR, _MAPPED_DOORS),
        (NearbyKind.POI, "SELECT id, '', lon, lat FROM poi"),
    ):
        rows = file.execute(query).fetchall()
        file.executemany(_NEARBY, [(lon, lon, lat, lat, kind, ref, number, lon, lat) for ref, number, lon, lat in rows])
    for ref, street in enumerate(streets):
        _, chosen = np.unique(np.round(street.points / _STREET_CELL), axis=0, return_index=True)
        places = [(float(lon), float(lat)) for lon, lat in street.points[np.sort(chosen)]]
        file.executemany(_NEARBY, [(lon, lon, lat, lat, NearbyKind.STREET, ref, "", lon, lat) for lon, lat in places])


def _write_bigrams(file: sqlite3.Connection) -> None:
    """Index all names of places and streets by the pairs of letters or sounds in them."""
    keys = file.execute("SELECT key FROM name UNION SELECT key FROM street_name").fetchall()
    file.executemany("INSERT INTO known_key VALUES (?, ?)", [(n, key) for n, (key,) in enumerate(keys, start=1)])
    grams = [(n, " ".join(grams_of(key))) for n, (key,) in enumerate(keys, start=1)]
    file.executemany("INSERT INTO bigram (rowid, grams) VALUES (?, ?)", grams)


def _write_poi(file: sqlite3.Connection, number: int, poi: Poi) -> None:
    row = (number, poi.name, poi.kind, poi.town, poi.location.lon, poi.location.lat)
    file.execute("INSERT INTO poi VALUES (?, ?, ?, ?, ?, ?)", row)
    names = [(key, kind, number) for key, kind in poi.aliases.items()]
    file.executemany("INSERT INTO poi_name VALUES (?, ?, ?)", names)
    file.executemany("INSERT INTO poi_place VALUES (?, ?)", [(number, place) for place in sorted(poi.places)])


def _doors(raw: Sequence[RawDoor]) -> Iterator[tuple[DoorNumber, LonLat, int, bool]]:
    """Each number once per place where it stands, with how far off in metres it may be, and whether it is mapped."""
    grouped: dict[tuple[DoorNumber, bool], list[list[RawDoor]]] = {}
    for door in raw:
        read = door_number(door.number)
        if read is None:
            continue
        spots = grouped.setdefault((read, door.reach_m > 0), [])
        for spot in spots:
            if great_circle_m(spot[0].location, door.location) <= _SAME_DOOR_M:
                spot.append(door)
                break
        else:
            spots.append([door])
    for (read, interpolated), spots in grouped.items():
        for spot in spots:
            first = spot[0]
            spread = max(first.reach_m, *(int(great_circle_m(first.location, d.location)) for d in spot))
            yield read, first.location, spread, interpolated

"""The tables of a gazetteer file read into memory."""

import sqlite3
from collections.abc import Mapping, Sequence

from geodata.coords import LonLat
from geodata.geocoding.entries import NameHit, PlaceEntry, PoiEntry, StreetEntry
from geodata.geocoding.schema import ParentBy


def read_places(file: sqlite3.Connection) -> dict[int, PlaceEntry]:
    """Places by id."""
    codes = _grouped(file.execute("SELECT place_id, postcode FROM place_postcode").fetchall())
    rows = file.execute(
        "SELECT id, name, kind, parent_id, lon, lat, radius_m, level, located_by, parent_by FROM place ORDER BY id"
    ).fetchall()
    parents: dict[int, int | None] = {row[0]: row[3] for row in rows}
    return {
        row[0]: PlaceEntry(
            id=row[0],
            name=row[1],
            kind=row[2],
            location=LonLat(row[4], row[5]),
            radius_m=row[6],
            ancestors=_chain(row[0], parents),
            level=row[7],
            postcodes=frozenset(map(str, codes.get(row[0], ()))),
            located_by=row[8],
            parent_by_distance=row[9] == ParentBy.DISTANCE,
        )
        for row in rows
    }


def read_streets(file: sqlite3.Connection) -> dict[int, StreetEntry]:
    """Streets by id."""
    codes = _grouped(file.execute("SELECT street_id, postcode FROM street_postcode").fetchall())
    places = _grouped(file.execute("SELECT street_id, place_id FROM street_place").fetchall())
    rows = file.execute("SELECT id, name, place_id, lon, lat, extent_m FROM street ORDER BY id").fetchall()
    return {
        row[0]: StreetEntry(
            id=row[0],
            name=row[1],
            town=row[2],
            location=LonLat(row[3], row[4]),
            extent_m=row[5],
            places=frozenset(int(p) for p in places.get(row[0], ())),
            postcodes=frozenset(map(str, codes.get(row[0], ()))),
        )
        for row in rows
    }


def read_pois(file: sqlite3.Connection) -> dict[int, PoiEntry]:
    """Points of interest by id."""
    places = _grouped(file.execute("SELECT poi_id, place_id FROM poi_place").fetchall())
    rows = file.execute("SELECT id, name, kind, place_id, lon, lat FROM poi ORDER BY id").fetchall()
    return {
        row[0]: PoiEntry(
            id=row[0],
            name=row[1],
            kind=row[2],
            town=row[3],
            location=LonLat(row[4], row[5]),
            places=frozenset(int(p) for p in places.get(row[0], ())),
        )
        for row in rows
    }


def by_key(rows: Sequence[tuple[str, str, int]]) -> dict[str, list[NameHit]]:
    """Group rows of key, kind and id by key."""
    found: dict[str, list[NameHit]] = {}
    for key, kind, owner in rows:
        found.setdefault(key, []).append(NameHit(id=owner, kind=kind))
    return found


def _grouped(rows: Sequence[tuple[int, str | int]]) -> dict[int, list[str | int]]:
    found: dict[int, list[str | int]] = {}
    for owner, value in rows:
        found.setdefault(owner, []).append(value)
    return found


def _chain(place: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    found: list[int] = []
    parent = parents.get(place)
    while parent is not None and parent not in found:
        found.append(parent)
        parent = parents.get(parent)
    return tuple(found)

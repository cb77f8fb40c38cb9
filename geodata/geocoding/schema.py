"""Tables of a gazetteer file, shared by its writer and its reader."""

from enum import StrEnum
from typing import Final

#: "dsgz" in the header of the SQLite file: a doorstep gazetteer.
APPLICATION_ID: Final = 0x6473677A
SCHEMA_VERSION: Final = 4


class ParentBy(StrEnum):
    """How it is known in which place another one lies."""

    MAP = "map"
    DISTANCE = "distance"  # the nearest township, for want of boundaries
    LIST = "list"  # a list of divisions says so


SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE place (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, level INTEGER NOT NULL,
    parent_id INTEGER REFERENCES place, lon REAL NOT NULL, lat REAL NOT NULL, radius_m INTEGER NOT NULL,
    located_by INTEGER REFERENCES place, parent_by TEXT NOT NULL
);
CREATE TABLE name (key TEXT NOT NULL, kind TEXT NOT NULL, place_id INTEGER NOT NULL REFERENCES place);
CREATE TABLE place_postcode (place_id INTEGER NOT NULL REFERENCES place, postcode TEXT NOT NULL);
CREATE TABLE street (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, place_id INTEGER REFERENCES place,
    lon REAL NOT NULL, lat REAL NOT NULL, extent_m INTEGER NOT NULL
);
CREATE TABLE street_name (
    key TEXT NOT NULL, kind TEXT NOT NULL, street_id INTEGER NOT NULL REFERENCES street, words TEXT NOT NULL
);
CREATE TABLE street_place (
    street_id INTEGER NOT NULL REFERENCES street, place_id INTEGER NOT NULL REFERENCES place,
    PRIMARY KEY (street_id, place_id)
) WITHOUT ROWID;
CREATE TABLE street_postcode (
    street_id INTEGER NOT NULL REFERENCES street, postcode TEXT NOT NULL, PRIMARY KEY (street_id, postcode)
) WITHOUT ROWID;
CREATE TABLE housenumber (
    street_id INTEGER NOT NULL REFERENCES street, number INTEGER NOT NULL, suffix TEXT NOT NULL, last INTEGER,
    unit TEXT NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL, spread_m INTEGER NOT NULL, interpolated INTEGER NOT NULL
);
CREATE TABLE poi (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, place_id INTEGER REFERENCES place,
    lon REAL NOT NULL, lat REAL NOT NULL
);
CREATE TABLE poi_name (key TEXT NOT NULL, kind TEXT NOT NULL, poi_id INTEGER NOT NULL REFERENCES poi);
CREATE TABLE poi_place (
    poi_id INTEGER NOT NULL REFERENCES poi, place_id INTEGER NOT NULL REFERENCES place,
    PRIMARY KEY (poi_id, place_id)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE nearby USING rtree (
    id, west, east, south, north, +kind TEXT, +ref INTEGER, +number TEXT, +lon REAL, +lat REAL
);
CREATE TABLE known_key (id INTEGER PRIMARY KEY, key TEXT NOT NULL);
CREATE VIRTUAL TABLE bigram USING fts5(grams, content='', detail=none);
CREATE INDEX housenumber_of_street ON housenumber (street_id);
"""

"""A gazetteer file opened for reading: names in memory, house numbers from SQLite when a street is asked for."""

import gc
import math
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from geodata.coords import LonLat
from geodata.errors import AreaFormatError, InvalidCoordinateError
from geodata.geocoding.entries import Door, NameHit, Nearby, NearbyKind, PlaceEntry, PoiEntry, StreetEntry
from geodata.geocoding.parse import DoorNumber
from geodata.geocoding.schema import APPLICATION_ID, SCHEMA_VERSION
from geodata.geocoding.tables import by_key, read_places, read_pois, read_streets

_STREETS_KEPT: Final = 4096
_METRES_PER_DEGREE: Final = 111_195.0
#: Shorter names of points of interest are words of other names as well.
_SHORTEST_POI: Final = 4


class Gazetteer:
    """The names and numbers of one file. Safe to read from several threads.

    Raises
    ------
    AreaFormatError
        When the file is missing, damaged, or of another version.
    """

    def __init__(self, file: Path) -> None:
        self._name = file.name
        self._lock = threading.Lock()
        self._doors: dict[int, tuple[Door, ...]] = {}
        self._connection = _open(file)
        try:
            self._check(file)
            with _collector_paused():
                self._load()
        except (sqlite3.DatabaseError, ValueError, TypeError, InvalidCoordinateError) as exc:
            self._connection.close()
            raise AreaFormatError(_damaged(file.name, str(exc))) from exc
        except AreaFormatError:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def is_name(self, key: str) -> bool:
        """Whether a key names a place, a street, or (where it is long enough to tell) a point of interest."""
        if key in self.place_names or key in self.street_names:
            return True
        return len(key) >= _SHORTEST_POI and key in self.poi_names

    def streets_in(self, places: frozenset[int]) -> frozenset[int]:
        """Streets of any of these places."""
        return frozenset(s for place in places for s in self._streets_of_place.get(place, ()))

    def doors_of(self, street: int) -> tuple[Door, ...]:
        """House numbers of a street, by number."""
        with self._lock:
            doors = self._doors.get(street)
            if doors is None:
                if len(self._doors) >= _STREETS_KEPT:
                    self._doors.clear()
                doors = self._doors[street] = self._read_doors(street)
        return doors

    def near(self, point: LonLat, metres: float) -> list[Nearby]:
        """Doors, points of interest and points along streets in a box of twice so many metres about a point."""
        high = metres / _METRES_PER_DEGREE
        wide = high / max(0.01, math.cos(math.radians(point.lat)))
        box = (point.lon - wide, point.lon + wide, point.lat - high, point.lat + high)
        query = (
            "SELECT kind, ref, number, lon, lat FROM nearby WHERE east >= ? AND west <= ? AND north >= ? AND south <= ?"
        )
        try:
            with self._lock:
                rows = self._connection.execute(query, box).fetchall()
            return [
                Nearby(kind=NearbyKind(kind), ref=ref, number=number, location=LonLat(lon, lat))
                for kind, ref, number, lon, lat in rows
            ]
        except (sqlite3.DatabaseError, ValueError, TypeError, InvalidCoordinateError) as exc:
            raise AreaFormatError(_damaged(self._name, str(exc))) from exc

    def keys_sharing(self, grams: Sequence[str], *, most: int) -> list[str]:
        """Names that share most of some pairs of letters (see `bigrams.grams_of`), the best first."""
        if not grams:
            return []
        query = (
            "SELECT key FROM bigram JOIN known_key ON known_key.id = bigram.rowid "
            "WHERE bigram MATCH ? ORDER BY bigram.rank LIMIT ?"
        )
        wanted = " OR ".join(f'"{gram}"' for gram in dict.fromkeys(grams))
        try:
            with self._lock:
                return [str(key) for (key,) in self._connection.execute(query, (wanted, most)).fetchall()]
        except sqlite3.DatabaseError as exc:
            raise AreaFormatError(_damaged(self._name, str(exc))) from exc

    def _read_doors(self, street: int) -> tuple[Door, ...]:
        try:
            rows = self._connection.execute(
                "SELECT number, suffix, last, unit, lon, lat, spread_m, interpolated FROM housenumber "
                "WHERE street_id = ? ORDER BY number, suffix, unit, lon, lat",
                (street,),
            ).fetchall()
            return tuple(
                Door(
                    number=DoorNumber(number=number, suffix=suffix, last=last, unit=unit),
                    location=LonLat(lon, lat),
                    spread_m=spread,
                    interpolated=bool(interpolated),
                )
                for number, suffix, last, unit, lon, lat, spread, interpolated in rows
            )
        except (sqlite3.DatabaseError, ValueError, TypeError, InvalidCoordinateError) as exc:
            raise AreaFormatError(_damaged(self._name, str(exc))) from exc

    def _check(self, file: Path) -> None:
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if application != APPLICATION_ID:
            raise AreaFormatError(_damaged(file.name, "it is no gazetteer"))
        if version != SCHEMA_VERSION:
            msg = (
                f"{file.name} is a gazetteer of version {version}, this program reads {SCHEMA_VERSION}: "
                "build the area again."
            )
            raise AreaFormatError(msg)
        fault = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if fault != "ok":
            raise AreaFormatError(_damaged(file.name, str(fault)))

    def _load(self) -> None:
        query = self._connection.execute
        meta = dict(query("SELECT key, value FROM meta").fetchall())
        if "dataset_version" not in meta:
            raise AreaFormatError(_damaged(self._name, "it names no dataset version"))
        self.dataset_version: str = meta["dataset_version"]
        self.subdivisions = frozenset(str(meta.get("subdivisions", "")).split())
        self.countries = frozenset(str(meta.get("countries", "")).split())
        self.places: Mapping[int, PlaceEntry] = read_places(self._connection)
        self.streets: Mapping[int, StreetEntry] = read_streets(self._connection)
        self._streets_of_place: dict[int, list[int]] = {}
        for street in self.streets.values():
            for place in street.places:
                self._streets_of_place.setdefault(place, []).append(street.id)
        self.place_names: Mapping[str, Sequence[NameHit]] = by_key(
            query("SELECT key, kind, place_id FROM name ORDER BY place_id").fetchall()
        )
        names = query("SELECT key, kind, street_id, words FROM street_name ORDER BY street_id, kind").fetchall()
        self.street_names: Mapping[str, Sequence[NameHit]] = by_key([row[:3] for row in names])
        self.pois: Mapping[int, PoiEntry] = read_pois(self._connection)
        self.poi_names: Mapping[str, Sequence[NameHit]] = by_key(
            query("SELECT key, kind, poi_id FROM poi_name ORDER BY poi_id").fetchall()
        )
        self.street_keys: dict[int, tuple[str, ...]] = {}
        self.street_words: dict[int, frozenset[str]] = {}
        for key, _, street_id, words in names:
            self.street_keys[street_id] = (*self.street_keys.get(street_id, ()), key)
            self.street_words[street_id] = frozenset(words.split())
        self.places_of_postcode: dict[str, list[int]] = {}
        for place_id, entry in self.places.items():
            for code in entry.postcodes if not entry.is_region else ():
                self.places_of_postcode.setdefault(code, []).append(place_id)
        of_places = (code for entry in self.places.values() for code in entry.postcodes)
        of_streets = (code for street in self.streets.values() for code in street.postcodes)
        self.postcodes = frozenset((*of_places, *of_streets))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Make many objects that all stay: looking for garbage among them again and again takes half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _open(file: Path) -> sqlite3.Connection:
    if not file.is_file():
        msg = f"No gazetteer at {file}: build the area again."
        raise AreaFormatError(msg)
    try:
        uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)
    except sqlite3.Error as exc:
        raise AreaFormatError(_damaged(file.name, str(exc))) from exc


def _damaged(name: str, why: str) -> str:
    return f"{name} cannot be used as a gazetteer ({why}): build the area again."

"""A file of the user's own places: CSV with a header; what is wrong is said by row, column and rule."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from geodata.coords import LonLat
from geodata.datum import Datum, to_wgs84
from geodata.errors import InvalidCoordinateError, NameSourceError
from geodata.geocoding.raw import PLACE_RADIUS_M
from geodata.geocoding.sources.listed import ListedPlace

#: Columns that may be there; `name` must.
COLUMNS: Final = ("name", "other_names", "kind", "lat", "lon", "datum", "inside", "postcode")
_LARGEST_BYTES: Final = 50_000_000
_LONGEST_NAME: Final = 200
_MOST_FAULTS: Final = 20


def read_own_places(file: Path) -> list[ListedPlace]:
    """Read a file of places.

    Parameters
    ----------
    file : UTF-8, with commas, semicolons or tabs. Its columns: `name`; `other_names`, with semicolons or bars between
        them; `kind`, village when it is empty; `lat` and `lon`, both or neither, of `datum` (wgs84, gcj02, bd09);
        `inside`, the places around it, the nearest first, with bars or " > " between them; `postcode`.

    Raises
    ------
    NameSourceError
        When it cannot be read, or with one line for each fault, by row as a spreadsheet counts them.
    """
    rows = _rows(file)
    header = [title.strip().casefold() for title in next(rows, [])]
    faults = _faults_of_header(header)
    places = []
    for number, row in enumerate(rows, start=2):
        if faults and number == 2:
            break
        if not any(cell.strip() for cell in row):
            continue
        try:
            places.append(_place(dict(zip(header, (cell.strip() for cell in row), strict=False))))
        except (_FaultError, InvalidCoordinateError) as exc:
            faults.append(f"row {number}: {exc}")
    if faults:
        more = [f"and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
        raise NameSourceError("\n  ".join([f"{file.name} cannot be used:", *faults[:_MOST_FAULTS], *more]))
    return places


class _FaultError(Exception):
    """A cell that breaks a rule."""


def _rows(file: Path) -> Iterator[list[str]]:
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            msg = f"{file.name} is larger than {_LARGEST_BYTES // 1_000_000} MB."
            raise NameSourceError(msg)
        text = file.read_text(encoding="utf-8-sig")
    except OSError as exc:
        msg = f"{file.name} cannot be read: {exc.strerror}."
        raise NameSourceError(msg) from exc
    except UnicodeDecodeError as exc:
        msg = f"{file.name} is not UTF-8 (at byte {exc.start}): save it as CSV UTF-8."
        raise NameSourceError(msg) from exc
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as exc:
        msg = f"{file.name} is no CSV file: {exc}."
        raise NameSourceError(msg) from exc


def _faults_of_header(header: list[str]) -> list[str]:
    faults = [
        f"row 1: unknown column {title!r}; there are {', '.join(COLUMNS)}"
        for title in header
        if title and title not in COLUMNS
    ]
    if "name" not in header:
        faults.append("row 1: the column name is missing")
    faults += [f"row 1: the column {title} is there twice" for title in COLUMNS if header.count(title) > 1]
    if ("lat" in header) != ("lon" in header):
        faults.append("row 1: lat and lon go together")
    return faults


def _place(cells: Mapping[str, str]) -> ListedPlace:
    name = cells["name"]
    if not name:
        msg = "name is empty"
        raise _FaultError(msg)
    names = (name, *_split(cells.get("other_names", "").replace(";", "|")))
    for each in names:
        if len(each) > _LONGEST_NAME or not each.isprintable():
            msg = f"a name has at most {_LONGEST_NAME} visible characters"
            raise _FaultError(msg)
    kind = cells.get("kind") or "village"
    if kind not in PLACE_RADIUS_M:
        msg = f"kind must be one of {', '.join(PLACE_RADIUS_M)}, got {kind[:40]!r}"
        raise _FaultError(msg)
    location = _location(cells)
    inside = tuple(_split(cells.get("inside", "").replace(">", "|")))
    if location is None and not inside:
        msg = "a place without lat and lon needs inside: it stands at the place around it"
        raise _FaultError(msg)
    return ListedPlace(
        names=names,
        kind=kind,
        inside=inside,
        location=location,
        postcode=cells.get("postcode", ""),
        overrides=True,
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _location(cells: Mapping[str, str]) -> LonLat | None:
    lat, lon = cells.get("lat", ""), cells.get("lon", "")
    if not lat and not lon:
        return None
    if not lat or not lon:
        msg = "lat and lon go together"
        raise _FaultError(msg)
    point = LonLat(_degrees("lon", lon), _degrees("lat", lat))
    datum = cells.get("datum", "").casefold() or Datum.WGS84
    if datum not in set(Datum):
        msg = f"datum must be one of {', '.join(Datum)}, got {datum[:40]!r}"
        raise _FaultError(msg)
    return to_wgs84(point, Datum(datum))


def _degrees(column: str, text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        msg = f"{column} must be degrees as 47.1410, got {text[:40]!r}"
        raise _FaultError(msg) from None

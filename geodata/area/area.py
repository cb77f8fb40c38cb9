"""A prepared area: network, gazetteer and map tiles that were built from one extract."""

import sqlite3
import threading
from pathlib import Path
from typing import Final

from geodata.area.meta import AreaMeta, read_meta, rebuild_needed
from geodata.errors import AreaError, AreaFormatError
from geodata.geocoding.geocoder import GazetteerGeocoder, open_geocoder
from geodata.geocoding.port import Geocoder
from geodata.network.port import ReachingNetwork
from geodata.network.storage import open_network

NETWORKS: Final = "network"
GAZETTEER: Final = "gazetteer.sqlite"
TILES: Final = "tiles.pmtiles"
_DAMAGE: Final = (AreaFormatError, OSError, ValueError, KeyError, sqlite3.Error)


class Area:
    """An area on disk. Its parts are opened when they are first asked for, and kept; any thread may ask.

    Parameters
    ----------
    folder : the folder of one version, as `build_area` makes it.

    Raises
    ------
    AreaFormatError
        When a part is missing or is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._meta = read_meta(folder)
        self._networks: dict[str, ReachingNetwork] = {}
        self._geocoder: GazetteerGeocoder | None = None
        self._opening = threading.Lock()
        parts = [GAZETTEER, TILES, *(f"{NETWORKS}/{profile}" for profile in self._meta.profiles)]
        if missing := [part for part in parts if not (folder / part).exists()]:
            raise rebuild_needed(self._meta.name, f"{', '.join(missing)} is missing")

    @property
    def meta(self) -> AreaMeta:
        """What the area is and where it comes from."""
        return self._meta

    @property
    def tiles(self) -> Path:
        """The PMTiles file of the base map."""
        return self._folder / TILES

    @property
    def geocoder(self) -> Geocoder:
        """Answers addresses of the area."""
        with self._opening:
            if self._geocoder is None:
                try:
                    self._geocoder = open_geocoder(self._folder / GAZETTEER, service_area=self._meta.bbox)
                except _DAMAGE as exc:
                    raise rebuild_needed(self._meta.name, f"its gazetteer cannot be opened ({exc})") from exc
            return self._geocoder

    def network(self, profile: str) -> ReachingNetwork:
        """Return the roads as one vehicle may use them.

        Raises
        ------
        AreaError
            When the area has no network for that vehicle.
        """
        if profile not in self._meta.profiles:
            msg = (
                f"Area {self._meta.name!r} has no network for {profile!r}; "
                f"it has {', '.join(map(repr, self._meta.profiles))}."
            )
            raise AreaError(msg)
        with self._opening:
            if profile not in self._networks:
                try:
                    self._networks[profile] = open_network(self._folder / NETWORKS / profile)
                except _DAMAGE as exc:
                    why = f"its network for {profile!r} cannot be opened ({exc})"
                    raise rebuild_needed(self._meta.name, why) from exc
            return self._networks[profile]

    def close(self) -> None:
        """Close what was opened; a part that is asked for again is opened again."""
        with self._opening:
            self._networks.clear()
            if self._geocoder is not None:
                self._geocoder.close()
                self._geocoder = None

"""A prepared area: network, gazetteer and map tiles that were built from one extract."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geodata.area.derive import roads_of
from geodata.area.meta import AreaMeta, read_meta, rebuild_needed
from geodata.area.roads_today import RoadsToday
from geodata.coords import LonLat
from geodata.errors import AreaError, GeodataError
from geodata.geocoding.geocoder import GazetteerGeocoder, open_geocoder
from geodata.geocoding.port import Geocoder, ReverseAnswer
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.port import ReachingNetwork
from geodata.network.roads import Roads
from geodata.network.storage import open_network
from geodata.network.weights import ways_missing

NETWORKS: Final = "network"
GAZETTEER: Final = "gazetteer.sqlite"
TILES: Final = "tiles.pmtiles"
#: Puts something before the geocoder of an area, such as providers that are asked where it is not sure.
Assist = Callable[[Geocoder, AreaMeta], Geocoder]
_DAMAGE: Final = (GeodataError, OSError, ValueError, KeyError, TypeError, sqlite3.Error)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkToday:
    """The roads of one vehicle on one day, and the ways of that day that they do not have."""

    network: ReachingNetwork
    missing_ways: frozenset[int]

    def around(self, starts: Sequence[LonLat]) -> ReachingNetwork:
        """Return the roads with doors set where one gets to from some of the starts, see ReachingNetwork.around."""
        return self.network.around(starts)


class Area:
    """An area on disk. Its parts are opened when they are first asked for, and kept; any thread may ask.

    Parameters
    ----------
    folder : the folder of one version, as `build_area` makes it.
    matrix_threads : how many threads one travel matrix may use.
    assist : what is put before the area's geocoder; None for nothing.

    Raises
    ------
    AreaFormatError
        When a part is missing or is damaged.
    """

    def __init__(self, folder: Path, *, matrix_threads: int = 1, assist: Assist | None = None) -> None:
        self._folder = folder
        self._assist = assist
        self._matrix_threads = matrix_threads
        self._meta = read_meta(folder)
        self._networks: dict[str, CchRoadNetwork] = {}
        self._today: dict[str, tuple[RoadsToday, NetworkToday]] = {}
        self._geocoder: GazetteerGeocoder | None = None
        self._opening = threading.Lock()
        self._deriving = threading.Lock()
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
        gazetteer = self._gazetteer()
        return gazetteer if self._assist is None else self._assist(gazetteer, self._meta)

    def reverse(self, points: Sequence[LonLat]) -> list[ReverseAnswer]:
        """Say which address is at each point, see GazetteerGeocoder.reverse."""
        return self._gazetteer().reverse(points)

    def _gazetteer(self) -> GazetteerGeocoder:
        with self._opening:
            if self._geocoder is None:
                try:
                    self._geocoder = open_geocoder(self._folder / GAZETTEER, service_area=self._meta.bbox)
                except _DAMAGE as exc:
                    raise rebuild_needed(self._meta.name, f"its gazetteer cannot be opened ({exc})") from exc
            return self._geocoder

    def network(self, profile: str) -> ReachingNetwork:
        """Return the roads as one vehicle may use them.

        Parameters
        ----------
        profile : the vehicle's name, one of `profiles`.

        Raises
        ------
        AreaError
            When the area has no network for that vehicle.
        """
        return self._network(profile)

    def roads(self, profile: str) -> Roads:
        """Return the arrays of one vehicle's roads.

        Parameters
        ----------
        profile : the vehicle's name, one of `profiles`.

        Raises
        ------
        AreaError
            When the area has no network for that vehicle.
        """
        return self._network(profile).roads

    def network_today(self, profile: str, today: RoadsToday) -> NetworkToday:
        """Return the roads as one vehicle may use them on a day; made in a fraction of a second.

        The latest day of each vehicle is kept: what is asked again, by the next branch, costs nothing.

        Parameters
        ----------
        profile : the vehicle's name, one of `profiles`.
        today : the season, closed ways and observed speeds.

        Raises
        ------
        AreaError
            When the area has no network for that vehicle, or the vehicle knows no such season.
        """
        network = self._network(profile)
        with self._deriving:
            kept = self._today.get(profile)
            if kept is None or kept[0] != today:
                roads = roads_of(today, network.roads, self._meta.seasons.get(profile, {}))
                derived = NetworkToday(
                    network=network.with_weights(roads),
                    missing_ways=frozenset(ways_missing(network.roads, today.ways)),
                )
                kept = self._today[profile] = (today, derived)
            return kept[1]

    def _network(self, profile: str) -> CchRoadNetwork:
        if profile not in self._meta.profiles:
            msg = (
                f"Area {self._meta.name!r} has no network for {profile!r}; "
                f"it has {', '.join(map(repr, self._meta.profiles))}."
            )
            raise AreaError(msg)
        with self._opening:
            if profile not in self._networks:
                try:
                    folder = self._folder / NETWORKS / profile
                    self._networks[profile] = open_network(folder, threads=self._matrix_threads)
                except _DAMAGE as exc:
                    why = f"its network for {profile!r} cannot be opened ({exc})"
                    raise rebuild_needed(self._meta.name, why) from exc
            return self._networks[profile]

    def close(self) -> None:
        """Close what was opened; a part that is asked for again is opened again."""
        with self._opening:
            self._networks.clear()
            self._today.clear()
            if self._geocoder is not None:
                self._geocoder.close()
                self._geocoder = None

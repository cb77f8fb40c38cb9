"""The roads of one day, derived from those that were built: season, then observed speeds, then closures."""

from collections.abc import Iterable, Mapping

import numpy as np

from geodata.area.roads_today import RoadsToday, WayDirection, WaySpeed
from geodata.errors import AreaError
from geodata.network.roads import Roads
from geodata.network.tables import Row
from geodata.network.weights import ObservedSpeeds, with_closed_ways, with_observed_speeds, with_season

#: Season -> surface class -> percent of the speed.
Seasons = Mapping[str, Mapping[str, int]]


def roads_of(today: RoadsToday, roads: Roads, seasons: Seasons) -> Roads:
    """Return the same roads with the durations of one day. Ways that they do not have are passed over.

    Parameters
    ----------
    seasons : those of the vehicle.

    Raises
    ------
    AreaError
        When the vehicle has no such season.
    """
    if today.season is not None:
        if today.season not in seasons:
            known = ", ".join(map(repr, seasons)) or "none"
            msg = f"The roads of {roads.profile!r} know no season {today.season!r}; they know {known}."
            raise AreaError(msg)
        factors = {surface: Row(percent, "the area") for surface, percent in seasons[today.season].items()}
        roads = with_season(roads, factors)
    if today.observed_speeds:
        roads = with_observed_speeds(roads, _on_edges(today.observed_speeds, roads))
    return with_closed_ways(roads, today.closed_ways) if today.closed_ways else roads


def _on_edges(speeds: Iterable[WaySpeed], roads: Roads) -> ObservedSpeeds:
    """Lay the speeds of ways on their edges, which are drawn as the ways are."""
    columns = [(speed.way, direction, speed.kmh) for speed in speeds for direction in speed.directions]
    columns.sort()
    way = np.array([column[0] for column in columns], dtype=np.int64)
    forward = np.array([column[1] is WayDirection.FORWARD for column in columns], dtype=bool)
    kmh = np.array([column[2] for column in columns], dtype=np.float64)
    on_edge = np.asarray(roads.way_osm)
    edges = np.flatnonzero(np.isin(on_edge, way))
    # The speeds of a way are one or two neighbours, as the columns are sorted.
    first = np.searchsorted(way, on_edge[edges], side="left")
    second = np.searchsorted(way, on_edge[edges], side="right") - 1
    both = first != second
    chosen = np.concatenate([first, second[both]])
    return ObservedSpeeds(
        edge=np.concatenate([edges, edges[both]]).astype(np.int64), forward=forward[chosen], kmh=kmh[chosen]
    )

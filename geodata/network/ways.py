"""Ways by name and by place: which OpenStreetMap ids a network has where, to close them or to say their speeds."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from geodata.coords import EARTH_RADIUS_M, LonLat
from geodata.network.roads import Floats, Roads

#: How far from a place ways are looked for when nobody says, metres.
NEAR_M: Final = 200
_NO_WAY: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWay:
    """One way as a network has it.

    Attributes
    ----------
    id : OpenStreetMap's, or that of the extract. length_m : of the part that the vehicle may use.
    away_m : from the place that was asked about, None when none was.
    """

    id: int
    name: str
    highway: str
    length_m: int
    away_m: int | None


def find_ways(
    roads: Roads, *, street: str | None = None, near: LonLat | None = None, within_m: int = NEAR_M
) -> list[FoundWay]:
    """Return the ways whose name has a text in it, or that come near a place, or both; the nearest first.

    Parameters
    ----------
    street : part of the name, in any case of letters. near, within_m : a place, and how near, metres on the sphere.
    """
    edges = np.flatnonzero(np.asarray(roads.way_osm) != _NO_WAY)
    if street is not None:
        named = [index for index in np.unique(roads.name) if street.casefold() in roads.text(int(index)).casefold()]
        edges = edges[np.isin(roads.name[edges], named)]
    away_m = np.zeros(len(edges))
    if near is not None:
        away_m = _away_m(roads, near)[edges]
        edges, away_m = edges[away_m <= within_m], away_m[away_m <= within_m]
    ids, first, way_of = np.unique(roads.way_osm[edges], return_index=True, return_inverse=True)
    nearest_m = np.full(len(ids), np.inf)
    np.minimum.at(nearest_m, way_of, away_m)
    found = [
        FoundWay(
            id=int(way),
            name=roads.text(int(roads.name[edge])),
            highway=roads.text(int(roads.highway[edge])),
            length_m=round(int(roads.length_mm[roads.way_osm == way].sum(dtype=np.int64)) / 1000),
            away_m=None if near is None else round(float(metres)),
        )
        for way, edge, metres in zip(ids, edges[first], nearest_m, strict=True)
    ]
    return sorted(found, key=lambda way: (way.away_m or 0, way.name, way.id))


def _away_m(roads: Roads, place: LonLat) -> Floats:
    """Metres from a place to each edge, on the plane that touches the sphere there: (m,)."""
    metres_per_degree = np.radians(1) * EARTH_RADIUS_M
    scale = np.array([metres_per_degree * np.cos(np.radians(place.lat)), metres_per_degree])
    points = (np.asarray(roads.shape_lonlat) - np.array([place.lon, place.lat])) * scale
    edge_of = np.repeat(np.arange(roads.edge_count), np.diff(roads.shape_start))
    lines = shapely.linestrings(points, indices=edge_of)
    away_m: Floats = shapely.distance(lines, shapely.Point(0, 0))
    return away_m

"""Coordinates: WGS-84 longitude and latitude, and distance on the sphere."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from geodata.errors import InvalidCoordinateError

#: Mean Earth radius (IUGG), metres.
EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class LonLat:
    """A point in WGS-84 degrees, longitude first.

    Raises
    ------
    InvalidCoordinateError
        When either value is not finite or is out of range.

    Examples
    --------
    >>> LonLat(9.5215, 47.1410).lat
    47.141
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.lon) or not -180 <= self.lon <= 180:
            msg = f"A longitude must be between -180 and 180 degrees, got {self.lon}."
            raise InvalidCoordinateError(msg)
        if not math.isfinite(self.lat) or not -90 <= self.lat <= 90:
            msg = f"A latitude must be between -90 and 90 degrees, got {self.lat}."
            raise InvalidCoordinateError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundingBox:
    """A box in WGS-84 degrees that does not cross the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def __contains__(self, point: object) -> bool:
        return (
            isinstance(point, LonLat) and self.west <= point.lon <= self.east and self.south <= point.lat <= self.north
        )


class Polyline(Sequence[LonLat]):
    """A line as an array; its points are made when they are asked for. It equals any sequence of the same points.

    Parameters
    ----------
    lonlat : (n, 2) longitude and latitude, degrees.

    Examples
    --------
    >>> Polyline(np.array([[9.5, 47.1], [9.6, 47.2]]))[1].lat
    47.2
    """

    __slots__ = ("_lonlat",)

    def __init__(self, lonlat: NDArray[np.float64]) -> None:
        self._lonlat = lonlat

    @property
    def lonlat(self) -> NDArray[np.float64]:
        """The points, (n, 2) degrees."""
        return self._lonlat

    def __len__(self) -> int:
        return len(self._lonlat)

    @overload
    def __getitem__(self, index: int) -> LonLat: ...

    @overload
    def __getitem__(self, index: slice) -> "Polyline": ...

    def __getitem__(self, index: int | slice) -> "LonLat | Polyline":
        if isinstance(index, slice):
            return Polyline(self._lonlat[index])
        lon, lat = self._lonlat[index].tolist()
        return LonLat(lon, lat)

    def __iter__(self) -> Iterator[LonLat]:
        return (LonLat(lon, lat) for lon, lat in self._lonlat.tolist())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Polyline):
            return np.array_equal(self._lonlat, other._lonlat)
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(LonLat.__eq__, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Polyline of {len(self)} points"


def lonlat_array(points: Sequence[LonLat]) -> NDArray[np.float64]:
    """Points as an array of shape (n, 2), columns longitude and latitude, degrees."""
    return np.array([(p.lon, p.lat) for p in points], dtype=np.float64).reshape(-1, 2)


def great_circle_m(a: LonLat, b: LonLat) -> float:
    """Great-circle distance in metres (haversine on a sphere of EARTH_RADIUS_M)."""
    return float(great_circle_array_m(lonlat_array([a]), lonlat_array([b]))[0])


def great_circle_array_m(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle distances in metres between paired rows.

    Parameters
    ----------
    a, b : arrays of shape (n, 2), longitude and latitude in degrees.
    """
    lon_a, lat_a, lon_b, lat_b = (np.radians(v) for v in (a[:, 0], a[:, 1], b[:, 0], b[:, 1]))
    chord = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    distances: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return distances

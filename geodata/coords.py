"""Coordinates: WGS-84 longitude and latitude, and distance on the sphere."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

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

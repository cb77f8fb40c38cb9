"""Datums of Chinese maps: WGS-84 to GCJ-02 (AMap, Tencent) and BD-09 (Baidu), and back.

On the Chinese mainland, maps are drawn some 300 to 700 m away from where things are. The shift is applied inside a
polygon of the mainland with its coast (`china.geojson`, made by `scripts/china_polygon.py` of Natural Earth's 1:10m
countries), not in the usual bounding box, which holds Hanoi, Seoul and Ulaanbaatar too. Hong Kong, Macau and Taiwan are
not shifted. Within about 3 km of a land border the polygon may err.

The forward formulas are those in general use
(https://en.wikipedia.org/wiki/Restrictions_on_geographic_data_in_China); the way back solves them by iteration.
"""

import math
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

import shapely

from geodata.coords import LonLat

_SEMI_MAJOR_M: Final = 6_378_245.0  # Krasovsky's ellipsoid
_ECCENTRICITY_2: Final = 0.00669342162296594323
_BAIDU_WAVE: Final = math.pi * 3000 / 180
#: A step of the inverse below this, about 1e-8 m, changes nothing that is asked of it.
_SMALLEST_STEP_DEGREES: Final = 1e-13
_MOST_STEPS: Final = 40

_Point = tuple[float, float]


class Datum(StrEnum):
    """What a longitude and a latitude are measured against."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(point: LonLat, datum: Datum) -> LonLat:
    """Give the true place of a point of a datum.

    Errs by less than 1e-6 m. Within a kilometre outside the border a point of GCJ-02 may stand for two places, one of
    them inside: that one is given.

    Examples
    --------
    >>> there = to_wgs84(LonLat(116.41024450, 39.91640428), Datum.GCJ02)
    >>> round(there.lon, 6), round(there.lat, 6)
    (116.404, 39.915)
    """
    if datum is Datum.WGS84 or not _is_near_mainland(point):
        return point
    lon, lat = (point.lon, point.lat)
    if datum is Datum.BD09:
        lon, lat = _solved(_gcj02_to_bd09, (lon, lat))
    lon, lat = _solved(_wgs84_to_gcj02, (lon, lat))
    return LonLat(lon, lat) if is_shifted(LonLat(lon, lat)) else point


def from_wgs84(point: LonLat, datum: Datum) -> LonLat:
    """Give the coordinates that a map of a datum has for a true place.

    Examples
    --------
    >>> from_wgs84(LonLat(9.52, 47.14), Datum.BD09)
    LonLat(lon=9.52, lat=47.14)
    """
    if datum is Datum.WGS84 or not is_shifted(point):
        return point
    shifted = _wgs84_to_gcj02((point.lon, point.lat))
    return LonLat(*(_gcj02_to_bd09(shifted) if datum is Datum.BD09 else shifted))


def is_shifted(place: LonLat) -> bool:
    """Whether Chinese maps draw a true place (WGS-84) elsewhere: on the mainland and beside its coast."""
    return bool(shapely.contains_xy(_mainland(), place.lon, place.lat))


def _is_near_mainland(point: LonLat) -> bool:
    """Whether any datum could have moved the point from the mainland; elsewhere it might be moved off the globe."""
    west, south, east, north = shapely.bounds(_mainland())
    return bool(west - 1 < point.lon < east + 1 and south - 1 < point.lat < north + 1)


@cache
def _mainland() -> Any:
    shape = shapely.from_geojson((files("geodata") / "china.geojson").read_text(encoding="utf-8"))
    shapely.prepare(shape)
    return shape


def _wgs84_to_gcj02(point: _Point) -> _Point:
    lon, lat = point
    x, y = lon - 105, lat - 35
    short_waves = 20 * math.sin(6 * math.pi * x) + 20 * math.sin(2 * math.pi * x)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += 2 / 3 * (short_waves + _waves(x, 20, 40, 150, 300))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += 2 / 3 * (short_waves + _waves(y, 20, 40, 160, 320))
    sine = math.sin(math.radians(lat))
    flattened = 1 - _ECCENTRICITY_2 * sine * sine
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_2) / flattened**1.5
    parallel_m = _SEMI_MAJOR_M / math.sqrt(flattened) * math.cos(math.radians(lat))
    return lon + math.degrees(east / parallel_m), lat + math.degrees(north / meridian_m)


def _waves(v: float, one: float, third: float, twelfth: float, thirtieth: float) -> float:
    return (
        one * math.sin(math.pi * v)
        + third * math.sin(math.pi * v / 3)
        + twelfth * math.sin(math.pi * v / 12)
        + thirtieth * math.sin(math.pi * v / 30)
    )


def _gcj02_to_bd09(point: _Point) -> _Point:
    lon, lat = point
    radius = math.hypot(lon, lat) + 2e-5 * math.sin(lat * _BAIDU_WAVE)
    angle = math.atan2(lat, lon) + 3e-6 * math.cos(lon * _BAIDU_WAVE)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def _solved(shift: Callable[[_Point], _Point], shifted: _Point) -> _Point:
    """Find the point that `shift` moves onto `shifted`: each step leaves a few hundredths of the error at most."""
    lon, lat = shifted
    for _ in range(_MOST_STEPS):
        there = shift((lon, lat))
        step = (shifted[0] - there[0], shifted[1] - there[1])
        lon, lat = lon + step[0], lat + step[1]
        if max(map(abs, step)) < _SMALLEST_STEP_DEGREES:
            break
    return lon, lat

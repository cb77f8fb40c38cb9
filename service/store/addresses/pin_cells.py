"""Cells of a grid of some thirty metres, whose names are kept only as HMACs: how the pins near a point are found."""

from collections.abc import Sequence
from itertools import product
from math import floor
from typing import Final

from geodata.coords import LonLat, great_circle_m
from service.store.jobs.records import PinRecord

#: A pin that is farther away is of another door, metres.
_NEAR_M: Final = 15
#: Sides of a cell, degrees: 33 m of latitude, and over 15 m of longitude up to the 74th degree of latitude.
_LAT: Final = 0.0003
_LON: Final = 0.0005


def cell_of(point: LonLat) -> str:
    """Name the cell of a point; stored as an HMAC, so that it may not change without a migration."""
    return _name(floor(point.lon / _LON), floor(point.lat / _LAT))


def cells_around(point: LonLat) -> list[str]:
    """Name the cells of everything within 15 m of a point."""
    column, row = floor(point.lon / _LON), floor(point.lat / _LAT)
    return [_name(column + east, row + north) for east, north in product((-1, 0, 1), repeat=2)]


def nearest_of(pins: Sequence[PinRecord], point: LonLat) -> PinRecord | None:
    """Return the pin that is nearest to a point, the latest of several at one place; None beyond 15 m."""
    near = [(great_circle_m(one.pin.location, point), one) for one in pins]
    within = [(distance, one) for distance, one in near if distance <= _NEAR_M]
    return min(within, key=lambda pair: (pair[0], -pair[1].changed_at.timestamp()))[1] if within else None


def _name(column: int, row: int) -> str:
    return f"{column} {row}"

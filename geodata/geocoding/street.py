"""A street while its gazetteer is built: where it runs, its doors, and what an address may call it."""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.coords import LonLat, great_circle_array_m, lonlat_array
from geodata.geocoding.raw import RawDoor

#: Over a kilometre up to 70 degrees of latitude.
_FAR_DEGREES: Final = 0.03


@dataclass(slots=True, kw_only=True, eq=False)
class Street:
    """A street of one town, or a place whose houses are numbered without streets.

    Attributes
    ----------
    points : where it runs, shape (n, 2), longitude and latitude.
    lived_at : how much each of its points counts for its middle, shape (n,); None where all count alike.
    town : the place it is filed under; `places` are all that an address may name for it.
    """

    name: str
    key: str
    points: NDArray[np.float64]
    town: int | None
    aliases: dict[str, str]
    places: set[int] = field(default_factory=set)
    postcodes: set[str] = field(default_factory=set)
    doors: list[RawDoor] = field(default_factory=list)
    lived_at: NDArray[np.float64] | None = None
    _low: NDArray[np.float64] = field(init=False)
    _high: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.extend(np.empty((0, 2)))

    def extend(self, points: NDArray[np.float64]) -> None:
        """Add further points where it runs."""
        self.points = np.vstack([self.points, points])
        self._low, self._high = self.points.min(axis=0), self.points.max(axis=0)

    def distance_m(self, lon: float, lat: float) -> float:
        """Metres from a point to the street, infinite when it is over a kilometre or two away."""
        (west, south), (east, north) = self._low, self._high
        inside = west - _FAR_DEGREES <= lon <= east + _FAR_DEGREES
        if not (inside and south - _FAR_DEGREES <= lat <= north + _FAR_DEGREES):
            return math.inf
        here = np.broadcast_to(np.array([[lon, lat]]), self.points.shape)
        return float(great_circle_array_m(self.points, here).min())

    @property
    def middle(self) -> LonLat:
        """The point of the street that is nearest to the middle of its points, or of those where somebody lives."""
        centre = np.median(self.points, axis=0) if self.lived_at is None else _median(self.points, self.lived_at)
        index = int(np.argmin(great_circle_array_m(self.points, np.broadcast_to(centre, self.points.shape))))
        return LonLat(float(self.points[index, 0]), float(self.points[index, 1]))

    @property
    def extent_m(self) -> int:
        """Distance in metres from the middle to its farthest point or door."""
        ends = np.vstack([self.points, lonlat_array([d.location for d in self.doors])])
        middle = np.broadcast_to(lonlat_array([self.middle]), ends.shape)
        return int(great_circle_array_m(ends, middle).max()) + 1


def _median(points: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted median of each coordinate."""
    middle = []
    for values in points.T:
        order = np.argsort(values)
        sums = np.cumsum(weights[order])
        middle.append(values[order][np.searchsorted(sums, sums[-1] / 2)])
    return np.array(middle)

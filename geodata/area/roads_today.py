"""What is different on the roads of one day: a season, closed ways, speeds that were observed. Values only."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geodata.errors import AreaError

#: What an observed speed may be, km/h. What is slower than the least is closed rather than driven.
SLOWEST_KMH: Final = 1
FASTEST_KMH: Final = 200
#: Ids of OpenStreetMap ways are positive and have 63 bits.
LARGEST_WAY: Final = 2**63 - 1


class WayDirection(StrEnum):
    """A direction of a way, by the order of its nodes on OpenStreetMap."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaySpeed:
    """A speed that was driven along an OpenStreetMap way."""

    way: int
    kmh: float
    direction: WayDirection = WayDirection.BOTH

    def __post_init__(self) -> None:
        _check_way(self.way)
        if not SLOWEST_KMH <= self.kmh <= FASTEST_KMH:
            msg = f"Way {self.way}: kmh must be from {SLOWEST_KMH} to {FASTEST_KMH}, got {self.kmh}."
            raise AreaError(msg)

    @property
    def directions(self) -> tuple[WayDirection, ...]:
        """Forward, backward, or the two of them."""
        both = (WayDirection.FORWARD, WayDirection.BACKWARD)
        return both if self.direction is WayDirection.BOTH else (self.direction,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadsToday:
    """The differences of one day. Equal ones are the same day: it is a key.

    Attributes
    ----------
    season : one of those of the vehicle's profile; None: as the profile's speeds are.
    closed_ways : OpenStreetMap ids; nobody drives them, nor starts or ends there. Closed comes before observed.
    observed_speeds : they come before the season's; of each direction of a way at most one.
    """

    season: str | None = None
    closed_ways: frozenset[int] = frozenset()
    observed_speeds: frozenset[WaySpeed] = frozenset()

    def __post_init__(self) -> None:
        for way in self.closed_ways:
            _check_way(way)
        seen: set[tuple[int, WayDirection]] = set()
        for speed in self.observed_speeds:
            for direction in speed.directions:
                if (speed.way, direction) in seen:
                    msg = f"Way {speed.way} has two observed speeds {direction}; give one."
                    raise AreaError(msg)
                seen.add((speed.way, direction))

    @property
    def ways(self) -> frozenset[int]:
        """Every way that is named."""
        return self.closed_ways | {speed.way for speed in self.observed_speeds}


def _check_way(way: int) -> None:
    if not 0 < way <= LARGEST_WAY:
        msg = f"An OpenStreetMap way's id must be from 1 to {LARGEST_WAY}, got {way}."
        raise AreaError(msg)

"""The roads that a day is measured and drawn with: as they always are, or with what is different on that day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from geodata.area.roads_today import RoadsToday
from geodata.coords import LonLat
from geodata.network.port import RoadNetwork
from service.cases.case import Day
from service.planning.locate import Located
from service.planning.plan import AppliedRoads


class RoadsOfOneDay(Protocol):
    """What planning needs of geodata's NetworkToday."""

    def around(self, starts: Sequence[LonLat]) -> RoadNetwork:
        """Return the roads of one vehicle on that day, with doors set where one gets to from these starts, and back."""

    @property
    def missing_ways(self) -> frozenset[int]:
        """Ways of the day that they do not have."""


class RoadArea(Protocol):
    """What the roads come from: a geodata Area."""

    def network(self, profile: str) -> RoadNetwork:
        """Return the roads as one vehicle may use them."""

    def network_today(self, profile: str, today: RoadsToday) -> RoadsOfOneDay:
        """Return the roads as one vehicle may use them on a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRoads:
    """A network for each vehicle in use, and what was applied to them, None on an ordinary day."""

    networks: Mapping[str, RoadNetwork]
    applied: AppliedRoads | None


def roads_of_the_day(day: Day, area: RoadArea, located: Located) -> DayRoads:
    """Open the network of each vehicle in use, once for the whole plan.

    A way that only one of the vehicles may use is known; one that none of them may use is reported as unknown.
    """
    vehicles = tuple(dict.fromkeys(collector.vehicle for collector in day.collectors))
    if day.roads is None:
        return DayRoads(networks={vehicle: area.network(vehicle) for vehicle in vehicles}, applied=None)
    derived = {vehicle: area.network_today(vehicle, day.roads) for vehicle in vehicles}
    unknown = frozenset.intersection(*(one.missing_ways for one in derived.values()))
    return DayRoads(
        networks={vehicle: one.around(located.starts(vehicle)) for vehicle, one in derived.items()},
        applied=applied_roads(day.roads, unknown),
    )


def applied_roads(today: RoadsToday, unknown: frozenset[int]) -> AppliedRoads:
    """Say what was applied of the roads of a day, when so many ways of it are unknown."""
    return AppliedRoads(
        season=today.season,
        closed_ways=tuple(sorted(today.closed_ways - unknown)),
        observed_ways=tuple(sorted({speed.way for speed in today.observed_speeds} - unknown)),
        unknown_ways=tuple(sorted(unknown)),
    )

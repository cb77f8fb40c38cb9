"""Cases to visit and collectors to visit them, as the planner knows them: no name, no debt."""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from geodata.area.roads_today import RoadsToday
from geodata.coords import LonLat
from service.cases.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """A place as the request gives it: a text, a coordinate, or both."""

    address: str | None = None
    location: LonLat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalWindow:
    """From start to end by the clock on the branch's wall, on the day of the plan."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One overdue account whose holder is to be visited.

    Attributes
    ----------
    priority : 0 to 100, see service.cases.priority.
    windows : when the whole visit, its end included, may take place; empty for any time the policy allows.
    """

    id: str
    whereabouts: Whereabouts
    priority: int
    mandatory: bool
    service_s: int
    windows: tuple[LocalWindow, ...]
    required_skills: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """One person on the road, from `start` to `end` within `shift`; without `end` the day ends at the last door.

    `vehicle` names one of the area's road networks.
    """

    id: str
    start: Whereabouts
    end: Whereabouts | None
    shift: LocalWindow
    vehicle: str
    skills: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Everything one plan is made from. Without `roads` they are as they always are."""

    date: date
    time_zone: ZoneInfo
    policy: Policy
    cases: tuple[Case, ...]
    collectors: tuple[Collector, ...]
    engine: str
    budget_s: float
    iterations: int | None
    seed: int
    minutes_per_priority_point: float
    roads: RoadsToday | None = None

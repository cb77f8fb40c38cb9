"""Cases to visit and collectors to visit them, as the planner knows them: no name, no debt."""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from geodata.area.roads_today import RoadsToday
from geodata.coords import LonLat
from routing.weights import DEFAULT_WEIGHTS, Weights
from service.cases.contact import NO_HISTORY, ContactHistory
from service.cases.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """A place as the request gives it: a text, a coordinate, or both."""

    address: str | None = None
    location: LonLat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalWindow:
    """From start to end by the clock on the branch's wall, on the day of the plan.

    `grace_s` is how long after `end` a visit may still end, at a price; a shift has none.
    """

    start: time
    end: time
    grace_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalBreak:
    """A rest that begins between two times of the day, the shift's where there are none; see routing.vehicle.Break."""

    earliest: time | None
    latest: time | None
    duration_s: int
    after_work_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One overdue account whose holder is to be visited.

    Attributes
    ----------
    priority : 0 to 100, see service.cases.priority.
    setup_s : what finding the door takes, not needed again for the next case at the same place.
    windows : when the whole visit, its end included, may take place; empty for any time the policy allows.
    required_skills, excluded_skills : the collector must have all of these, and none of those.
    allowed_collectors : ids of those who may come; None for anyone.
    position : where it stands on its route, from 0, if it is on one; None for anywhere.
    history : suppressions and earlier visits, which the policy looks at.
    """

    id: str
    whereabouts: Whereabouts
    priority: int
    mandatory: bool
    service_s: int
    windows: tuple[LocalWindow, ...]
    required_skills: frozenset[str]
    setup_s: int = 0
    excluded_skills: frozenset[str] = frozenset()
    allowed_collectors: frozenset[str] | None = None
    position: int | None = None
    history: ContactHistory = NO_HISTORY


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """One person on the road, from `start` to `end` within `shift`; without `end` the day ends at the last door.

    `vehicle` names one of the area's road networks; `prefix` the cases that begin the route. Paces and limits are
    those of routing.vehicle.Vehicle.
    """

    id: str
    start: Whereabouts
    end: Whereabouts | None
    shift: LocalWindow
    vehicle: str
    skills: frozenset[str]
    pace_percent: int = 100
    max_work_s: int | None = None
    max_driving_s: int | None = None
    max_visits: int | None = None
    overtime_after: time | None = None
    breaks: tuple[LocalBreak, ...] = ()
    prefix: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRoute:
    """The cases of one collector, in order, in the plan that a search begins from."""

    collector: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The plan that a search begins from; `plan` is the id of the earlier plan that it comes from, if it does."""

    routes: tuple[StartRoute, ...]
    plan: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Everything one plan is made from.

    Without `roads` they are as they always are; without `bound_s` nobody proves how good the plan is.
    """

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
    threads: int = 1
    weights: Weights = DEFAULT_WEIGHTS
    start: Start | None = None
    bound_s: float | None = None

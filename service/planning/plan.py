"""The plan of one day, as every view of it reads it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from geodata.coords import LonLat
from geodata.geocoding.port import GeocodeAnswer
from geodata.network.port import SnapFlag, Step, Turn
from routing.weights import DEFAULT_WEIGHTS, Weights
from service.cases.refusal import Refusal

#: Words that the flags of a door are made of.
DOOR_FLAGS: Final = tuple(map(str, SnapFlag))
#: Words that a step of a route sheet begins with.
TURNS: Final = tuple(map(str, Turn))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One stretch of travel, door to door. `line` is what is drawn; its metres are `length_m`.

    `steps` is the route sheet, from "start" to "arrive"; empty between two cases at one door.
    """

    travel_s: int
    length_m: int
    access_s: int
    line: tuple[LonLat, ...]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStop:
    """One visit at one door. Instants carry the branch's offset. `flags` are words of SnapFlag about the door.

    From `start` to `departure` are `setup_s`, where it is due, and `service_s`. Between `arrival` and `start` are
    `waiting_s` and breaks at the door. `lateness_s` is how long after its window the visit ends, within the grace.
    """

    number: int
    case: str
    location: LonLat
    priority: int
    mandatory: bool
    arrival: datetime
    start: datetime
    departure: datetime
    service_s: int
    waiting_s: int
    leg: Leg
    setup_s: int = 0
    lateness_s: int = 0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBreak:
    """A rest between departure and arrival. `stop` is the number of the stop that follows, None on the way back.

    `at_door` tells a rest at that stop's door, before its visit, from one on the way there.
    """

    start: datetime
    end: datetime
    duration_s: int
    stop: int | None
    at_door: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRoute:
    """The day of one collector. A collector who stays at home has no stops and departs when arriving.

    `breaks` are those between departure and arrival; one that is taken at home is not told. `overtime_s` is how long
    after `overtime_after` the day ends. `start_flags` and `end_flags` are words of SnapFlag about those doors.
    """

    collector: str
    vehicle: str
    start: LonLat
    end: LonLat | None
    departure: datetime
    arrival: datetime
    stops: tuple[PlannedStop, ...]
    return_leg: Leg | None
    breaks: tuple[PlannedBreak, ...] = ()
    overtime_s: int = 0
    start_flags: tuple[str, ...] = ()
    end_flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A case that is not on any route, and why."""

    case: str
    priority: int
    mandatory: bool
    location: LonLat | None
    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class UnavailableCollector:
    """A collector who could not be planned, and why."""

    collector: str
    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Geocoded:
    """How one place of the request was located. `pointer` is its JSON pointer in the request.

    `review` is the id of the review in which a person decides on its address, None where nobody need.
    """

    pointer: str
    answer: GeocodeAnswer
    review: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCost:
    """What the plan costs, in seconds: `total_s` adds the routes' seconds, weighted, and `penalty_s`.

    `penalty_s` is the worth of all cases without a visit. Mandatory ones among them weigh more than any number of
    seconds, so they are counted apart.
    """

    travel_s: int
    waiting_s: int = 0
    overtime_s: int = 0
    lateness_s: int = 0
    penalty_s: int
    total_s: int
    unserved_mandatory: int
    weights: Weights = DEFAULT_WEIGHTS


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStart:
    """What the search began from: an earlier plan by its id, or routes of the request's own.

    Of an earlier plan, the cases and collectors that the day does not have are named.
    """

    plan: str | None
    unknown_cases: tuple[str, ...]
    unknown_collectors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedRoads:
    """What was different on the roads of the day, by OpenStreetMap's ids of ways, in their order.

    `unknown_ways` are those of the request that no road of the vehicles in use is of: nothing was done for them.
    """

    season: str | None
    closed_ways: tuple[int, ...]
    observed_ways: tuple[int, ...]
    unknown_ways: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBound:
    """How good the plan is at least.

    Attributes
    ----------
    lowest_s : no plan of the day has a lower PlanCost.total_s.
    gap_percent : by how much of its cost the plan could be cheaper at most; 0 when it is one of the best.
    relaxed : rules of routing that the proof leaves out.
    reason : why nothing better was proven, see routing.solution.Proof.
    """

    lowest_s: int
    gap_percent: float
    relaxed: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All routes of one branch on one day.

    `engine` is the one that made the routes. `roads` says what was different on the roads, None on an ordinary day;
    `start` what the search began from, None when it began from nothing.
    """

    date: date
    time_zone: str
    area: str
    area_version: str
    attribution: str
    policy_version: str
    engine: str
    seed: int
    routes: tuple[PlannedRoute, ...]
    unassigned: tuple[LeftOut, ...]
    unavailable_collectors: tuple[UnavailableCollector, ...]
    cost: PlanCost
    geocoding: tuple[Geocoded, ...]
    roads: AppliedRoads | None = None
    start: PlanStart | None = None
    bound: PlanBound | None = None

"""The solution: timed routes, the visits left out with reasons, and what it all costs."""

from dataclasses import dataclass
from enum import StrEnum

from routing.problem import MANDATORY_PENALTY_S


class Reason(StrEnum):
    """Why a visit is not in the plan."""

    NO_VEHICLES = "no_vehicles"
    SKILL_MISSING = "skill_missing"  # no vehicle has all the required skills
    UNREACHABLE = "unreachable"  # no road from, or back to, any suitable vehicle's start
    OUTSIDE_SHIFTS = "outside_shifts"  # no window meets the shift of a suitable vehicle
    SERVICE_TOO_LONG = "service_too_long"  # the service fits in no window
    TOO_FAR = "too_far"  # alone on a route it would not fit the shift
    NOT_WORTH_THE_TIME = "not_worth_the_time"  # it would fit, but costs more travel than its penalty
    NO_TIME_LEFT = "no_time_left"  # it would fit alone, but not beside the visits that were kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit on a route: arrive, wait for the window, serve, leave. `visit` indexes Problem.visits."""

    visit: int
    arrival_s: int
    start_s: int
    departure_s: int
    travel_s: int
    travel_m: int

    @property
    def waiting_s(self) -> int:
        """Seconds between arriving and starting."""
        return self.start_s - self.arrival_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The day of one vehicle. `vehicle` indexes Problem.vehicles.

    departure_s leaves the start; arrival_s reaches the end (or finishes the last visit of an open
    route); return_s and return_m are the leg from the last stop to the end. A route without stops
    stays at home: all its figures are zero and departure_s == arrival_s.
    """

    vehicle: int
    stops: tuple[Stop, ...]
    departure_s: int
    arrival_s: int
    return_s: int
    return_m: int

    @property
    def travel_s(self) -> int:
        """Seconds on the road, the way home included."""
        return sum(stop.travel_s for stop in self.stops) + self.return_s

    @property
    def travel_m(self) -> int:
        """Metres on the road, the way home included."""
        return sum(stop.travel_m for stop in self.stops) + self.return_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    """A visit that is not in the plan. `visit` indexes Problem.visits."""

    visit: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What engines minimise, in seconds.

    Attributes
    ----------
    travel_s : seconds on the road, waiting and service not counted.
    penalty_s : Visit.penalty_s of every visit left out, mandatory ones included.
    unserved_mandatory : how many mandatory visits were left out.
    """

    travel_s: int
    penalty_s: int
    unserved_mandatory: int = 0

    @property
    def travel_and_penalty_s(self) -> int:
        """What people are shown: seconds that mean time, unserved mandatory visits being told apart."""
        return self.travel_s + self.penalty_s

    @property
    def total_s(self) -> int:
        """All together, each unserved mandatory visit counting MANDATORY_PENALTY_S: one number to compare plans by."""
        return self.travel_and_penalty_s + self.unserved_mandatory * MANDATORY_PENALTY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """One route per vehicle, in the order of Problem.vehicles; every other visit is unassigned."""

    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
    cost: Cost

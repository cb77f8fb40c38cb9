"""The solution: timed routes, the visits left out with reasons, and what it all costs."""

from dataclasses import dataclass
from enum import StrEnum

from routing.problem import DEFAULT_WEIGHTS, MANDATORY_PENALTY_S, Weights


class Reason(StrEnum):
    """Why a visit is not in the plan."""

    NO_VEHICLES = "no_vehicles"
    SKILL_MISSING = "skill_missing"  # no vehicle has all the required skills
    NOT_ALLOWED = "not_allowed"  # no vehicle may come: not among those allowed, or with a skill that is excluded
    UNREACHABLE = "unreachable"  # no road from, or back to, any suitable vehicle's start
    OUTSIDE_SHIFTS = "outside_shifts"  # no window meets the shift of a suitable vehicle
    SERVICE_TOO_LONG = "service_too_long"  # the service fits in no window
    TOO_FAR = "too_far"  # alone on a route it would not fit the shift
    OVER_LIMITS = "over_limits"  # alone on a route it would leave no room for a break, or exceed a limit of the vehicle
    NO_SUCH_POSITION = "no_such_position"  # no suitable route has its position, or none that is free
    NOT_WORTH_THE_TIME = "not_worth_the_time"  # it would fit, but costs more travel than its penalty
    NO_TIME_LEFT = "no_time_left"  # it would fit alone, but not beside the visits that were kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A break taken on the way or at a door; those at home are not told."""

    start_s: int
    duration_s: int

    @property
    def end_s(self) -> int:
        """When the day goes on."""
        return self.start_s + self.duration_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit on a route: arrive, wait for the window, set up and serve, leave. `visit` indexes Problem.visits.

    Attributes
    ----------
    travel_s : seconds on the road to here; rests on the way come on top.
    rest_s : seconds of rest between arriving and starting.
    lateness_s : seconds that the service ends after the end of its window, within the grace.
    """

    visit: int
    arrival_s: int
    start_s: int
    departure_s: int
    travel_s: int
    travel_m: int
    rest_s: int = 0
    lateness_s: int = 0

    @property
    def waiting_s(self) -> int:
        """Seconds between arriving and starting, rests not counted."""
        return self.start_s - self.arrival_s - self.rest_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The day of one vehicle. `vehicle` indexes Problem.vehicles.

    departure_s leaves the start; arrival_s reaches the end (or finishes the last visit of an open
    route); return_s and return_m are the leg from the last stop to the end. `rests` are the breaks between
    departure and arrival, in their order. A route without stops stays at home: all its figures are zero
    and departure_s == arrival_s.
    """

    vehicle: int
    stops: tuple[Stop, ...]
    departure_s: int
    arrival_s: int
    return_s: int
    return_m: int
    rests: tuple[Rest, ...] = ()

    @property
    def travel_s(self) -> int:
        """Seconds on the road, the way home included."""
        return sum(stop.travel_s for stop in self.stops) + self.return_s

    @property
    def travel_m(self) -> int:
        """Metres on the road, the way home included."""
        return sum(stop.travel_m for stop in self.stops) + self.return_m

    @property
    def waiting_s(self) -> int:
        """Seconds of waiting at doors."""
        return sum(stop.waiting_s for stop in self.stops)

    @property
    def lateness_s(self) -> int:
        """Seconds by which services end after their windows."""
        return sum(stop.lateness_s for stop in self.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    """A visit that is not in the plan. `visit` indexes Problem.visits."""

    visit: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What engines minimise: seconds of each kind, and the weights that make one number of them.

    Attributes
    ----------
    travel_s : seconds on the road.
    waiting_s : seconds of waiting at doors.
    overtime_s : seconds of arrivals after Vehicle.overtime_after_s.
    lateness_s : seconds that services end after their windows, within their grace.
    penalty_s : Visit.penalty_s of every visit left out, mandatory ones included.
    unserved_mandatory : how many mandatory visits were left out.
    weights : Problem.weights.
    """

    travel_s: int
    penalty_s: int
    unserved_mandatory: int = 0
    waiting_s: int = 0
    overtime_s: int = 0
    lateness_s: int = 0
    weights: Weights = DEFAULT_WEIGHTS

    @property
    def routes_s(self) -> int:
        """The weighted cost of the routes alone."""
        return (
            self.weights.travel * self.travel_s
            + self.weights.waiting * self.waiting_s
            + self.weights.overtime * self.overtime_s
            + self.weights.lateness * self.lateness_s
        )

    @property
    def total_s(self) -> int:
        """All together, each unserved mandatory visit counting MANDATORY_PENALTY_S: one number to compare plans by."""
        return self.routes_s + self.penalty_s + self.unserved_mandatory * MANDATORY_PENALTY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is proven of how good a solution is.

    Attributes
    ----------
    value_s : no solution has a lower Cost.total_s.
    relaxed : rules that were left out of the proof, so that value_s may be lower than it need be.
    reason : why nothing better was proven, see routing.engines.bound; "closed" when the solution is one of the best.
    """

    value_s: int
    relaxed: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """One route per vehicle, in the order of Problem.vehicles; every other visit is unassigned.

    `engine` names the engine that made the sequences. `proof` is None where nobody asked for one.
    """

    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
    cost: Cost
    engine: str = ""
    proof: Proof | None = None

"""A visit: what it takes to knock on one door."""

from dataclasses import dataclass
from typing import Final

from routing.errors import InvalidProblemError
from routing.window import MAX_SECONDS, TimeWindow

#: What one unserved mandatory visit adds to Cost.total_s, on top of its own penalty: 116 days of travel,
#: more than all travel and all optional penalties of any real day together (1000 visits at 100 minutes
#: each plus 100 shifts of ten hours make 9.6 million), yet 200 of them still fit into 32 bits.
MANDATORY_PENALTY_S: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One door to knock on. Its work takes MAX_SECONDS at most.

    Setup and service are one piece of work that nothing interrupts. It lies inside one of `windows`: it
    starts no earlier than the window's start and ENDS no later than the window's end (with its grace).
    No windows means any time of the shift.

    Attributes
    ----------
    location : row and column in every travel matrix.
    setup_s : what finding the place takes (the yard, the stairs), before the service. It is not needed where
        the stop before on the same route has the same location.
    load : how much of Vehicle.max_load it takes, in any unit.
    required_skills : the vehicle must have all of them.
    excluded_skills : the vehicle must have none of them.
    allowed_vehicles : indices into Problem.vehicles of those that may come; None means anyone.
    position : where it stands on its route, from 0, if it is served at all; None means anywhere.
    mandatory : served before any optional visit, whatever it costs, if it can be served at all.
    penalty_s : what leaving the visit out costs, in seconds of travel.
    """

    id: str
    location: int
    service_s: int = 0
    setup_s: int = 0
    load: int = 0
    windows: tuple[TimeWindow, ...] = ()
    required_skills: frozenset[str] = frozenset()
    excluded_skills: frozenset[str] = frozenset()
    allowed_vehicles: frozenset[int] | None = None
    position: int | None = None
    mandatory: bool = False
    penalty_s: int = 0

    def __post_init__(self) -> None:
        self._require_not_negative("location", self.location)
        self._require_not_negative("service_s", self.service_s)
        self._require_not_negative("setup_s", self.setup_s)
        self._require_not_negative("load", self.load)
        if self.setup_s + self.service_s > MAX_SECONDS:
            msg = (
                f"Visit {self.id!r}: setup_s + service_s must be <= {MAX_SECONDS}, got {self.setup_s + self.service_s}."
            )
            raise InvalidProblemError(msg)
        if self.position is not None:
            self._require_not_negative("position", self.position)
        if not 0 <= self.penalty_s < MANDATORY_PENALTY_S:
            msg = f"Visit {self.id!r}: penalty_s must be >= 0 and below {MANDATORY_PENALTY_S}, got {self.penalty_s}."
            raise InvalidProblemError(msg)
        both = sorted(self.required_skills & self.excluded_skills)
        if both:
            msg = f"Visit {self.id!r}: a skill is required or excluded, not both, got {both[0]!r} in both."
            raise InvalidProblemError(msg)
        if self.allowed_vehicles is not None and not self.allowed_vehicles:
            msg = f"Visit {self.id!r}: allowed_vehicles must name a vehicle, or be None for anyone, got none."
            raise InvalidProblemError(msg)

    def _require_not_negative(self, name: str, value: int) -> None:
        if value < 0:
            msg = f"Visit {self.id!r}: {name} must be >= 0, got {value}."
            raise InvalidProblemError(msg)

"""What a solution must keep, and what it says when it does not."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What a solution must keep."""

    ROUTE_PER_VEHICLE = "route_per_vehicle"  # one route for each vehicle, in their order
    VISIT_KNOWN = "visit_known"  # every index is one of the problem's visits
    VISIT_ONCE = "visit_once"  # each visit is on one route or unassigned, once
    PREFIX = "prefix"  # the route begins with the vehicle's frozen prefix
    POSITION = "position"  # a visit pinned to a position stands there
    ALLOWED = "allowed"  # the vehicle is one of those allowed to come
    SKILLS = "skills"  # the vehicle has every skill that the visit requires, and none that it excludes
    WINDOW = "window"  # the whole service lies inside one window
    SHIFT = "shift"  # departure and arrival lie inside the shift
    LIMITS = "limits"  # no more work, driving or visits than the vehicle's limits
    BREAKS = "breaks"  # every break begins in time and interrupts no service
    REACHABLE = "reachable"  # no leg goes where no road goes
    TRAVEL = "travel"  # seconds and metres of each leg are the matrix's
    CLOCK = "clock"  # every time follows from the one before
    AT_HOME = "at_home"  # a route without stops has no figures
    COST = "cost"  # the cost is the sum of its parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule. `vehicle` and `visit` are indices, where they apply; the message holds no ids."""

    rule: Rule
    message: str
    vehicle: int | None = None
    visit: int | None = None

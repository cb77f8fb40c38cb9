"""The GPS of a visit: when it becomes a pin, and when a person must look at it first."""

from dataclasses import dataclass, replace
from typing import Final

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import Candidate, GeocodeAnswer, Level, MatchType, Status
from service.reviews.review import WIDEST_M, as_candidates

#: A fix that is less accurate than this may be the neighbour's door.
MAX_ACCURACY_M: Final = 50
#: How far a collector may have stood from the door, beside what fix and map leave open.
SLACK_M: Final = 100
_CONFIDENCE: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Where a visit took place. `accuracy_m` is the radius that the telephone tells, of 68 % or of 95 %."""

    location: LonLat
    accuracy_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a fix: a new pin, nothing because the pin there is as good, or a review for these reasons."""

    pin: Pin | None = None
    reasons: tuple[str, ...] = ()


def judge(fix: Fix, *, known: GeocodeAnswer, pin: Pin | None) -> Verdict:
    """Decide what becomes of a fix.

    It becomes a pin when it is accurate to 50 m and agrees with what is known: with the pin of the address, else with
    the map's answer, or any of its answers where it is ambiguous. It agrees when it is no farther away than their
    uncertainty, its own accuracy and 100 m together. A pin that is as precise already stays. All else is for a person:
    "gps_inaccurate", "gps_far", and "gps_unverified" when nothing is known of the address, or not to 2 km.

    Parameters
    ----------
    known : what the map says of the address, without pins.
    pin : the address's pin, if there is one.
    """
    reasons = []
    if fix.accuracy_m > MAX_ACCURACY_M:
        reasons.append("gps_inaccurate")
    places = [(pin.location, pin.uncertainty_m)] if pin is not None else _places(known)
    if not places:
        reasons.append("gps_unverified")
    elif not any(great_circle_m(fix.location, at) <= around + fix.accuracy_m + SLACK_M for at, around in places):
        reasons.append("gps_far")
    if pin is not None and "gps_far" not in reasons and pin.uncertainty_m <= fix.accuracy_m:
        return Verdict()
    if reasons:
        return Verdict(reasons=tuple(reasons))
    return Verdict(pin=Pin(location=fix.location, level=Level.POINT, uncertainty_m=max(fix.accuracy_m, 1)))


def answer_of_fix(fix: Fix, *, known: GeocodeAnswer, pin: Pin | None, reasons: tuple[str, ...]) -> GeocodeAnswer:
    """Return what a planner is asked about a fix: its place first, then what was known before."""
    alternatives = tuple(as_candidates(known))
    if pin is not None:
        was = Candidate(
            label=known.label or "",
            location=pin.location,
            level=pin.level,
            confidence=1.0,
            uncertainty_m=pin.uncertainty_m,
            reasons=("pinned_before",),
        )
        alternatives = (was, *alternatives)
    return replace(
        known,
        status=Status.NEEDS_REVIEW,
        location=fix.location,
        label=None,
        match_level=Level.POINT,
        location_level=Level.POINT,
        uncertainty_m=max(fix.accuracy_m, 1),
        confidence=_CONFIDENCE,
        match_type=MatchType.GIVEN,
        alternatives=alternatives,
        margin=0.0,
        reasons=reasons,
        provider="gps",
    )


def _places(known: GeocodeAnswer) -> list[tuple[LonLat, int]]:
    candidates = as_candidates(known)
    if known.status is not Status.AMBIGUOUS:
        candidates = candidates[:1]
    return [(one.location, one.uncertainty_m) for one in candidates if one.uncertainty_m <= WIDEST_M]

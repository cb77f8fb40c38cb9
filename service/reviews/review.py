"""A review: an address whose answer is not sure enough, and what a planner decided about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import Candidate, GeocodeAnswer, Level, Status

#: Answers that a person can do something about; an invalid text is no address.
REVIEWED: Final = frozenset({Status.NEEDS_REVIEW, Status.AMBIGUOUS, Status.NOT_FOUND})
#: What is expected of a pin that a person set on a map, metres.
BY_HAND_M: Final = 20
#: Nobody is sent to the middle of anything wider, metres.
WIDEST_M: Final = 2000
#: Levels at which something is a door, or stands for one.
_DOORS: Final = frozenset({Level.POINT, Level.HOUSE_NUMBER, Level.POI})


class ReviewStatus(StrEnum):
    """What became of a review."""

    OPEN = "open"
    ACCEPTED = "accepted"  # one of the places that were offered
    MOVED = "moved"  # a planner set the pin
    REJECTED = "rejected"  # none of it: the address stays without a place
    RESOLVED = "resolved"  # the address is located meanwhile, by a better map or by the GPS of a visit


class ReviewSource(StrEnum):
    """Who asks for the review."""

    GEOCODE = "geocode"
    GPS = "gps"


class DecisionError(Exception):
    """A decision that cannot be made about this review: `code` for programs, the message says the rule."""

    def __init__(self, rule: str, *, code: str) -> None:
        super().__init__(rule)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Take the answer, or the alternative of that index, counted from 0."""

    alternative: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Set the pin by hand."""

    location: LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """None of the places is right, and nobody knows the right one."""


Decision = Accept | Move | Reject


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One address of one area. Instants are aware.

    Attributes
    ----------
    address : as it was typed, without addressee and telephone number.
    answer : what is known of it. An answer of a GPS fix has the map's places among its alternatives.
    version : changes whenever the answer or the decision does.
    pin : where it was decided that the address is.
    """

    id: UUID
    area: str
    address: str
    source: ReviewSource
    status: ReviewStatus
    answer: GeocodeAnswer
    version: int
    asked_at: datetime
    decided_at: datetime | None
    pin: Pin | None


def status_of(decision: Decision) -> ReviewStatus:
    """Return what a decision makes of a review."""
    match decision:
        case Accept():
            return ReviewStatus.ACCEPTED
        case Move():
            return ReviewStatus.MOVED
        case Reject():
            return ReviewStatus.REJECTED


def pin_of(decision: Decision, answer: GeocodeAnswer) -> Pin | None:
    """Return the pin that a decision sets; None when it sets none.

    Raises
    ------
    DecisionError
        When the place that is to be accepted was not offered, or is too wide.
    """
    match decision:
        case Reject():
            return None
        case Move(location=location):
            return Pin(location=location, level=Level.POINT, uncertainty_m=BY_HAND_M)
        case Accept(alternative=int(index)):
            if not 0 <= index < len(answer.alternatives):
                msg = f"The review has {len(answer.alternatives)} alternatives; the first one has the index 0."
                raise DecisionError(msg, code="not_offered")
            chosen = answer.alternatives[index]
            return _pin_at(chosen.location, chosen.level, chosen.uncertainty_m)
        case Accept():
            if answer.location is None or answer.uncertainty_m is None:
                msg = "Nothing was found for this address: move the pin, or reject it."
                raise DecisionError(msg, code="not_offered")
            return _pin_at(answer.location, answer.location_level, answer.uncertainty_m)


def door_of(decision: Decision, answer: GeocodeAnswer) -> str:
    """Return the door that the map reads in the address; empty when an alternative says that it is another one."""
    return "" if isinstance(decision, Accept) and decision.alternative is not None else answer.door


def _pin_at(location: LonLat, level: Level, uncertainty_m: int) -> Pin:
    if uncertainty_m > WIDEST_M:
        msg = f"The door may be {uncertainty_m} m away, and at most {WIDEST_M} m are allowed: move the pin."
        raise DecisionError(msg, code="too_wide")
    return Pin(location=location, level=level, uncertainty_m=max(uncertainty_m, 1))


def is_door(pin: Pin) -> bool:
    """Whether a pin says where a door is, and not only in which street or village."""
    return pin.level in _DOORS


def as_candidates(answer: GeocodeAnswer) -> Sequence[Candidate]:
    """Return every place of an answer, the best one first."""
    if answer.location is None or answer.uncertainty_m is None:
        return answer.alternatives
    best = Candidate(
        label=answer.label or "",
        location=answer.location,
        level=answer.location_level,
        confidence=answer.confidence,
        uncertainty_m=answer.uncertainty_m,
        reasons=answer.reasons,
    )
    return (best, *answer.alternatives)

"""The Geocoder port and its answer: where an address is, how sure, and of what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from geodata.coords import LonLat


class Status(StrEnum):
    """Whether a visit may be planned on this answer. Only `accepted` may."""

    ACCEPTED = "accepted"
    NEEDS_REVIEW = "needs_review"
    AMBIGUOUS = "ambiguous"
    INVALID = "invalid"
    NOT_FOUND = "not_found"


class Level(StrEnum):
    """What was identified, or how precisely it is located, from a door up to a region."""

    POINT = "point"  # a coordinate that was given
    HOUSE_NUMBER = "house_number"
    POI = "poi"  # a farm, a mill, a school, a named house
    STREET = "street"
    PLACE = "place"
    TOWN = "town"  # only of a location: the place itself is not located, the town that it belongs to is
    REGION = "region"
    NONE = "none"


class MatchType(StrEnum):
    """How the text led to the place."""

    EXACT = "exact"
    INTERPOLATED = "interpolated"
    FUZZY = "fuzzy"
    FALLBACK = "fallback"  # a wider level answered because the narrower one is unknown
    GIVEN = "given"  # the coordinate came with the case
    PIN = "pin"  # somebody confirmed the place
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressQuery:
    """What to find: a text, a coordinate, or both (the coordinate is used and checked).

    `is_settled` says that a pin has the place already: the text is only read, and nobody else is asked.
    """

    text: str | None = None
    location: LonLat | None = None
    is_settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One place that the text may mean. `uncertainty_m` and `reasons` are as in a GeocodeAnswer."""

    label: str
    location: LonLat
    level: Level
    confidence: float
    uncertainty_m: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeocodeAnswer:
    """Where an address is, how sure that is, and of what.

    Attributes
    ----------
    location : None unless something was identified.
    match_level, location_level : what was identified; how precisely it is located.
    uncertainty_m : radius in which the door is expected, None when there is no location.
    confidence : 0 to 1.
    components : what was read: house_number, street, poi, place, postcode.
    unmatched_text : what nothing explains.
    margin : confidence ahead of the best alternative elsewhere, 0 to 1.
    reasons : machine-readable words, e.g. "street_fuzzy", "out_of_area", "house_number_unknown".
    door : the door that the text names, written in one way however it was typed; empty unless it can mean no other.
    """

    status: Status
    location: LonLat | None = None
    label: str | None = None
    match_level: Level = Level.NONE
    location_level: Level = Level.NONE
    uncertainty_m: int | None = None
    confidence: float = 0.0
    match_type: MatchType = MatchType.NONE
    components: dict[str, str] = field(default_factory=dict)
    unmatched_text: str = ""
    alternatives: tuple[Candidate, ...] = ()
    margin: float = 0.0
    reasons: tuple[str, ...] = ()
    provider: str = "gazetteer"
    dataset_version: str = ""
    door: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseAnswer:
    """Which address is at a point.

    Attributes
    ----------
    level : HOUSE_NUMBER, POI, STREET, PLACE, or NONE where nothing is near.
    location, distance_m : where that is, and how far from the point in metres; of a street, the nearest of its points,
        which stand up to 80 m apart.
    components : house_number, street, poi, postcode, place, region: those that are known.
    """

    level: Level
    label: str | None = None
    location: LonLat | None = None
    distance_m: int | None = None
    components: dict[str, str] = field(default_factory=dict)
    dataset_version: str = ""


class Geocoder(Protocol):
    """Anything that answers addresses, each by itself and in order."""

    def geocode(self, queries: Sequence[AddressQuery]) -> list[GeocodeAnswer]:
        """Answer each query; an unknown address is an answer, not an error."""

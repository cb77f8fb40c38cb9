"""A house number on a known street: known, inside a range, between neighbours, or unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.entries import Door
from geodata.geocoding.parse import DoorNumber

#: Between known numbers nearer to each other than this, an interpolated door may be accepted.
ACCEPTED_GAP_M: Final = 150
#: Two mappings of one number farther apart than this are two doors.
_SAME_DOOR_M: Final = 150
_BUILDING_M: Final = 25
_NEAR_SUFFIX_M: Final = 60


class Found(StrEnum):
    """How a house number was found on its street."""

    EXACT = "exact"
    RANGE = "range"  # 3 on a house that bears 1-5
    INTERPOLATED = "interpolated"  # between two known numbers of its side, near each other or joined by the map
    GUESSED = "guessed"  # between two known numbers, but far apart or of the other side
    OTHER_SUFFIX = "other_suffix"  # 12c where 12 and 12a are known
    TWICE = "twice"  # known at two doors of the street
    UNKNOWN = "unknown"
    MISSING = "missing"  # no number was given


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorAnswer:
    """Where the number is, and the radius in metres in which to look for it."""

    found: Found
    location: LonLat
    uncertainty_m: int
    label: str = ""


def find_door(doors: Sequence[Door], number: DoorNumber | None, *, middle: LonLat, extent_m: int) -> DoorAnswer:
    """Find a number among the doors of a street.

    Parameters
    ----------
    doors : the street's doors in the order of their numbers.
    number : what was typed, None when no number was.
    middle, extent_m : the street's middle and its radius in metres, the answer when nothing better is known.
    """
    if number is None:
        return DoorAnswer(found=Found.MISSING, location=middle, uncertainty_m=extent_m)
    for found, matches in _ways_to_match(doors, number):
        if matches:
            return _at(matches, found)
    same = [d for d in doors if d.number.number == number.number]
    if same:
        far = max(great_circle_m(same[0].location, d.location) for d in same)
        return DoorAnswer(
            found=Found.OTHER_SUFFIX,
            location=same[0].location,
            uncertainty_m=int(far) + _NEAR_SUFFIX_M,
            label=same[0].number.label,
        )
    return _between(doors, number.number) or _unknown(doors, number.number, middle, extent_m)


def _ways_to_match(doors: Sequence[Door], number: DoorNumber) -> list[tuple[Found, list[Door]]]:
    plain = [d for d in doors if (d.number.number, d.number.suffix) == (number.number, number.suffix)]
    exact = [d for d in plain if d.number.last == number.last]
    return [
        (Found.EXACT, [d for d in exact if d.number.unit == number.unit]),
        (Found.EXACT, exact),
        (Found.RANGE, [d for d in plain if not number.suffix]),
        (Found.RANGE, [d for d in doors if not number.suffix and d.number.covers(number.number)]),
    ]


def _at(matches: list[Door], found: Found) -> DoorAnswer:
    first = matches[0]
    if first.interpolated:
        near = first.spread_m <= ACCEPTED_GAP_M
        return DoorAnswer(
            found=Found.INTERPOLATED if near else Found.GUESSED,
            location=first.location,
            uncertainty_m=_BUILDING_M + first.spread_m,
        )
    far = max(great_circle_m(first.location, d.location) for d in matches)
    if far > _SAME_DOOR_M:
        found = Found.TWICE
    spread = max(int(far), *(d.spread_m for d in matches))
    return DoorAnswer(
        found=found, location=first.location, uncertainty_m=_BUILDING_M + spread, label=first.number.label
    )


def _between(doors: Sequence[Door], number: int) -> DoorAnswer | None:
    """Interpolate between the neighbours of the number's own side, else between any two."""
    doors = [d for d in doors if not d.interpolated]
    same_side = [d for d in doors if (d.number.number - number) % 2 == 0]
    for side, candidates in ((True, same_side), (False, doors)):
        for low, high in pairwise(candidates):
            if not low.number.number < number < high.number.number:
                continue
            share = (number - low.number.number) / (high.number.number - low.number.number)
            gap = great_circle_m(low.location, high.location)
            location = LonLat(
                low.location.lon + share * (high.location.lon - low.location.lon),
                low.location.lat + share * (high.location.lat - low.location.lat),
            )
            sure = side and gap < ACCEPTED_GAP_M
            return DoorAnswer(
                found=Found.INTERPOLATED if sure else Found.GUESSED,
                location=location,
                uncertainty_m=_BUILDING_M + int(gap),
            )
    return None


def _unknown(doors: Sequence[Door], number: int, middle: LonLat, extent_m: int) -> DoorAnswer:
    """Beyond the known numbers: beside the nearest of them, as unsure as the street is long."""
    if not doors:
        return DoorAnswer(found=Found.UNKNOWN, location=middle, uncertainty_m=extent_m)
    nearest = min(doors, key=lambda d: abs(d.number.number - number))
    reach = extent_m + int(great_circle_m(middle, nearest.location))
    return DoorAnswer(found=Found.UNKNOWN, location=nearest.location, uncertainty_m=reach)

"""Pins: places that somebody confirmed for an address. They win over everything that a map says of it."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Final, Protocol

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.clutter import segments_of, without_contacts
from geodata.geocoding.coordinate import ELSEWHERE_M
from geodata.geocoding.middle import Middle, middle_of_doors
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Geocoder, Level, MatchType, ReverseAnswer, Status

#: The provider of an answer that a pin gives.
PROVIDER: Final = "pin"
#: A given coordinate that is so far from the pin is said to be overridden.
_OVERRIDDEN_M: Final = 50
#: How far a village reaches at least whose place the map does not know.
_VILLAGE_M: Final = 500
#: What the map says around a point that a pin names.
_AROUND: Final = ("postcode", "place", "region")
#: Answers that are not the same when others may be asked too.
_ASKED_FURTHER: Final = frozenset({Status.NEEDS_REVIEW, Status.AMBIGUOUS, Status.NOT_FOUND})
#: Words; what stands between two digits stays, for 12/3 and 12-3 are two doors.
_WORD: Final = re.compile(r"[^\W_]+(?:(?<=\d)[/\-](?=\d)[^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Where an address is, as somebody confirmed it. `level` is POINT where it was set by hand or by GPS."""

    location: LonLat
    level: Level
    uncertainty_m: int


class Pins(Protocol):
    """The pins of one area."""

    def find(self, forms: Sequence[str]) -> Sequence[Pin | None]:
        """Return the pin of each address, which is written as `normal_form` writes it."""

    def at_doors(self, doors: Sequence[str]) -> Sequence[Pin | None]:
        """Return the latest pin of each door, as `GeocodeAnswer.door` writes it; none of an empty one."""

    def doors_in(self, places: Collection[str]) -> Mapping[str, Sequence[LonLat]]:
        """Return doors among the pins, at most a hundred of each place, by the name that their address has for it."""


def normal_form(text: str) -> str:
    """Write an address in the form by which it is known again; empty when nothing is left of it.

    Case, width, traditional characters, punctuation, telephone numbers and addressees make no difference. All else
    does, even a spelling that means the same: two doors must never share a pin. Stored pins are found by this form,
    so that it may not change without a migration.

    Examples
    --------
    >>> normal_form("c/o Anna Muster, LANDSTRASSE 19; 9494 Schaan Tel. +423 232 11 11")
    'landstrasse 19 9494 schaan'
    """
    return " ".join(_WORD.findall(without_people(text).casefold()))


def without_people(text: str) -> str:
    """Leave out of an address who lives there: telephone numbers, e-mail addresses and addressees that say so.

    Examples
    --------
    >>> without_people("c/o Anna Muster, Landstrasse 19, 9494 Schaan")
    'Landstrasse 19, 9494 Schaan'
    """
    return ", ".join(segments_of(without_contacts(text)))


class PinnedGeocoder:
    """A geocoder whose answers give way to pins.

    A pinned address is located at its pin, whatever coordinate was given with it; the map still says its street,
    so that the door is set on the right road. It is known by its text, or by the door that the map reads in it, however
    that was typed; a pin that is far from where the map has that door is not of it. Where an answer is only the middle
    of a village, or of its township, pins of doors in that village say better where it is, see `middle_of_doors`.
    """

    def __init__(self, geocoder: Geocoder, pins: Pins) -> None:
        self._geocoder = geocoder
        self._pins = pins

    def geocode(self, queries: Sequence[AddressQuery]) -> list[GeocodeAnswer]:
        """Answer each query by itself and in order; the pins of all are looked up at once."""
        by_text = self._pins.find([normal_form(query.text or "") for query in queries])
        read = self._geocoder.geocode([AddressQuery(text=query.text, is_settled=True) for query in queries])
        by_door = self._pins.at_doors([answer.door for answer in read])
        pins = [
            at_door if pin is None and at_door is not None and is_of(at_door, answer) else pin
            for pin, at_door, answer in zip(by_text, by_door, read, strict=True)
        ]
        asked = [
            index
            for index, (query, pin, answer) in enumerate(zip(queries, pins, read, strict=True))
            if pin is None and (query.location is not None or answer.status in _ASKED_FURTHER)
        ]
        further = dict(zip(asked, self._geocoder.geocode([queries[index] for index in asked]), strict=True))
        answers = [
            further.get(index, answer) if pin is None else _pinned(pin, query, answer)
            for index, (query, pin, answer) in enumerate(zip(queries, pins, read, strict=True))
        ]
        doors = self._pins.doors_in({_village_of(answer) for answer in answers} - {""})
        middle_of = cache(partial(_middle_of, doors))  # a batch may name one village a thousand times
        return [_at_the_doors(answer, middle_of) for answer in answers]


def at_pin(answer: ReverseAnswer, point: LonLat, pin: Pin | None, address: str) -> tuple[ReverseAnswer, bool]:
    """Name a point by the pin near it, unless the map has a door that is nearer; also says whether the pin named it.

    Parameters
    ----------
    pin : of the door that is nearest to the point, None where none is near.
    address : the pin's.
    """
    if pin is None:
        return answer, False
    distance_m = round(great_circle_m(point, pin.location))
    if answer.level in {Level.HOUSE_NUMBER, Level.POI} and (answer.distance_m or 0) < distance_m:
        return answer, False
    named = replace(
        answer,
        level=pin.level,
        label=address,
        location=pin.location,
        distance_m=distance_m,
        components={name: answer.components[name] for name in _AROUND if name in answer.components},
    )
    return named, True


def is_of(pin: Pin, read: GeocodeAnswer) -> bool:
    """Whether a pin is where the map has the address, as far as it knows."""
    limit_m = max(ELSEWHERE_M, read.uncertainty_m or 0)
    return read.location is not None and great_circle_m(read.location, pin.location) <= limit_m


def _pinned(pin: Pin, query: AddressQuery, read: GeocodeAnswer) -> GeocodeAnswer:
    agrees = is_of(pin, read)
    overridden = query.location is not None and great_circle_m(query.location, pin.location) > _OVERRIDDEN_M
    return replace(
        read if agrees else GeocodeAnswer(status=Status.ACCEPTED, dataset_version=read.dataset_version),
        status=Status.ACCEPTED,
        location=pin.location,
        match_level=pin.level,
        location_level=pin.level,
        uncertainty_m=pin.uncertainty_m,
        confidence=1.0,
        match_type=MatchType.PIN,
        unmatched_text="",
        alternatives=(),
        margin=1.0,
        reasons=("location_overridden",) if overridden else (),
        provider=PROVIDER,
    )


def _village_of(answer: GeocodeAnswer) -> str:
    """Name the village that an answer means, located in its middle or only in its township; empty for all else."""
    is_village = answer.match_level is Level.PLACE and answer.location_level in {Level.PLACE, Level.TOWN}
    return answer.components.get("place", "") if is_village and answer.match_type is not MatchType.PIN else ""


def _middle_of(
    doors: Mapping[str, Sequence[LonLat]], village: str, around: LonLat, radius_m: int, least_m: int | None
) -> Middle | None:
    return middle_of_doors(doors.get(village, ()), around=around, radius_m=radius_m, least_m=least_m)


def _at_the_doors(
    answer: GeocodeAnswer, middle_of: Callable[[str, LonLat, int, int | None], Middle | None]
) -> GeocodeAnswer:
    village = _village_of(answer)
    if not village or answer.location is None or answer.uncertainty_m is None:
        return answer
    least_m = None if answer.location_level is Level.PLACE else _VILLAGE_M
    middle = middle_of(village, answer.location, answer.uncertainty_m, least_m)
    if middle is None:
        return answer
    return replace(
        answer,
        location=middle.location,
        location_level=Level.PLACE,
        uncertainty_m=middle.radius_m,
        reasons=(*answer.reasons, "located_by_pins"),
    )

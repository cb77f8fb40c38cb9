"""The door that an address names, written in one way however it was typed: so that a pin is found by any spelling."""

from typing import Final

from geodata.geocoding.entries import PlaceEntry
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.normalise import key_of
from geodata.geocoding.parse import Kind, ParsedText
from geodata.geocoding.port import Status
from geodata.geocoding.scored import Scored

#: What a review may be for while the text names one door only: the map lacks its number, or only guesses the township
#: that the text itself names.
_ONLY_THE_NUMBER: Final = frozenset(
    {
        "house_number_unknown", "house_number_interpolated", "house_number_suffix_unknown", "house_number_twice",
        "street_short_name", "words_reordered", "postcode_unverified", "place_sounds_alike", "located_at_village",
        "township_by_distance",
    }
)  # fmt: skip
#: Stand before a number and say nothing.
_NUMBER_WORDS: Final = frozenset({"nr", "no", "hausnummer", "haus", "number", ""})
_SEPARATOR: Final = "|"


def one_door(best: Scored, parsed: ParsedText, gazetteer: Gazetteer, status: Status) -> str:
    """Write the door that the text names, with everything that tells it from its neighbours; empty when unsure.

    It is written only where the map accepts the reading, or doubts its number alone and explains every word. It has the
    street or the thing or the village, with all that it lies in, and every number of the text but the postcode: flats
    of one house are different doors, and a village alone is none.
    """
    if status is not Status.ACCEPTED and (
        status is not Status.NEEDS_REVIEW or best.reading.left_over or not _ONLY_THE_NUMBER.issuperset(best.reasons)
    ):
        return ""
    reading = best.reading
    number = "" if reading.number is None else f"{reading.number.label}/{reading.number.unit}"
    inside = _units(parsed)
    if reading.poi is None and not number and not inside:
        return ""
    if reading.street is not None:
        what, place = reading.street.name, reading.street.town
        codes = " ".join(sorted(reading.street.postcodes))
    elif reading.poi is not None:
        what, place, codes = reading.poi.name, reading.poi.town, ""
    elif reading.place is not None:
        what, place, codes = "", reading.place.id, ""
    else:
        return ""
    entry = None if place is None else gazetteer.places[place]
    return _SEPARATOR.join(("1", what, number, inside, codes, *_around(entry, gazetteer)))


def _units(parsed: ParsedText) -> str:
    """Return what says where in a house or a village: "top 5", "3 组"."""
    keys = (key_of(token.text) for token in parsed.tokens if token.kind is Kind.NOISE)
    return " ".join(key for key in keys if key not in _NUMBER_WORDS)


def _around(place: PlaceEntry | None, gazetteer: Gazetteer) -> tuple[str, ...]:
    if place is None:
        return ()
    return (place.name, *(gazetteer.places[ancestor].name for ancestor in place.ancestors))

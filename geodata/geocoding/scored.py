"""A reading with what it is worth, and what weighs on streets and places alike."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.chinese import kind_of_ending
from geodata.geocoding.doors import DoorAnswer
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.normalise import has_cjk
from geodata.geocoding.parse import Kind, ParsedText
from geodata.geocoding.reading import Reading

#: Readings farther apart than this mean different doors.
APART_M: Final = 1000
#: An answer less sure than this is never accepted.
ACCEPTED_CONFIDENCE: Final = 0.7

#: Wider than this, the middle of a place is no place to drive to unseen.
WIDEST_M: Final = 2000

#: How much a name counts by how it was typed.
OF_ALIAS: Final = {
    "full": 1.0,
    "variant": 0.98,
    "short": 0.93,
    "core": 0.97,
    "part": 0.97,
    "words": 0.9,
    "fuzzy": 1.0,
    "sound": 1.0,
}
#: Reasons with which an answer may still be accepted; every other reason sends it to review.
HARMLESS: Final = frozenset(
    {
        "house_number_interpolated", "street_fuzzy", "place_fuzzy", "street_short_name",
        "words_reordered", "unexplained_text", "postcode_unverified", "located_at_village",
        "place_sounds_alike", "located_at_poi",
    }
)  # fmt: skip

#: How the names of provinces end, and those of prefectures.
ABOVE_COUNTIES: Final = (("省", "自治区"), ("市", "州", "盟"))


class Support(IntEnum):
    """What besides its own name speaks for a street."""

    CONTRADICTED = 0
    NONE = 1
    LIKELY = 2  # a place was named, but misspelt
    POSTCODE = 3
    WITHIN = 4  # a place was named in which the street lies
    TOWN = 5  # its own town was named


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A reading with its location, its confidence and the reasons that lower it."""

    reading: Reading
    location: LonLat
    uncertainty_m: int
    confidence: float
    reasons: tuple[str, ...]
    support: Support
    door: DoorAnswer | None = None

    @property
    def acceptable(self) -> bool:
        """Whether nothing speaks against it (another reading still may)."""
        return self.confidence >= ACCEPTED_CONFIDENCE and HARMLESS.issuperset(self.reasons)

    def is_apart(self, other: "Scored") -> bool:
        """Whether it means another door than `other`."""
        if great_circle_m(self.location, other.location) > APART_M:
            return True
        places = (self.reading.place, other.reading.place)
        unlocated = any(place is not None and place.located_by is not None for place in places)
        return unlocated and places[0] != places[1]


def weighed(
    reading: Reading,
    parsed: ParsedText,
    gazetteer: Gazetteer,
    *,
    confidence: float,
    reasons: list[str],
    location: LonLat,
    uncertainty_m: int,
    support: Support,
    door: DoorAnswer | None = None,
    unmapped: tuple[str, ...] = (),
) -> Scored:
    """Make a scored reading of what is known of its names, with what weighs on every kind of reading.

    Parameters
    ----------
    unmapped : see `left_over_factor`.
    """
    if uncertainty_m > WIDEST_M:
        reasons.append("location_too_wide")
    confidence *= country_factor(reading, gazetteer, reasons)
    confidence *= left_over_factor(reading, parsed, reasons, unmapped=unmapped)
    return Scored(
        reading=reading,
        location=location,
        uncertainty_m=uncertainty_m,
        confidence=confidence,
        reasons=tuple(dict.fromkeys(reasons)),
        support=support,
        door=door,
    )


def country_factor(reading: Reading, gazetteer: Gazetteer, reasons: list[str]) -> float:
    """Weigh a country or a state that was typed."""
    known = gazetteer.countries
    if reading.country and known and reading.country not in known:
        reasons.append("country_contradicts")
        return 0.5
    if reading.state and gazetteer.subdivisions and reading.state not in gazetteer.subdivisions:
        reasons.append("region_contradicts")
        return 0.5
    return 1.0


def left_over_factor(
    reading: Reading, parsed: ParsedText, reasons: list[str], *, unmapped: tuple[str, ...] = ()
) -> float:
    """Weigh what nothing explains.

    Parameters
    ----------
    unmapped : how names of regions end that the map lacks there, so that one may be named which it cannot know.
    """
    if not reading.left_over:
        return 1.0
    tokens = [parsed.tokens[i] for i in reading.left_over]
    reasons.append("unexplained_text")
    if any(t.kind is not Kind.WORD for t in tokens):
        reasons.append("number_unexplained")
    if reading.touching:
        reasons.append("name_partly_matched")
    regions = [t for t in tokens if has_cjk(t.text) and kind_of_ending(t.value) == "county"]
    if any(has_cjk(t.text) for t in tokens if t not in regions):
        reasons.append("village_unexplained")
    if any(not t.value.endswith(unmapped) for t in regions):
        reasons.append("region_unexplained")
    words = sum(t.kind is Kind.WORD for t in tokens)
    if reading.place is None and words and not any(n.how != "fuzzy" for n in reading.named_places):
        reasons.append("place_unexplained")
    return float(0.93 ** len(tokens) * (0.6 if reading.touching else 1.0))

"""How much a reading is worth that names a point of interest: its name and its town must both have been typed."""

from typing import Final

from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.parse import ParsedText
from geodata.geocoding.reading import Reading
from geodata.geocoding.scored import Scored, Support, weighed

#: A named thing has grounds around it, metres.
_GROUNDS_M: Final = 100
_EXACT: Final = 0.9


def score_poi(reading: Reading, parsed: ParsedText, gazetteer: Gazetteer) -> Scored:
    """Weigh a reading whose narrowest part is a point of interest."""
    poi, name = reading.poi, reading.poi_name
    assert poi is not None and name is not None  # noqa: S101, PT018 - what makes it such a reading
    reasons = ["located_at_poi"]
    confidence = _EXACT * name.similarity
    support = _support(reading, gazetteer)
    if support is Support.CONTRADICTED:
        reasons.append("place_contradicts")
        confidence *= 0.4
    elif support < Support.WITHIN:
        reasons.append("town_missing")
        confidence *= 0.7
    if name.how == "fuzzy":
        reasons.append("poi_fuzzy")
        confidence *= 0.9
    if any(n.how in {"fuzzy", "sound"} for n in reading.named_places):
        reasons += ["place_fuzzy", "place_uncertain"]
        confidence *= 0.9
    if reading.number is not None:
        reasons.append("house_number_unknown")
        confidence *= 0.8
    key = parsed.key(name.first, name.last)
    if key in gazetteer.place_names or key in gazetteer.street_names:
        reasons.append("also_name_of_place_or_street")
        confidence *= 0.6
    codes = {code for i in poi.places for code in gazetteer.places[i].postcodes if not gazetteer.places[i].is_region}
    if reading.postcode and codes and reading.postcode not in codes:
        reasons.append("postcode_contradicts")
        confidence *= 0.8
    return weighed(
        reading,
        parsed,
        gazetteer,
        confidence=confidence,
        reasons=reasons,
        location=poi.location,
        uncertainty_m=_GROUNDS_M,
        support=support,
    )


def _support(reading: Reading, gazetteer: Gazetteer) -> Support:
    poi = reading.poi
    assert poi is not None  # noqa: S101 - see score_poi
    best = Support.NONE
    for name in reading.named_places:
        if not name.ids & poi.places:
            return Support.CONTRADICTED
        if not all(gazetteer.places[i].is_region for i in name.ids):
            best = max(best, Support.TOWN if poi.town in name.ids else Support.WITHIN)
    return best

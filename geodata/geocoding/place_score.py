"""How much a reading is worth that names no street: a Chinese village may be enough, another place never is."""

from typing import Final

from geodata.geocoding.entries import PlaceEntry
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.normalise import has_cjk, key_of
from geodata.geocoding.parse import Kind, ParsedText
from geodata.geocoding.reading import Named, Reading
from geodata.geocoding.scored import ABOVE_COUNTIES, OF_ALIAS, Scored, Support, weighed

_VILLAGES: Final = frozenset({"village", "hamlet", "isolated_dwelling", "farm", "neighbourhood", "locality"})
_VILLAGE_LEVEL: Final = 9


def score_place(reading: Reading, parsed: ParsedText, gazetteer: Gazetteer) -> Scored:
    """Weigh a reading whose narrowest part is a place."""
    place = reading.place
    assert place is not None  # noqa: S101 - a reading has a street or a place
    reasons: list[str] = []
    if _is_chinese_village(place) and not (reading.number and _has_numbers(place, gazetteer)):
        confidence = _of_village(reading, place, gazetteer, reasons)
    else:
        confidence = _of_place(reading, place, parsed, reasons)
    if place.located_by is not None:
        reasons.append("located_at_region" if gazetteer.places[place.located_by].is_region else "located_at_town")
    if reading.postcode and place.postcodes and reading.postcode not in place.postcodes:
        reasons.append("postcode_contradicts")
        confidence *= 0.8
    return weighed(
        reading,
        parsed,
        gazetteer,
        confidence=confidence,
        reasons=reasons,
        location=place.location,
        uncertainty_m=place.radius_m,
        support=Support.TOWN,
        unmapped=_unmapped(reading, place, gazetteer),
    )


def _unmapped(reading: Reading, place: PlaceEntry, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Return how the names of provinces or prefectures end, where the map has none above a county that was named.

    One that is named then cannot be known; where the map has one, another contradicts it.
    """
    regions = [i for i in place.ancestors if gazetteer.places[i].is_region]
    if not regions or not any(regions[0] in name.ids for name in reading.named_places):
        return ()
    above = [gazetteer.places[i].name for i in regions[1:]]
    lacking = [endings for endings in ABOVE_COUNTIES if not any(name.endswith(endings) for name in above)]
    return tuple(ending for endings in lacking for ending in endings)


def _is_chinese_village(place: PlaceEntry) -> bool:
    small = place.kind in _VILLAGES or (place.kind == "boundary" and place.level >= _VILLAGE_LEVEL)
    return small and has_cjk(place.name)


def _has_numbers(place: PlaceEntry, gazetteer: Gazetteer) -> bool:
    """Whether house numbers of the village are known, so that a number among them says more than its middle."""
    streets = gazetteer.street_names.get(key_of(place.name), ())
    return any(place.id in gazetteer.streets[hit.id].places for hit in streets)


def _of_village(reading: Reading, place: PlaceEntry, gazetteer: Gazetteer, reasons: list[str]) -> float:
    """Weigh a village. It has no streets, so its middle is the answer, if its township was named as well.

    A county is too little: a village that the map lacks may have its name in another township, where the map has it.
    """
    own = [name for name in reading.named_places if place.id in name.ids]
    others = [name for name in reading.named_places if place.id not in name.ids]
    confidence = 0.95
    if any(not name.ids & {*place.ancestors} for name in others):
        reasons.append("place_contradicts")
        confidence *= 0.55
    elif not any(name.ids & set(place.ancestors[:1]) and not _is_wide(name, gazetteer) for name in others):
        reasons.append("township_missing")
        confidence *= 0.8
    elif place.parent_by_distance:
        reasons.append("township_by_distance")
        confidence *= 0.85
    for name in (*own, *others):
        confidence *= name.similarity * OF_ALIAS[name.how]
        if name.how == "sound":
            reasons.append("place_sounds_alike")
        elif name.how == "fuzzy":
            reasons += ["place_fuzzy", "place_uncertain"]
    if "township_missing" in reasons and "place_fuzzy" in reasons:
        confidence *= 0.8  # nothing tells the misspelt name from that of a village which the map lacks
    if place.located_by is None:
        reasons.append("located_at_village")
    return confidence


def _is_wide(name: Named, gazetteer: Gazetteer) -> bool:
    return all(gazetteer.places[i].is_region for i in name.ids)


def _of_place(reading: Reading, place: PlaceEntry, parsed: ParsedText, reasons: list[str]) -> float:
    words = any(parsed.tokens[i].kind is Kind.WORD for i in reading.left_over)
    reasons.append("street_unknown" if words else "street_missing")
    confidence = 0.3 if place.is_region else 0.5
    if reading.number is not None:
        reasons.append("house_number_unknown")
    family = {place.id, *place.ancestors}
    if any(not name.ids & family for name in reading.named_places):
        reasons.append("place_contradicts")
        confidence *= 0.6
    for name in reading.named_places:
        confidence *= name.similarity * OF_ALIAS[name.how]
        if name.how in {"fuzzy", "sound"}:
            reasons.append("place_fuzzy")
    return confidence

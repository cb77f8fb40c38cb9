"""From scored readings to one answer: accepted, in need of review, ambiguous or not found."""

from collections.abc import Sequence
from typing import Final

from geodata.coords import great_circle_m
from geodata.geocoding.confidence import confidence_of
from geodata.geocoding.doors import Found
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.one_door import one_door
from geodata.geocoding.parse import ParsedText
from geodata.geocoding.port import Candidate, GeocodeAnswer, Level, MatchType, Status
from geodata.geocoding.reading import Reading
from geodata.geocoding.scored import Scored, Support

_MARGIN: Final = 0.05
_MOST_ALTERNATIVES: Final = 5
_ALTERNATIVE_APART_M: Final = 50
#: How a street's name was typed when it is known and not only near.
_KNOWN: Final = frozenset({"full", "variant", "short", "words"})
_AMBIGUOUS_CONFIDENCE: Final = 0.5


def decide(scored: Sequence[Scored], parsed: ParsedText, gazetteer: Gazetteer) -> GeocodeAnswer:
    """Choose the best reading and say how far it may be trusted."""
    if not scored:
        left = " ".join(token.text for token in parsed.tokens)
        return GeocodeAnswer(
            status=Status.NOT_FOUND,
            reasons=("no_name_known",),
            unmatched_text=left,
            dataset_version=gazetteer.dataset_version,
        )
    ranked = sorted(scored, key=lambda s: (-s.confidence, -s.support, _identity(s.reading)))
    best = _rather_a_street(ranked)
    others = [other for other in ranked if other is not best]
    rivals = [other for other in others if _same_kind(best, other) and best.is_apart(other)]
    ambiguous = any(_is_as_good(best, other) for other in rivals)
    reasons = (*best.reasons, *(("same_name_elsewhere",) if ambiguous else ()), *_not_in_place(best, others))
    status = Status.AMBIGUOUS if ambiguous else Status.ACCEPTED if best.acceptable else Status.NEEDS_REVIEW
    level, location_level = _levels(best, gazetteer)
    confidence = _confidence(best)
    confidence = min(confidence, _AMBIGUOUS_CONFIDENCE) if ambiguous else confidence
    return GeocodeAnswer(
        status=status,
        location=best.location,
        label=label_of(best, gazetteer),
        match_level=level,
        location_level=location_level,
        uncertainty_m=best.uncertainty_m,
        confidence=round(confidence, 3),
        match_type=_match_type(best),
        components=_components(best, gazetteer),
        unmatched_text=" ".join(parsed.tokens[i].text for i in best.reading.left_over),
        alternatives=_alternatives(best, others, gazetteer, at_most=confidence),
        margin=round(max(0.0, best.confidence - max((r.confidence for r in rivals), default=0.0)), 3),
        reasons=reasons,
        dataset_version=gazetteer.dataset_version,
        door=one_door(best, parsed, gazetteer, status),
    )


def label_of(scored: Scored, gazetteer: Gazetteer) -> str:
    """Write the address as the map knows it: "Landstrasse 19, 9494 Schaan"."""
    reading = scored.reading
    if reading.poi is not None:
        town = gazetteer.places[reading.poi.town].name if reading.poi.town is not None else ""
        return f"{reading.poi.name}, {town}" if town and town != reading.poi.name else reading.poi.name
    if reading.street is None:
        return reading.place.name if reading.place else ""
    street = reading.street
    number = scored.door.label if scored.door else ""
    town = gazetteer.places[street.town].name if street.town is not None else ""
    code = min(street.postcodes) if len(street.postcodes) == 1 else ""
    first, second = f"{street.name} {number}".strip(), f"{code} {town}".strip()
    return f"{first}, {second}" if second and town != street.name else first


def _confidence(scored: Scored) -> float:
    return confidence_of(scored.confidence, is_place=scored.reading.place is not None)


def _rather_a_street(ranked: Sequence[Scored]) -> Scored:
    """Take the best; before a town that leaves words over, a street of that town whose name is among them."""
    best = ranked[0]
    if best.reading.place is None or "street_unknown" not in best.reasons:
        return best
    streets = (s for s in ranked if s.reading.street_name is not None and s.support >= Support.POSTCODE)
    return next((s for s in streets if s.reading.street_name and s.reading.street_name.how in _KNOWN), best)


def _same_kind(best: Scored, other: Scored) -> bool:
    """Whether both are streets, points of interest or places; a street is no rival of the place that it lies in."""
    a, b = best.reading, other.reading
    return (a.street is None, a.poi is None) == (b.street is None, b.poi is None)


def _is_as_good(best: Scored, other: Scored) -> bool:
    """Whether the text may as well mean the other one."""
    a, b = best.reading, other.reading
    if best.confidence - other.confidence < _MARGIN:
        return True
    if a.street is None or b.street is None or a.street_name is None or b.street_name is None:
        return False
    same_name = a.street_name.covered == b.street_name.covered and (
        a.street_name.similarity == b.street_name.similarity
        and (a.street_name.how == b.street_name.how or best.support <= Support.NONE)
    )
    return same_name and other.support >= best.support and other.support > Support.CONTRADICTED


def _not_in_place(best: Scored, others: Sequence[Scored]) -> tuple[str, ...]:
    """Say when a street or a point of interest of that very name exists, but not in the place that was named."""
    if best.reading.place is None:
        return ()
    elsewhere = [o.reading for o in others if o.support is Support.CONTRADICTED]
    found = {
        "street_not_in_place": any(r.street is not None for r in elsewhere),
        "poi_not_in_place": any(r.poi is not None for r in elsewhere),
    }
    return tuple(reason for reason, is_so in found.items() if is_so)


def _levels(scored: Scored, gazetteer: Gazetteer) -> tuple[Level, Level]:
    """Say what was identified, and how precisely it is located."""
    if scored.reading.poi is not None:
        return Level.POI, Level.POI
    if scored.door is None:
        place = scored.reading.place
        level = Level.REGION if place is not None and place.is_region else Level.PLACE
        if place is None or place.located_by is None:
            return level, level
        return level, Level.REGION if gazetteer.places[place.located_by].is_region else Level.TOWN
    return {
        Found.EXACT: (Level.HOUSE_NUMBER, Level.HOUSE_NUMBER),
        Found.RANGE: (Level.HOUSE_NUMBER, Level.HOUSE_NUMBER),
        Found.TWICE: (Level.HOUSE_NUMBER, Level.HOUSE_NUMBER),
        Found.INTERPOLATED: (Level.HOUSE_NUMBER, Level.STREET),
    }.get(scored.door.found, (Level.STREET, Level.STREET))


def _match_type(scored: Scored) -> MatchType:
    door, reading = scored.door, scored.reading
    fuzzy = any(
        n.how in {"fuzzy", "sound"}
        for n in (*reading.named_places, reading.street_name, reading.poi_name)
        if n is not None
    )
    if door is None:
        if "street_unknown" in scored.reasons or "house_number_unknown" in scored.reasons:
            return MatchType.FALLBACK
    elif door.found in {Found.INTERPOLATED, Found.GUESSED}:
        return MatchType.INTERPOLATED
    elif door.found in {Found.UNKNOWN, Found.OTHER_SUFFIX}:
        return MatchType.FALLBACK
    return MatchType.FUZZY if fuzzy else MatchType.EXACT


def _components(scored: Scored, gazetteer: Gazetteer) -> dict[str, str]:
    reading = scored.reading
    found: dict[str, str] = {}
    if reading.number is not None:
        found["house_number"] = reading.number.label
    if reading.street is not None:
        found["street"] = reading.street.name
    if reading.poi is not None:
        found["poi"] = reading.poi.name
        if reading.poi.town is not None:
            found["place"] = gazetteer.places[reading.poi.town].name
    if reading.place is not None:
        found["place"] = reading.place.name
    elif reading.street is not None and reading.street.town is not None:
        found["place"] = gazetteer.places[reading.street.town].name
    if reading.postcode:
        found["postcode"] = reading.postcode
    return found


def _alternatives(
    best: Scored, others: Sequence[Scored], gazetteer: Gazetteer, *, at_most: float
) -> tuple[Candidate, ...]:
    """Return the other places; none is surer than the answer itself."""
    taken = [best]
    for other in others:
        near = (great_circle_m(other.location, t.location) <= _ALTERNATIVE_APART_M for t in taken)
        if len(taken) <= _MOST_ALTERNATIVES and not any(near):
            taken.append(other)
    return tuple(
        Candidate(
            label=label_of(s, gazetteer),
            location=s.location,
            level=_levels(s, gazetteer)[0],
            confidence=round(min(_confidence(s), at_most), 3),
            uncertainty_m=s.uncertainty_m,
            reasons=s.reasons,
        )
        for s in taken[1:]
    )


def _identity(reading: Reading) -> tuple[int, ...]:
    return tuple(-1 if thing is None else thing.id for thing in (reading.street, reading.poi, reading.place))

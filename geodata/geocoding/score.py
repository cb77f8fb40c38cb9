"""How much a reading is worth believing, and what speaks against it."""

from typing import Final

from geodata.coords import great_circle_m
from geodata.geocoding.doors import DoorAnswer, Found, find_door
from geodata.geocoding.entries import StreetEntry
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.normalise import has_cjk
from geodata.geocoding.parse import ParsedText
from geodata.geocoding.place_score import score_place
from geodata.geocoding.poi_score import score_poi
from geodata.geocoding.reading import Named, Reading
from geodata.geocoding.scored import APART_M, OF_ALIAS, Scored, Support, weighed

_OF_DOOR: Final = {
    Found.EXACT: 1.0, Found.RANGE: 0.97, Found.INTERPOLATED: 0.88, Found.GUESSED: 0.7, Found.OTHER_SUFFIX: 0.7,
    Found.TWICE: 0.65, Found.UNKNOWN: 0.6, Found.MISSING: 0.62,
}  # fmt: skip
_REASON_OF_DOOR: Final = {
    Found.INTERPOLATED: "house_number_interpolated",
    Found.GUESSED: "house_number_unknown",
    Found.OTHER_SUFFIX: "house_number_suffix_unknown",
    Found.TWICE: "house_number_twice",
    Found.UNKNOWN: "house_number_unknown",
    Found.MISSING: "house_number_missing",
}


class Scorer:
    """Scores readings against one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def score(self, reading: Reading, parsed: ParsedText) -> Scored:
        """Weigh one reading."""
        if reading.poi is not None:
            return score_poi(reading, parsed, self._gazetteer)
        if reading.street is None or reading.street_name is None:
            return score_place(reading, parsed, self._gazetteer)
        return self._score_street(reading, reading.street, reading.street_name, parsed)

    def _score_street(self, reading: Reading, street: StreetEntry, name: Named, parsed: ParsedText) -> Scored:
        doors = self._gazetteer.doors_of(street.id)
        door = find_door(doors, reading.number, middle=street.location, extent_m=street.extent_m)
        code = self._postcode(reading, street)
        support = self._support(reading, street, code)
        reasons = [_REASON_OF_DOOR[door.found]] if door.found in _REASON_OF_DOOR else []
        confidence = _OF_DOOR[door.found] * name.similarity * OF_ALIAS[name.how]
        if support is Support.CONTRADICTED:
            reasons.append("place_contradicts")
            confidence *= 0.55 if code == "match" else 0.35
        elif support is Support.NONE:
            reasons.append("place_missing")
            confidence *= 0.85
        elif support in {Support.LIKELY, Support.POSTCODE}:
            confidence *= 0.95
        elif support is Support.WITHIN:
            confidence *= 0.98
        confidence *= self._postcode_factor(code, reasons)
        reasons += self._reasons_of_names(reading, name, support, door)
        for place in reading.named_places:
            confidence *= place.similarity if place.ids & street.places else 0.9
        return weighed(
            reading,
            parsed,
            self._gazetteer,
            confidence=confidence,
            reasons=reasons,
            location=door.location,
            uncertainty_m=door.uncertainty_m,
            support=support,
            door=door,
        )

    def _support(self, reading: Reading, street: StreetEntry, code: str) -> Support:
        places = self._gazetteer.places
        best = Support.POSTCODE if code == "match" else Support.NONE
        for key in self._gazetteer.street_keys[street.id]:
            if has_cjk(key):
                continue  # the name of a Chinese village says nothing of its township
            own = (h.id for h in self._gazetteer.place_names.get(key, ()))
            if any(i in street.places and not places[i].is_region for i in own):
                best = Support.WITHIN
        for name in reading.named_places:
            if not name.ids & street.places:
                if name.how == "fuzzy":
                    continue
                return Support.CONTRADICTED
            if name.how == "fuzzy":
                best = max(best, Support.LIKELY)
            elif not all(places[i].is_region for i in name.ids):
                best = max(best, Support.TOWN if street.town in name.ids else Support.WITHIN)
        return best

    def _postcode(self, reading: Reading, street: StreetEntry) -> str:
        """Whether the typed postcode is the street's: match, contradicts, unverified, or nothing typed."""
        if not reading.postcode:
            return ""
        own = street.postcodes
        if not own:
            near = [self._gazetteer.places[i] for i in street.places]
            own = frozenset(c for p in near if not p.is_region for c in p.postcodes)
        if reading.postcode in own:
            return "match"
        if own or reading.postcode in self._gazetteer.postcodes:
            return "contradicts"
        return "unverified"

    @staticmethod
    def _postcode_factor(code: str, reasons: list[str]) -> float:
        if code in {"contradicts", "unverified"}:
            reasons.append(f"postcode_{code}")
        return {"contradicts": 0.8, "unverified": 0.95}.get(code, 1.0)

    def _reasons_of_names(self, reading: Reading, name: Named, support: Support, door: DoorAnswer) -> list[str]:
        """List what is doubtful about names that did not match in full."""
        sure_door = door.found in {Found.EXACT, Found.RANGE}
        placed = support >= Support.POSTCODE
        reasons = []
        if door.found is Found.INTERPOLATED and not placed:
            reasons.append("house_number_uncertain")
        if name.how == "fuzzy":
            reasons.append("street_fuzzy")
            if not (name.trusted and placed and sure_door and not reading.left_over):
                reasons.append("street_uncertain")
        elif name.how in {"short", "words"}:
            reasons.append("street_short_name" if name.how == "short" else "words_reordered")
            if not (placed and sure_door):
                reasons.append("street_uncertain")
        misspelt = [n for n in reading.named_places if n.how == "fuzzy"]
        if misspelt:
            reasons.append("place_fuzzy")
            likely = support >= Support.LIKELY and all(n.trusted for n in misspelt)
            known = support is not Support.LIKELY or self._is_only_one(name)
            if not (likely and known and sure_door and name.how in {"full", "variant"}):
                reasons.append("place_uncertain")
        return reasons

    def _is_only_one(self, name: Named) -> bool:
        """Whether all streets of that name are at one spot."""
        streets = [self._gazetteer.streets[i].location for i in sorted(name.ids)]
        return all(great_circle_m(streets[0], other) <= APART_M for other in streets)

"""What an address may mean: every reading of its tokens as place, street, number and postcode."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

from geodata.geocoding.bigrams import BigramFinder
from geodata.geocoding.countries import Rules
from geodata.geocoding.fuzzy import FuzzyHit, KeyIndex, near_words
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.parse import Kind, ParsedText
from geodata.geocoding.poi_match import PoiFinder
from geodata.geocoding.reading import Named, Reading, apart, longest, read_rest
from geodata.geocoding.spans import SpanKeys, Spans
from geodata.geocoding.village import VillageFinder

_MOST_STREETS: Final = 60
_MOST_SCOPES: Final = 256


class Matcher:
    """Reads addresses against one gazetteer."""

    def __init__(self, gazetteer: Gazetteer, rules: Rules) -> None:
        self._gazetteer = gazetteer
        self._place_keys = KeyIndex(gazetteer.place_names)
        self._street_keys = KeyIndex(gazetteer.street_names)
        self._keys_by_scope: dict[frozenset[int], KeyIndex] = {}
        self._villages = VillageFinder(gazetteer)
        self._pois = PoiFinder(gazetteer)
        self._bigrams = BigramFinder(gazetteer)
        self._keys = SpanKeys(gazetteer, rules)

    def readings(self, parsed: ParsedText) -> list[Reading]:
        """All readings worth scoring: streets first, then points of interest, then places."""
        spans = self._keys.of(parsed)
        places = self._exact_places(spans)
        misspelt = self._villages.named(parsed, spans, places)
        streets = self._outermost(self._exact_streets(spans), places)
        if not any(self._is_town(p) for p in places):
            places += self._fuzzy_places(parsed, spans, (*places, *streets))
        found = [r for name in streets for r in self._street_readings(parsed, name, places)]
        if not any(self._fits(r) for r in found):
            scope = self._scope(parsed, places)
            known = [name for name in streets if name.how == "full" and self._is_in_towns(name, places)]
            inexact = {s: key for s, key in spans.items() if not any(_holds(s, name) for name in known)}
            for name in self._fuzzy_streets(parsed, inexact, places, scope):
                found.extend(self._street_readings(parsed, name, places))
            found.extend(self._pois.readings(parsed, spans, places))
        found.extend(self._place_readings(parsed, places))
        if misspelt:
            others = [name for name in places if not any(name.overlaps(other) for other in misspelt)]
            found.extend(self._place_readings(parsed, [*others, *misspelt]))
        if all(r.place is not None and r.place.is_region for r in found):
            found.extend(self._last_resort(parsed, spans, places))
        return found

    def _last_resort(self, parsed: ParsedText, spans: Spans, places: list[Named]) -> Iterator[Reading]:
        """Where no name or only a region is known: names that share letters or sounds with the text."""
        near = self._bigrams.near(parsed, spans)
        for name in near.streets:
            yield from self._street_readings(parsed, name, places)
        if near.places:
            yield from self._place_readings(parsed, [*places, *near.places])

    def is_known_street(self, key: str) -> bool:
        """Whether a key is the exact name of a street anywhere."""
        return key in self._gazetteer.street_names

    def _exact_places(self, spans: Spans) -> list[Named]:
        found = []
        for (first, last), key in spans.items():
            hits = self._gazetteer.place_names.get(key, ())
            full = [h for h in hits if h.kind == "full"]
            chosen = full or hits
            if chosen:
                ids = frozenset(h.id for h in chosen)
                found.append(Named(first=first, last=last, ids=ids, how=chosen[0].kind))
        return longest(found)

    def _exact_streets(self, spans: Spans) -> list[Named]:
        found = []
        for (first, last), key in spans.items():
            hits = self._gazetteer.street_names.get(key, ())
            for how in ("full", "variant") if key in self._gazetteer.place_names else ("full", "variant", "short"):
                ids = frozenset(h.id for h in hits if h.kind == how)
                if ids:
                    found.append(Named(first=first, last=last, ids=ids, how=how))
        return found

    def _outermost(self, streets: list[Named], places: list[Named]) -> list[Named]:
        """Drop names that lie inside a longer one, "Zollstrasse" in "Alte Zollstrasse", if that is in the town."""
        return [n for n in streets if not any(n.covered < o.covered and self._is_in_towns(o, places) for o in streets)]

    def _is_in_towns(self, street: Named, places: list[Named]) -> bool:
        """Whether one of the streets of that name lies in every town that is named beside it."""
        towns = [p for p in places if self._is_town(p) and not p.overlaps(street)]
        return any(all(town.ids & self._gazetteer.streets[i].places for town in towns) for i in street.ids)

    def _fuzzy_places(self, parsed: ParsedText, spans: Spans, taken: tuple[Named, ...]) -> list[Named]:
        used = {i for name in taken for i in name.covered}
        found = []
        for (first, last), key in spans.items():
            if used & set(range(first, last + 1)) or not _is_wordy(parsed, first, last):
                continue
            hits = self._place_keys.near(key)
            if hits:
                ids = frozenset(h.id for h in self._gazetteer.place_names[hits[0].key])
                found.append(_fuzzy_name(first, last, ids, hits))
        best = max((name.similarity for name in found), default=0.0)
        return [name for name in found if name.similarity == best][:1]

    def _fuzzy_streets(
        self,
        parsed: ParsedText,
        spans: Spans,
        places: list[Named],
        scope: frozenset[int] | None,
    ) -> list[Named]:
        keys = self._street_keys if scope is None else self._keys_of(scope)
        used = {i for name in places if name.similarity == 1 for i in name.covered}
        if scope is None:
            spans = _beside_numbers(parsed, spans)
        free = [s for s in spans if not used & set(range(s[0], s[1] + 1)) and _is_wordy(parsed, *s)]
        found = []
        for first, last in free:
            typed = spans[first, last]
            hits = keys.near(typed)
            if hits and hits[0].edits:
                ids = frozenset(h.id for h in self._gazetteer.street_names[hits[0].key])
                chosen = ids if scope is None else ids & scope
                name = _fuzzy_name(first, last, chosen, hits, doubted=self.is_known_street(typed))
                found.append(name)
        found.sort(key=lambda name: -name.similarity)
        return found[:3] or self._shuffled_streets(parsed, used, scope)

    def _shuffled_streets(self, parsed: ParsedText, used: set[int], scope: frozenset[int] | None) -> list[Named]:
        words = {t.value: i for i, t in enumerate(parsed.tokens) if t.kind is Kind.WORD and i not in used}
        streets = self._gazetteer.streets if scope is None else scope
        found = near_words(frozenset(words), self._gazetteer.street_words, streets)
        return [
            Named(first=min(tokens), last=max(tokens), ids=frozenset(ids), how="words", tokens=tokens)
            for tokens, ids in _by_tokens(found, words, self._gazetteer)
        ]

    def _keys_of(self, streets: frozenset[int]) -> KeyIndex:
        keys = self._keys_by_scope.get(streets)
        if keys is None:
            if len(self._keys_by_scope) >= _MOST_SCOPES:
                self._keys_by_scope.clear()
            keys = KeyIndex(key for street in streets for key in self._gazetteer.street_keys[street])
            self._keys_by_scope[streets] = keys
        return keys

    def _scope(self, parsed: ParsedText, places: list[Named]) -> frozenset[int] | None:
        """Streets among which a misspelt name is looked for: of the named town, else of the postcode."""
        towns = frozenset(i for name in places if self._is_town(name) for i in name.ids)
        if towns:
            return self._gazetteer.streets_in(towns)
        codes = {t.value for t in parsed.tokens if t.kind is Kind.POSTCODE}
        coded = frozenset(i for code in codes for i in self._gazetteer.places_of_postcode.get(code, ()))
        return self._gazetteer.streets_in(coded) or None

    def _is_town(self, name: Named) -> bool:
        return any(not self._gazetteer.places[i].is_region for i in name.ids)

    def _fits(self, reading: Reading) -> bool:
        """Whether an exact street lies in every place that was named, and nothing is left over."""
        street = reading.street
        return (
            street is not None
            and not reading.left_over
            and all(name.ids & street.places for name in reading.named_places if name.similarity == 1)
        )

    def _street_readings(self, parsed: ParsedText, name: Named, places: list[Named]) -> Iterator[Reading]:
        named = apart([p for p in places if not p.overlaps(name)])
        streets = [self._gazetteer.streets[i] for i in sorted(name.ids)]
        for place in (p for p in named if self._is_town(p) and p.similarity == 1):
            streets = [s for s in streets if s.places & place.ids] or streets
        codes = {t.value for t in parsed.tokens if t.kind is Kind.POSTCODE}
        if len(streets) > _MOST_STREETS:
            streets = [s for s in streets if s.postcodes & codes] or streets
        base = read_rest(parsed, name, named)
        for street in streets[:_MOST_STREETS]:
            yield replace(base, street=street, street_name=name)

    def _place_readings(self, parsed: ParsedText, places: list[Named]) -> Iterator[Reading]:
        named = apart(places)
        base = read_rest(parsed, None, named)
        support: dict[int, int] = {}
        for name in named:
            for place in name.ids:
                family = {place, *self._gazetteer.places[place].ancestors}
                support[place] = sum(bool(other.ids & family) for other in named)
        most = max(support.values(), default=0)
        for place in sorted(i for i, n in support.items() if n == most):
            yield replace(base, place=self._gazetteer.places[place])


def _holds(span: tuple[int, int], name: Named) -> bool:
    """Whether a run of tokens is a name and more: a further word is no typing error."""
    return name.covered < frozenset(range(span[0], span[1] + 1))


def _beside_numbers(parsed: ParsedText, spans: Spans) -> Spans:
    """Where streets of a whole country are searched: only words beside a number, if there is one."""
    numbers = {i for i, token in enumerate(parsed.tokens) if token.kind is Kind.NUMBER}
    beside = {span: key for span, key in spans.items() if {span[0] - 1, span[1] + 1} & numbers}
    return beside if numbers else spans


def _is_wordy(parsed: ParsedText, first: int, last: int) -> bool:
    return all(t.kind is Kind.WORD for t in parsed.tokens[first : last + 1])


def _fuzzy_name(first: int, last: int, ids: frozenset[int], hits: list[FuzzyHit], *, doubted: bool = False) -> Named:
    """Describe a misspelt name; not trusted when another name is as near, or when it is the exact name of another."""
    rival = len(hits) > 1 and hits[1].edits <= hits[0].edits
    return Named(
        first=first,
        last=last,
        ids=ids,
        how="fuzzy",
        similarity=hits[0].similarity,
        trusted=hits[0].trusted and not rival and not doubted,
    )


def _by_tokens(
    streets: list[int], words: dict[str, int], gazetteer: Gazetteer
) -> Iterator[tuple[frozenset[int], list[int]]]:
    def tokens_of(street: int) -> tuple[int, ...]:
        return tuple(sorted(words[word] for word in gazetteer.street_words[street]))

    for tokens, group in groupby(sorted(streets, key=tokens_of), key=tokens_of):
        yield frozenset(tokens), list(group)

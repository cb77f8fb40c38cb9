"""Readings of an address that names no street but a farm, a mill, a school or a house."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from geodata.geocoding.fuzzy import KeyIndex
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.parse import Kind, ParsedText
from geodata.geocoding.reading import Named, Reading, apart, longest, read_rest

_MOST: Final = 60
_MOST_SCOPES: Final = 256


class PoiFinder:
    """Finds points of interest by their names, misspelt ones inside the places that are named beside them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._keys_by_scope: dict[frozenset[int], KeyIndex] = {}

    def readings(
        self, parsed: ParsedText, spans: dict[tuple[int, int], str], places: Sequence[Named]
    ) -> Iterator[Reading]:
        """Yield one reading for each point of interest that the text may mean."""
        if not self._gazetteer.pois:
            return
        for name in self._exact(spans) or self._fuzzy(parsed, spans, places):
            named = apart([p for p in places if not p.overlaps(name)])
            pois = [self._gazetteer.pois[i] for i in sorted(name.ids)]
            for place in named:
                pois = [p for p in pois if p.places & place.ids] or pois
            base = read_rest(parsed, name, named)
            for poi in pois[:_MOST]:
                yield replace(base, poi=poi, poi_name=name)

    def _exact(self, spans: dict[tuple[int, int], str]) -> list[Named]:
        known = self._gazetteer.poi_names
        found = [
            Named(first=first, last=last, ids=frozenset(hit.id for hit in known[key]), how="full")
            for (first, last), key in spans.items()
            if key in known
        ]
        return longest(found)

    def _fuzzy(self, parsed: ParsedText, spans: dict[tuple[int, int], str], places: Sequence[Named]) -> Iterator[Named]:
        scope = frozenset(i for name in places for i in name.ids if not self._gazetteer.places[i].is_region)
        used = {i for name in places for i in name.covered}
        best: Named | None = None
        for (first, last), key in spans.items() if scope else ():
            words = range(first, last + 1)
            if used & set(words) or any(parsed.tokens[i].kind is not Kind.WORD for i in words):
                continue
            for hit in self._keys_of(scope).near(key, limit=1):
                if best is None or hit.similarity > best.similarity:
                    ids = frozenset(h.id for h in self._gazetteer.poi_names[hit.key])
                    best = Named(first=first, last=last, ids=ids, how="fuzzy", similarity=hit.similarity, trusted=False)
        if best is not None:
            yield best

    def _keys_of(self, scope: frozenset[int]) -> KeyIndex:
        keys = self._keys_by_scope.get(scope)
        if keys is None:
            if len(self._keys_by_scope) >= _MOST_SCOPES:
                self._keys_by_scope.clear()
            pois, names = self._gazetteer.pois, self._gazetteer.poi_names
            keys = KeyIndex(key for key, hits in names.items() if any(pois[h.id].places & scope for h in hits))
            self._keys_by_scope[scope] = keys
        return keys

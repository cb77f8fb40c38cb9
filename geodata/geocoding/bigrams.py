"""Names that share letters with a text when nothing else was found: two letters at a time, or two sounds in Chinese."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA

from geodata.geocoding.chinese import kind_of_ending, sound_of
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.names import cjk_core, split_ending
from geodata.geocoding.normalise import has_cjk
from geodata.geocoding.parse import Kind, ParsedText
from geodata.geocoding.reading import Named, apart

#: What a name must have in common with a text: of its letters without "strasse", of its sounds without 村.
_LETTERS: Final = 0.7
_SOUNDS: Final = 0.6
#: Shorter ones have too little to go by.
_SHORTEST_LETTERS: Final = 6
_SHORTEST_SOUNDS: Final = 2
_MOST_RUNS: Final = 4
_MOST_NAMES: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class NearNames:
    """What a text may mean, all of it unsure."""

    places: tuple[Named, ...] = ()
    streets: tuple[Named, ...] = ()


def grams_of(key: str) -> list[str]:
    """Cut a key into overlapping pairs of letters, or a Chinese name into pairs of sounds.

    Examples
    --------
    >>> grams_of("muhle"), grams_of("王家沟村") == grams_of("汪家钩")
    (['mu', 'uh', 'hl', 'le'], True)
    """
    parts: Sequence[str] = sound_of(cjk_core(key)) if has_cjk(key) else key
    return [a + b for a, b in pairwise(parts)]


class BigramFinder:
    """Looks texts up by what they share with names, the last resort: what it finds always needs review."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def near(self, parsed: ParsedText, spans: dict[tuple[int, int], str]) -> NearNames:
        """Find the nearest names of the text's longest runs of words."""
        runs = [s for s in spans if all(parsed.tokens[i].kind is Kind.WORD for i in range(s[0], s[1] + 1))]
        runs.sort(key=lambda s: -len(spans[s]))
        places: list[Named] = []
        streets: list[Named] = []
        for first, last in runs[:_MOST_RUNS]:
            typed = spans[first, last]
            candidates = self._gazetteer.keys_sharing(grams_of(typed), most=_MOST_NAMES)
            best = self._best(typed, candidates)
            if best is None:
                continue
            keys, similarity, how = best
            for names, found in (
                (self._gazetteer.place_names, places),
                (self._gazetteer.street_names, streets),
            ):
                ids = frozenset(hit.id for key in keys for hit in names.get(key, ()))
                if ids:
                    found.append(Named(first=first, last=last, ids=ids, how=how, similarity=similarity, trusted=False))
        return NearNames(places=tuple(apart(places)), streets=tuple(apart(streets)))

    @staticmethod
    def _best(typed: str, candidates: Iterable[str]) -> tuple[list[str], float, str] | None:
        """Give the nearest keys, all that are as near, if they are near enough."""
        ranked: dict[str, float] = {}
        for key in candidates:
            similarity = _similarity(typed, key)
            if similarity is not None:
                ranked[key] = similarity
        nearest = max(ranked.values(), default=0.0)
        keys = [key for key, similarity in ranked.items() if similarity == nearest]
        if not keys:
            return None
        return (keys, 0.95, "sound") if nearest == 1 and has_cjk(typed) else (keys, min(nearest, 0.95), "fuzzy")


def _similarity(typed: str, key: str) -> float | None:
    """Say how much two names have in common, None where that is too little or their kinds differ."""
    if has_cjk(typed) != has_cjk(key):
        return None
    if has_cjk(typed):
        kinds = kind_of_ending(typed), kind_of_ending(key)
        one, other = sound_of(cjk_core(typed)), sound_of(cjk_core(key))
        if (all(kinds) and kinds[0] != kinds[1]) or min(len(one), len(other)) < _SHORTEST_SOUNDS:
            return None
        similarity = OSA.normalized_similarity(one, other)
        return similarity if similarity >= _SOUNDS else None
    (core, ending), (key_core, key_ending) = split_ending(typed), split_ending(key)
    if (ending and key_ending and ending != key_ending) or min(len(core), len(key_core)) < _SHORTEST_LETTERS:
        return None
    similarity = OSA.normalized_similarity(core, key_core)
    return similarity if similarity >= _LETTERS else None

"""Names with a typing error: how many letters differ, and whether another name is as near."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geodata.geocoding.names import cjk_core, split_ending
from geodata.geocoding.normalise import has_cjk

_SHORTEST: Final = 4
#: Shorter names have no letter that one edit must leave.
_SHORTEST_SPLIT: Final = 3
#: So many letters at the end are compared before all are.
_TAIL: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzyHit:
    """A known key near a typed one.

    Attributes
    ----------
    similarity : 1 minus the share of letters that differ.
    trusted : whether it can hardly be another name: the error is small for the length of what tells the
        name apart, or it is in the ending ("strase").
    """

    key: str
    edits: int
    similarity: float
    trusted: bool


class KeyIndex:
    """Keys by length, so that only those of about the right length are compared."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = {}
        for key in sorted(set(keys)):
            self._by_length.setdefault(len(key), []).append(key)

    def near(self, typed: str, *, limit: int = 5) -> list[FuzzyHit]:
        """Find the keys near a typed one, the nearest first.

        Examples
        --------
        >>> [hit.key for hit in KeyIndex(["zollstrasse", "landstrasse"]).near("zolstrasse")]
        ['zollstrasse']
        """
        allowed = _allowed_edits(typed)
        if allowed == 0:
            return []
        hits = []
        for length in range(len(typed) - allowed, len(typed) + allowed + 1):
            keys = self._of_length(typed, length, allowed)
            found = process.extract(typed, keys, scorer=OSA.distance, score_cutoff=allowed, limit=None)
            hits += [_hit(typed, key, int(edits)) for key, edits, _ in found]
        good = [hit for hit in hits if hit is not None]
        return sorted(good, key=lambda h: (h.edits, -h.similarity, h.key))[:limit]

    def _of_length(self, typed: str, length: int, allowed: int) -> Collection[str]:
        """Return the keys of a length among which all are that differ by so many edits.

        One edit leaves the first letter as it is, or is at the beginning and leaves all behind it, or swaps the first
        two. So of keys with one edit few have to be compared.
        """
        if allowed > 1 or len(typed) < _SHORTEST_SPLIT:
            return self._by_length.get(length, ())
        tail, swapped = typed[-min(_TAIL, len(typed) - 1) :], typed[1] + typed[0] + typed[2:]
        near = {*self._by_head.get((length, typed[0]), ()), *self._by_tail.get((length, tail), ())}
        if swapped in self._by_head.get((length, swapped[0]), ()):
            near.add(swapped)
        return near

    @cached_property
    def _by_head(self) -> dict[tuple[int, str], list[str]]:
        heads: dict[tuple[int, str], list[str]] = {}
        for length, keys in self._by_length.items():
            for key in keys:
                heads.setdefault((length, key[:1]), []).append(key)
        return heads

    @cached_property
    def _by_tail(self) -> dict[tuple[int, str], list[str]]:
        tails: dict[tuple[int, str], list[str]] = {}
        for length, keys in self._by_length.items():
            for size in range(2, min(_TAIL, length) + 1):
                for key in keys:
                    tails.setdefault((length, key[-size:]), []).append(key)
        return tails


def near_words(typed: frozenset[str], words: Mapping[int, frozenset[str]], scope: Iterable[int]) -> list[int]:
    """Streets of the scope all of whose words (two at least) stand in the text, in whatever order."""
    found = [i for i in scope if len(words[i]) >= 2 and words[i] <= typed]
    most = max((len(words[i]) for i in found), default=0)
    return [i for i in found if len(words[i]) == most]


def _allowed_edits(typed: str) -> int:
    if has_cjk(typed):
        return 1 if len(typed) >= 3 else 0
    core, _ = split_ending(typed)
    if len(typed) < _SHORTEST or len(core) < 3:
        return 0
    return 1 if len(typed) < 7 else 2 if len(typed) < 14 else 3


def _hit(typed: str, key: str, edits: int) -> FuzzyHit | None:
    core, ending = split_ending(key)
    typed_core, typed_ending = split_ending(typed)
    if has_cjk(key):
        core, typed_core = cjk_core(key), cjk_core(typed)
        core_edits = OSA.distance(core, typed_core)
        trusted = False
    elif ending and ending != typed_ending and typed.startswith(core):
        if typed_ending:
            return None  # Feldgasse is not Feldstrasse, however near the letters
        core_edits, trusted = 0, edits <= 2
    else:
        core_edits = edits
        trusted = _is_small(core, typed_core, edits)
    if core_edits > max(1, len(core) // 3):
        return None
    longest = max(len(typed), len(key))
    return FuzzyHit(key=key, edits=edits, similarity=1 - edits / longest, trusted=trusted)


def _is_small(core: str, typed_core: str, edits: int) -> bool:
    """Whether an error is too small to make another name.

    In a short name one other letter is often another name (Bergstrasse, Burgstrasse); a letter left out,
    doubled or swapped seldom is.
    """
    if len(core) >= 9:
        return edits <= 2
    if len(core) >= 6:
        return edits <= 1
    replaced = len(core) == len(typed_core) and sorted(core) != sorted(typed_core)
    return len(core) >= _SHORTEST and edits <= 1 and not replaced

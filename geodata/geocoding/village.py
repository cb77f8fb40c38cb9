"""Chinese names that are not known as typed, looked for inside the place that the address names."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geodata.geocoding.chinese import kind_of_ending, sound_of
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.names import cjk_core
from geodata.geocoding.normalise import has_cjk, key_of
from geodata.geocoding.parse import Kind, ParsedText
from geodata.geocoding.reading import Named

#: How near a name is by its error: another ending, the same sound, a character too few or too many, another character.
_SAME_NAME: Final = 0.99  # with another ending: a township of another kind
_SAME_SOUND: Final = 0.95
_ONE_LENGTH_OFF: Final = 0.65
_ANOTHER_CHARACTER: Final = 0.45
_MOST_SCOPES: Final = 256
#: Where more places than these are inside, as in a province, a misspelt name says nothing.
_MOST_INSIDE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    how: str
    similarity: float
    ids: frozenset[int]


class _Scope:
    """Places among which a name is looked for, by their names without endings."""

    def __init__(self, places: Sequence[tuple[int, str]]) -> None:
        self.places = frozenset(place for place, _ in places)
        self._by_core: dict[str, set[tuple[int, str]]] = {}
        for place, name in places:
            self._by_core.setdefault(cjk_core(name), set()).add((place, kind_of_ending(name)))
        self._by_sound: dict[tuple[str, ...], list[str]] = {}
        for core in self._by_core:
            self._by_sound.setdefault(sound_of(core), []).append(core)
        self._cores = list(self._by_core)

    def near(self, typed: str) -> _Hit | None:
        """Find the places nearest to a typed name, all that are as near; None when none is."""
        kind, core = kind_of_ending(typed), cjk_core(typed)
        if len(core) < 2:
            return None
        same = self._ids([core] if core in self._by_core else (), kind)
        if same:
            return _Hit(how="core", similarity=_SAME_NAME, ids=same)
        alike = self._ids(self._by_sound.get(sound_of(core), ()), kind)
        if alike:
            return _Hit(how="sound", similarity=_SAME_SOUND, ids=alike)
        found = [c for c, _, _ in process.extract(core, self._cores, scorer=OSA.distance, score_cutoff=1, limit=None)]
        longer = self._ids([c for c in found if len(c) != len(core)], kind)
        if longer:
            return _Hit(how="fuzzy", similarity=_ONE_LENGTH_OFF, ids=longer)
        other = self._ids([c for c in found if len(core) > 2], kind)
        return _Hit(how="fuzzy", similarity=_ANOTHER_CHARACTER, ids=other) if other else None

    def _ids(self, cores: Iterable[str], kind: str) -> frozenset[int]:
        """Places of these names, unless their ending says that they are of another kind."""
        return frozenset(i for core in cores for i, own in self._by_core[core] if not (kind and own and kind != own))


class VillageFinder:
    """Finds misspelt Chinese villages and townships inside the places that are named beside them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._scopes: dict[frozenset[int], _Scope] = {}

    def named(self, parsed: ParsedText, spans: dict[tuple[int, int], str], exact: Sequence[Named]) -> list[Named]:
        """Give the names that a typing error hides, the likeliest first and apart from each other.

        They are looked for inside the narrowest place that is named, else among those that hold what is named.

        Parameters
        ----------
        spans : runs of tokens that may be a name, and their keys.
        exact : names that are known as typed.
        """
        if not any(has_cjk(segment) for segment in parsed.segments):
            return []
        outer = self._narrowest(exact)
        above = frozenset(a for name in exact for i in name.ids for a in self._gazetteer.places[i].ancestors)
        scope = self._inside_of(outer) if outer else _Scope(self._names(above))
        if not scope.places:
            return []
        related = outer | scope.places | above
        free = _free_tokens(parsed, [name for name in exact if name.ids & related])
        joinable = free | {i for name in exact if name.ids & scope.places for i in name.covered}
        hits = [
            (hit, span)
            for span, key in spans.items()
            if free & set(range(span[0], span[1] + 1)) and joinable.issuperset(range(span[0], span[1] + 1))
            for hit in (scope.near(key),)
            if hit is not None
        ]
        hits.sort(key=lambda found: (-found[0].similarity, found[1][0] - found[1][1]))
        names: list[Named] = []
        for hit, (first, last) in hits:
            name = Named(first=first, last=last, ids=hit.ids, how=hit.how, similarity=hit.similarity, trusted=False)
            if not any(name.overlaps(other) for other in names):
                names.append(name)
        return names

    def _narrowest(self, exact: Sequence[Named]) -> frozenset[int]:
        """Of the places named that hold others: those that most names agree on, and of them the narrowest."""
        places = self._gazetteer.places
        ranked: dict[int, tuple[int, int]] = {}
        for place in {i for name in exact for i in name.ids if i in self._children}:
            family = {place, *places[place].ancestors}
            ranked[place] = (sum(bool(name.ids & family) for name in exact), len(places[place].ancestors))
        best = max(ranked.values(), default=None)
        return frozenset(place for place, rank in ranked.items() if rank == best)

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = {}
        for place in self._gazetteer.places.values():
            if place.ancestors and has_cjk(place.name):
                children.setdefault(place.ancestors[0], []).append(place.id)
        return children

    def _inside_of(self, outer: frozenset[int]) -> _Scope:
        scope = self._scopes.get(outer)
        if scope is None:
            if len(self._scopes) >= _MOST_SCOPES:
                self._scopes.clear()
            inside = list(islice(self._descendants(outer), _MOST_INSIDE + 1))
            scope = self._scopes[outer] = _Scope(self._names(inside if len(inside) <= _MOST_INSIDE else ()))
        return scope

    def _descendants(self, outer: Iterable[int]) -> Iterator[int]:
        waiting = list(outer)
        while waiting:
            children = self._children.get(waiting.pop(), [])
            yield from children
            waiting += children

    def _names(self, places: Iterable[int]) -> list[tuple[int, str]]:
        return [(i, key_of(self._gazetteer.places[i].name)) for i in places]


def _free_tokens(parsed: ParsedText, fitting: Sequence[Named]) -> frozenset[int]:
    """Chinese words that no name explains which lies where the others say."""
    used = {i for name in fitting for i in name.covered}
    words = (i for i, t in enumerate(parsed.tokens) if t.kind is Kind.WORD and has_cjk(t.text))
    return frozenset(i for i in words if i not in used)

"""A place that a list names, with or without a position; the map's places take in what they lack."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.names import place_aliases
from geodata.geocoding.places import Place, PlaceMap, all_aliases
from geodata.geocoding.raw import PLACE_RADIUS_M, RawExtract, RawPlace
from geodata.geocoding.schema import ParentBy

#: The same name within this distance is the same place.
_SAME_PLACE_M: Final = 3000
#: How many steps up a position may come from: a village may stand at its township or its county, no wider.
_WIDEST_STAND_IN: Final = 2
#: A village farther from its township's seat than this is another one of its name.
_FARTHEST_VILLAGE_M: Final = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPlace:
    """A place of a list.

    Attributes
    ----------
    names : the main one first.
    kind : a value of place=* that PLACE_RADIUS_M knows.
    inside : names of the places around it, the nearest first; they need not all be known.
    location : None where the list says none.
    overrides : whether its position is to be believed before the map's.
    """

    names: tuple[str, ...]
    kind: str
    inside: tuple[str, ...] = ()
    location: LonLat | None = None
    postcode: str = ""
    overrides: bool = False


def add_located(raw: RawExtract, listed: Iterable[ListedPlace]) -> int:
    """Put listed places that have a position among those of the map, before places are joined.

    Returns
    -------
    How many are new. One that the map has (a name in common, within 3 km) adds its names, and where it overrides, its
    position.
    """
    by_key: dict[str, list[RawPlace]] = {}
    for place in raw.places:
        for key in _full_keys(place.names):
            by_key.setdefault(key, []).append(place)
    new = 0
    for entry in listed:
        if entry.location is None:
            continue
        location = entry.location
        keys = _full_keys(entry.names)
        near = [p for key in keys for p in by_key.get(key, ()) if great_circle_m(p.location, location) <= _SAME_PLACE_M]
        if near:
            same = min(near, key=lambda p: great_circle_m(p.location, location))
            if entry.overrides:
                same.location = location
                same.postcode = entry.postcode or same.postcode
                same.names = list(dict.fromkeys([*same.names, *entry.names]))
            continue
        place = RawPlace(names=list(entry.names), kind=entry.kind, location=location, postcode=entry.postcode)
        raw.places.append(place)
        new += 1
        for key in keys:
            by_key.setdefault(key, []).append(place)
    return new


def add_unlocated(places: PlaceMap, listed: Iterable[ListedPlace]) -> int:
    """Add listed places without a position, each at the nearest place around it that has one.

    They identify: an answer that names one says whose position it has instead. A place that the map has in the
    same surroundings is not added; where the map only guessed its surroundings by distance, the list decides.

    Returns
    -------
    How many are new. Those around which the map knows nothing are left out.
    """
    new = 0
    for entry in listed:
        if entry.location is not None:
            continue
        parent = _parent(places, entry.inside)
        if parent is None:
            continue
        if _known(places, entry, parent):
            continue
        around = places.places[parent]
        stand_in = around.located_by if around.located_by is not None else around.id
        places.add(
            Place(
                id=len(places.places),
                name=entry.names[0],
                kind=entry.kind,
                location=around.location,
                radius_m=max(around.radius_m, PLACE_RADIUS_M[entry.kind]),
                parent=parent,
                parent_by=ParentBy.LIST,
                located_by=stand_in,
                aliases=all_aliases(entry.names),
                postcodes={entry.postcode} - {""},
            )
        )
        new += 1
    return new


def _full_keys(names: Sequence[str]) -> set[str]:
    return {key for name in names for key, kind in place_aliases(name).items() if kind in {"full", "core"}}


def _parent(places: PlaceMap, inside: Sequence[str]) -> int | None:
    """Find the narrowest of the named surroundings that is known and agrees with the wider ones."""
    for depth, name in enumerate(inside[:_WIDEST_STAND_IN]):
        candidates = places.sharing_name(name)
        wider = [set(places.sharing_name(outer)) for outer in inside[depth + 1 :]]
        ranked = {i: sum(bool(ids & set(places.ancestors(i))) for ids in wider) for i in candidates}
        best = [i for i, rank in ranked.items() if rank == max(ranked.values())]
        if len(best) == 1:
            return best[0]
    return None


def _known(places: PlaceMap, entry: ListedPlace, parent: int) -> bool:
    """Whether the map has the place: inside the parent, or once in what is around it and there only by distance."""
    found = [i for i in places.sharing_name(entry.names[0]) if i != parent]
    inside = [i for i in found if parent in places.ancestors(i)]
    if inside:
        for i in inside:
            if places.places[i].parent == parent:
                places.places[i].parent_by = _surer(places.places[i].parent_by)
            places.add_names(i, entry.names)
        return True
    outer = places.places[parent].parent
    guessed = [i for i in found if places.places[i].parent_by is ParentBy.DISTANCE and outer in places.ancestors(i)]
    if outer is None or len(guessed) != 1 or len([i for i in found if outer in places.ancestors(i)]) != 1:
        return False
    place = places.places[guessed[0]]
    if great_circle_m(place.location, places.places[parent].location) > _FARTHEST_VILLAGE_M:
        return False
    place.parent, place.parent_by = parent, ParentBy.LIST
    places.add_names(place.id, entry.names)
    return True


def _surer(by: ParentBy) -> ParentBy:
    return ParentBy.LIST if by is ParentBy.DISTANCE else by

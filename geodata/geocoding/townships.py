"""Chinese villages whose township has no boundary on the map: the nearest township is taken for theirs."""

from typing import Final

from scipy.spatial import cKDTree

from geodata.coords import lonlat_array
from geodata.geocoding.chinese import kind_of_ending
from geodata.geocoding.normalise import has_cjk
from geodata.geocoding.places import TOWN_LEVEL, Place, PlaceMap
from geodata.geocoding.schema import ParentBy

_WITHIN_M: Final = 15_000
_VILLAGES: Final = frozenset({"village", "hamlet", "isolated_dwelling"})
_TOWNSHIPS: Final = frozenset({"town", "township"})


def adopt_villages(places: PlaceMap) -> None:
    """Give each such village the nearest township of its county, by distance, as its parent.

    A guess: it finds a misspelt village, and answers that rest on it go to review. Elsewhere than in China a village is
    no part of the nearest town.
    """
    towns = [p for p in places.places if p.area is None and has_cjk(p.name) and _is_township(p)]
    if not towns:
        return
    tree = cKDTree(places.to_metres(lonlat_array([town.location for town in towns])))
    orphans = [p for p in places.places if p.area is None and _is_village(p) and not _has_township(p, places)]
    if not orphans:
        return
    distances, nearest = tree.query(places.to_metres(lonlat_array([p.location for p in orphans])))
    for village, distance, index in zip(orphans, distances.tolist(), nearest.tolist(), strict=True):
        if distance <= _WITHIN_M and towns[index].parent == village.parent:
            village.parent, village.parent_by = towns[index].id, ParentBy.DISTANCE


def _is_township(place: Place) -> bool:
    return place.kind in _TOWNSHIPS or kind_of_ending(place.name) == "town"


def _is_village(place: Place) -> bool:
    return place.kind in _VILLAGES and has_cjk(place.name) and kind_of_ending(place.name) in {"", "village"}


def _has_township(village: Place, places: PlaceMap) -> bool:
    return village.parent is not None and places.places[village.parent].level >= TOWN_LEVEL

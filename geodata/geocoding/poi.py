"""Points of interest that people give as an address by their name: farms, mills, schools, named houses."""

from collections.abc import Mapping
from typing import Final

from geodata.coords import LonLat
from geodata.geocoding.raw import RawPoi

#: Tag -> its values that make a named thing a place to send someone to; None for every value.
#: Source: https://wiki.openstreetmap.org/wiki/Map_features
_TAGS: Final[Mapping[str, frozenset[str] | None]] = {
    "amenity": frozenset(
        {
            "school", "kindergarten", "college", "university", "library", "place_of_worship", "monastery", "townhall",
            "community_centre", "clinic", "hospital", "doctors", "pharmacy", "police", "fire_station", "post_office",
            "bank", "courthouse", "nursing_home", "social_facility", "restaurant", "pub", "cafe", "marketplace", "fuel",
        }
    ),
    "building": frozenset(
        {"farm", "farmhouse", "farm_auxiliary", "church", "chapel", "school", "hospital", "house", "cabin", "detached"}
    ),
    "landuse": frozenset({"farmyard"}),
    "man_made": frozenset({"watermill", "windmill", "works"}),
    "historic": frozenset({"castle", "manor", "farm", "monastery", "watermill"}),
    "tourism": frozenset({"hotel", "guest_house", "hostel", "alpine_hut", "wilderness_hut", "chalet", "camp_site"}),
    "railway": frozenset({"station", "halt"}),
    "shop": frozenset({"farm", "supermarket", "convenience", "general"}),
    "leisure": frozenset({"sports_centre"}),
    "craft": None,
    "healthcare": None,
}  # fmt: skip
_NAME_TAGS: Final = (
    "name", "addr:housename", "alt_name", "official_name", "short_name", "old_name", "name:de", "name:en", "name:zh",
)  # fmt: skip


def is_poi(tags: Mapping[str, str]) -> bool:
    """Whether a thing with these tags may be given as an address by its name."""
    if "addr:housename" in tags:
        return True
    if "name" not in tags or "place" in tags:
        return False
    return any(tag in tags and (values is None or tags[tag] in values) for tag, values in _TAGS.items())


def poi_of(tags: Mapping[str, str], location: LonLat) -> RawPoi:
    """Take the names and the kind of a point of interest.

    Examples
    --------
    >>> poi_of({"man_made": "watermill", "name": "Ölmühle"}, LonLat(15.6, 48.4)).kind
    'watermill'
    """
    kind = next(
        (tags[t] for t, values in _TAGS.items() if t in tags and (values is None or tags[t] in values)), "house"
    )
    return RawPoi(names=names_of(tags, _NAME_TAGS), kind=kind, location=location)


def names_of(tags: Mapping[str, str], wanted: tuple[str, ...]) -> list[str]:
    """Names under the wanted tags, the main one first, each once; several in one tag are split at ';'."""
    names: dict[str, None] = {}
    for tag in wanted:
        for name in tags.get(tag, "").split(";"):
            if name.strip():
                names.setdefault(name.strip())
    return list(names)

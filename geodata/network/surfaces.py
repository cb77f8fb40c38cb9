"""Surface classes of roads, and what a season makes of the speed on each: one row per class, with its source."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from geodata.network.tables import OWN, Row

WIKI_SURFACE: Final = "OSM wiki, Key:surface"
WIKI_TRACKTYPE: Final = "OSM wiki, Key:tracktype"
FHWA: Final = "FHWA, How Do Weather Events Impact Roads?: rain takes 2 to 17 % of the free-flow speed on paved roads"

#: The classes; `Roads.surface` holds their indices. The first one stands for what no season touches: ferries and
#: what barriers cost. The second one is a road whose tags say nothing.
CLASSES: Final = ("none", "unknown", "paved", "compacted", "gravel", "earth", "sand", "grass")
NONE: Final = CLASSES.index("none")
UNKNOWN: Final = CLASSES.index("unknown")

#: Class by surface=*. A value that is not here is unknown.
CLASS_OF_SURFACE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "paved": ("paved", WIKI_SURFACE),
        "asphalt": ("paved", WIKI_SURFACE),
        "chipseal": ("paved", WIKI_SURFACE),
        "concrete": ("paved", WIKI_SURFACE),
        "concrete:lanes": ("paved", WIKI_SURFACE),
        "concrete:plates": ("paved", WIKI_SURFACE),
        "cement": ("paved", WIKI_SURFACE),
        "paving_stones": ("paved", WIKI_SURFACE),
        "sett": ("paved", WIKI_SURFACE),
        "cobblestone": ("paved", WIKI_SURFACE),
        "unhewn_cobblestone": ("paved", WIKI_SURFACE),
        "bricks": ("paved", WIKI_SURFACE),
        "metal": ("paved", WIKI_SURFACE),
        "wood": ("paved", WIKI_SURFACE),
        "compacted": ("compacted", WIKI_SURFACE),
        "fine_gravel": ("compacted", WIKI_SURFACE),
        "gravel": ("gravel", WIKI_SURFACE),
        "pebblestone": ("gravel", WIKI_SURFACE),
        "rock": ("gravel", WIKI_SURFACE),
        "rocky": ("gravel", WIKI_SURFACE),
        "stone": ("gravel", WIKI_SURFACE),
        "unpaved": ("earth", OWN),
        "ground": ("earth", WIKI_SURFACE),
        "dirt": ("earth", WIKI_SURFACE),
        "earth": ("earth", WIKI_SURFACE),
        "clay": ("earth", WIKI_SURFACE),
        "mud": ("earth", WIKI_SURFACE),
        "sand": ("sand", WIKI_SURFACE),
        "grass": ("grass", WIKI_SURFACE),
        "grass_paver": ("compacted", OWN),
    }
)
#: Class by tracktype=* where the surface is not given.
CLASS_OF_TRACKTYPE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "grade1": ("paved", WIKI_TRACKTYPE),
        "grade2": ("gravel", WIKI_TRACKTYPE),
        "grade3": ("gravel", OWN),
        "grade4": ("earth", WIKI_TRACKTYPE),
        "grade5": ("earth", WIKI_TRACKTYPE),
    }
)
#: Class by highway=* where neither is given.
CLASS_OF_HIGHWAY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "motorway": ("paved", OWN),
        "motorway_link": ("paved", OWN),
        "trunk": ("paved", OWN),
        "trunk_link": ("paved", OWN),
        "track": ("earth", OWN),
        "path": ("earth", OWN),
        "bridleway": ("earth", OWN),
    }
)

#: Season -> class -> percent of the speed of the profile's tables, which are those of a dry road.
SEASONS: Final[Mapping[str, Mapping[str, Row]]] = MappingProxyType(
    {
        "dry": MappingProxyType({}),
        "wet": MappingProxyType(
            {
                "unknown": Row(90, OWN),
                "paved": Row(95, FHWA),
                "compacted": Row(85, OWN),
                "gravel": Row(80, OWN),
                "earth": Row(50, OWN),
                "sand": Row(90, OWN),
                "grass": Row(60, OWN),
            }
        ),
    }
)


def surface_class(tags: Mapping[str, str]) -> int:
    """Class of a road by its tags: the surface, or else the tracktype, or else the kind of road.

    Examples
    --------
    >>> CLASSES[surface_class({"highway": "track", "tracktype": "grade1"})]
    'paved'
    """
    for key, table in (
        ("surface", CLASS_OF_SURFACE),
        ("tracktype", CLASS_OF_TRACKTYPE),
        ("highway", CLASS_OF_HIGHWAY),
    ):
        # Of several surfaces along one way the first one is meant to be the main one (OSM wiki, Key:surface).
        if row := table.get(tags.get(key, "").split(";")[0].strip()):
            return CLASSES.index(row[0])
    return UNKNOWN

"""Which OpenStreetMap objects the base map draws, in which tile layer and with which attributes.

The names of the layers and the values of `kind` are what service/web/static/basemap.js styles.
Tags are read as the OpenStreetMap wiki's "Map features" page describes them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

#: Of the layers and attributes below: raise it with every change of them, so that areas are built again.
TILES_FORMAT: Final = 1

Attribute = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TileLayer:
    """One layer of the vector tiles.

    Attributes
    ----------
    min_zoom, max_zoom : the tiles that hold it; a viewer draws max_zoom further in too.
    columns : its attributes.
    points : whether an area is drawn as one point inside it.
    """

    min_zoom: int
    max_zoom: int = 14
    columns: tuple[str, ...]
    points: bool = False


_ROAD: Final = ("kind", "name", "ref", "surface", "oneway", "bridge", "tunnel", "level", "link")

#: Dense things come late, and what is drawn from far away has a layer of its own, so that no tile grows large.
LAYERS: Final[Mapping[str, TileLayer]] = {
    "landcover": TileLayer(min_zoom=5, max_zoom=9, columns=("kind",)),
    "landuse": TileLayer(min_zoom=10, columns=("kind",)),
    "lakes": TileLayer(min_zoom=5, max_zoom=9, columns=("kind", "name")),
    "water": TileLayer(min_zoom=10, columns=("kind", "name")),
    "rivers": TileLayer(min_zoom=6, columns=("kind", "name", "tunnel")),
    "streams": TileLayer(min_zoom=12, columns=("kind", "name", "tunnel")),
    "buildings": TileLayer(min_zoom=13, columns=("kind",)),
    "roads_major": TileLayer(min_zoom=5, columns=_ROAD),
    "roads": TileLayer(min_zoom=10, columns=_ROAD),
    "roads_minor": TileLayer(min_zoom=12, columns=_ROAD),
    "rail": TileLayer(min_zoom=8, columns=("kind", "name", "bridge", "tunnel")),
    "boundaries": TileLayer(min_zoom=4, columns=("admin_level",)),
    "cities": TileLayer(min_zoom=4, columns=("kind", "name"), points=True),
    "places": TileLayer(min_zoom=8, columns=("kind", "name"), points=True),
    "pois": TileLayer(min_zoom=12, columns=("kind", "name", "elevation_m"), points=True),
    "house_numbers": TileLayer(min_zoom=14, columns=("number",), points=True),
}

#: Areas of at least this size, in square degrees (about 0.3 km²), are drawn below zoom 10 too.
LARGE_AREA: Final = 3e-5
#: Where an area is drawn below zoom 10.
FAR_LAYER: Final[Mapping[str, str]] = {"landuse": "landcover", "water": "lakes"}

_LANDUSE: Final[Mapping[str, Mapping[str, str]]] = {
    "landuse": {
        **dict.fromkeys(("forest",), "wood"),
        **dict.fromkeys(("residential",), "residential"),
        **dict.fromkeys(("commercial", "retail"), "commercial"),
        **dict.fromkeys(("industrial", "railway", "port", "depot", "garages"), "industrial"),
        **dict.fromkeys(("farmland", "farm", "field", "greenhouse_horticulture"), "farmland"),
        **dict.fromkeys(("farmyard",), "farmyard"),
        **dict.fromkeys(("vineyard", "orchard", "plant_nursery"), "orchard"),
        **dict.fromkeys(("meadow", "grass", "village_green", "greenfield", "flowerbed"), "grass"),
        **dict.fromkeys(("recreation_ground", "allotments"), "park"),
        **dict.fromkeys(("cemetery",), "cemetery"),
        **dict.fromkeys(("quarry", "landfill", "construction", "brownfield"), "bare"),
    },
    "natural": {
        "wood": "wood",
        **dict.fromkeys(("scrub", "heath", "fell"), "scrub"),
        "grassland": "grass",
        "wetland": "wetland",
        **dict.fromkeys(("sand", "beach", "bare_rock", "scree", "shingle"), "bare"),
        "glacier": "glacier",
    },
    "leisure": {
        **dict.fromkeys(("park", "garden", "common", "dog_park", "golf_course"), "park"),
        **dict.fromkeys(("pitch", "track", "playground", "sports_centre", "stadium"), "pitch"),
    },
    "amenity": {
        "grave_yard": "cemetery",
        **dict.fromkeys(("school", "kindergarten", "university", "college", "hospital"), "campus"),
        "parking": "parking",
    },
    "tourism": dict.fromkeys(("camp_site", "zoo", "theme_park"), "park"),
}

_WATER: Final[Mapping[str, Mapping[str, str]]] = {
    "natural": {"water": "lake"},
    "waterway": dict.fromkeys(("riverbank", "dock"), "river"),
    "landuse": dict.fromkeys(("reservoir", "basin", "salt_pond", "aquaculture"), "basin"),
    "leisure": {"swimming_pool": "pool"},
}

_POIS: Final[Mapping[str, Mapping[str, str]]] = {
    "natural": {"peak": "peak"},
    "railway": dict.fromkeys(("station", "halt"), "station"),
    "amenity": {
        "place_of_worship": "worship",
        **dict.fromkeys(("school", "university", "college"), "school"),
        **dict.fromkeys(("hospital", "clinic"), "hospital"),
        **dict.fromkeys(("police", "fire_station"), "emergency"),
        **dict.fromkeys(("townhall", "marketplace", "post_office", "bus_station", "fuel"), "public"),
    },
    "historic": dict.fromkeys(("castle", "monument", "ruins"), "sight"),
    "tourism": dict.fromkeys(("museum", "viewpoint", "alpine_hut"), "sight"),
}

_ROAD_LAYERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("motorway", "trunk", "primary", "secondary"), "roads_major"),
    **dict.fromkeys(("tertiary", "unclassified", "residential", "living_street", "road"), "roads"),
    **dict.fromkeys(
        ("service", "track", "path", "footway", "cycleway", "bridleway", "steps", "pedestrian"), "roads_minor"
    ),
}
_PAVED: Final = frozenset(
    ("paved", "asphalt", "concrete", "concrete:plates", "concrete:lanes", "paving_stones", "sett", "chipseal")
)
_STREAMS: Final = frozenset(("stream", "ditch", "drain"))
_CITIES: Final = frozenset(("city", "town"))
_PLACES: Final = frozenset(("village", "suburb", "hamlet", "quarter", "neighbourhood", "isolated_dwelling"))
_METRES: Final = re.compile(r"(-?\d+)(\.\d+)?( ?m)?")


class Drawn(NamedTuple):
    """A thing to draw: its tile layer and its attributes."""

    layer: str
    attributes: Mapping[str, Attribute]


def drawn_areas(tags: Mapping[str, str]) -> Iterator[Drawn]:
    """Say what an area (closed way or multipolygon) is drawn as."""
    if tags.get("building", "no") != "no":
        yield Drawn("buildings", {"kind": tags["building"]})
    elif water := _kind(tags, _WATER):
        yield Drawn("water", {"kind": water, "name": tags.get("name")})
    elif kind := _kind(tags, _LANDUSE):
        yield Drawn("landuse", {"kind": kind})
    elif "highway" in tags and tags.get("area") == "yes":
        yield Drawn("landuse", {"kind": "plaza"})
    yield from drawn_nodes(tags)


def drawn_nodes(tags: Mapping[str, str]) -> Iterator[Drawn]:
    """Say what a node is drawn as; an area that has these tags is drawn as a point too."""
    name = tags.get("name")
    place = tags.get("place", "")
    if name and place in _CITIES:
        yield Drawn("cities", {"kind": place, "name": name})
    elif name and place in _PLACES:
        yield Drawn("places", {"kind": place, "name": name})
    elif name and (kind := _kind(tags, _POIS)):
        yield Drawn("pois", {"kind": kind, "name": name, "elevation_m": _whole_metres(tags.get("ele", ""))})
    if number := tags.get("addr:housenumber"):
        yield Drawn("house_numbers", {"number": number})


def drawn_ways(tags: Mapping[str, str]) -> Iterator[Drawn]:
    """Say what a way is drawn as when it is a line."""
    highway, waterway = tags.get("highway", ""), tags.get("waterway", "")
    if highway.removesuffix("_link") in _ROAD_LAYERS:
        if tags.get("area") != "yes":
            yield _road(highway, tags)
    elif tags.get("route") == "ferry":
        yield Drawn("roads_major", {"kind": "ferry", "name": tags.get("name")})
    elif rail := _rail_kind(tags):
        yield Drawn("rail", {"kind": rail, "name": tags.get("name"), **_structure(tags)})
    elif waterway in ("river", "canal") or waterway in _STREAMS:
        layer = "streams" if waterway in _STREAMS else "rivers"
        yield Drawn(layer, {"kind": waterway, "name": tags.get("name"), "tunnel": _structure(tags)["tunnel"]})


def _road(highway: str, tags: Mapping[str, str]) -> Drawn:
    kind = highway.removesuffix("_link")
    surface = tags.get("surface", "")
    grade = tags.get("tracktype", "")
    paved = surface in _PAVED or (not surface and grade == "grade1")
    return Drawn(
        _ROAD_LAYERS[kind],
        {
            "kind": kind,
            "name": tags.get("name"),
            "ref": tags.get("ref"),
            "surface": "paved" if paved else "unpaved" if surface or grade else None,
            "oneway": _oneway(kind, tags),
            "level": int(tags["layer"]) if re.fullmatch(r"-?\d", tags.get("layer", "")) else 0,
            "link": highway.endswith("_link"),
            **_structure(tags),
        },
    )


def _oneway(kind: str, tags: Mapping[str, str]) -> int:
    """1 along the drawing, -1 against it, 0 both ways."""
    value = tags.get("oneway", "")
    if value in ("-1", "reverse"):
        return -1
    implied = kind == "motorway" or tags.get("junction") in ("roundabout", "circular")
    return int(value in ("yes", "1", "true") or (implied and value != "no"))


def _structure(tags: Mapping[str, str]) -> dict[str, bool]:
    return {key: tags.get(key, "no") != "no" for key in ("bridge", "tunnel")}


def _rail_kind(tags: Mapping[str, str]) -> str | None:
    if tags.get("railway") in ("rail", "narrow_gauge"):
        return "rail"
    if tags.get("railway") in ("light_rail", "tram", "subway", "funicular"):
        return "tram"
    if tags.get("aerialway") in ("cable_car", "gondola", "chair_lift", "mixed_lift"):
        return "aerialway"
    return None


def _kind(tags: Mapping[str, str], table: Mapping[str, Mapping[str, str]]) -> str | None:
    return next((kinds[tags[key]] for key, kinds in table.items() if tags.get(key) in kinds), None)


def _whole_metres(text: str) -> int | None:
    match = _METRES.fullmatch(text)
    return int(match[1]) if match else None

"""Reading from an extract what the base map draws: geometries and attributes, one GeoDataFrame a layer."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
import osmium
import pandas as pd
import shapely

from geodata.osm.extract import read_objects
from geodata.tiles.schema import (
    FAR_LAYER,
    LARGE_AREA,
    LAYERS,
    Attribute,
    Drawn,
    drawn_areas,
    drawn_nodes,
    drawn_ways,
)

_WGS84 = 4326
_TYPES = {"oneway": "Int64", "level": "Int64", "admin_level": "Int64", "elevation_m": "Int64"} | dict.fromkeys(
    ("bridge", "tunnel", "link"), "boolean"
)


@dataclass(slots=True)
class Features:
    """What was read: per layer, geometries (hexadecimal WKB) and their attributes, row by row.

    Attributes
    ----------
    skipped : objects that should be drawn and have no geometry (their nodes are not in the extract).
    """

    shapes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, list[dict[str, Attribute]]] = field(default_factory=lambda: defaultdict(list))
    skipped: int = 0

    def add(self, drawn: Drawn, shape: str) -> None:
        """Add one thing to its layer."""
        self.shapes[drawn.layer].append(shape)
        self.rows[drawn.layer].append(dict(drawn.attributes))


def read_features(extract: Path) -> Features:
    """Read everything that the base map draws.

    Raises
    ------
    ExtractError
        When the extract is missing, is no extract, or is cut off.
    """
    features = Features()
    levels = _boundary_levels(extract)
    factory = osmium.geom.WKBFactory()
    for item in read_objects(extract, areas=True):
        things, create = _drawn(item, levels, factory)
        if not things:
            continue
        try:
            shape = create(item)
        except (RuntimeError, osmium.InvalidLocationError):
            features.skipped += 1
            continue
        for drawn in things:
            features.add(drawn, shape)
    return features


def layer_frames(features: Features) -> dict[str, Any]:
    """Make one GeoDataFrame for each layer that has something in it; large areas come before small ones."""
    frames: dict[str, Any] = {}
    for name in LAYERS:
        if name not in features.shapes:
            continue
        frame = _frame(name, features)
        if name in FAR_LAYER:
            frame = frame.assign(area=shapely.area(frame.geometry.values)).sort_values("area", ascending=False)
            large = frame[frame["area"] >= LARGE_AREA].drop(columns="area")
            frame = frame.drop(columns="area")
            if len(large):
                frames[FAR_LAYER[name]] = large
        frames[name] = frame
    return frames


def _frame(name: str, features: Features) -> Any:
    layer = LAYERS[name]
    shapes = shapely.from_wkb(features.shapes[name])
    if layer.points:
        shapes = shapely.point_on_surface(shapes)
    table = pd.DataFrame(features.rows[name], columns=list(layer.columns))
    table = table.astype({column: _TYPES.get(column, "object") for column in layer.columns})
    return geopandas.GeoDataFrame(table, geometry=shapes, crs=_WGS84)


def _drawn(item: Any, levels: dict[int, int], factory: Any) -> tuple[list[Drawn], Callable[[Any], str]]:
    """Say what one object of the extract is drawn as, and how its geometry is made."""
    if item.is_area():
        return list(drawn_areas(_tags(item))) if item.tags else [], factory.create_multipolygon
    if item.is_way():
        return list(_drawn_lines(item, levels)), factory.create_linestring
    if item.is_node() and item.tags:
        return list(drawn_nodes(_tags(item))), factory.create_point
    return [], factory.create_point


def _drawn_lines(way: Any, levels: dict[int, int]) -> Iterator[Drawn]:
    if way.tags:
        yield from drawn_ways(_tags(way))
    if way.id in levels:
        yield Drawn("boundaries", {"admin_level": levels[way.id]})


def _boundary_levels(extract: Path) -> dict[int, int]:
    """Map each way of an administrative boundary to the highest-ranking (lowest) level that it bounds."""
    levels: dict[int, int] = {}
    for relation in read_objects(extract, entities=osmium.osm.RELATION):
        tags = _tags(relation)
        level = tags.get("admin_level", "")
        if tags.get("boundary") != "administrative" or not level.isdecimal():
            continue
        for member in relation.members:
            if member.type == "w":
                levels[member.ref] = min(int(level), levels.get(member.ref, int(level)))
    return levels


def _tags(item: Any) -> dict[str, str]:
    return {tag.k: tag.v for tag in item.tags}

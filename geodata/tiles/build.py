"""Building the base map of an area: one PMTiles file of vector tiles from the same extract as its roads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import freestiler
import geopandas
import shapely

from geodata.osm.extract import ATTRIBUTION
from geodata.tiles.archive import add_metadata
from geodata.tiles.features import layer_frames, read_features
from geodata.tiles.schema import LAYERS

#: The deepest tiles made; a viewer enlarges them further in.
MAX_ZOOM: Final = 14
#: The layer of an extract in which nothing can be drawn: a file of vector tiles needs one thing in it.
_NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TilesReport:
    """What went into the tiles.

    Attributes
    ----------
    features : how many things each layer holds.
    skipped : things that should be drawn and have no geometry in the extract.
    """

    features: Mapping[str, int]
    skipped: int
    size_bytes: int


def build_tiles(extract: Path, *, into: Path, on_progress: Callable[[str, float], None]) -> TilesReport:
    """Make the vector tiles of an extract.

    Parameters
    ----------
    extract : the OpenStreetMap file.
    into : the PMTiles file to write; it appears only when it is whole, and replaces an older one.
    on_progress : is told the stage and the fraction done.

    Raises
    ------
    ExtractError
        When the extract is missing, is no extract, or is cut off.
    """
    on_progress("reading the map", 0.0)
    features = read_features(extract)
    on_progress("preparing the map", 0.4)
    frames = layer_frames(features)
    on_progress("cutting map tiles", 0.5)
    unfinished = into.with_name(f".{into.name}.part")
    try:
        _write(frames, unfinished)
        add_metadata(unfinished, {"attribution": ATTRIBUTION, "name": "doorstep base map", "type": "baselayer"})
        unfinished.replace(into)
    finally:
        unfinished.unlink(missing_ok=True)
    on_progress("map tiles are ready", 1.0)
    return TilesReport(
        features={name: len(frame) for name, frame in frames.items()},
        skipped=features.skipped,
        size_bytes=into.stat().st_size,
    )


def _write(frames: Mapping[str, Any], file: Path) -> None:
    layers = {
        name: freestiler.freestile_layer(frame, min_zoom=LAYERS[name].min_zoom, max_zoom=LAYERS[name].max_zoom)
        for name, frame in frames.items()
    }
    if not layers:
        nowhere = geopandas.GeoDataFrame({"kind": ["none"]}, geometry=[shapely.Point(0, 0)], crs=4326)
        layers = {_NOTHING: freestiler.freestile_layer(nowhere, min_zoom=0, max_zoom=0)}
    freestiler.freestile(
        layers,
        file,
        tile_format="mvt",
        min_zoom=min((LAYERS[name].min_zoom for name in frames), default=0),
        max_zoom=MAX_ZOOM,
        quiet=True,
    )

"""The box that an area serves: where its roads and addresses are."""

from pathlib import Path
from typing import Final

import numpy as np
import osmium
from numpy.typing import NDArray

from geodata.coords import BoundingBox
from geodata.errors import ExtractError
from geodata.osm.extract import read_objects

#: How much wider than the roads and addresses the box is, in degrees (about 2 km).
MARGIN_DEGREES: Final = 0.02
#: Per mille of the points at each side that the box may leave out: ways that run far out of the extract.
_STRAYS: Final = 1
#: Share of the points that the box in the file's header must hold to be believed.
_BELIEVED: Final = 0.8


def service_area(extract: Path) -> BoundingBox:
    """Find the box that holds the roads and addresses of an extract.

    An extract holds each way whole, so that some nodes lie far outside of the area that it was cut for; and
    the box in its header is missing from some files and wrong in others. The box is that of the roads and
    addresses without the outermost 0.1 % at each side, cut to the header's box where the header is believable.

    Raises
    ------
    ExtractError
        When the extract cannot be read, or has neither a road nor an address.
    """
    points = _roads_and_addresses(extract)
    if len(points) == 0:
        msg = f"{extract.name} has neither a road nor an address: there is nothing to serve in it."
        raise ExtractError(msg)
    low, high = np.percentile(points, (_STRAYS / 10, 100 - _STRAYS / 10), axis=0)
    low, high = low - MARGIN_DEGREES, high + MARGIN_DEGREES
    header = _header_box(extract)
    if header is not None and np.all((points >= header[0]) & (points <= header[1]), axis=1).mean() >= _BELIEVED:
        low, high = np.maximum(low, header[0]), np.minimum(high, header[1])
    low, high = np.maximum(low, (-180, -90)), np.minimum(high, (180, 90))
    west, south, east, north = (round(float(degrees), 7) for degrees in (*low, *high))
    return BoundingBox(west=west, south=south, east=east, north=north)


def _roads_and_addresses(extract: Path) -> NDArray[np.float64]:
    """Longitude and latitude of the nodes of roads and of addresses, shape (n, 2)."""
    flat: list[float] = []
    for item in read_objects(extract, locations=True):
        if item.is_node():
            if item.tags and "addr:housenumber" in item.tags and item.location.valid():
                flat += (item.location.lon, item.location.lat)
        elif item.is_way() and ("highway" in item.tags or "addr:housenumber" in item.tags):
            for node in item.nodes:
                if node.location.valid():
                    flat += (node.lon, node.lat)
    return np.array(flat, dtype=np.float64).reshape(-1, 2)


def _header_box(extract: Path) -> NDArray[np.float64] | None:
    """South-west and north-east corner from the file's header, shape (2, 2)."""
    try:
        with osmium.io.Reader(str(extract)) as reader:
            box = reader.header().box()
    except RuntimeError as exc:
        msg = f"{extract.name} cannot be read as an OpenStreetMap extract ({exc})."
        raise ExtractError(msg) from exc
    if not box.valid():
        return None
    corners = (box.bottom_left, box.top_right)
    return np.array([(corner.lon, corner.lat) for corner in corners], dtype=np.float64)

"""Building from a damaged extract, and looking at what is there afterwards."""

import shutil
from pathlib import Path

from geodata.area.build import build_area
from geodata.coords import LonLat
from geodata.errors import ExtractError
from geodata.network.build import build_network
from geodata.network.port import RoadNetwork, SnappedPoint
from geodata.network.storage import open_network, read_roads

BUILT_AT = "2026-01-31T08:00:00+00:00"


def network_outcome(extract: bytes, folder: Path) -> str:
    """Build a network: "built" and usable, or "refused" with nothing left behind."""
    file, into = folder / "damaged.osm.pbf", folder / "networks" / "car"
    file.write_bytes(extract)
    try:
        build_network(file, profile="car", into=into, on_progress=lambda _step, _share: None)
    except ExtractError as exc:
        return "refused" if file.name in str(exc) and not _left(into.parent) else f"left {_left(into.parent)}: {exc}"
    try:
        _use(open_network(into), into)
        return "built" if _left(into.parent) == ["car"] else f"left {_left(into.parent)}"
    finally:
        shutil.rmtree(into.parent)


def area_outcome(extract: bytes, folder: Path) -> str:
    """Build an area: "built" and usable, or "refused" with nothing left behind."""
    file, into = folder / "damaged.osm.pbf", folder / "areas"
    file.write_bytes(extract)
    try:
        area = build_area(
            file, name="farm", time_zone=None, built_at=BUILT_AT, into=into, on_progress=lambda _step, _share: None
        )
    except ExtractError as exc:
        return "refused" if file.name in str(exc) and not _left(into) else f"left {_left(into)}: {exc}"
    try:
        _use(area.network("motorcycle"), area.tiles.parent / "network" / "motorcycle")
        return "built" if _left(into) == ["farm"] else f"left {_left(into)}"
    finally:
        shutil.rmtree(into)


def _use(network: RoadNetwork, folder: Path) -> None:
    """Ask for a matrix between some nodes, as a plan does."""
    roads = read_roads(folder)
    doors = [LonLat(float(lon), float(lat)) for lon, lat in roads.node_lonlat[:8]]
    points = [point for point in network.snap(doors) if isinstance(point, SnappedPoint)]
    matrix = network.matrix(points, points)
    # Where nobody can stop there are no points, and the matrix is empty.
    assert matrix.durations_s.min(initial=0) >= 0
    assert matrix.lengths_m.min(initial=0) >= 0


def _left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock") if folder.is_dir() else []

"""Writing a road network to a directory of arrays, and opening it memory-mapped.

Kernels follow the indices of the arrays without looking whether they are in range: an array that is not to the bit what
was written could end the process. So all of them are summed up at every opening; zlib does some gigabytes in a second.
"""

import json
import math
import shutil
import tempfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.lib.format import ARRAY_ALIGN
from numpy.typing import NDArray

from geodata.errors import AreaFormatError
from geodata.network.cch.hierarchy import HIERARCHY_ARRAYS, Hierarchy, build_hierarchy, hierarchy_of
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.format import FORMAT, VERSION
from geodata.network.roads import ARRAYS, EDGE_ARRAYS, Roads, TurnCosts
from geodata.network.snap import DEFAULT_LIMIT_M
from geodata.network.snap_arrays import SNAP_ARRAYS, SnapArrays, snap_arrays
from geodata.network.surroundings import no_lines

_META: Final = "meta.json"


def open_network(directory: Path, *, snap_limit_m: int = DEFAULT_LIMIT_M, threads: int = 1) -> CchRoadNetwork:
    """Open a network that `build_network` wrote; its arrays are mapped, and shared by all processes that map them.

    Parameters
    ----------
    snap_limit_m : beyond this distance from a road a point is off the network.
    threads : how many threads one matrix may use.

    Raises
    ------
    AreaFormatError
        When the directory is missing, damaged, or was written by another version.
    """
    meta = _read_meta(directory)
    roads = _roads(directory, meta)
    hierarchy = _hierarchy(directory, meta, roads)
    return CchRoadNetwork(roads, hierarchy=hierarchy, snap_limit_m=snap_limit_m, threads=threads)


def write_roads(roads: Roads, into: Path, *, extract: str, hierarchy: Hierarchy | None = None) -> None:
    """Write a network; `into` is replaced only once the new one is complete.

    Parameters
    ----------
    extract : hash of the extract that the network was built from.
    hierarchy : of these roads, built when it is not given.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{into.name}-", dir=into.parent) as scratch:
        fresh, old = Path(scratch) / "fresh", Path(scratch) / "old"
        fresh.mkdir()
        arrays = _arrays_of(roads) | (hierarchy or build_hierarchy(roads)).arrays()
        for name, array in arrays.items():
            np.save(fresh / f"{name}.npy", np.ascontiguousarray(array))
        meta = {
            "format": FORMAT,
            "version": VERSION,
            "profile": roads.profile,
            "turn_costs": asdict(roads.turn_costs),
            "extract": extract,
            "arrays": {name: list(array.shape) for name, array in arrays.items()},
            "checksums": {name: zlib.crc32((fresh / f"{name}.npy").read_bytes()) for name in arrays},
        }
        meta["checksum"] = _meta_checksum(meta)
        (fresh / _META).write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
        if into.is_dir():
            into.rename(old)
        fresh.rename(into)
        shutil.rmtree(old, ignore_errors=True)


def read_roads(directory: Path) -> Roads:
    """Open the arrays of a network, memory-mapped and read-only.

    Raises
    ------
    AreaFormatError
        When the directory is missing, damaged, or was written by another version.
    """
    return _roads(directory, _read_meta(directory))


def _roads(directory: Path, meta: dict[str, Any]) -> Roads:
    arrays = {name: _open_array(directory, name, ARRAYS[name], meta) for name in ARRAYS}
    snap = {name: _open_array(directory, f"snap_{name}", SNAP_ARRAYS[name], meta) for name in SNAP_ARRAYS}
    try:
        turn_costs = TurnCosts(**meta["turn_costs"])
    except (TypeError, ValueError) as exc:
        raise _damaged(directory, f"{_META} is incomplete") from exc
    roads = Roads(profile=str(meta["profile"]), turn_costs=turn_costs, snap=SnapArrays(**snap), **arrays)
    if not _fit(roads):
        raise _damaged(directory, "its arrays do not fit together")
    return roads


def _hierarchy(directory: Path, meta: dict[str, Any], roads: Roads) -> Hierarchy:
    arrays = {name: _open_array(directory, name, kind, meta) for name, kind in HIERARCHY_ARRAYS.items()}
    try:
        hierarchy = hierarchy_of(arrays)
    except ValueError as exc:
        raise _damaged(directory, str(exc)) from exc
    if len(hierarchy.graph.source_state) != roads.edge_count:
        raise _damaged(directory, "its hierarchy is of other roads")
    return hierarchy


def _fit(roads: Roads) -> bool:
    """Whether the arrays fit together."""
    edges = (getattr(roads, name) for name in EDGE_ARRAYS)
    return (
        len(roads.node_osm) == len(roads.node_signal) == roads.node_count
        and all(len(column) == roads.edge_count for column in edges)
        and len(roads.shape_start) == roads.edge_count + 1
        and roads.shape_start[-1] == len(roads.shape_lonlat)
        and len(roads.forbidden_start) > 0
        and roads.forbidden_start[-1] == len(roads.forbidden)
    )


def _read_meta(directory: Path) -> dict[str, Any]:
    try:
        meta = json.loads((directory / _META).read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise _damaged(directory, f"{_META} cannot be read") from exc
    if not isinstance(meta, dict) or meta.get("format") != FORMAT:
        raise _damaged(directory, f"{_META} does not describe a road network")
    if meta.get("version") != VERSION:
        msg = (
            f"The road network in {directory} has version {meta.get('version')}, this program reads {VERSION}. "
            "Build the area again."
        )
        raise AreaFormatError(msg)
    if not (
        isinstance(meta.get("profile"), str)
        and isinstance(meta.get("turn_costs"), dict)
        and isinstance(meta.get("arrays"), dict)
        and isinstance(meta.get("checksums"), dict)
    ):
        raise _damaged(directory, f"{_META} is incomplete")
    if meta.get("checksum") != _meta_checksum(meta):
        raise _damaged(directory, f"{_META} is not what was written")
    return meta


def _arrays_of(roads: Roads) -> dict[str, NDArray[Any]]:
    snap = roads.snap or snap_arrays(roads.shape_start, roads.shape_lonlat, roads.snappable, no_lines())
    arrays = {name: getattr(roads, name) for name in ARRAYS}
    return arrays | {f"snap_{name}": getattr(snap, name) for name in SNAP_ARRAYS}


def _open_array(directory: Path, name: str, kind: tuple[str, int], meta: dict[str, Any]) -> Any:
    path, (dtype, columns) = directory / f"{name}.npy", kind
    try:
        whole = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as exc:  # an empty file cannot be mapped
        raise _damaged(directory, f"{path.name} is missing or empty") from exc
    if zlib.crc32(whole.data) != meta["checksums"].get(name):
        raise _damaged(directory, f"{path.name} is not what was written")
    shape = meta["arrays"].get(name, [])
    # The header says what is known already, and has a multiple of so many bytes.
    header = len(whole) - math.prod(shape) * np.dtype(dtype).itemsize
    if len(shape) != 1 + bool(columns) or header <= 0 or header % ARRAY_ALIGN:
        raise _damaged(directory, f"{path.name} is not what {_META} says")
    # A plain array over the mapped file: a memmap is ten times as slow to take one number from.
    return np.asarray(whole[header:].view(dtype).reshape(shape))


def _meta_checksum(meta: dict[str, Any]) -> int:
    """Sum up everything that the description says but for this sum."""
    rest = {key: value for key, value in meta.items() if key != "checksum"}
    return zlib.crc32(json.dumps(rest, sort_keys=True).encode())


def _damaged(directory: Path, reason: str) -> AreaFormatError:
    return AreaFormatError(f"The road network in {directory} is damaged: {reason}. Build the area again.")

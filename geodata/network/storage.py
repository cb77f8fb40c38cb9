"""Writing a road network to a directory of arrays, and opening it memory-mapped."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from geodata.errors import AreaFormatError
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import RoadNetwork
from geodata.network.roads import ARRAYS, Roads
from geodata.network.snap import DEFAULT_LIMIT_M

FORMAT: Final = "doorstep road network"
VERSION: Final = 1
_META: Final = "meta.json"


def open_network(directory: Path, *, snap_limit_m: int = DEFAULT_LIMIT_M) -> RoadNetwork:
    """Open a network that `build_network` wrote.

    Raises
    ------
    AreaFormatError
        When the directory is missing, damaged, or was written by another version.
    """
    return DijkstraRoadNetwork(read_roads(directory), snap_limit_m=snap_limit_m)


def write_roads(roads: Roads, into: Path, *, extract: str) -> None:
    """Write a network; `into` is replaced only once the new one is complete.

    Parameters
    ----------
    extract : hash of the extract that the network was built from.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{into.name}-", dir=into.parent) as scratch:
        fresh, old = Path(scratch) / "fresh", Path(scratch) / "old"
        fresh.mkdir()
        for name in ARRAYS:
            np.save(fresh / f"{name}.npy", np.ascontiguousarray(getattr(roads, name)))
        meta = {
            "format": FORMAT,
            "version": VERSION,
            "profile": roads.profile,
            "extract": extract,
            "arrays": {name: list(getattr(roads, name).shape) for name in ARRAYS},
        }
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
    meta = _read_meta(directory)
    arrays = {name: _open_array(directory, name, meta) for name in ARRAYS}
    roads = Roads(profile=str(meta["profile"]), **arrays)
    if len(roads.shape_start) != roads.edge_count + 1 or roads.shape_start[-1] != len(roads.shape_lonlat):
        raise _damaged(directory, "its arrays do not fit together")
    return roads


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
    if not isinstance(meta.get("profile"), str) or not isinstance(meta.get("arrays"), dict):
        raise _damaged(directory, f"{_META} is incomplete")
    return meta


def _open_array(directory: Path, name: str, meta: dict[str, Any]) -> Any:
    dtype, columns = ARRAYS[name]
    path = directory / f"{name}.npy"
    try:
        # An empty file cannot be mapped.
        is_empty = 0 in meta["arrays"].get(name, ())
        array = np.load(path, mmap_mode=None if is_empty else "r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as exc:
        raise _damaged(directory, f"{path.name} is missing or cut off") from exc
    if (
        array.dtype != np.dtype(dtype)
        or list(array.shape) != meta["arrays"].get(name)
        or array.ndim != 1 + bool(columns)
    ):
        raise _damaged(directory, f"{path.name} is not what {_META} says")
    return array


def _damaged(directory: Path, reason: str) -> AreaFormatError:
    return AreaFormatError(f"The road network in {directory} is damaged: {reason}. Build the area again.")

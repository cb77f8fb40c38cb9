"""Compiling the kernels of a road network ahead of the first request, and saying so when that cannot be kept."""

import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from geodata.coords import LonLat
from geodata.network import jit
from geodata.network.cch import sweep
from geodata.network.port import SnappedPoint
from geodata.network.roads import Roads, TurnCosts, packed, texts
from geodata.network.storage import open_network, write_roads

#: Corners of a block of streets, degrees.
_CORNERS: Final = np.array([[9.50, 47.10], [9.51, 47.10], [9.51, 47.11], [9.50, 47.11]])


def warm_up() -> None:
    """Build, open and search a tiny network, so that every kernel is compiled and in the cache.

    Takes half a minute the first time, and a second when the cache is filled.
    """
    with tempfile.TemporaryDirectory(prefix="doorstep-") as scratch:
        write_roads(_one_block(), Path(scratch) / "block", extract="0" * 64)
        network = open_network(Path(scratch) / "block")
        found = network.snap([LonLat(9.504, 47.1001), LonLat(9.506, 47.1001), LonLat(9.5101, 47.105)])
        doors = [point for point in found if isinstance(point, SnappedPoint)]
        # Pairs on one edge, so that ways round are searched too.
        network.matrix(doors, doors)
        network.path(doors[0], doors[-1])


def cache_problem() -> str | None:
    """Say why each process compiles again and what to do about it; None when the cache of kernels works."""
    return jit.cache_problem(sweep.fill)


def _one_block() -> Roads:
    """Four streets, one way round."""
    count = len(_CORNERS)
    tail = np.arange(count, dtype=np.int32)
    head = ((tail + 1) % count).astype(np.int32)
    text_start, text_utf8 = texts([""])
    forbidden_start, forbidden = packed([])
    return Roads(
        profile="car",
        turn_costs=TurnCosts(turn_ms=0, bias_permille=1000, u_turn_ms=0, dead_end_ms=0, signal_ms=0),
        node_lonlat=_CORNERS,
        node_osm=np.arange(count, dtype=np.int64),
        node_signal=np.zeros(count, dtype=np.uint8),
        tail=tail,
        head=head,
        forward_ms=np.full(count, 60_000, dtype=np.int32),
        backward_ms=np.zeros(count, dtype=np.int32),
        length_mm=np.full(count, 1_000_000, dtype=np.int32),
        ends_only=np.zeros(count, dtype=bool),
        snappable=np.ones(count, dtype=bool),
        surface=np.zeros(count, dtype=np.uint8),
        kind=np.zeros(count, dtype=np.uint8),
        way_osm=np.arange(1, count + 1, dtype=np.int64),
        shape_start=np.arange(0, 2 * count + 1, 2, dtype=np.int64),
        shape_lonlat=np.stack([_CORNERS[tail], _CORNERS[head]], axis=1).reshape(-1, 2),
        name=np.zeros(count, dtype=np.int32),
        highway=np.zeros(count, dtype=np.int32),
        text_start=text_start,
        text_utf8=text_utf8,
        forbidden_start=forbidden_start,
        forbidden=forbidden,
    )

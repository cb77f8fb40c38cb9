"""Compiling the kernels of a road network ahead of the first request, and saying so when that cannot be kept."""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from numba.core.dispatcher import Dispatcher

from geodata.coords import LonLat
from geodata.network import jit
from geodata.network.build import build_network
from geodata.network.port import SnappedPoint
from geodata.network.storage import open_network
from geodata.network.weights import with_closed_ways

#: Four streets, one way round, a dead end, a canal along the first one, a lane that nothing leads to, and a forbidden
#: turn: whatever a kernel is there for.
_ONE_BLOCK: Final = """<osm version="0.6">
<node id="1" lat="47.10" lon="9.50"/><node id="2" lat="47.10" lon="9.51"/>
<node id="3" lat="47.11" lon="9.51"/><node id="4" lat="47.11" lon="9.50"/>
<node id="5" lat="47.0995" lon="9.495"/><node id="6" lat="47.0995" lon="9.515"/>
<node id="9" lat="47.10" lon="9.515"/>
<node id="7" lat="47.105" lon="9.52"/><node id="8" lat="47.106" lon="9.52"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="name" v="South Street"/></way>
<way id="2"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="name" v="East Street"/></way>
<way id="3"><nd ref="3"/><nd ref="4"/><tag k="highway" v="primary"/><tag k="name" v="North Street"/>
  <tag k="oneway" v="yes"/></way>
<way id="4"><nd ref="4"/><nd ref="1"/><tag k="highway" v="primary"/><tag k="name" v="West Street"/></way>
<way id="5"><nd ref="5"/><nd ref="6"/><tag k="waterway" v="canal"/></way>
<way id="6"><nd ref="7"/><nd ref="8"/><tag k="highway" v="residential"/></way>
<way id="7"><nd ref="2"/><nd ref="9"/><tag k="highway" v="residential"/></way>
<relation id="1"><member type="way" ref="1" role="from"/><member type="node" ref="2" role="via"/>
  <member type="way" ref="2" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/>
</relation>
</osm>
"""
#: On the first street twice, so that ways round are searched too; beyond the canal; beside a corner; where three
#: streets meet; on the lane.
_DOORS: Final = (
    (LonLat(9.504, 47.1001), "South Street"),
    (LonLat(9.506, 47.1001), None),
    (LonLat(9.507, 47.0990), None),
    (LonLat(9.5101, 47.1002), "East Street"),
    (LonLat(9.51, 47.10), None),
    (LonLat(9.5199, 47.1055), None),
)
_REACH_S: Final = 600
_CLOSED_WAY: Final = 3


def warm_up() -> None:
    """Build, open and search a tiny network, so that every kernel is compiled and in the cache.

    Takes half a minute of a processor of one's own the first time, and a second when the cache is filled.
    """
    with tempfile.TemporaryDirectory(prefix="doorstep-") as scratch:
        extract, into = Path(scratch) / "block.osm", Path(scratch) / "block"
        extract.write_text(_ONE_BLOCK, encoding="utf-8")
        build_network(extract, profile="car", into=into, on_progress=lambda _step, _share: None)
        usual = open_network(into)
        today = usual.with_weights(replace(usual.roads, forward_ms=usual.roads.forward_ms * 2))
        closed = usual.with_weights(with_closed_ways(usual.roads, {_CLOSED_WAY})).around([_DOORS[0][0]])
        for network in (usual, today, closed):
            found = network.snap([point for point, _ in _DOORS], streets=[street for _, street in _DOORS])
            doors = [point for point in found if isinstance(point, SnappedPoint)]
            network.matrix(doors, doors)
            for door in doors[1:]:
                list(network.path(doors[0], door).steps)
            network.reachable(doors[0], limit_s=_REACH_S)


def cache_problem() -> str | None:
    """Say why each process compiles again and what to do about it; None when the cache of kernels works.

    What a cache that can only be read does not have is known after `warm_up`, or after a plan.
    """
    return next((problem for one in _kernels() if (problem := jit.cache_problem(one)) is not None), None)


def is_compiled() -> bool:
    """Whether the cache has every kernel, so that `warm_up` would take a second; reads dozens of small files."""
    return all(kernels_kept())


def kernels_kept() -> list[bool]:
    """Say of each kernel whether the cache has it."""
    return [jit.is_kept(one) for one in _kernels()]


def _kernels() -> list[Dispatcher]:
    """Return the kernels of all modules that this process has imported."""
    modules = [module for name, module in sorted(sys.modules.copy().items()) if name.startswith("geodata.network.")]
    return [one for module in modules for one in vars(module).values() if isinstance(one, Dispatcher)]

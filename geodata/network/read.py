"""Reading the ways of an extract that a vehicle may use, and what binds it there, into typed buffers."""

from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import eq
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import osmium
from osmium.osm import Node, Way

from geodata.errors import ExtractError
from geodata.network.arrays import Flags
from geodata.network.profiles import Profile, Table
from geodata.network.restrictions import Restriction, read_restriction
from geodata.network.roads import SIGNAL_BACKWARD, SIGNAL_FORWARD
from geodata.network.tables import Access
from geodata.network.usage import NodeUse, WayUse, node_use, way_use
from geodata.network.values import Tags, elevation_m
from geodata.osm.extract import read_objects

#: Node tags that can stop or delay a vehicle, and the height.
_NODE_KEYS: Final = ("barrier", "ford", "highway", "ele")
#: Whom signals stand for, along the way as it is drawn. Source: OSM wiki, Key:traffic_signals:direction.
_SIGNALS: Final = {"forward": SIGNAL_FORWARD, "backward": SIGNAL_BACKWARD}
#: What is counted while reading.
COUNTED: Final = (
    "nodes_read",
    "ways_read",
    "relations_read",
    "highways_read",
    "ways_kept",
    "ways_without_points",
    "way_nodes_missing",
    "turn_restrictions_read",
)
_REPORT_EVERY: Final = 50_000
#: osmium keeps an id and a place of 8 bytes each for a node.
_BYTES_PER_PLACE: Final = 16
#: Byte order, type and number of points of a line in well-known binary; longitudes and latitudes follow, as float64.
_WKB_HEADER: Final = 9

#: Ids of points one after the other, and their longitudes and latitudes in turn.
_Run: TypeAlias = "tuple[list[int], array[float]]"


@dataclass(slots=True, kw_only=True)
class WayBuffers:
    """The usable ways, one after the other.

    A way that leaves the extract and comes back is cut there and counts as several.

    Attributes
    ----------
    ref, lonlat : OpenStreetMap id and coordinates of each point of each way; longitudes and latitudes in turn.
    start : where each way begins in those.
    use : which of `uses` the way has. osm, name, highway : id and indices of `texts`.
    nodes : what stands in the way, by node id. signals : traffic signals, as bits (see roads.Roads.node_signal).
    heights : metres above the sea by node id, where they are known. slope : of the profile. has_slope : (e,) whether
        the slope of each edge is known, once the ways are cut.
    restrictions : turn restrictions that bind the vehicle. ignored : reason -> those that do not.
    """

    ref: "array[int]" = field(default_factory=lambda: array("q"))
    lonlat: "array[float]" = field(default_factory=lambda: array("d"))
    start: "array[int]" = field(default_factory=lambda: array("q", [0]))
    osm: "array[int]" = field(default_factory=lambda: array("q"))
    use: "array[int]" = field(default_factory=lambda: array("i"))
    name: "array[int]" = field(default_factory=lambda: array("i"))
    highway: "array[int]" = field(default_factory=lambda: array("i"))
    uses: dict[WayUse, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=lambda: {"": 0})
    nodes: dict[int, NodeUse] = field(default_factory=dict)
    signals: dict[int, int] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    slope: Table = field(default_factory=dict)
    has_slope: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    restrictions: list[Restriction] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)

    def number(self, text: str) -> int:
        """Index of a text, which is added when it is new."""
        return self.texts.setdefault(text, len(self.texts))


def read_ways(extract: Path, profile: Profile, on_progress: Callable[[float], None]) -> WayBuffers:
    """Read an extract once.

    `on_progress` is given a share that grows towards 1: how many objects follow is not known before the end.

    Raises
    ------
    ExtractError
        When the file cannot be read or has its ways before its nodes.
    """
    buffers = WayBuffers(slope=profile.slope)
    wkb = osmium.geom.WKBFactory()
    places = osmium.index.create_map("sparse_mem_array")
    # Most nodes are points of lines and no more: osmium takes their places and drops them.
    telling = osmium.filter.KeyFilter(*_NODE_KEYS)
    telling.enable_for(osmium.osm.NODE)
    for count, item in enumerate(read_objects(extract, locations=places, filters=[telling])):
        if count % _REPORT_EVERY == 0:
            on_progress(count / (count + 10 * _REPORT_EVERY))
        if isinstance(item, Way):
            _read_way(item, profile, buffers, wkb)
        elif isinstance(item, Node):
            _read_node(item, profile, buffers)
        else:
            buffers.counts["relations_read"] += 1
            if item.tags.get("type", "").partition(":")[0] == "restriction":
                _read_restriction(item, profile, buffers)
    buffers.counts["nodes_read"] = places.used_memory() // _BYTES_PER_PLACE
    if buffers.counts["nodes_read"] == 0 and buffers.counts["ways_read"] > 0:
        msg = f"{extract.name} has ways and no nodes before them. Sort it with `osmium sort` and try again."
        raise ExtractError(msg)
    return buffers


def _read_node(node: Any, profile: Profile, buffers: WayBuffers) -> None:
    note_node(node.id, node.tags, profile, buffers)


def note_node(number: int, tags: Tags, profile: Profile, buffers: WayBuffers) -> None:
    """Note signals, height and what stands in the way at a node."""
    if tags.get("highway") == "traffic_signals":
        both = SIGNAL_FORWARD | SIGNAL_BACKWARD
        buffers.signals[number] = _SIGNALS.get(tags.get("traffic_signals:direction", ""), both)
    if "ele" in tags and (height_m := elevation_m(tags["ele"])) is not None:
        buffers.heights[number] = height_m
    use = node_use(tags, profile)
    if use is not None and (use.delay_s > 0 or use.access < Access.OPEN):
        buffers.nodes[number] = use


def _read_way(way: Any, profile: Profile, buffers: WayBuffers, wkb: osmium.geom.WKBFactory) -> None:
    buffers.counts["ways_read"] += 1
    tags = way.tags
    highway = tags.get("highway") or tags.get("route")
    if highway is None:
        return
    buffers.counts["highways_read"] += 1
    # Tags are looked up where they lie: to copy them all takes longer than to ask for those that count.
    use = way_use(tags, profile)
    if isinstance(use, str):
        buffers.dropped[use] += 1
        return
    use_index = buffers.uses.setdefault(use, len(buffers.uses))
    name_index = buffers.number(tags.get("name") or tags.get("ref") or "")
    highway_index = buffers.number(highway)
    before = len(buffers.osm)
    for refs, lonlat in _runs(way, buffers, wkb):
        buffers.ref.extend(refs)
        buffers.lonlat.extend(lonlat)
        buffers.start.append(len(buffers.ref))
        buffers.osm.append(way.id)
        buffers.use.append(use_index)
        buffers.name.append(name_index)
        buffers.highway.append(highway_index)
    kept = len(buffers.osm) > before
    buffers.counts["ways_kept" if kept else "ways_without_points"] += 1


def _read_restriction(relation: Any, profile: Profile, buffers: WayBuffers) -> None:
    buffers.counts["turn_restrictions_read"] += 1
    members = ((member.role, member.type, member.ref) for member in relation.members)
    found = read_restriction(dict(relation.tags), members, profile)
    if isinstance(found, str):
        buffers.ignored[found] += 1
    else:
        buffers.restrictions.append(found)


def _runs(way: Any, buffers: WayBuffers, wkb: osmium.geom.WKBFactory) -> list[_Run]:
    """Split a way where the extract lacks a node; runs have at least two different points."""
    refs = [node.ref for node in way.nodes]
    if len(refs) > 1 and not any(map(eq, refs, refs[1:])):
        try:
            # A fifth of the time that asking each node takes.
            line = wkb.create_linestring(way, osmium.geom.use_nodes.ALL)
        except osmium.InvalidLocationError:
            pass
        else:
            return [(refs, array("d", bytes.fromhex(line)[_WKB_HEADER:]))]
    runs: list[_Run] = [([], array("d"))]
    for node in way.nodes:
        location = node.location
        if not location.valid():
            buffers.counts["way_nodes_missing"] += 1
            runs.append(([], array("d")))
        elif not runs[-1][0] or runs[-1][0][-1] != node.ref:
            runs[-1][0].append(node.ref)
            runs[-1][1].extend((location.lon, location.lat))
    return [run for run in runs if len(run[0]) > 1]

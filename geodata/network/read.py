"""Reading the ways of an extract that a vehicle may use, and what binds it there, into typed buffers."""

from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from geodata.errors import ExtractError
from geodata.network.profiles import Profile
from geodata.network.restrictions import Restriction, read_restriction
from geodata.network.roads import SIGNAL_BACKWARD, SIGNAL_FORWARD
from geodata.network.tables import Access
from geodata.network.usage import NodeUse, WayUse, node_use, way_use
from geodata.osm.extract import read_objects

#: Node tags that can stop or delay a vehicle.
_NODE_KEYS: Final = ("barrier", "ford", "highway")
#: Whom signals stand for, along the way as it is drawn. Source: OSM wiki, Key:traffic_signals:direction.
_SIGNALS: Final = {"forward": SIGNAL_FORWARD, "backward": SIGNAL_BACKWARD}
#: What is counted while reading.
COUNTED: Final = (
    "nodes_read",
    "ways_read",
    "highways_read",
    "ways_kept",
    "ways_without_points",
    "way_nodes_missing",
    "turn_restrictions_read",
)
_REPORT_EVERY: Final = 50_000


@dataclass(slots=True, kw_only=True)
class WayBuffers:
    """The usable ways, one after the other.

    A way that leaves the extract and comes back is cut there and counts as several.

    Attributes
    ----------
    ref, lon, lat : OpenStreetMap id and coordinates of each point of each way.
    start : where each way begins in those.
    use : which of `uses` the way has. osm, name, highway : id and indices of `texts`.
    nodes : what stands in the way, by node id. signals : traffic signals, as bits (see roads.Roads.node_signal).
    restrictions : turn restrictions that bind the vehicle. ignored : reason -> those that do not.
    """

    ref: "array[int]" = field(default_factory=lambda: array("q"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    start: "array[int]" = field(default_factory=lambda: array("q", [0]))
    osm: "array[int]" = field(default_factory=lambda: array("q"))
    use: "array[int]" = field(default_factory=lambda: array("i"))
    name: "array[int]" = field(default_factory=lambda: array("i"))
    highway: "array[int]" = field(default_factory=lambda: array("i"))
    uses: dict[WayUse, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=lambda: {"": 0})
    nodes: dict[int, NodeUse] = field(default_factory=dict)
    signals: dict[int, int] = field(default_factory=dict)
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
    buffers = WayBuffers()
    for count, item in enumerate(read_objects(extract, locations=True)):
        if count % _REPORT_EVERY == 0:
            on_progress(count / (count + 10 * _REPORT_EVERY))
        if item.is_node():
            _read_node(item, profile, buffers)
        elif item.is_way():
            _read_way(item, profile, buffers)
        elif item.tags.get("type", "").partition(":")[0] == "restriction":
            _read_restriction(item, profile, buffers)
    if buffers.counts["nodes_read"] == 0 and buffers.counts["ways_read"] > 0:
        msg = f"{extract.name} has ways and no nodes before them. Sort it with `osmium sort` and try again."
        raise ExtractError(msg)
    return buffers


def _read_node(node: Any, profile: Profile, buffers: WayBuffers) -> None:
    buffers.counts["nodes_read"] += 1
    if not node.tags or not any(key in node.tags for key in _NODE_KEYS):
        return
    if node.tags.get("highway") == "traffic_signals":
        both = SIGNAL_FORWARD | SIGNAL_BACKWARD
        buffers.signals[node.id] = _SIGNALS.get(node.tags.get("traffic_signals:direction", ""), both)
    use = node_use(dict(node.tags), profile)
    if use is not None and (use.delay_s > 0 or use.access < Access.OPEN):
        buffers.nodes[node.id] = use


def _read_way(way: Any, profile: Profile, buffers: WayBuffers) -> None:
    buffers.counts["ways_read"] += 1
    if "highway" not in way.tags and "route" not in way.tags:
        return
    buffers.counts["highways_read"] += 1
    tags = dict(way.tags)
    use = way_use(tags, profile)
    if isinstance(use, str):
        buffers.dropped[use] += 1
        return
    use_index = buffers.uses.setdefault(use, len(buffers.uses))
    name = buffers.number(tags.get("name") or tags.get("ref") or "")
    highway = buffers.number(tags.get("highway") or tags["route"])
    before = len(buffers.osm)
    for run in _runs(way, buffers):
        for ref, lon, lat in run:
            buffers.ref.append(ref)
            buffers.lon.append(lon)
            buffers.lat.append(lat)
        buffers.start.append(len(buffers.ref))
        buffers.osm.append(way.id)
        buffers.use.append(use_index)
        buffers.name.append(name)
        buffers.highway.append(highway)
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


def _runs(way: Any, buffers: WayBuffers) -> list[list[tuple[int, float, float]]]:
    """Split a way where the extract lacks a node; runs have at least two different points."""
    runs: list[list[tuple[int, float, float]]] = [[]]
    for node in way.nodes:
        location = node.location
        if not location.valid():
            buffers.counts["way_nodes_missing"] += 1
            runs.append([])
        elif not runs[-1] or runs[-1][-1][0] != node.ref:
            runs[-1].append((node.ref, location.lon, location.lat))
    return [run for run in runs if len(run) > 1]

"""Importing a graph as osmnx makes it, of an extract or a place: its tags are read for a vehicle as those of ways are.

Such a graph knows neither turn restrictions nor, by default, tags like surface and barrier: what it lacks does not
count. Add the tags that should to `osmnx.settings.useful_tags_way` and `useful_tags_node` before the graph is made.
Simplified graphs (osmnx's default) join ways: of several values of a tag the one that makes the road slowest counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from numbers import Integral
from typing import Any, Final

import networkx as nx
import osmnx as ox
import shapely

from geodata.errors import GeodataError
from geodata.network.connected import connected
from geodata.network.junctions import cut_at_junctions
from geodata.network.profiles import Profile, profile_named
from geodata.network.read import WayBuffers, note_node
from geodata.network.roads import Roads
from geodata.network.usage import WayUse, way_use

#: Attributes of edges that are no tags; "duration" is that of a whole way, of which an edge is a part.
_NO_TAGS: Final = frozenset({"osmid", "length", "geometry", "oneway", "reversed", "duration"})

_Line = tuple[tuple[float, float], ...]
#: Polyline of an edge, and the ways that it is of.
_Key = tuple[_Line, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """An edge from one node of the graph to another, and how it may be used in both directions."""

    start: Any
    end: Any
    edge: Mapping[str, Any]
    use: WayUse


def from_osmnx(graph: nx.MultiDiGraph, *, profile: str | Profile) -> Roads:
    """Import a graph of osmnx's, simplified or not; what is not connected is left out.

    Parameters
    ----------
    graph : nodes with `x` and `y` in degrees, edges with `highway` and perhaps other tags, `geometry` where they bend,
        `oneway` and `reversed`. An edge is open in the directions that it has edges in.
    profile : the vehicle: the name of a known one, or one of your own (see geodata.network.own_profiles).

    Raises
    ------
    GeodataError
        When the graph is projected, a node has no place, or nothing of it can be used by the vehicle.
    """
    vehicle = profile_named(profile) if isinstance(profile, str) else profile
    crs = graph.graph.get("crs", "epsg:4326")
    if ox.projection.is_projected(crs):
        msg = (
            f"The graph is projected ({crs}). A road network needs degrees: osmnx.project_graph(graph, to_latlong=True)"
        )
        raise GeodataError(msg)
    buffers = WayBuffers(slope=vehicle.slope)
    number = _numbered(graph, vehicle, buffers)
    # Points between the nodes are of one edge alone: their numbers are below those of all nodes.
    below = min([0, *number.values()]) - 1
    for (line, _), drawn in _drawn(graph, vehicle).items():
        ends = number[drawn.start], number[drawn.end]
        _add(buffers, ends, below - len(buffers.ref), line, drawn)
    found = connected(cut_at_junctions(buffers, vehicle)) if len(buffers.osm) else None
    if found is None:
        msg = f"The graph has no connected road that a {vehicle.name} may use."
        raise GeodataError(msg)
    return found[0]


def _drawn(graph: nx.MultiDiGraph, vehicle: Profile) -> dict[_Key, _Drawn]:
    """List the edges that the vehicle may use, those that are drawn there and back as one."""
    drawn: dict[_Key, _Drawn] = {}
    for start, end, edge in graph.edges(data=True):
        use = _use(edge, vehicle)
        if use is None:
            continue
        line, ways = _line(graph, start, end, edge), tuple(sorted(map(str, _values(edge.get("osmid", 0)))))
        back = drawn.get((line[::-1], ways))
        if back is None:
            drawn[line, ways] = _Drawn(start=start, end=end, edge=edge, use=use)
        else:
            drawn[line[::-1], ways] = replace(back, use=replace(back.use, backward_kmh=use.forward_kmh))
    return drawn


def _numbered(graph: nx.MultiDiGraph, vehicle: Profile, buffers: WayBuffers) -> dict[Any, int]:
    """Give nodes their ids, which are osmnx's where those are numbers; note signals and barriers."""
    number: dict[Any, int] = {}
    for index, (node, attributes) in enumerate(graph.nodes(data=True)):
        if not {"x", "y"} <= set(attributes):
            msg = f"Node {node!r} of the graph has no attributes 'x' and 'y', its longitude and latitude."
            raise GeodataError(msg)
        number[node] = int(node) if isinstance(node, Integral) else -1 - index
        tags = {key: str(value) for key, value in attributes.items() if key not in {"x", "y"}}
        if "elevation" in tags:  # osmnx.elevation's word for it
            tags["ele"] = tags["elevation"]
        note_node(number[node], tags, vehicle, buffers)
    return number


def _use(edge: Mapping[str, Any], vehicle: Profile) -> WayUse | None:
    """Read an edge's tags for the direction that it leads in, which becomes the forward one; None when it is closed."""
    tags = {key: [str(one) for one in _values(value)] for key, value in edge.items() if key not in _NO_TAGS}
    slowest: WayUse | None = None
    for values in product(*tags.values()):
        # Which directions are open the graph has said already.
        use = way_use(dict(zip(tags, values, strict=True)) | {"oneway": "no"}, vehicle)
        if isinstance(use, str):
            return None
        is_reversed = edge.get("reversed", False) is True
        kmh = use.backward_kmh if is_reversed else use.forward_kmh
        incline = -use.incline if is_reversed and use.incline is not None else use.incline
        if slowest is None or kmh < slowest.forward_kmh:
            slowest = replace(use, forward_kmh=kmh, backward_kmh=0.0, incline=incline)
    return slowest if slowest is not None and slowest.forward_kmh > 0 else None


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _line(graph: nx.MultiDiGraph, start: Any, end: Any, edge: Mapping[str, Any]) -> _Line:
    """Polyline of an edge in the direction that it leads in."""
    places = [(float(graph.nodes[node]["x"]), float(graph.nodes[node]["y"])) for node in (start, end)]
    bends = shapely.get_coordinates(edge["geometry"]).tolist()[1:-1] if "geometry" in edge else []
    return (places[0], *((lon, lat) for lon, lat in bends), places[1])


def _add(buffers: WayBuffers, ends: tuple[int, int], first: int, line: _Line, drawn: _Drawn) -> None:
    """Add an edge as a way of its own. Its points between are numbered from `first` downwards."""
    edge = drawn.edge
    buffers.ref.extend([ends[0], *range(first, first - len(line) + 2, -1), ends[1]])
    buffers.lonlat.extend(degrees for place in line for degrees in place)
    buffers.start.append(len(buffers.ref))
    buffers.osm.append(int(_values(edge.get("osmid", 0))[0]) or -1)  # 0 is for barriers
    buffers.use.append(buffers.uses.setdefault(drawn.use, len(buffers.uses)))
    buffers.name.append(buffers.number(str(_values(edge.get("name") or edge.get("ref") or "")[0])))
    buffers.highway.append(buffers.number(str(_values(edge.get("highway", ""))[0])))

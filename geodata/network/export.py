"""Road networks to and from networkx, GeoDataFrames, GraphML and GeoPackage, in osmnx's conventions.

A graph is a MultiDiGraph: nodes carry `x`, `y` (degrees), `osmid` and `street_count`; edges carry `length`
(metres), `geometry`, `osmid`, `oneway`, `reversed`, `highway` and `name`; the graph carries `crs`. Beside those, each
edge has `duration_ms`, the time that it is driven in, `length_mm`, `ends_only` and `snappable` (0 or 1), and `edge`,
the number of the drawn edge that it is one direction of. `reversed` says that it is driven against its drawing.
`surface` is a class of geodata.network.surfaces, `kind` is Roads.kind. `forbidden` has the turn restrictions that begin
on the edge: the edges that may not follow it one after the other, "7 12r;8", with an r where one is reversed.
Nodes carry `signal` (see Roads.node_signal). What turns cost is not in the graph: it is the profile's.
"""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import shapely

from geodata.errors import GeodataError
from geodata.network.profiles import profile_named
from geodata.network.roads import CLOSED, Roads, TurnCosts, packed, texts
from geodata.network.surfaces import CLASSES

CRS: Final = "epsg:4326"
_WHOLE_NUMBERS: Final = ("edge", "duration_ms", "length_mm", "ends_only", "snappable", "kind", "osmid")
_REQUIRED: Final = ("edge", "duration_ms", "length_mm", "ends_only", "snappable", "reversed", "geometry")


def to_networkx(roads: Roads) -> nx.MultiDiGraph:
    """Export as a MultiDiGraph whose nodes are numbered 0 to n - 1.

    Ends-only edges are in it like the others: a Dijkstra over `duration_ms` alone would drive through them.
    """
    graph = nx.MultiDiGraph(crs=CRS, profile=roads.profile)
    forbidden: dict[int, list[str]] = defaultdict(list)
    for first, *others in roads.forbidden_sequences():
        forbidden[first].append(" ".join(f"{piece // 2}{'r' if piece & 1 else ''}" for piece in others))
    ends = np.concatenate([roads.tail, roads.head])
    streets = np.bincount(ends, minlength=roads.node_count).tolist()
    for node, (lon, lat) in enumerate(np.asarray(roads.node_lonlat).tolist()):
        graph.add_node(node, x=lon, y=lat, osmid=int(roads.node_osm[node]), street_count=streets[node])
        graph.nodes[node]["signal"] = int(roads.node_signal[node])
    for edge in range(roads.edge_count):
        tail, head = int(roads.tail[edge]), int(roads.head[edge])
        for duration_ms, pair, is_reversed in (
            (int(roads.forward_ms[edge]), (tail, head), False),
            (int(roads.backward_ms[edge]), (head, tail), True),
        ):
            if duration_ms != CLOSED:
                attributes = _attributes(roads, edge, duration_ms, is_reversed=is_reversed)
                attributes["forbidden"] = ";".join(forbidden[2 * edge + is_reversed])
                graph.add_edge(*pair, **attributes)
    return graph


def _attributes(roads: Roads, edge: int, duration_ms: int, *, is_reversed: bool) -> dict[str, Any]:
    shape = roads.shape(edge)
    return {
        "osmid": int(roads.way_osm[edge]),
        "highway": roads.text(int(roads.highway[edge])),
        "name": roads.text(int(roads.name[edge])),
        "oneway": CLOSED in (int(roads.forward_ms[edge]), int(roads.backward_ms[edge])),
        "reversed": is_reversed,
        "length": int(roads.length_mm[edge]) / 1000,
        "geometry": shapely.LineString(shape[::-1] if is_reversed else shape),
        "duration_ms": duration_ms,
        "length_mm": int(roads.length_mm[edge]),
        "ends_only": int(roads.ends_only[edge]),
        "snappable": int(roads.snappable[edge]),
        "kind": int(roads.kind[edge]),
        "surface": CLASSES[int(roads.surface[edge])],
        "edge": edge,
    }


def from_networkx(graph: nx.MultiDiGraph, *, turn_costs: TurnCosts | None = None) -> Roads:
    """Import a graph that `to_networkx` made; edges keep their numbers, and so routes their results.

    A graph that osmnx made of OpenStreetMap is one for `geodata.network.osmnx_graph.from_osmnx`.

    Parameters
    ----------
    turn_costs : those of the graph's profile where they are not given.

    Raises
    ------
    GeodataError
        When an attribute is missing that the module's docstring names, or nobody knows what turns cost.
    """
    turn_costs = turn_costs or profile_named(str(graph.graph.get("profile", "car"))).turn_costs
    directed = sorted(graph.edges(data=True), key=lambda item: (item[2].get("edge", 0), item[2].get("reversed", False)))
    for attribute in _REQUIRED:
        if any(attribute not in data for _, _, data in directed):
            msg = f"An edge of the graph has no attribute {attribute!r}; a road network needs {', '.join(_REQUIRED)}."
            if attribute == "edge":
                msg += " Import a graph of osmnx's own by geodata.network.osmnx_graph.from_osmnx."
            raise GeodataError(msg)
    drawn: dict[int, dict[str, Any]] = {}
    for start, end, data in directed:
        tail, head = (end, start) if data["reversed"] else (start, end)
        row = drawn.setdefault(int(data["edge"]), {"tail": tail, "head": head, "ms": [CLOSED, CLOSED], "data": data})
        row["ms"][int(data["reversed"])] = int(data["duration_ms"])
    number = {node: index for index, node in enumerate(sorted(graph.nodes))}
    roads = _roads_of(graph, number, [drawn[edge] for edge in sorted(drawn)], turn_costs)
    start, forbidden = packed(_forbidden(directed, {edge: index for index, edge in enumerate(sorted(drawn))}))
    return replace(roads, forbidden_start=start, forbidden=forbidden)


def _forbidden(directed: list[tuple[Any, Any, dict[str, Any]]], number: dict[int, int]) -> list[tuple[int, ...]]:
    """Read the attribute `forbidden` of every edge."""
    sequences = []
    for _, _, data in directed:
        # A GeoPackage has None for the empty text.
        for others in filter(None, (data.get("forbidden") or "").split(";")):
            pieces = [(int(other.removesuffix("r")), other.endswith("r")) for other in others.split()]
            pieces.insert(0, (int(data["edge"]), bool(data["reversed"])))
            sequences.append(tuple(2 * number[edge] + is_reversed for edge, is_reversed in pieces))
    return sequences


def _roads_of(
    graph: nx.MultiDiGraph, number: dict[Any, int], rows: list[dict[str, Any]], turn_costs: TurnCosts
) -> Roads:
    words: dict[str, int] = {"": 0}
    shapes = [_drawn_shape(row["data"]) for row in rows]
    lengths = [len(shape) for shape in shapes]
    columns: dict[str, Any] = {
        key: np.array([int(row["data"].get(key, 0)) for row in rows])
        for key in ("length_mm", "ends_only", "snappable", "kind", "osmid")
    }
    named = {
        key: np.array([words.setdefault(row["data"].get(key) or "", len(words)) for row in rows], dtype=np.int32)
        for key in ("name", "highway")
    }
    text_start, text_utf8 = texts(list(words))
    forbidden_start, forbidden = packed(())
    nodes = [graph.nodes[node] for node in number]
    ms = np.array([row["ms"] for row in rows], dtype=np.int32).reshape(-1, 2)
    return Roads(
        profile=str(graph.graph.get("profile", "car")),
        turn_costs=turn_costs,
        node_lonlat=np.array([(node["x"], node["y"]) for node in nodes], dtype=np.float64).reshape(-1, 2),
        node_osm=np.array([int(node.get("osmid", 0)) for node in nodes], dtype=np.int64),
        node_signal=np.array([int(node.get("signal", 0)) for node in nodes], dtype=np.uint8),
        tail=np.array([number[row["tail"]] for row in rows], dtype=np.int32),
        head=np.array([number[row["head"]] for row in rows], dtype=np.int32),
        forward_ms=np.ascontiguousarray(ms[:, 0]),
        backward_ms=np.ascontiguousarray(ms[:, 1]),
        length_mm=columns["length_mm"].astype(np.int32),
        ends_only=columns["ends_only"].astype(bool),
        snappable=columns["snappable"].astype(bool),
        surface=np.array([CLASSES.index(row["data"].get("surface", "unknown")) for row in rows], dtype=np.uint8),
        kind=columns["kind"].astype(np.uint8),
        way_osm=columns["osmid"].astype(np.int64),
        shape_start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        shape_lonlat=np.concatenate(shapes) if shapes else np.zeros((0, 2)),
        name=named["name"],
        highway=named["highway"],
        text_start=text_start,
        text_utf8=text_utf8,
        forbidden_start=forbidden_start,
        forbidden=forbidden,
    )


def _drawn_shape(data: dict[str, Any]) -> Any:
    points = shapely.get_coordinates(data["geometry"])
    return points[::-1] if data["reversed"] else points


def to_geodataframes(roads: Roads) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Export nodes and edges; edges are indexed by u, v and key, as osmnx does."""
    nodes, edges = ox.graph_to_gdfs(to_networkx(roads))
    return nodes, edges


def from_geodataframes(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, *, profile: str, turn_costs: TurnCosts | None = None
) -> Roads:
    """Import nodes and edges that `to_geodataframes` made.

    Parameters
    ----------
    profile : what the vehicle is called, which the tables do not say. turn_costs : those of the known profile of that
        name where they are not given.

    Raises
    ------
    GeodataError
        When a column is missing, or nobody knows what turns cost.
    """
    graph = ox.graph_from_gdfs(nodes, edges, graph_attrs={"crs": CRS, "profile": profile})
    return from_networkx(graph, turn_costs=turn_costs)


def save_graphml(roads: Roads, path: Path) -> None:
    """Write GraphML that osmnx can load."""
    ox.save_graphml(to_networkx(roads), path)


def load_graphml(path: Path, *, turn_costs: TurnCosts | None = None) -> Roads:
    """Read GraphML that `save_graphml` wrote."""
    return from_networkx(ox.load_graphml(path, edge_dtypes=dict.fromkeys(_WHOLE_NUMBERS, int)), turn_costs=turn_costs)


def save_geopackage(roads: Roads, path: Path) -> None:
    """Write a GeoPackage with the layers "nodes" and "edges", one edge for each direction."""
    nodes, edges = to_geodataframes(roads)
    nodes.rename_axis("node").to_file(path, layer="nodes", driver="GPKG", index=True)
    edges.to_file(path, layer="edges", driver="GPKG", index=True)


def load_geopackage(path: Path, *, profile: str, turn_costs: TurnCosts | None = None) -> Roads:
    """Read a GeoPackage that `save_geopackage` wrote; see `from_geodataframes`."""
    nodes = gpd.read_file(path, layer="nodes").set_index("node")
    edges = gpd.read_file(path, layer="edges").set_index(["u", "v", "key"])
    return from_geodataframes(nodes, edges, profile=profile, turn_costs=turn_costs)

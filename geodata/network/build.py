"""Building a road network from an extract: read, cut at junctions, keep what is connected, write."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.errors import ExtractError
from geodata.network.junctions import Edges, cut_at_junctions
from geodata.network.profiles import profile_named
from geodata.network.read import COUNTED, read_ways
from geodata.network.roads import CLOSED, Flags, Ints, Roads, renumbered, slices, texts
from geodata.network.storage import write_roads
from geodata.osm.extract import damaged_text_reported, extract_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What was read, kept and dropped.

    Attributes
    ----------
    counts : nodes_read, ways_read, highways_read, ways_kept, ways_without_points, way_nodes_missing,
        turn_restrictions_read (read and not obeyed yet), nodes, edges, edges_ends_only, edges_behind_ends_only (open
        to all, yet reached only through edges that keep through traffic out), road_m.
    ways_dropped : reason -> ways: not_a_road, not_for_vehicles (a path where no tag names vehicles), no_access,
        impassable, area.
    edges_dropped : reason -> edges: unconnected (no way in, or no way out).
    """

    profile: str
    counts: dict[str, int]
    ways_dropped: dict[str, int]
    edges_dropped: dict[str, int]


def build_network(extract: Path, *, profile: str, into: Path, on_progress: Callable[[str, float], None]) -> BuildReport:
    """Build the road network of an extract for one vehicle, and write it.

    Parameters
    ----------
    extract : a `.osm.pbf`, `.osm`, `.osm.bz2` or `.osm.gz` file.
    profile : "car" or "motorcycle".
    into : the directory to write; one that exists is replaced when the new one is complete. Nothing is left
        there when the build fails.
    on_progress : is told the step and its share of the whole, 0 to 1.

    Raises
    ------
    ExtractError
        When the extract cannot be read, or has no road that the vehicle may use.
    """
    vehicle = profile_named(profile)
    on_progress("reading the extract", 0.0)
    with damaged_text_reported(extract):
        buffers = read_ways(extract, vehicle, lambda share: on_progress("reading the extract", 0.7 * share))
    if len(buffers.osm) == 0:
        raise _nothing_drivable(extract, profile)
    on_progress("cutting ways at junctions", 0.7)
    edges = cut_at_junctions(buffers)
    on_progress("keeping what is connected", 0.8)
    part = _connected(edges)
    if part is None:
        raise _nothing_drivable(extract, profile)
    on_progress("writing the network", 0.9)
    roads = _roads(edges, part, profile, list(buffers.texts))
    write_roads(roads, into, extract=extract_hash(extract))
    on_progress("writing the network", 1.0)
    return BuildReport(
        profile=profile,
        counts={name: buffers.counts[name] for name in COUNTED}
        | {
            "nodes": roads.node_count,
            "edges": roads.edge_count,
            "edges_ends_only": int(roads.ends_only.sum()),
            "edges_behind_ends_only": int((part.ends_only & ~edges.ends_only).sum()),
            "road_m": int(roads.length_mm.astype(np.int64).sum() // 1000),
        },
        ways_dropped=dict(buffers.dropped),
        edges_dropped={"unconnected": int((~part.keep).sum())},
    )


def _nothing_drivable(extract: Path, profile: str) -> ExtractError:
    return ExtractError(
        f"{extract.name} has no connected road that a {profile} may use. "
        "Take an extract with highways, or a larger one."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Connected:
    """Which edges stay, and which of them may be used only at the ends of a route."""

    keep: Flags
    ends_only: Flags


def _connected(edges: Edges) -> _Connected | None:
    """Keep the largest strongly connected network of open edges, and what hangs on it in both directions.

    An open edge outside that network which is reached and left through ends-only edges (a residential street
    behind a private gate) can be no part of a through route: it becomes ends-only. None when nothing is connected.
    """
    nodes = len(edges.node_osm)
    usable = (edges.forward_ms != CLOSED) | (edges.backward_ms != CLOSED)
    component = _components(edges, nodes, usable & ~edges.ends_only)
    inside = usable & ~edges.ends_only & (component[edges.tail] == component[edges.head])
    length_m = np.bincount(component[edges.tail[inside]], edges.length_mm[inside] / 1000, minlength=1)
    if not inside.any():
        return None
    core = component == np.argmax(length_m)
    whole = _components(edges, nodes, usable)
    attached = whole == whole[np.argmax(core)]
    keep = usable & attached[edges.tail] & attached[edges.head]
    return _Connected(keep=keep, ends_only=keep & (edges.ends_only | ~(core[edges.tail] & core[edges.head])))


def _components(edges: Edges, nodes: int, usable: Flags) -> Ints:
    """Strongly connected component of each node by the usable edges."""
    forward, backward = usable & (edges.forward_ms != CLOSED), usable & (edges.backward_ms != CLOSED)
    tails = np.concatenate([edges.tail[forward], edges.head[backward]])
    heads = np.concatenate([edges.head[forward], edges.tail[backward]])
    arcs = coo_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(nodes, nodes))
    component: Ints = connected_components(arcs.tocsr(), directed=True, connection="strong")[1]
    return component


def _roads(edges: Edges, part: _Connected, profile: str, words: list[str]) -> Roads:
    keep = part.keep
    used = np.zeros(len(edges.node_osm), dtype=bool)
    used[edges.tail[keep]] = used[edges.head[keep]] = True
    number = renumbered(used)
    counts = np.diff(edges.shape_start)
    text_start, text_utf8 = texts(words)
    return Roads(
        profile=profile,
        node_lonlat=edges.node_lonlat[used],
        node_osm=edges.node_osm[used],
        tail=number[edges.tail[keep]],
        head=number[edges.head[keep]],
        forward_ms=edges.forward_ms[keep],
        backward_ms=edges.backward_ms[keep],
        length_mm=edges.length_mm[keep],
        ends_only=part.ends_only[keep],
        snappable=edges.snappable[keep],
        way_osm=edges.way_osm[keep],
        shape_start=np.concatenate([[0], np.cumsum(counts[keep])]).astype(np.int64),
        shape_lonlat=edges.shape_lonlat[slices(edges.shape_start[:-1][keep], edges.shape_start[1:][keep])],
        name=edges.name[keep],
        highway=edges.highway[keep],
        text_start=text_start,
        text_utf8=text_utf8,
    )

"""Building a road network from an extract: read, cut at junctions, keep what is connected, write."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from geodata.errors import ExtractError, GeodataError
from geodata.network.cch.hierarchy import build_hierarchy
from geodata.network.connected import connected
from geodata.network.junctions import cut_at_junctions
from geodata.network.profiles import Profile, profile_named
from geodata.network.read import COUNTED, WayBuffers, read_ways
from geodata.network.restrictions import IGNORED, forbidden_sequences
from geodata.network.roads import Flags, Roads, packed, slices
from geodata.network.snap_arrays import snap_arrays
from geodata.network.storage import write_roads
from geodata.network.surroundings import Kind, Lines, joined, read_surroundings
from geodata.osm.extract import damaged_text_reported, extract_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What was read, kept and dropped.

    Attributes
    ----------
    counts : nodes_read, ways_read, relations_read, highways_read, ways_kept, ways_without_points, way_nodes_missing,
        turn_restrictions_read, turn_restrictions_applied (obeyed), forbidden_turns (sequences of edges that they make),
        nodes, edges, edges_ends_only, edges_behind_ends_only (open to all, yet reached only through edges that keep
        through traffic out), nodes_with_signals, edges_with_known_slope, road_m.
    ways_dropped : reason -> ways: not_a_road, no_permission (a path, or on foot a trunk road, that no tag opens),
        no_access, impassable, vehicle_limits (it is too heavy, wide or high), area.
    edges_dropped : reason -> edges: unconnected (no way in, or no way out).
    restrictions_ignored : reason -> turn restrictions: conditional (they hold at times only), other_vehicles,
        unknown_kind, broken (members are missing or do not meet), ambiguous, not_on_network.
    """

    profile: str
    counts: dict[str, int]
    ways_dropped: dict[str, int]
    edges_dropped: dict[str, int]
    restrictions_ignored: dict[str, int]


def build_network(
    extract: Path, *, profile: str | Profile, into: Path, on_progress: Callable[[str, float], None]
) -> BuildReport:
    """Build the road network of an extract for one vehicle, and write it.

    Parameters
    ----------
    extract : a `.osm.pbf`, `.osm`, `.osm.bz2` or `.osm.gz` file.
    profile : "car", "motorcycle" or "foot", or one of your own (see geodata.network.own_profiles).
    into : the directory to write; one that exists is replaced when the new one is complete. Nothing is left
        there when the build fails.
    on_progress : is told the step and its share of the whole, 0 to 1.

    Raises
    ------
    ExtractError
        When the extract cannot be read, has no road that the vehicle may use, or is too wide.
    """
    vehicle = profile_named(profile) if isinstance(profile, str) else profile
    roads, report = _connected_roads(extract, vehicle, on_progress)
    try:
        hierarchy = build_hierarchy(roads, on_progress=lambda step, share: on_progress(step, 0.82 + 0.13 * share))
    except GeodataError as exc:
        msg = f"{extract.name} cannot be made a road network: {exc}"
        raise ExtractError(msg) from exc
    on_progress("writing the network", 0.95)
    write_roads(roads, into, extract=extract_hash(extract), hierarchy=hierarchy)
    on_progress("writing the network", 1.0)
    return report


def _connected_roads(
    extract: Path, vehicle: Profile, on_progress: Callable[[str, float], None]
) -> tuple[Roads, BuildReport]:
    """Make the roads; what was read is let go of before the hierarchy needs its memory."""
    on_progress("reading the extract", 0.0)
    with damaged_text_reported(extract):
        buffers = read_ways(extract, vehicle, lambda share: on_progress("reading the extract", 0.7 * share))
        surroundings = read_surroundings(extract)
    if len(buffers.osm) == 0:
        raise _nothing_drivable(extract, vehicle)
    on_progress("cutting ways at junctions", 0.7)
    everything = cut_at_junctions(buffers, vehicle)
    on_progress("laying turn restrictions on the roads", 0.78)
    everything = _with_restrictions(everything, buffers)
    on_progress("keeping what is connected", 0.8)
    kept = connected(everything)
    if kept is None:
        raise _nothing_drivable(extract, vehicle)
    roads, dropped = kept
    around = joined(surroundings, _islands(everything, dropped))
    roads = replace(roads, snap=snap_arrays(roads.shape_start, roads.shape_lonlat, roads.snappable, around))
    return roads, _report(buffers, everything, roads, dropped)


def _report(buffers: WayBuffers, everything: Roads, roads: Roads, dropped: Flags) -> BuildReport:
    behind = roads.ends_only & ~everything.ends_only[~dropped]
    return BuildReport(
        profile=roads.profile,
        counts={name: buffers.counts[name] for name in COUNTED}
        | {
            "turn_restrictions_applied": buffers.counts["turn_restrictions_applied"],
            "forbidden_turns": len(roads.forbidden_start) - 1,
            "nodes": roads.node_count,
            "edges": roads.edge_count,
            "edges_ends_only": int(roads.ends_only.sum()),
            "edges_behind_ends_only": int(behind.sum()),
            "nodes_with_signals": int((roads.node_signal > 0).sum()),
            # What a barrier costs are edges behind those, without a slope.
            "edges_with_known_slope": int((buffers.has_slope & ~dropped[: len(buffers.has_slope)]).sum()),
            "road_m": int(roads.length_mm.astype(np.int64).sum() // 1000),
        },
        ways_dropped=dict(buffers.dropped),
        edges_dropped={"unconnected": everything.edge_count - roads.edge_count},
        restrictions_ignored={reason: buffers.ignored[reason] for reason in IGNORED if buffers.ignored[reason]},
    )


def _nothing_drivable(extract: Path, profile: Profile) -> ExtractError:
    return ExtractError(
        f"{extract.name} has no connected road {profile.may_use}. Take an extract with highways, or a larger one."
    )


def _islands(roads: Roads, dropped: Flags) -> Lines:
    """Roads that the vehicle cannot get to, or not away from, and that one would look for a door on."""
    dropped = dropped & roads.snappable
    counts = np.diff(roads.shape_start)[dropped]
    return Lines(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        lonlat=roads.shape_lonlat[slices(roads.shape_start[:-1][dropped], roads.shape_start[1:][dropped])],
        kind=np.full(len(counts), Kind.ISLAND, dtype=np.uint8),
    )


def _with_restrictions(roads: Roads, buffers: WayBuffers) -> Roads:
    """Lay the turn restrictions on the edges; why some are not obeyed is added to what was ignored while reading."""
    sequences, counts = forbidden_sequences(buffers.restrictions, roads)
    buffers.counts["turn_restrictions_applied"] = counts.pop("applied", 0)
    buffers.ignored.update(counts)
    start, forbidden = packed(sequences)
    return replace(roads, forbidden_start=start, forbidden=forbidden)

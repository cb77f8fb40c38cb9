"""Durations against OSRM's on the same roads, speeds and turn restrictions: how far apart, and where most."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from geodata.coords import LonLat, great_circle_array_m
from geodata.network.adapters.osrm import OsrmRoadNetwork
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.port import UNREACHABLE, RoadPath, SnappedPoint
from geodata.network.roads import Roads
from tests.benchmarks.network.osrm_peer import osrm_in_process
from tests.benchmarks.network.prepared import prepare
from tests.benchmarks.records import Measure, alone
from tests.peers.servers import osrm_server

Place = tuple[float, float]

POINTS = 300
#: Differences over this are listed, percent.
LARGE_PERCENT = 2.0
#: OSRM turns round at dead ends only. So high a cost keeps ours from turning elsewhere, where there is another way.
NO_U_TURN_MS = 10**7
#: Whose duration changes when turning round costs so much less has no other way.
LESS_MS = 10**6


def agreement(name: str, extract: Path) -> tuple[list[Measure], list[str]]:
    """Compare without and with turn costs."""
    rows, notes = [], []
    for title, turn_s in (("turns cost nothing", 0.0), ("turns cost by the same formula", None)):
        area = prepare(name, extract, turn_s=turn_s)
        found = compare(area.roads, area.osrm, turn_s=turn_s)
        rows.append(
            alone(
                f"{name}: median difference of durations from OSRM's, {title}",
                found.median_percent,
                unit="%",
                # The goal speaks of speeds and restrictions; angles of turns are read by two eyes.
                at_most=0.5 if turn_s == 0 else None,
            )
        )
        rows.append(
            alone(f"{name}: pairs that differ by more than {LARGE_PERCENT:g} %, {title}", found.large_percent, unit="%")
        )
        notes += [f"{name}, {title}: {line}" for line in found.lines]
    return rows, notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far two engines are apart."""

    median_percent: float
    large_percent: float
    lines: list[str]


def compare(roads: Roads, osrm_base: Path, *, turn_s: float | None) -> Difference:
    """Compare durations between places in the middle of edges, so that snapping has nothing to choose."""
    turns = replace(roads.turn_costs, u_turn_ms=NO_U_TURN_MS)
    if turn_s is not None:
        turns = replace(turns, turn_ms=round(turn_s * 1000))
    network = CchRoadNetwork(replace(roads, turn_costs=turns))
    cheaper = replace(turns, u_turn_ms=NO_U_TURN_MS - LESS_MS)
    points = middles(roads, POINTS, seed=3)
    ours = network.matrix(points, points).durations_s.astype(float)
    turns_round = ours != CchRoadNetwork(replace(roads, turn_costs=cheaper)).matrix(points, points).durations_s
    with osrm_in_process(osrm_base) as osrm:
        answers, moved_m = osrm.durations([point.on_road for point in points])
    theirs = np.array(answers, dtype=float)
    kept = np.array(moved_m) < 1.0
    pairs = kept[:, None] & kept[None, :] & ~np.eye(len(points), dtype=bool)
    reached = pairs & (ours < UNREACHABLE) & ~turns_round
    reached_there = pairs & np.isfinite(theirs)
    both = reached & reached_there
    off = np.where(both, np.abs(ours - theirs) / np.maximum(theirs, 1.0) * 100, 0.0)
    summary = (
        f"{both.sum():,} pairs; {(reached & ~reached_there).sum()} reached by ours alone, "
        f"{(reached_there & ~reached).sum()} by OSRM alone; 95 % within {np.percentile(off[both], 95):.2f} %, "
        f"99 % within {np.percentile(off[both], 99):.2f} %."
    )
    large = np.argwhere(both & (off > LARGE_PERCENT))
    return Difference(
        median_percent=float(np.median(off[both])),
        large_percent=float((off[both] > LARGE_PERCENT).mean() * 100),
        lines=[summary, *_explained(network, osrm_base, points, large[np.argsort(-off[tuple(large.T)])].tolist())],
    )


def _explained(
    network: CchRoadNetwork, osrm_base: Path, points: list[SnappedPoint], pairs: list[list[int]]
) -> list[str]:
    """Say why pairs differ, by what their two lines are like, and show the largest of each kind."""
    reasons: Counter[str] = Counter()
    examples: dict[str, str] = {}
    gates = _private_gates(network.roads)
    with osrm_server(osrm_base) as url:
        osrm = OsrmRoadNetwork(url)
        for start, end in pairs:
            ours, theirs = network.path(points[start], points[end]), osrm.path(points[start], points[end])
            reason = _reason(ours, theirs, gates)
            reasons[reason] += 1
            examples.setdefault(
                reason,
                f"{ours.duration_s} s over {ours.length_m} m against {theirs.duration_s} s over {theirs.length_m} m",
            )
        osrm.close()
    return [
        f"{count} large differences: {reason} (largest: {examples[reason]})." for reason, count in reasons.most_common()
    ]


def _reason(ours: RoadPath, theirs: RoadPath, gates: set[Place]) -> str:
    mine, other = _places(ours), _places(theirs)
    if gates & set(other) and not gates & set(mine):
        return "OSRM drives through a gate that is open to residents only, which the table cannot tell it"
    if _turns_round(mine) != _turns_round(other):
        return "one of the two turns round at a place that is no dead end to the other"
    if set(mine[2:-2]) - set(other) and set(other[2:-2]) - set(mine):
        return "two ways that are nearly as fast"
    if abs(theirs.duration_s - ours.duration_s) < 3:
        return "the same roads in few seconds: OSRM rounds each stretch to tenths, or reads an angle differently"
    return "the same roads: OSRM straightens junctions before it reads an angle, or calls a hairpin turning round"


def _places(path: RoadPath) -> list[Place]:
    return [(round(point.lon, 6), round(point.lat, 6)) for point in path.line]


def _turns_round(places: list[Place]) -> bool:
    return any(before == after for before, after in zip(places, places[2:], strict=False))


def _private_gates(roads: Roads) -> set[Place]:
    gates = roads.node_lonlat[roads.tail[(roads.way_osm == 0) & roads.ends_only]]
    return {(round(lon, 6), round(lat, 6)) for lon, lat in gates.tolist()}


def middles(roads: Roads, count: int, *, seed: int) -> list[SnappedPoint]:
    """Return places in the middle of edges that are open to all and longer than 40 m."""
    chance = np.random.default_rng(seed)
    usable = np.flatnonzero(roads.snappable & ~roads.ends_only & (roads.length_mm > 40_000))
    points = []
    for edge in chance.choice(usable, size=min(count, len(usable)), replace=False).tolist():
        shape = roads.shape(edge)
        half = len(shape) // 2
        place = (shape[half - 1] + shape[half]) / 2
        points.append(_at(roads, edge, LonLat(*np.round(place, 6).tolist())))
    return points


def _at(roads: Roads, edge: int, place: LonLat) -> SnappedPoint:
    shape = roads.shape(edge)
    half = len(shape) // 2
    steps = great_circle_array_m(shape[:-1], shape[1:])
    fraction = (steps[: half - 1].sum() + steps[half - 1] / 2) / steps.sum()
    return SnappedPoint(
        point=place, on_road=place, edge=edge, fraction=float(fraction), distance_m=0, access_s=0, side="on"
    )

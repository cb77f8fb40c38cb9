"""Durations against OSRM's on the same roads, speeds and turn restrictions: how far apart, and why."""

import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import numpy as np

from geodata.network.arrays import Floats
from geodata.network.build import build_network
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.port import UNREACHABLE
from geodata.network.profiles import CAR
from geodata.network.roads import Roads
from geodata.network.storage import read_roads
from tests.benchmarks.network.doubtless import middles
from tests.benchmarks.network.explained import UNEXPLAINED, Explainer
from tests.benchmarks.network.osrm_peer import osrm_in_process
from tests.benchmarks.network.prepared import prepare
from tests.benchmarks.records import Measure, alone
from tests.peers.servers import osrm_server

POINTS = 300
#: The goal for the median, percent; every difference over this is explained.
LARGE_PERCENT = 0.5
#: OSRM turns round at dead ends only. So high a cost keeps ours from turning elsewhere, where there is another way.
NO_U_TURN_MS = 10**7
#: Whose duration changes when turning round costs so much less has no other way.
LESS_MS = 10**6
#: OSRM counts in tenths of a second. Ours answers in whole seconds: of roads that take ten times as long, in tenths.
TENTHS = 10


def agreement(name: str, extract: Path) -> tuple[list[Measure], list[str]]:
    """Compare without and with turn costs."""
    rows, notes = [], []
    flat = _flat_roads(extract)
    for title, turn_s in (("turns cost nothing", 0.0), ("turns cost by the same formula", None)):
        found = compare(flat, prepare(name, extract, turn_s=turn_s).osrm, turn_s=turn_s)
        rows += [
            alone(
                f"{name}: median difference of durations from OSRM's, {title}",
                found.median_percent,
                unit="%",
                at_most=LARGE_PERCENT,
            ),
            alone(
                f"{name}: pairs that differ by more than {LARGE_PERCENT:g} %, {title}", found.large_percent, unit="%"
            ),
            alone(
                f"{name}: of those, pairs without an explanation, {title}", found.unexplained, unit="pairs", at_most=0
            ),
        ]
        notes += [f"{name}, {title}: {line}" for line in found.lines]
    return rows, notes


def _flat_roads(extract: Path) -> Roads:
    """Build our roads without slopes: OSRM knows none."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "flat"
        build_network(extract, profile=replace(CAR, slope={}), into=into, on_progress=lambda _step, _share: None)
        return read_roads(into)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far two engines are apart.

    Attributes
    ----------
    median_percent : of all pairs. large_percent : how many of them differ by more than LARGE_PERCENT.
    unexplained : pairs among those. lines : in words.
    """

    median_percent: float
    large_percent: float
    unexplained: int
    lines: list[str]


def compare(roads: Roads, osrm_base: Path, *, turn_s: float | None) -> Difference:
    """Compare durations between places in the middle of edges, so that snapping has nothing to choose."""
    turns = replace(roads.turn_costs, u_turn_ms=NO_U_TURN_MS)
    if turn_s is not None:
        turns = replace(turns, turn_ms=round(turn_s * 1000))
    roads = replace(roads, turn_costs=turns)
    points = middles(roads, POINTS, seed=3)
    network = CchRoadNetwork(_in_tenths(roads, NO_U_TURN_MS))
    ours = network.matrix(points, points).durations_s
    other = CchRoadNetwork(_in_tenths(roads, NO_U_TURN_MS - LESS_MS)).matrix(points, points).durations_s
    with osrm_in_process(osrm_base) as osrm:
        answers, moved_m = osrm.durations([point.on_road for point in points])
    theirs_s, ours_s = np.array(answers, dtype=float), ours / TENTHS
    kept = np.array(moved_m) < 1.0
    pairs = kept[:, None] & kept[None, :] & ~np.eye(len(points), dtype=bool)
    reached = pairs & (ours < UNREACHABLE) & (ours == other)
    reached_there = pairs & np.isfinite(theirs_s)
    both = reached & reached_there
    off = np.where(both, np.abs(ours_s - theirs_s) / np.maximum(theirs_s, 0.1) * 100, 0.0)
    large = np.argwhere(both & (off > LARGE_PERCENT))
    with osrm_server(osrm_base) as url, httpx.Client(trust_env=False, timeout=60) as client:
        explainer = Explainer(network, roads, url, client)
        found = [
            explainer.explain(points[i], points[j], ours_s=ours_s[i, j], theirs_s=theirs_s[i, j])
            for i, j in large.tolist()
        ]
    summary = (
        f"{both.sum():,} pairs; {(reached & ~reached_there).sum()} reached by ours alone, "
        f"{(reached_there & ~reached).sum()} by OSRM alone; 95 % within {np.percentile(off[both], 95):.2f} %, "
        f"99 % within {np.percentile(off[both], 99):.2f} %."
    )
    return Difference(
        median_percent=float(np.median(off[both])),
        large_percent=float((off[both] > LARGE_PERCENT).mean() * 100),
        unexplained=sum(reason.startswith(UNEXPLAINED) for reason in found),
        lines=[summary, *_summary(found, ours_s[tuple(large.T)], theirs_s[tuple(large.T)])],
    )


def _in_tenths(roads: Roads, u_turn_ms: int) -> Roads:
    costs = roads.turn_costs
    return replace(
        roads,
        forward_ms=roads.forward_ms * np.int32(TENTHS),
        backward_ms=roads.backward_ms * np.int32(TENTHS),
        turn_costs=replace(
            costs,
            turn_ms=costs.turn_ms * TENTHS,
            dead_end_ms=costs.dead_end_ms * TENTHS,
            signal_ms=costs.signal_ms * TENTHS,
            u_turn_ms=u_turn_ms,
        ),
    )


def _summary(reasons: list[str], ours_s: Floats, theirs_s: Floats) -> list[str]:
    """Count the reasons, most frequent first, each with its largest difference."""
    off_s = np.abs(ours_s - theirs_s)
    lines = []
    for reason, count in Counter(reasons).most_common():
        of_reason = [at for at, other in enumerate(reasons) if other == reason]
        worst = max(of_reason, key=off_s.__getitem__)
        largest = f"{ours_s[worst]:.1f} s against {theirs_s[worst]:.1f} s"
        lines.append(
            f"{count} differ by more than {LARGE_PERCENT:g} %: {reason} "
            f"(median {np.median(off_s[of_reason]):.1f} s; largest: {largest})."
        )
    return lines

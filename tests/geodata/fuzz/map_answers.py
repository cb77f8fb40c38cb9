"""A random map under every engine: whatever is asked, the answer must be that of the reference."""

import itertools
import random
import shutil
from pathlib import Path

from geodata.errors import ExtractError
from geodata.network.build import build_network
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import UNREACHABLE, RoadNetwork, SnappedPoint
from geodata.network.storage import open_network
from tests.geodata.fuzz.random_maps import RandomMap, Step, lonlat, random_map
from tests.geodata.fuzz.reference import Reference, kept_steps

#: Doors of a map; all pairs of them are asked.
DOORS = 8
#: Pairs of a map whose path is traced.
PATHS = 4


def map_outcome(seed: int, folder: Path) -> str:
    """Build a random map and ask: "same" when all agree, "refused" when there is no network in it."""
    drawn, into = random_map(seed), folder / "network"
    extract = drawn.write(folder / "map.osm")
    try:
        build_network(extract, profile=drawn.profile, into=into, on_progress=lambda _step, _share: None)
    except ExtractError:
        return "refused"
    try:
        return _differences(drawn, seed, into) or "same"
    finally:
        shutil.rmtree(into)


def _differences(drawn: RandomMap, seed: int, folder: Path) -> str:
    served = open_network(folder)
    kept = kept_steps(served.roads)
    if _has_gate_to_nowhere(drawn, kept):
        return ""
    chance = random.Random(seed)
    steps = chance.sample(sorted(kept), min(DOORS, len(kept)))
    expected = _expected(Reference(drawn, kept), steps)
    for name, network in (("served", served), ("oracle", DijkstraRoadNetwork(served.roads))):
        got = _answers(network, steps)
        wrong = [pair for pair, cost in expected.items() if got[pair] != cost]
        if wrong:
            (source, target) = wrong[0]
            return f"{name}, {source} to {target}: {got[wrong[0]]} and not {expected[wrong[0]]}"
        for source, target in chance.sample(sorted(expected), min(PATHS, len(expected))):
            if (fault := _path_fault(network, source, target, expected[source, target])) is not None:
                return f"{name}, {source} to {target}: {fault}"
    return ""


def _has_gate_to_nowhere(drawn: RandomMap, kept: dict[Step, bool]) -> bool:
    """Whether a street at a gate is not kept: what turning round costs there is left open."""
    return any(
        place in step and step not in kept
        for place in drawn.gates
        for street in drawn.touching(place)
        for step in street.steps()
    )


def _expected(reference: Reference, steps: list[Step]) -> dict[tuple[Step, Step], tuple[int, int]]:
    found = {}
    for source in steps:
        costs = reference.costs(source)
        for target in steps:
            cost = reference.answer(costs, source, target)
            found[source, target] = (
                (UNREACHABLE, UNREACHABLE) if cost is None else (round(cost[0] / 1000), round(cost[1] / 10))
            )
    return found


def _answers(network: RoadNetwork, steps: list[Step]) -> dict[tuple[Step, Step], tuple[int, int]]:
    points = [_door(network, step) for step in steps]
    matrix = network.matrix(points, points)
    return {
        (source, target): (int(matrix.durations_s[row, column]), int(matrix.lengths_m[row, column]))
        for (row, source), (column, target) in itertools.product(enumerate(steps), repeat=2)
    }


def _path_fault(network: RoadNetwork, source: Step, target: Step, expected: tuple[int, int]) -> str | None:
    if expected[0] == UNREACHABLE:
        return None
    path = network.path(_door(network, source), _door(network, target))
    if (path.duration_s, path.length_m) != expected:
        return f"the path takes {path.duration_s} s, {path.length_m} m and the matrix says {expected}"
    return None


def _door(network: RoadNetwork, step: Step) -> SnappedPoint:
    (ax, ay), (bx, by) = step
    (found,) = network.snap([lonlat((ax + bx) / 2, (ay + by) / 2)])
    assert isinstance(found, SnappedPoint)
    assert found.distance_m == 0
    return found

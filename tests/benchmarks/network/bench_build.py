"""`make bench-build`: from an extract to answers. FULL=1 adds a million nodes, tiled and as a noisy grid."""

import json
import os
import sys
import tempfile
from dataclasses import replace
from math import prod
from pathlib import Path

from geodata.network.cch.network import CchRoadNetwork
from geodata.network.storage import open_network
from tests.benchmarks.network.areas import extracts, noisy_grid, tiled
from tests.benchmarks.network.prepared import (
    Cost,
    Prepared,
    alone_in_build,
    measured,
    osrm_version,
    prepare,
    random_doors,
)
from tests.benchmarks.records import Measure, against, alone, load, medians, save, show, timed
from tests.peers.wheels import ROOT

RUNS = 3
#: Columns and rows of tiles of the largest extract: a million nodes.
TILES = (7, 8)
#: Nodes along a side of the noisy grid; GRID=300 for one of 90,000 nodes.
GRID = int(os.environ.get("GRID") or 1000)
#: OSRM's contraction of the grid is stopped then.
GRID_CPU_S = 600


def main() -> None:
    """Measure, print and write build/bench/build.json."""
    before = load()
    measures: list[Measure] = []
    areas = extracts()
    prepare("Liechtenstein", areas["Liechtenstein"])  # fills the caches of both: JIT code, files
    for name, extract in areas.items():
        runs = [prepare(name, extract, again=True) for _ in range(RUNS)]
        measures += compare(_middle(runs))
        measures += _once_it_is_there(runs[-1], customize_s=0.1)
    measures += _beside_its_own_profile(areas)
    measures.append(_with_an_empty_cache(areas["Liechtenstein"]))
    if os.environ.get("FULL") == "1":
        largest = list(areas)[-1]
        # A quarter of an hour of one core together, nearly all of it OSRM's: not done again while nothing has changed.
        big = prepare(f"{largest} x {prod(TILES)}", tiled(areas[largest], *TILES), table_of=areas[largest])
        measures += compare(big, seconds_at_most=120, mb_at_most=2000)
        measures += _once_it_is_there(big, customize_s=3.0)
        measures += compare(prepared_grid(), is_goal=False)
    show(save("build", measures, _NOTES, load_before=before, peers=osrm_version()))


_NOTES = (
    f"Programs started anew, one thread, Python's start and imports included; median of {RUNS} runs (large: one).",
    "Where both are compared, seconds are CPU seconds (user and system): both use one core, and what else runs on the "  # noqa: ISC004
    "machine changes them little.",
    "OSRM: osrm-extract and osrm-contract with a Lua profile that drives on the same roads at the same speeds as ours.",
)


def prepared_grid() -> Prepared:
    """Prepare the noisy grid; its speeds are nothing that a goal is set for."""
    return prepare(f"noisy grid of {GRID} x {GRID}", noisy_grid(GRID), osrm_cpu_s_at_most=GRID_CPU_S)


def compare(
    area: Prepared,
    *,
    seconds_at_most: float | None = None,
    mb_at_most: float | None = None,
    is_goal: bool = True,
) -> list[Measure]:
    """Hold both builds against each other."""
    roads = area.roads
    title = f"{area.name} ({roads.node_count:,} nodes)"
    ours, osrm = area.ours_cost, area.osrm_cost
    if not area.osrm_is_ready:
        stopped = f"OSRM stopped after {osrm.cpu_s:.0f} CPU s"
        return [
            replace(alone(f"{title}: extract to ready, CPU", ours.cpu_s), peer_name=stopped),
            replace(
                alone(f"{title}: peak memory", ours.peak_mb, unit="MB"), peer_name=f"{stopped}, {osrm.peak_mb:.0f} MB"
            ),
        ]
    rows = [
        against(f"{title}: extract to ready, CPU", ours.cpu_s, osrm.cpu_s, times=3 if is_goal else None),
        against(f"{title}: peak memory", ours.peak_mb, osrm.peak_mb, unit="MB", times=1 if is_goal else None),
    ]
    if seconds_at_most is not None:
        rows.append(alone(f"{title}: extract to ready, wall clock", ours.seconds, at_most=seconds_at_most))
    if mb_at_most is not None:
        rows.append(alone(f"{title}: peak memory", ours.peak_mb, unit="MB", at_most=mb_at_most))
    return rows


def _once_it_is_there(area: Prepared, *, customize_s: float) -> list[Measure]:
    """Measure other weights on the same network, and the first matrix of a new process."""
    network = open_network(area.ours)
    assert isinstance(network, CchRoadNetwork)
    network.with_weights(network.roads)
    (customize,) = medians(5, timed(lambda: network.with_weights(network.roads)))
    doors = json.dumps([(door.lon, door.lat) for door in random_doors(network.roads, 200, seed=1)])
    command = [sys.executable, "-m", "tests.benchmarks.network.ours", "open", str(area.ours)]
    runs = [measured(command, stdin=doors) for _ in range(5)]
    inside = sorted(float(output.splitlines()[-1]) for _, output in runs)[2]
    whole = sorted(cost.seconds for cost, _ in runs)[2]
    return [
        alone(f"{area.name}: customize", customize, at_most=customize_s),
        alone(f"{area.name}: open in a new process, snap and first matrix of 200, imports included", inside, at_most=1),
        alone(f"{area.name}: the same, from the start of Python to its end", whole),
    ]


def _beside_its_own_profile(areas: dict[str, Path]) -> list[Measure]:
    """Hold our build against OSRM's with its own car profile: other roads (no tracks), more Lua."""
    name = list(areas)[-1]
    area = prepare(name, areas[name], own_lua=True)
    return [against(f"{name}: extract to ready, OSRM with its own car.lua", area.ours_cost.cpu_s, area.osrm_cost.cpu_s)]


def _with_an_empty_cache(extract: Path) -> Measure:
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-m", "tests.benchmarks.network.ours", "build", str(extract), "car"]
        cost, _ = measured([*command, f"{cache}/area"], env={"NUMBA_CACHE_DIR": f"{cache}/numba"})
    return alone("Liechtenstein: extract to ready, first build ever (all kernels are compiled)", cost.seconds)


def _middle(runs: list[Prepared]) -> Prepared:
    """Return the run with the median of both costs."""

    def median(costs: list[Cost]) -> Cost:
        half = len(costs) // 2
        return Cost(
            seconds=sorted(c.seconds for c in costs)[half],
            cpu_s=sorted(c.cpu_s for c in costs)[half],
            peak_mb=sorted(c.peak_mb for c in costs)[half],
        )

    last = runs[-1]
    return Prepared(
        name=last.name,
        ours=last.ours,
        osrm=last.osrm,
        ours_cost=median([run.ours_cost for run in runs]),
        extract_cost=median([run.extract_cost for run in runs]),
        contract_cost=median([run.contract_cost for run in runs]),
        steps=last.steps,
    )


if __name__ == "__main__":
    os.chdir(ROOT)
    with alone_in_build():
        main()

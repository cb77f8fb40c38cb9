"""`make bench-matrix`: tables against OSRM's, and whether they are right. FULL=1 adds a million nodes."""

import os
from collections.abc import Sequence
from functools import partial
from math import prod

import httpx

from geodata.coords import LonLat
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import RoadNetwork, SnappedPoint
from geodata.network.profiles import PROFILES
from geodata.network.storage import open_network
from tests.benchmarks.network.agreement import agreement
from tests.benchmarks.network.areas import extracts, tiled
from tests.benchmarks.network.bench_build import TILES, prepared_grid
from tests.benchmarks.network.osrm_peer import OsrmInProcess, osrm_in_process
from tests.benchmarks.network.prepared import Prepared, alone_in_build, osrm_version, prepare, random_doors
from tests.benchmarks.records import Measure, against, alone, cpu_timed, load, medians, save, show, timed
from tests.peers.servers import osrm_server
from tests.peers.wheels import ROOT

#: Side of a square table -> times as fast as OSRM that it should be, and runs.
SQUARES = {200: (5.0, 9), 1000: (8.0, 7), 2000: (10.0, 5)}


def main() -> None:
    """Measure, print and write build/bench/matrix.json."""
    before = load()
    measures: list[Measure] = []
    notes = list(_NOTES)
    areas = extracts()
    for name, extract in areas.items():
        measures += _tables(prepare(name, extract), is_goal=name == "Heidelberg")
        save("matrix", measures, notes, load_before=before, peers=osrm_version())
    measures += _over_http(prepare(list(areas)[-1], list(areas.values())[-1]))
    if os.environ.get("FULL") == "1":
        name, extract = list(areas.items())[-1]
        big = prepare(f"{name} x {prod(TILES)}", tiled(extract, *TILES), table_of=extract)
        measures += _tables(big, is_goal=True, goals={200: 5.0, 1000: 5.0, 2000: 5.0})
        grid = prepared_grid()
        measures += _tables(grid, is_goal=False) if grid.osrm_is_ready else _tables_alone(grid)
    for name, extract in areas.items():
        for profile in PROFILES:
            measures.append(_against_dijkstra(prepare(name, extract, profile=profile), profile))
        save("matrix", measures, notes, load_before=before, peers=osrm_version())
    for name, extract in areas.items():
        rows, lines = agreement(name, extract)
        measures += rows
        notes += lines
        save("matrix", measures, notes, load_before=before, peers=osrm_version())
    show(save("matrix", measures, notes, load_before=before, peers=osrm_version()))


_NOTES = (
    "Tables hold durations and lengths; snapping is included on both sides. One thread unless it says two.",
    "Ours returns NumPy arrays. OSRM runs in process by its Python bindings; reading its answer out is not counted.",
    "Both are asked in turn in one run; medians. Seconds of one thread are CPU seconds of the process on both sides, "  # noqa: ISC004
    "because others use this machine; two cores and HTTP are wall clock.",
    "Doors lie beside random places of random roads, about 40 m away.",
    "Durations are held against OSRM's in tenths of a second, without slopes, between places on one road only. "  # noqa: ISC004
    "Of a pair that differs one line is costed by both: OSRM's where OSRM is faster, ours where ours is.",
)


def snap_and_table(network: RoadNetwork, doors: Sequence[LonLat]) -> None:
    """Do what is timed."""
    points = [point for point in network.snap(doors) if isinstance(point, SnappedPoint)]
    network.matrix(points, points)


def _tables(area: Prepared, *, is_goal: bool, goals: dict[int, float] | None = None) -> list[Measure]:
    network = open_network(area.ours)
    assert isinstance(network, CchRoadNetwork)
    rows = []
    with osrm_in_process(area.osrm) as osrm:
        for side, (times, runs) in SQUARES.items():
            wanted = (times if goals is None else goals[side]) if is_goal else None
            rows += _square(network, osrm, area.name, side, runs, wanted)
    doors = random_doors(network.roads, 2000, seed=2000)
    points = [point for point in network.snap(doors) if isinstance(point, SnappedPoint)]
    two = CchRoadNetwork(network.roads, hierarchy=network.hierarchy, threads=2)
    two.matrix(points, points)
    # One after the other: the second core would serve others during each run of the first, and lose its caches.
    (one_s,) = medians(21, timed(lambda: network.matrix(points, points)))
    (two_s,) = medians(21, timed(lambda: two.matrix(points, points)))
    wanted = 1.7 if is_goal else None
    rows.append(against(f"{area.name}: 2000 x 2000 on two cores", two_s, one_s, peer_name="one core", times=wanted))
    return rows


def _tables_alone(area: Prepared) -> list[Measure]:
    """Measure ours where OSRM's files could not be made."""
    network = open_network(area.ours)
    rows = []
    for side, (_, runs) in SQUARES.items():
        tabled = partial(snap_and_table, network, random_doors(network.roads, side, seed=side))
        (ours_s,) = medians(runs, cpu_timed(tabled))
        rows.append(alone(f"{area.name}: {side} x {side}, snapping included", ours_s))
    return rows


def _square(
    network: CchRoadNetwork, osrm: OsrmInProcess, name: str, side: int, runs: int, times: float | None
) -> list[Measure]:
    doors = random_doors(network.roads, side, seed=side)
    points = [point for point in network.snap(doors) if isinstance(point, SnappedPoint)]
    snap_and_table(network, doors)
    osrm.table_s(doors)
    ours_s, osrm_s, alone_s = medians(
        runs,
        cpu_timed(lambda: snap_and_table(network, doors)),
        lambda: osrm.table_s(doors),
        cpu_timed(lambda: network.matrix(points, points)),
    )
    return [
        against(f"{name}: {side} x {side}, snapping included", ours_s, osrm_s, times=times),
        alone(f"{name}: {side} x {side}, doors already snapped", alone_s),
    ]


def _over_http(area: Prepared) -> list[Measure]:
    """Hold OSRM's server on a kept connection against ours in process: what its users see."""
    network = open_network(area.ours)
    doors = random_doors(area.roads, 200, seed=200)
    places = ";".join(f"{door.lon:.6f},{door.lat:.6f}" for door in doors)
    with osrm_server(area.osrm, max_table_size=10_000) as url, httpx.Client(trust_env=False, timeout=600) as client:

        def ask() -> None:
            address = f"{url}/table/v1/driving/{places}?annotations=duration,distance&generate_hints=false"
            client.get(address).json()

        ask()
        snap_and_table(network, doors)
        ours_s, http_s = medians(5, timed(lambda: snap_and_table(network, doors)), timed(ask))
    return [against(f"{area.name}: 200 x 200, snapping included", ours_s, http_s, peer_name="OSRM over HTTP")]


def _against_dijkstra(area: Prepared, profile: str) -> Measure:
    """Count cells of 500 x 500 that differ from the oracle's: there should be none."""
    network = open_network(area.ours)
    doors = random_doors(area.roads, 500, seed=500)
    points = [point for point in network.snap(doors) if isinstance(point, SnappedPoint)]
    ours, oracle = network.matrix(points, points), DijkstraRoadNetwork(area.roads).matrix(points, points)
    different = (ours.durations_s != oracle.durations_s) | (ours.lengths_m != oracle.lengths_m)
    return alone(
        f"{area.name}, {profile}: cells of {len(points)} x {len(points)} that differ from Dijkstra's",
        int(different.sum()),
        unit="cells",
        at_most=0,
    )


if __name__ == "__main__":
    os.chdir(ROOT)
    with alone_in_build():
        main()

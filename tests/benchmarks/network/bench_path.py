"""`make bench-path`: paths with their full geometry against OSRM's routes. FULL=1 adds a million nodes."""

import os
from math import prod

from geodata.coords import LonLat
from geodata.network.port import RoadNetwork, SnappedPoint
from geodata.network.storage import open_network
from tests.benchmarks.network.areas import extracts, tiled
from tests.benchmarks.network.bench_build import TILES
from tests.benchmarks.network.osrm_peer import osrm_in_process
from tests.benchmarks.network.prepared import Prepared, alone_in_build, osrm_version, prepare, random_doors
from tests.benchmarks.records import Measure, against, alone, cpu_timed, load, medians, save, show
from tests.peers.wheels import ROOT

PAIRS = 300
RUNS = 5


def main() -> None:
    """Measure, print and write build/bench/path.json."""
    before = load()
    measures: list[Measure] = []
    areas = extracts()
    for name, extract in areas.items():
        measures += _paths(prepare(name, extract), is_goal=True)
    if os.environ.get("FULL") == "1":
        name, extract = list(areas.items())[-1]
        measures += _paths(prepare(f"{name} x {prod(TILES)}", tiled(extract, *TILES), table_of=extract), is_goal=True)
    show(save("path", measures, _NOTES, load_before=before, peers=osrm_version()))


_NOTES = (
    f"Mean of {PAIRS} legs between random doors, median of {RUNS} runs, one thread, CPU seconds on both sides.",
    "OSRM runs in process by its Python bindings, with overview=full and geometries=geojson, and with steps where we "  # noqa: ISC004
    "make the route sheet. Reading its answer out is not counted. Its routes snap their two ends; ours the ends of all "
    "legs in one call, as for a plan, where each door ends one leg and begins the next.",
    "Our polyline is an array; its points and the steps become Python objects when they are read.",
)


def _paths(area: Prepared, *, is_goal: bool) -> list[Measure]:
    network = open_network(area.ours)
    pairs = _reachable_pairs(network, random_doors(area.roads, 2 * PAIRS + 200, seed=9))
    snapped = [_on_road(network, start, end) for start, end in pairs]

    doors = [door for pair in pairs for door in pair]

    def as_a_plan_does() -> None:
        on_road = network.snap(doors)
        for start, end in zip(on_road[::2], on_road[1::2], strict=True):
            assert isinstance(start, SnappedPoint)
            assert isinstance(end, SnappedPoint)
            network.path(start, end)

    def with_snapping() -> None:
        for start, end in pairs:
            network.path(*_on_road(network, start, end))

    def all_read_out() -> None:
        for start, end in pairs:
            path = network.path(*_on_road(network, start, end))
            tuple(path.line)
            tuple(path.steps)

    def without() -> None:
        for start, end in snapped:
            network.path(start, end)

    with osrm_in_process(area.osrm) as osrm:
        all_read_out()
        osrm.routes_s(pairs, steps=True)
        ours_s, each_s, osrm_s, sheet_s, osrm_sheet_s, alone_s = (
            seconds / len(pairs)
            for seconds in medians(
                RUNS,
                cpu_timed(as_a_plan_does),
                cpu_timed(with_snapping),
                lambda: osrm.routes_s(pairs, steps=False),
                cpu_timed(all_read_out),
                lambda: osrm.routes_s(pairs, steps=True),
                cpu_timed(without),
            )
        )
    return [
        against(
            f"{area.name}: a leg with its polyline, snapping included", ours_s, osrm_s, times=2 if is_goal else None
        ),
        against(f"{area.name}: the same, the two doors of each leg snapped in a call of their own", each_s, osrm_s),
        against(f"{area.name}: the same with its route sheet, every point and step an object", sheet_s, osrm_sheet_s),
        alone(f"{area.name}: a leg with its polyline, doors already snapped", alone_s),
    ]


def _reachable_pairs(network: RoadNetwork, doors: list[LonLat]) -> list[tuple[LonLat, LonLat]]:
    points = [point for point in network.snap(doors) if isinstance(point, SnappedPoint)]
    return [(a.point, b.point) for a, b in zip(points[::2], points[1::2], strict=False)][:PAIRS]


def _on_road(network: RoadNetwork, start: LonLat, end: LonLat) -> tuple[SnappedPoint, SnappedPoint]:
    """Snap both ends of a leg, in one call as OSRM does."""
    here, there = network.snap([start, end])
    assert isinstance(here, SnappedPoint)
    assert isinstance(there, SnappedPoint)
    return here, there


if __name__ == "__main__":
    os.chdir(ROOT)
    with alone_in_build():
        main()

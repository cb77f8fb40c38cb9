"""Which kernels are still compiled after the warm-up: run in a process of its own, it prints their names."""

import sys
import tempfile
from pathlib import Path
from types import ModuleType

from geodata.area.area import Area
from geodata.area.build import build_area
from geodata.area.catalog import bundled_extract
from geodata.area.roads_today import RoadsToday, WaySpeed
from geodata.area.vehicles import vehicle_profiles
from geodata.coords import LonLat
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.port import SnappedPoint
from geodata.network.warm_up import warm_up


def compiled() -> dict[str, set[str]]:
    """Return the signatures that each kernel has been compiled for or loaded from the cache with."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("geodata.network")]
    return {name: signatures for module in modules for name, signatures in _kernels(module)}


def _kernels(module: ModuleType) -> list[tuple[str, set[str]]]:
    kernels = [one for one in vars(module).values() if hasattr(one, "py_func") and hasattr(one, "signatures")]
    return [(f"{one.py_func.__module__}.{one.py_func.__name__}", set(map(str, one.signatures))) for one in kernels]


def use(area: Area) -> None:
    """Do with an area whatever a service does."""
    usual = area.network("car")
    assert isinstance(usual, CchRoadNetwork)
    ways = usual.roads.way_osm
    today = RoadsToday(
        season="wet",
        closed_ways=frozenset({int(ways[5])}),
        observed_speeds=frozenset({WaySpeed(way=int(ways[9]), kmh=5)}),
    )
    points = [LonLat(float(lon) + 0.0005, float(lat)) for lon, lat in usual.roads.node_lonlat[::40]]
    for network in (usual, area.network_today("car", today).network):
        doors = network.snap(points, streets=["Landstrasse"] * len(points))
        found = [door for door in doors if isinstance(door, SnappedPoint)]
        network.matrix(found, found)
        for door in found[1:20]:
            list(network.path(found[0], door).steps)
        network.reachable(found[0], limit_s=600)


def main() -> None:
    """Warm up, use the bundled area, print what was compiled only then."""
    warm_up()
    before = compiled()
    with bundled_extract() as extract, tempfile.TemporaryDirectory() as folder:
        area = build_area(
            extract,
            name="liechtenstein",
            time_zone=None,
            built_at="2026-11-25T00:00:00+00:00",
            into=Path(folder),
            on_progress=lambda _stage, _share: None,
            profiles=vehicle_profiles(["car"]),
        )
        use(Area(area.tiles.parent, matrix_threads=2))
    late = [name for name, signatures in compiled().items() if signatures - before.get(name, set())]
    sys.stdout.write("".join(f"{name}\n" for name in late))


if __name__ == "__main__":
    main()

"""Our own engine as it is measured. As a program it builds an area, or opens one for the first matrix, in a process."""

import importlib
import json
import sys
import time
from pathlib import Path

from geodata.coords import LonLat

#: Imported first, from few calls deep. Where it happens to be imported 23,000 calls across the border of a 16 kB block
#: of Python 3.11's call stack, the block is taken and given back each time, which takes 0.15 s. The programs of the
#: project do not meet that border.
FIRST = "geodata.network.jit"


def build(extract: Path, profile: str, folder: Path) -> dict[str, float]:
    """Build and write everything that queries need; seconds of each step."""
    importlib.import_module(FIRST)
    from geodata.network.build import build_network

    seconds: dict[str, float] = {}
    steps = [("starting", time.perf_counter())]

    def note(step: str, _share: float) -> None:
        last, since = steps[-1]
        steps.append((step, time.perf_counter()))
        seconds[last] = seconds.get(last, 0.0) + steps[-1][1] - since

    build_network(extract, profile=profile, into=folder, on_progress=note)
    note("", 1.0)
    return seconds


def first_matrix(folder: Path, doors: list[LonLat]) -> float:
    """Open an area and make its first matrix; seconds from the first import on."""
    started = time.perf_counter()
    importlib.import_module(FIRST)
    from geodata.network.port import SnappedPoint
    from geodata.network.storage import open_network

    network = open_network(folder)
    points = [point for point in network.snap(doors) if isinstance(point, SnappedPoint)]
    network.matrix(points, points)
    return time.perf_counter() - started


if __name__ == "__main__":
    if sys.argv[1] == "build":
        answer: object = build(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
    else:
        answer = first_matrix(Path(sys.argv[2]), [LonLat(*pair) for pair in json.load(sys.stdin)])
    print(json.dumps(answer))

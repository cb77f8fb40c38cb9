"""OSRM in a process of its own Python, asked over a pipe; and where that Python is."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geodata.coords import LonLat
from tests.peers.wheels import unpacked

_WORKER = Path(__file__).with_name("osrm_in_process.py")


class OsrmInProcess:
    """OSRM's Python bindings, in process there: no HTTP in its times."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def table_s(self, doors: Sequence[LonLat]) -> float:
        """Seconds of a table with durations and distances, snapping included."""
        return float(self._ask({"do": "table", "coordinates": _pairs(doors)})["seconds"])

    def durations(self, places: Sequence[LonLat]) -> tuple[list[list[float | None]], list[float]]:
        """Return durations between all places, and how far each was moved by snapping, metres."""
        answer = self._ask({"do": "table", "coordinates": _pairs(places), "read": True})
        return answer["durations"], answer["moved_m"]

    def routes_s(self, pairs: Sequence[tuple[LonLat, LonLat]], *, steps: bool) -> float:
        """Seconds of routes with full geometry, snapping included."""
        return float(self._ask({"do": "routes", "pairs": [_pairs(pair) for pair in pairs], "steps": steps})["seconds"])

    def _ask(self, question: dict[str, object]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"OSRM's process ended while it was asked (exit code {self._process.wait()}).")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def osrm_in_process(base: Path) -> Iterator[OsrmInProcess]:
    """Open prepared files."""
    python = find_python()
    if python is None:
        raise SystemExit("OSRM's bindings need a Python >= 3.12: set BENCH_PYTHON to one.")
    env = os.environ | {"PYTHONPATH": str(unpacked("osrm-bindings")), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [python, str(_WORKER), str(base)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    ) as process:
        try:
            yield OsrmInProcess(process)
        finally:
            process.kill()


def find_python() -> str | None:
    """Find a Python that the bindings can be loaded in."""
    names = ["python3.14", "python3.13", "python3.12", "python3"]
    candidates = [os.environ.get("BENCH_PYTHON"), *map(shutil.which, names)]
    candidates += sorted(map(str, Path.home().glob(".pyenv/versions/3.1[2-9]*/bin/python3")), reverse=True)
    check = "import sys; sys.exit(sys.version_info < (3, 12))"
    for candidate in filter(None, candidates):
        done = subprocess.run([candidate, "-c", check], capture_output=True, check=False)
        if done.returncode == 0:
            return candidate
    return None


def _pairs(places: Sequence[LonLat]) -> list[tuple[float, float]]:
    return [(place.lon, place.lat) for place in places]

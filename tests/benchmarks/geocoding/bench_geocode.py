"""`make bench-geocode`: how good answers are on hold-outs and on made-up counties, and how fast they come."""

import os
import tempfile
from pathlib import Path

from tests.benchmarks.geocoding.asking import keep
from tests.benchmarks.geocoding.figures import reliability
from tests.benchmarks.geocoding.holdout import of_file
from tests.benchmarks.geocoding.maps import measure_map
from tests.benchmarks.geocoding.speed import measure_speed
from tests.benchmarks.geocoding.villages import measure_county
from tests.benchmarks.records import load
from tests.geodata.network.bundled import EXTRACT
from tests.peers.wheels import ROOT


def main() -> None:
    """Measure all sets; Krems only where its files are present."""
    before = load()
    given = of_file(Path(os.environ.get("BENCH_GEOCODING", ROOT.parent / "shared" / "data" / "geocoding")))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = measure_county(folder)
        if given:
            asked += measure_map("Krems", given.extract, given, folder)
        asked += measure_map("Liechtenstein", EXTRACT, None, folder)
        keep("geocode-reliability", [], ["All hold-outs above together."], before, reliability(asked))
        measure_speed(folder)


if __name__ == "__main__":
    main()

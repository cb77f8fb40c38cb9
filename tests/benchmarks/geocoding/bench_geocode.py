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
        unseen = measure_county(folder)
        if given:
            unseen += measure_map("Krems", given.extract, given, folder)
        measure_map("Liechtenstein", EXTRACT, None, folder)
        notes = [
            "The county and Krems together. Confidence is fitted on Liechtenstein and on a county of another seed, by",
            "`python -m tests.benchmarks.geocoding.calibrate`. One address in twenty is of a street or village that",
            "the map lacks; its answer is wrong.",
        ]
        keep("geocode-reliability", [], notes, before, reliability(unseen))
        measure_speed(folder)


if __name__ == "__main__":
    main()

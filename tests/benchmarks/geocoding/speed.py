"""How fast answers come from a province, and what opening it takes."""

import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

from geodata.geocoding.geocoder import open_geocoder
from tests.benchmarks.geocoding import county_noise
from tests.benchmarks.geocoding.asking import SEED, answers_to, build, keep
from tests.benchmarks.geocoding.county import make_counties, write_extract
from tests.benchmarks.records import alone, load
from tests.peers.wheels import ROOT

_NAMES = 100_000


def measure_speed(folder: Path) -> None:
    """Measure how fast answers come from a province, and what opening it takes."""
    before = load()
    counties = make_counties(40, villages=_NAMES // 40)
    file = build(write_extract(counties, folder / "province.osm.pbf"), folder)
    texts = [
        asked.text
        for noise in county_noise.KINDS
        for asked in random.Random(SEED).sample(county_noise.ask(noise, counties[3], random.Random(SEED)), 100)
    ]
    seconds = []
    with open_geocoder(file, service_area=None) as geocoder:
        answers_to(geocoder, texts[:20])
        for text in texts:
            started = time.process_time()
            answers_to(geocoder, [text])
            seconds.append(time.process_time() - started)
    opened, megabytes = _opening(file)
    ranked = statistics.quantiles(seconds, n=100)
    measures = [
        alone("an address, p50", ranked[49], at_most=0.001),
        alone("an address, p99", ranked[98], at_most=0.010),
        alone("opening the gazetteer", opened, at_most=1.0),
        alone("memory with the gazetteer open", megabytes, unit="MB", at_most=300),
    ]
    names = sum(len(c.villages) for c in counties)
    notes = [
        f"{names:,} villages in {len(counties)} counties by our generator; one thread, CPU seconds; all kinds of noise."
    ]
    keep("geocode-speed", measures, notes, before, [])


def _opening(file: Path) -> tuple[float, float]:
    """CPU seconds to open, and megabytes of a new process that has it open, Python and imports included."""
    code = (
        "import sys, time; from pathlib import Path; from geodata.geocoding.geocoder import open_geocoder\n"
        "start = time.process_time(); kept = open_geocoder(Path(sys.argv[1]), service_area=None)\n"
        "status = Path('/proc/self/status').read_text()\n"  # ru_maxrss would be of the process that started this one
        "print(time.process_time() - start, int(status.split('VmHWM:')[1].split()[0]) / 1024)"
    )
    out = subprocess.run([sys.executable, "-c", code, str(file)], cwd=ROOT, capture_output=True, text=True, check=True)
    opened, megabytes = map(float, out.stdout.split())
    return opened, megabytes

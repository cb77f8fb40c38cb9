"""How fast answers come from a province, and what opening it takes."""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from geodata.geocoding.geocoder import GazetteerGeocoder, open_geocoder
from tests.benchmarks.geocoding import county_noise
from tests.benchmarks.geocoding.asking import SEED, answers_to, build, keep
from tests.benchmarks.geocoding.county import homophone, make_counties, write_extract
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
    dice = random.Random(SEED)
    orphans = [
        f"{homophone(v.core, dice)}村{dice.randint(1, 9)}组" for v in dice.sample(list(counties[3].villages), 200)
    ]
    with open_geocoder(file, service_area=None) as geocoder:
        answers_to(geocoder, [*texts[:20], *orphans[:5]])
        seconds, resorts = _seconds(geocoder, texts), _seconds(geocoder, orphans)
    opened, megabytes = _opening(file)
    measures = [
        alone("an address, p50", statistics.median(seconds), at_most=0.001),
        alone("an address, p99", _p99(seconds), at_most=0.010),
        alone("a misspelt village without county or township, p99", _p99(resorts), at_most=0.010),
        alone("opening the gazetteer", opened, at_most=1.0),
        alone("memory with the gazetteer open", megabytes, unit="MB", at_most=300),
    ]
    names = sum(len(c.villages) for c in counties)
    notes = [
        f"{names:,} villages in {len(counties)} counties by our generator; one thread, CPU seconds; all kinds of noise."
    ]
    keep("geocode-speed", measures, notes, before, [])


def _seconds(geocoder: GazetteerGeocoder, texts: Sequence[str]) -> list[float]:
    """CPU seconds of each text, asked by itself."""
    seconds = []
    for text in texts:
        started = time.process_time()
        answers_to(geocoder, [text])
        seconds.append(time.process_time() - started)
    return seconds


def _p99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


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

"""Areas prepared for both engines under build/bench: measured while made, used again while both are the same."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from geodata.area.lock import locked_if_free
from geodata.coords import LonLat
from geodata.network.profiles import profile_named
from geodata.network.roads import Roads
from geodata.network.storage import read_roads
from tests.benchmarks.network.osrm_profile import write_profile
from tests.benchmarks.records import BENCH
from tests.peers.servers import osrm_car_profile, osrm_program
from tests.peers.wheels import ROOT, pinned_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a program took: wall clock, CPU seconds and the largest resident memory."""

    seconds: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An area for both engines.

    Attributes
    ----------
    ours : the directory of arrays. osrm : base of OSRM's files.
    ours_cost, extract_cost, contract_cost : of the programs, started anew; ours includes Python's start.
    steps : seconds of our steps.
    osrm_is_ready : False where it was stopped at its limit; contract_cost is the limit then.
    """

    name: str
    ours: Path
    osrm: Path
    ours_cost: Cost
    extract_cost: Cost
    contract_cost: Cost
    steps: dict[str, float]
    osrm_is_ready: bool = True

    @property
    def osrm_cost(self) -> Cost:
        """Of extract and contract together."""
        both = self.extract_cost, self.contract_cost
        return Cost(
            seconds=sum(c.seconds for c in both),
            cpu_s=sum(c.cpu_s for c in both),
            peak_mb=max(c.peak_mb for c in both),
        )

    @property
    def roads(self) -> Roads:
        """Our roads."""
        return read_roads(self.ours)


@contextmanager
def alone_in_build() -> Iterator[None]:
    """Refuse a second benchmark of networks in one folder: each would take away what the other has prepared."""
    BENCH.mkdir(parents=True, exist_ok=True)
    with locked_if_free(BENCH / ".areas.lock") as is_free:
        if not is_free:
            raise SystemExit(f"Another benchmark uses {BENCH / 'areas'}: wait for its end.")
        yield


def prepare(
    name: str,
    extract: Path,
    *,
    profile: str = "car",
    table_of: Path | None = None,
    again: bool = False,
    turn_s: float | None = None,
    own_lua: bool = False,
    osrm_cpu_s_at_most: int | None = None,
) -> Prepared:
    """Prepare an area for both, one thread each.

    Parameters
    ----------
    table_of : the extract that our speeds are read from, when it is another (one tile).
    again : even when it is there, to measure it.
    turn_s : for OSRM: what a turn costs at most, when it is not what the profile says.
    own_lua : let OSRM use its own car profile, other roads and other speeds.
    osrm_cpu_s_at_most : stop OSRM's contraction then.
    """
    # OSRM takes no path with a blank.
    area = name.replace(" ", "-")
    label = f"{area}-{profile}" + ("" if turn_s is None else f"-turn{turn_s:g}") + ("-carlua" if own_lua else "")
    folder = BENCH / "areas" / label
    state, key = folder / "prepared.json", _key()
    if not again and state.exists():
        known = json.loads(state.read_text())
        if known["key"] == key:
            return _read(known["prepared"])
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "osrm").mkdir(parents=True)
    ours = folder / "ours"
    command = [sys.executable, "-m", "tests.benchmarks.network.ours", "build", str(extract), profile, str(ours)]
    ours_cost, output = measured(command)
    link = folder / "osrm" / "map.osm.pbf"
    link.symlink_to(extract.resolve())
    lua = (
        osrm_car_profile()
        if own_lua
        else write_profile(table_of or extract, profile_named(profile), folder / "osrm", turn_s=turn_s)
    )
    extract_cost, _ = measured([osrm_program("osrm-extract"), "-p", lua, "-t", "1", link])
    base = folder / "osrm" / "map.osrm"
    contract: list[str | Path] = [osrm_program("osrm-contract"), "-t", "1", base]
    try:
        contract_cost, _ = measured(contract, cpu_s_at_most=osrm_cpu_s_at_most)
        osrm_is_ready = True
    except CpuLimitReachedError as exc:
        contract_cost, osrm_is_ready = exc.cost, False
    prepared = Prepared(
        name=name,
        ours=ours,
        osrm=base,
        ours_cost=ours_cost,
        extract_cost=extract_cost,
        contract_cost=contract_cost,
        steps=json.loads(output.splitlines()[-1]),
        osrm_is_ready=osrm_is_ready,
    )
    state.write_text(json.dumps({"key": key, "prepared": asdict(prepared)}, default=str))
    return prepared


#: One thread each, and Python keeps what it compiles, as it does unless it is told otherwise.
_ENV = {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}


#: Starts a program from a process that is small, and writes what it took: seconds, CPU seconds, kilobytes. One that is
#: started by this process itself would have its memory for the least of its peak, because Linux counts what a process
#: was before it became the program.
_LAUNCHER = """
import os, sys, time
started = time.perf_counter()
child = os.fork()
if child == 0:
    if sys.argv[2] != "0":
        import resource
        resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]), int(sys.argv[2])))
    os.execvp(sys.argv[3], sys.argv[3:])
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as file:
    print(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=file)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""


class CpuLimitReachedError(RuntimeError):
    """A program was stopped at its limit, after `cost`."""

    def __init__(self, cost: Cost) -> None:
        super().__init__(f"Stopped after {cost.cpu_s:.0f} CPU seconds.")
        self.cost = cost


def measured(
    command: Sequence[str | Path],
    *,
    stdin: str = "",
    env: dict[str, str] | None = None,
    cpu_s_at_most: int | None = None,
) -> tuple[Cost, str]:
    """Run a program alone; what it took and what it printed.

    Raises
    ------
    CpuLimitReachedError, RuntimeError
        It was stopped at its limit, or failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        usage = Path(folder) / "usage"
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, usage, str(cpu_s_at_most or 0), *command],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=os.environ | _ENV | (env or {}),
            check=False,
        )
        seconds, cpu_s, peak_kb = map(float, usage.read_text().split())
    cost = Cost(seconds=seconds, cpu_s=cpu_s, peak_mb=peak_kb / 1024)
    if done.returncode != 0:
        if cpu_s_at_most is not None and cpu_s >= cpu_s_at_most - 1:
            raise CpuLimitReachedError(cost)
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-3000:]}")
    return cost, done.stdout


def osrm_version() -> dict[str, str]:
    """Name the peer that is measured against."""
    return {"OSRM": pinned_version("osrm-bindings")}


def random_doors(roads: Roads, count: int, *, seed: int) -> list[LonLat]:
    """Return doors all over an area, some ten metres from a road as a rule."""
    chance = random.Random(seed)
    on_snappable = np.flatnonzero(roads.snappable)
    doors = []
    for _ in range(count):
        shape = roads.shape(int(on_snappable[chance.randrange(len(on_snappable))]))
        lon, lat = shape[chance.randrange(len(shape))].tolist()
        doors.append(LonLat(lon + chance.gauss(0, 0.0004), lat + chance.gauss(0, 0.0003)))
    return doors


def _key() -> str:
    """Name the state of both engines: our code as it is on disk, and the version of the peer."""
    files = sorted([*(ROOT / "geodata").rglob("*.py"), *Path(__file__).parent.glob("osrm_profile.*")])
    import hashlib

    digest = hashlib.sha256(pinned_version("osrm-bindings").encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _read(raw: dict[str, object]) -> Prepared:
    costs = {key: Cost(**raw[key]) for key in ("ours_cost", "extract_cost", "contract_cost")}  # type: ignore[arg-type]  # as written
    return Prepared(**(raw | costs | {"ours": Path(str(raw["ours"])), "osrm": Path(str(raw["osrm"]))}))  # type: ignore[arg-type]  # as written

"""What a benchmark found: measures against goals, as a table and as JSON."""

import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.peers.wheels import ROOT

BENCH = ROOT / "build" / "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One row.

    Attributes
    ----------
    ours : None where we have no valid answer.
    ratio : peer / ours, how many times as fast (or as small) we are; None where there is no peer.
    goal : in words; "" where the figure is only reported. reached : None where there is no goal.
    """

    measure: str
    ours: float | None
    peer_name: str
    peer: float | None
    unit: str
    ratio: float | None
    goal: str
    reached: bool | None


def against(
    measure: str, ours: float, peer: float, *, unit: str = "s", peer_name: str = "OSRM", times: float | None = None
) -> Measure:
    """Compare with a peer; `times` is the least ratio that is wanted."""
    ratio = peer / ours
    return Measure(
        measure=measure,
        ours=ours,
        peer_name=peer_name,
        peer=peer,
        unit=unit,
        ratio=ratio,
        goal="" if times is None else f"at least {times:g}x",
        reached=None if times is None else ratio >= times,
    )


def alone(
    measure: str, ours: float, *, unit: str = "s", at_most: float | None = None, at_least: float | None = None
) -> Measure:
    """Hold a figure against a limit, or only report it."""
    limits = [f"at most {at_most:g} {unit}"] if at_most is not None else []
    limits += [f"at least {at_least:g} {unit}"] if at_least is not None else []
    held = (at_most is None or ours <= at_most) and (at_least is None or ours >= at_least)
    return Measure(
        measure=measure,
        ours=ours,
        peer_name="",
        peer=None,
        unit=unit,
        ratio=None,
        goal=" and ".join(limits).rstrip(),
        reached=held if limits else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A benchmark that ran: its measures, and what one must know to repeat it.

    Attributes
    ----------
    table : rows of text that say the same at a glance, the head first; for the page.
    """

    name: str
    command: str
    date: str
    machine: str
    versions: dict[str, str]
    load_before: float
    load_after: float
    notes: list[str]
    measures: list[Measure]
    table: list[list[str]] = field(default_factory=list)


def save(
    name: str,
    measures: Sequence[Measure],
    notes: Sequence[str],
    *,
    load_before: float,
    peers: Mapping[str, str],
    table: Sequence[Sequence[str]] = (),
    command: str | None = None,
) -> Run:
    """Write what was found, so that it is kept if the rest does not get done.

    build/bench/NAME.json is the list of measures; NAME.run.json has in addition what the page says about the run.

    Parameters
    ----------
    peers : versions of what we are measured against. command : what repeats the run, if it is not `make bench-NAME`.
    """
    full = os.environ.get("FULL") == "1"
    run = Run(
        name=name,
        command=command or f"make bench-{name}{' FULL=1' if full else ''}",
        date=time.strftime("%Y-%m-%d"),
        machine=machine(),
        versions=versions() | dict(peers),
        load_before=round(load_before, 2),
        load_after=round(load(), 2),
        notes=list(notes),
        measures=list(measures),
        table=[list(row) for row in table],
    )
    BENCH.mkdir(parents=True, exist_ok=True)
    _write(BENCH / f"{name}.json", [asdict(measure) for measure in run.measures])
    _write(BENCH / f"{name}.run.json", asdict(run))
    return run


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def read_run(path: Path) -> Run:
    """Read a NAME.run.json."""
    raw = json.loads(path.read_text())
    return Run(**(raw | {"measures": [Measure(**row) for row in raw["measures"]]}))


def show(run: Run) -> None:
    """Print the tables."""
    console = Console(width=150)
    if run.table:
        glance = Table(*run.table[0])
        for line in run.table[1:]:
            glance.add_row(*line)
        console.print(glance)
    table = Table(title=f"{run.command}   {run.date}   load {run.load_before} to {run.load_after}")
    for column in ("measure", "ours", "peer", "ratio", "goal", "reached"):
        table.add_column(column, justify="left" if column in {"measure", "goal"} else "right")
    for row in run.measures:
        table.add_row(*cells(row))
    if run.measures:
        console.print(table)
    for note in run.notes:
        console.print(f"- {note}")


def cells(row: Measure) -> tuple[str, str, str, str, str, str]:
    """Write a row as text."""
    return (
        row.measure,
        "none" if row.ours is None else figure(row.ours, row.unit),
        row.peer_name if row.peer is None else f"{row.peer_name} {figure(row.peer, row.unit)}",
        "" if row.ratio is None else (f"{row.ratio:.3f}x" if abs(row.ratio - 1) < 0.1 else f"{row.ratio:.1f}x"),
        row.goal,
        "" if row.reached is None else ("yes" if row.reached else "NO"),
    )


def figure(value: float, unit: str) -> str:
    """Write a figure with three digits and its unit."""
    if unit == "s" and value < 1:
        value, unit = value * 1000, "ms"
    digits = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{digits} {unit}".rstrip()


def medians(runs: int, *functions: Callable[[], float]) -> list[float]:
    """Run functions in turn, so that all of them meet the same load; each returns its seconds. Median of each."""
    seconds = [[function() for function in functions] for _ in range(runs)]
    return [statistics.median(column) for column in zip(*seconds, strict=True)]


def timed(function: Callable[[], object]) -> Callable[[], float]:
    """Make a function that runs the given one and returns its seconds."""

    def run() -> float:
        started = time.perf_counter()
        function()
        return time.perf_counter() - started

    return run


def cpu_timed(function: Callable[[], object]) -> Callable[[], float]:
    """Make a function that runs the given one and returns the CPU seconds of this process."""

    def run() -> float:
        started = time.process_time()
        function()
        return time.process_time() - started

    return run


def load() -> float:
    """Load of the machine over the last minute."""
    return os.getloadavg()[0]


def machine() -> str:
    """Name the processor, its cores and the memory."""
    model = platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}"


def versions() -> dict[str, str]:
    """Name what was measured."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "doorstep": f"{version('doorstep')} ({commit})",
        "Python": platform.python_version(),
        "numba": version("numba"),
        "numpy": version("numpy"),
    }

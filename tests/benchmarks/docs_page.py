"""`make bench-docs`: writes docs/benchmarks.md from build/bench/*.run.json; a part that was not run stays as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.records import BENCH, Run, cells, read_run
from tests.peers.wheels import ROOT

_PAGE: Final = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the page: what it is about, and the runs that it shows, by name."""

    title: str
    introduction: str
    runs: dict[str, str]


_PARTS: Final = (
    Part(
        title="The road network",
        introduction="""`make bench-build`, `make bench-matrix` and `make bench-path`; `FULL=1` adds networks of a
million nodes. Each fetches OSRM as a wheel with pinned hashes, prepares the same extract for both and measures both in
one run. OSRM drives with a Lua profile (`tests/benchmarks/network/osrm_profile.lua`) that looks speed, direction and
access of each way up in a table written by our own reading of the tags: same roads, same speeds, same turn costs, same
turn restrictions. Nothing was tuned on these extracts but one figure: that a turn's angle is read 15 m behind the
junction, where the two agree best. Liechtenstein comes with the code; Krems, Andorra and Heidelberg are taken from
`../shared/data/osm` or the folder that `BENCH_EXTRACTS` names, where present. OSRM's Python bindings need a
Python >= 3.12; `BENCH_PYTHON` says where one is.

A ratio is OSRM's figure divided by ours. "reached" holds it against the goal of the project.""",
        runs={"build": "From an extract to answers", "matrix": "Matrices", "path": "Paths"},
    ),
    Part(
        title="The solver",
        introduction="""`make bench-solver`; `FULL=1` measures every cell with five seeds, which takes hours;
`KINDS=rural,windows` picks kinds of instances, `PEERS=PyVRP` peers, `ENGINE=or_tools` another engine of ours,
`CORES=1` runs one program at a time, `RESUME=1` goes on after what is known already. PyVRP and VROOM are installed from
pinned hashes into a virtual environment of their own. Every contender is one thread of a process of its own that stops
after the same CPU seconds; every plan is timed, audited and costed again by our own clock, check and cost function,
whoever made it. Published instances are taken from `../shared/data/vrp` or the folder that `BENCH_VRP` names, where
present; `own` ones come from our generator, with seeds that nothing was tuned on.
`make bench-metamorphic` plans days as they are and with more room.

A gap is how much more than the best known plan the median over the seeds costs.""",
        runs={"solver": "Gaps to the best known plans", "metamorphic": "What more room does"},
    ),
    Part(
        title="Geocoding",
        introduction="""`make bench-geocode`. Something is taken out of a map, a gazetteer is built from what is left,
and what was taken out is asked for, typed in many ways. Liechtenstein comes with the code; Krems is taken from
`../shared/data/geocoding` or the folder that `BENCH_GEOCODING` names, where present; the county and the province are
made by our generator (`tests/benchmarks/geocoding/county.py`).

precision: share of the accepted answers that are right; 1 where nothing was accepted. `-v` after
`python -m tests.benchmarks.geocoding.bench_geocode` prints each wrong answer.""",
        runs={
            "geocode-krems": "Krems",
            "geocode-liechtenstein": "Liechtenstein",
            "geocode-county": "A Chinese county",
            "geocode-reliability": "What confidence means",
            "geocode-speed": "Speed",
        },
    ),
    Part(
        title="The service",
        introduction="""`make bench-api`: a database, a web process and workers as processes of one machine.""",
        runs={"api": "Under load"},
    ),
)


def main() -> None:
    """Write the page."""
    found = {name: read_run(path) for part in _PARTS for name in part.runs if (path := _run_file(name)).exists()}
    if not found:
        raise SystemExit("No results in build/bench: run a benchmark first (make help lists them).")
    before = _parts_before()
    ran = {part.title for part in _PARTS if any(name in found for name in part.runs)}
    written = [_part(p, found) if p.title in ran else before.get(p.title, "") for p in _PARTS]
    parts = [text for text in written if text]
    _PAGE.write_text("# Benchmarks\n\nWritten by `make bench-docs`.\n\n" + "\n".join(parts))
    print(f"{_PAGE.relative_to(ROOT)} holds {sum(len(run.measures) for run in found.values())} measures.")


def _parts_before() -> dict[str, str]:
    """Read the page's parts by title, as they were written last."""
    if not _PAGE.exists():
        return {}
    parts = _PAGE.read_text().split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


def _run_file(name: str) -> Path:
    return BENCH / f"{name}.run.json"


def _part(part: Part, found: dict[str, Run]) -> str:
    sections = [_section(title, found[name]) for name, title in part.runs.items() if name in found]
    return "\n".join([f"## {part.title}", "", part.introduction, "", *sections])


def _section(title: str, run: Run) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    head = ("measure", "ours", "peer", "ratio", "goal", "reached")
    lines = [
        f"### {title}",
        "",
        f"`{run.command}` on {run.date}. {run.machine}; load {run.load_before} before and {run.load_after} after.",
        f"{versions}.",
        "",
        *(f"- {note}" for note in run.notes),
        "",
    ]
    if run.table:
        lines += [*_table(run.table[0], run.table[1:], "lr"), ""]
    rows = [cells(row) for row in run.measures]
    return "\n".join([*lines, *([*_table(head, rows, "lrrrll"), ""] if rows else [])])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], aligned: str) -> list[str]:
    """Write a table; the last letter of `aligned` stands for all further columns."""
    sides = aligned.ljust(len(head), aligned[-1])
    rules = ["---:" if side == "r" else "---" for side in sides[: len(head)]]
    return ["| " + " | ".join(row) + " |" for row in (head, rules, *rows)]


if __name__ == "__main__":
    main()

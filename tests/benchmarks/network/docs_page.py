"""`make bench-docs`: writes docs/benchmarks.md from build/bench/*.json, and nothing else into it."""

from tests.benchmarks.network.records import BENCH, Run, cells, read_run
from tests.peers.wheels import ROOT

_PAGE = ROOT / "docs" / "benchmarks.md"
_TITLES = {"build": "From an extract to answers", "matrix": "Matrices", "path": "Paths"}
_INTRODUCTION = """# Benchmarks of the road network

Written by `make bench-docs` from what `make bench-build`, `make bench-matrix` and `make bench-path` found; `FULL=1`
adds networks of a million nodes. Each fetches OSRM as a wheel with pinned hashes, prepares the same extract for both
and measures both in one run. OSRM drives with a Lua profile (`tests/benchmarks/network/osrm_profile.lua`) that looks
speed, direction and access of each way up in a table written by our own reading of the tags: same roads, same speeds,
same turn costs, same turn restrictions. Nothing was tuned on these extracts. Liechtenstein comes with the code; Krems,
Andorra and Heidelberg are taken from `../shared/data/osm` or the folder that `BENCH_EXTRACTS` names, where present.
OSRM's Python bindings need a Python >= 3.12; `BENCH_PYTHON` says where one is.

A ratio is OSRM's figure divided by ours. "reached" holds it against the goal of the project.
"""


def main() -> None:
    """Write the page."""
    runs = [read_run(path) for name in _TITLES if (path := BENCH / f"{name}.json").exists()]
    if not runs:
        raise SystemExit("No results in build/bench: run make bench-build, bench-matrix and bench-path first.")
    _PAGE.write_text("\n".join([_INTRODUCTION, *(_section(run) for run in runs)]))
    print(f"{_PAGE.relative_to(ROOT)} holds {sum(len(run.measures) for run in runs)} measures of {len(runs)} runs.")


def _section(run: Run) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    lines = [
        f"## {_TITLES[run.name]}",
        "",
        f"`{run.command}` on {run.date}. {run.machine}; load {run.load_before} before and {run.load_after} after.",
        f"{versions}.",
        "",
        "| measure | ours | peer | ratio | goal | reached |",
        "| --- | ---: | ---: | ---: | --- | --- |",
        *("| " + " | ".join(cells(row)) + " |" for row in run.measures),
        "",
        *(f"- {note}" for note in run.notes),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()

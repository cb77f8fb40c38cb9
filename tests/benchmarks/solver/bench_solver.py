"""`make bench-solver`: our plans against those of PyVRP, VROOM and OR-Tools after equal CPU seconds.

FULL=1 measures every cell with five seeds (hours). KINDS=rural,own picks kinds, PEERS=PyVRP peers, ENGINE an engine
of ours, SEEDS how many, CORES how many programs run at a time, RESUME=1 takes what earlier runs of the same code found,
and what other code found as the best known.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from routing.engines.registry import require_engine
from tests.benchmarks.records import load, save, show
from tests.benchmarks.solver.environment import peers_python
from tests.benchmarks.solver.instance import Instance
from tests.benchmarks.solver.kinds import ALL, BOUND, OURS, PYVRP, VROOM, Cell, cells
from tests.benchmarks.solver.runs import RUNS, Found, Job, best_costs, job, known, run_all
from tests.benchmarks.solver.summary import as_text, measures, rows
from tests.peers.wheels import PeerUnavailableError

_FULL: Final = os.environ.get("FULL") == "1"
_ENGINE: Final = os.environ.get("ENGINE") or "hybrid"

_ABOUT: Final = (
    "Equal CPU seconds; medians over the seeds.",
    "A gap with a time in brackets belongs to a plan that came after its budget, where there was none before.",
    "PyVRP and OR-Tools are asked for all budgets in one run: their course does not depend on the budget.",
    "VROOM ranks visits by priority before it counts travel; it runs to its end, whatever the budget.",
)


def main() -> None:
    """Run what is not known yet, print the table, write build/bench/solver.json."""
    before = load()
    require_engine(_ENGINE)
    chosen = _chosen()
    instances, absent = _instances(chosen)
    chosen = [cell for cell in chosen if cell.name in instances]
    peers, notes = _peers()
    jobs = [task for task in _jobs(chosen, instances) if peers or task.contender not in {PYVRP, VROOM}]
    if os.environ.get("RESUME") != "1":
        RUNS.unlink(missing_ok=True)
    found, left = known(jobs)
    cores = int(os.environ.get("CORES") or os.cpu_count() or 1)
    _announce(left, cores)
    for number, entries in enumerate(run_all(left, instances, peers, cores), start=1):
        found += entries
        _tell(number, len(left), entries)
    table = rows(chosen, found, best_costs())
    notes += [f"Not measured, for their data are not in BENCH_VRP: {', '.join(sorted(absent))}."] if absent else []
    run = save(
        "solver",
        measures(table, instances),
        [*notes, *_notes(found)],
        load_before=before,
        peers={entry.job.contender: entry.version for entry in found if entry.job.contender not in {OURS, BOUND}},
        table=as_text(table),
        command=_command(),
    )
    show(run)


def _chosen() -> list[Cell]:
    kinds = _words("KINDS")
    unknown = kinds - {cell.kind for cell in cells()}
    if unknown:
        sys.exit(f"KINDS: {', '.join(sorted(unknown))} must be of {', '.join(dict.fromkeys(c.kind for c in cells()))}.")
    chosen = [cell for cell in cells() if (_FULL or cell.quick) and (not kinds or cell.kind in kinds)]
    peers = _words("PEERS")
    unknown = peers - {*ALL, BOUND}
    if unknown:
        sys.exit(f"PEERS: {', '.join(sorted(unknown))} must be of {', '.join((*ALL[1:], BOUND))}.")
    wanted = peers | {OURS} if peers else {*ALL, BOUND}
    return [replace(cell, contenders=tuple(name for name in cell.contenders if name in wanted)) for cell in chosen]


def _words(switch: str) -> set[str]:
    return {word for word in os.environ.get(switch, "").split(",") if word}


def _instances(chosen: Sequence[Cell]) -> tuple[dict[str, Instance], set[str]]:
    instances: dict[str, Instance] = {}
    absent: set[str] = set()
    for cell in chosen:
        if cell.name not in instances | dict.fromkeys(absent):
            try:
                instances[cell.name] = cell.make()
            except FileNotFoundError:
                absent.add(cell.name)
    return instances, absent


def _peers() -> tuple[Path | None, list[str]]:
    try:
        return peers_python(), []
    except PeerUnavailableError as exc:
        return None, [f"{exc} They were left out."]


def _jobs(chosen: Sequence[Cell], instances: dict[str, Instance]) -> list[Job]:
    """Make one job for each seed and budget of ours, one for each seed and all budgets of a peer."""
    seeds = range(1, int(os.environ.get("SEEDS") or (5 if _FULL else 3)) + 1)
    jobs: dict[Job, None] = {}
    for seed in seeds:
        for cell in chosen:
            instance = instances[cell.name]
            budgets_s = [other.budget_s for other in chosen if other.name == cell.name]
            for contender in cell.contenders:
                if contender == BOUND:
                    jobs[job(BOUND, _ENGINE, instance, 1, [cell.reference_s or cell.budget_s])] = None
                    continue
                if contender != OURS:
                    one_is_enough = contender == VROOM
                    jobs[job(contender, "", instance, 1 if one_is_enough else seed, budgets_s)] = None
                    continue
                own_s = [cell.budget_s] + ([cell.reference_s] if cell.reference_s and seed == 1 else [])
                jobs |= {job(OURS, _ENGINE, instance, seed, [budget_s]): None for budget_s in own_s}
    return list(jobs)


def _announce(left: Sequence[Job], cores: int) -> None:
    cpu_s = sum(max(task.budgets_s) for task in left)
    print(f"{len(left)} runs, {cpu_s / 60:.0f} CPU minutes of search, {cores} at a time.", flush=True)


def _tell(number: int, count: int, entries: Sequence[Found]) -> None:
    for entry in entries:
        result = entry.fault or f"{entry.cost:>12,} after {entry.found_s:6.2f} CPU s, {entry.peak_mb:6.0f} MB"
        print(
            f"{time.strftime('%H:%M:%S')} {number:>4}/{count}  {entry.job.instance:<13} {entry.budget_s:>4g} s  "
            f"seed {entry.job.seed}  {entry.job.contender:<8}  {result}",
            flush=True,
        )


def _notes(found: Sequence[Found]) -> list[str]:
    faults = [entry for entry in found if entry.fault]
    late = [
        entry.used_s / max(entry.job.budgets_s) - 1 for entry in found if entry.job.contender == OURS and entry.used_s
    ]
    notes = list(_ABOUT)
    if late and max(late) > 0:
        notes.append(f"Our runs took {100 * max(late):+.1f} % of their CPU seconds at most.")
    notes += [
        f"{entry.job.contender} on {entry.job.instance}, {entry.budget_s:g} s, seed {entry.job.seed}: {entry.fault}"
        for entry in faults
    ]
    return notes


def _command() -> str:
    names = [
        name for name in ("FULL", "KINDS", "ENGINE", "SEEDS", "CORES") if os.environ.get(name) not in {None, "", "0"}
    ]
    return " ".join(["make bench-solver", *(f"{name}={os.environ[name]}" for name in names)])


if __name__ == "__main__":
    main()

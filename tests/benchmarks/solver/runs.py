"""Contenders run, and what they found is audited and kept in build/bench/solver/runs.jsonl."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from routing.errors import RoutingError
from tests.benchmarks.records import BENCH
from tests.benchmarks.solver.audit import InvalidPlanError, audited
from tests.benchmarks.solver.instance import Instance
from tests.benchmarks.solver.kinds import BOUND, OR_TOOLS, OURS, PYVRP, VROOM
from tests.peers.wheels import ROOT

FOLDER: Final = BENCH / "solver"
RUNS: Final = FOLDER / "runs.jsonl"

_PROGRAMS: Final = {OURS: "ours", PYVRP: "pyvrp_peer", VROOM: "vroom_peer", OR_TOOLS: "gls_peer", BOUND: "bound"}

#: A program that takes so many times its CPU seconds of wall time, and this many seconds more, hangs.
_PATIENCE: Final = 25
_SETTING_UP_S: Final = 1800

_ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


@dataclass(frozen=True, slots=True)
class Job:
    """One run of one contender. `budgets_s` are answered by the same run."""

    contender: str
    engine: str
    instance: str
    data: str
    seed: int
    budgets_s: tuple[float, ...]
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a contender had found at a budget.

    Attributes
    ----------
    found_s, wall_s : CPU and wall seconds since the search began when it was found. used_s : CPU seconds of the run.
    bound : no plan costs less, where that was asked for.
    cost, prize, served : as audited; cost is None where the plan is invalid or there is none, and `fault` says why.
    """

    job: Job
    budget_s: float
    version: str
    found_s: float
    wall_s: float
    used_s: float
    peak_mb: float
    cost: int | None
    prize: int
    served: int
    bound: int | None = None
    fault: str = ""


def job(contender: str, engine: str, instance: Instance, seed: int, budgets_s: Iterable[float]) -> Job:
    """Make a job that knows what data and code it stands for: a result of others is not taken for its own."""
    here = Path(__file__).parent
    files = [here / "contenders" / f"{name}.py" for name in (_PROGRAMS[contender], "snapshots")]
    if contender in {OURS, BOUND}:
        files += sorted((ROOT / "routing").rglob("*.py"))
    code = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    data = _digest(instance)
    return Job(
        contender, engine if contender in {OURS, BOUND} else "", instance.name, data, seed, tuple(budgets_s), code
    )


@lru_cache
def _digest(instance: Instance) -> str:
    return instance.digest()


def known(jobs: Iterable[Job]) -> tuple[list[Found], list[Job]]:
    """Read what earlier runs have found for these jobs; give it, and the jobs that are left to do.

    A run of a peer with more budgets, or of ours with just this one, answers as well.
    """
    answers: dict[tuple[Job, float], Found] = {}
    if RUNS.exists():
        for entry in filter(None, map(_read, RUNS.read_text().splitlines())):
            answers[_alone(entry.job, entry.budget_s), entry.budget_s] = entry
    found: list[Found] = []
    left: list[Job] = []
    for task in jobs:
        entries = [answers.get((_alone(task, budget_s), budget_s)) for budget_s in task.budgets_s]
        complete = [entry for entry in entries if entry is not None]
        if len(complete) == len(entries):
            found += complete
        else:
            left.append(task)
    return found, left


def best_costs() -> dict[str, int]:
    """Cost of the best plan of each instance that any run in hand has found, of earlier code too."""
    best: dict[str, int] = {}
    for entry in filter(None, map(_read, RUNS.read_text().splitlines() if RUNS.exists() else [])):
        if entry.cost is not None:
            best[entry.job.data] = min(entry.cost, best.get(entry.job.data, entry.cost))
    return best


def _alone(task: Job, budget_s: float) -> Job:
    return replace(task, budgets_s=(budget_s,))


def run_all(jobs: list[Job], instances: dict[str, Instance], peers: Path | None, cores: int) -> Iterator[list[Found]]:
    """Run jobs, `cores` at a time, and give what each found as soon as it has."""
    _file_of("").parent.mkdir(parents=True, exist_ok=True)
    for name, instance in instances.items():
        instance.save(_file_of(name))
    lock = threading.Lock()

    def one(task: Job) -> list[Found]:
        found = _run(task, instances[task.instance], peers)
        with lock, RUNS.open("a") as file:
            file.writelines(json.dumps(asdict(entry)) + "\n" for entry in found)
        return found

    with ThreadPoolExecutor(cores) as pool:
        try:
            for future in as_completed([pool.submit(one, task) for task in jobs]):
                yield future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _run(task: Job, instance: Instance, peers: Path | None) -> list[Found]:
    python = peers if task.contender in {PYVRP, VROOM} else Path(sys.executable)
    command = [str(python), "-m", f"tests.benchmarks.solver.contenders.{_PROGRAMS[task.contender]}"]
    command += [str(_file_of(task.instance)), str(task.seed), ",".join(f"{budget_s:g}" for budget_s in task.budgets_s)]
    command += [task.engine] if task.engine else []
    environment = os.environ | _ONE_THREAD | {"PYTHONPATH": str(ROOT)}
    limit_s = _SETTING_UP_S + _PATIENCE * max(task.budgets_s)
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=limit_s, check=True
        )
    except subprocess.TimeoutExpired:
        return [_nothing(task, budget_s, "It hung.") for budget_s in task.budgets_s]
    except subprocess.CalledProcessError as exc:
        last = (exc.stderr.strip().splitlines() or [f"exit code {exc.returncode}"])[-1]
        return [_nothing(task, budget_s, last) for budget_s in task.budgets_s]
    answer = json.loads(done.stdout.splitlines()[-1])
    return [_found(task, instance, answer, budget_s) for budget_s in task.budgets_s]


def _found(task: Job, instance: Instance, answer: dict[str, Any], budget_s: float) -> Found:
    plan = next((plan for plan in answer["plans"] if plan["budget_s"] == budget_s), None)
    if plan is None:
        return _nothing(task, budget_s, "No plan was found.")
    cost, prize, served, fault = None, 0, 0, ""
    try:
        value = audited(instance, instance.problem(), tuple(map(tuple, plan["routes"])))
        cost, prize, served = value.cost, value.prize, value.served
    except (InvalidPlanError, RoutingError) as exc:
        fault = str(exc)
    return Found(
        job=task,
        budget_s=budget_s,
        version=answer["version"],
        found_s=plan["found_s"],
        wall_s=plan["wall_s"],
        used_s=answer["used_s"],
        peak_mb=answer["peak_mb"],
        cost=cost,
        prize=prize,
        served=served,
        bound=answer["bound"],
        fault=fault,
    )


def _nothing(task: Job, budget_s: float, fault: str) -> Found:
    return Found(
        job=task,
        budget_s=budget_s,
        version=task.contender,
        found_s=0,
        wall_s=0,
        used_s=0,
        peak_mb=0,
        cost=None,
        prize=0,
        served=0,
        fault=fault,
    )


def _file_of(name: str) -> Path:
    return FOLDER / "instances" / f"{name}.npz"


def _read(line: str) -> Found | None:
    """Read a line; None where another version of this file has written it."""
    raw = json.loads(line)
    try:
        raw["job"] = Job(**(raw["job"] | {"budgets_s": tuple(raw["job"]["budgets_s"])}))
        return Found(**raw)
    except TypeError:
        return None

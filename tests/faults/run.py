"""`make test-faults`: many small plans, workers killed and frozen and PostgreSQL restarted meanwhile, and the count.

PLANS, WORKERS and SEED in the environment say how many, and which accidents happen; FAULTS_S for how long.
"""

import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from service.compiled import compile_now
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import resolve
from service.settings import Settings
from service.store.engine import open_engine
from service.store.jobs.plans import PlanStore
from service.store.migrate import migrate
from service.store.postgres.embedded import EmbeddedServer
from service.store.privacy.tenant_keys import TenantKeys
from tests.faults.crew import Crew
from tests.faults.ledger import Outcomes, keep_ledger, open_plans, outcomes
from tests.faults.worker import STALLED_S
from tests.geodata.area.village import build_village, write_village
from tests.postgres import new_folder

_TENANTS = ("north", "south", "west")
_DOORS = ("Mill Lane 7, Willowbrook", "Willowbrook")
_DAY = date(2026, 11, 25)
#: A solver on compiled code takes half a second of processor to start, the other a seventh.
ENGINES = ("hybrid", *["or_tools"] * 19)
_LONGEST_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What happened, and what came of it."""

    plans: int
    workers: int
    seed: int
    accidents: Counter[str]
    outcomes: Outcomes
    orphans: int
    seconds: float

    @property
    def faults(self) -> list[str]:
        """Say what should not be."""
        found = self.outcomes
        told = [
            (self.plans - found.states["successful"], "plans are not successful"),
            (found.without_outcome, "plans have no outcome"),
            (found.written_twice, "outcomes were written twice"),
            (self.orphans, "solvers outlived their worker"),
        ]
        return [f"{number} {what}" for number, what in told if number]

    def __str__(self) -> str:
        found, happened = self.outcomes, self.accidents
        return (
            f"{self.plans} plans of {len(_TENANTS)} tenants, {self.workers} workers, seed {self.seed}: "
            f"{happened['kill']} workers killed, {happened['freeze']} frozen, "
            f"PostgreSQL restarted {happened['restart']} times ({happened['crash']} of them by a crash)\n"
            f"ended: {dict(found.states)}; taken up again {found.takeovers} times, of these after a death "
            f"{found.lost_workers}; without outcome {found.without_outcome}, written twice {found.written_twice}, "
            f"orphans {self.orphans}; {self.seconds:.0f} s"
        )


def run(*, plans: int, workers: int, seed: int, faults_s: float) -> Report:
    """Make the plans while accidents happen for some seconds, then wait until all are over."""
    chance = random.Random(seed)
    compile_now()  # as workers do before they take work: a killed compilation would begin anew each time
    started = time.monotonic()
    with _scene() as (server, url, folder, engine):
        _accept(engine, folder, plans)
        crew = Crew(url, folder, size=workers, log=folder / "workers.log")
        try:
            while open_plans(engine) == plans and time.monotonic() < started + _LONGEST_S:
                time.sleep(0.1)
            accidents, orphans = _go_wrong(chance, crew, server, engine, seconds=faults_s)
            while _patiently_open(engine) and time.monotonic() < started + _LONGEST_S:
                crew.keep_up()
                time.sleep(0.1)
        finally:
            crew.dismiss()
        orphans += len(crew.orphans())
        if _patiently_open(engine):
            sys.stderr.write((folder / "workers.log").read_text()[-5000:])
        return Report(
            plans=plans,
            workers=workers,
            seed=seed,
            accidents=accidents,
            outcomes=outcomes(engine),
            orphans=orphans,
            seconds=time.monotonic() - started,
        )


def _go_wrong(
    chance: random.Random, crew: Crew, server: EmbeddedServer, engine: Engine, *, seconds: float
) -> tuple[Counter[str], int]:
    """Let accidents happen, one every second or two; return how many of each, and the solvers without a worker."""
    happened: Counter[str] = Counter()
    orphans, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and _patiently_open(engine):
        time.sleep(chance.uniform(0.4, 1.6))
        crew.keep_up()
        what = chance.choices(("kill", "freeze", "restart"), weights=(5, 4, 2))[0]
        if what == "restart":
            crash = chance.random() < 0.5
            _restart(server, crash=crash)
            happened["crash"] += crash
        elif not (victims := crew.victims(patience_s=2)):
            continue
        elif what == "kill":
            crew.kill(chance.choice(victims))
            orphans += len(crew.orphans())
        else:
            crew.freeze(chance.choice(victims), seconds=chance.uniform(0.2, 2 * STALLED_S))
        happened[what] += 1
    return happened, orphans


def _restart(server: EmbeddedServer, *, crash: bool) -> None:
    pid = server.pid
    if pid is not None:
        os.kill(pid, signal.SIGQUIT if crash else signal.SIGINT)
    while server.pid is not None:
        time.sleep(0.02)
    server.restart_if_dead()


def _patiently_open(engine: Engine) -> int:
    while True:
        try:
            return open_plans(engine)
        except OperationalError:
            time.sleep(0.1)


def _accept(database: Engine, folder: Path, plans: int) -> None:
    """Store small plans of several tenants in turn."""
    settings = Settings(state_dir=folder)
    area = build_village(write_village(folder), settings.areas_dir).meta
    shift = {"start": "08:00", "end": "17:00"}
    collector = {"id": "k1", "start": {"address": _DOORS[0]}, "shift": shift}
    cases = [{"id": f"c{number}", "address": door} for number, door in enumerate(_DOORS)]
    asked = {"cases": cases, "collectors": [collector], "area": area.name}
    requests = [
        resolve(
            PlanRequest.model_validate(asked | {"options": {"budget_s": 0.05, "engine": engine}}),
            area=area,
            settings=settings,
            now=datetime(2026, 11, 25, tzinfo=UTC),
        ).model_dump(mode="json")
        for engine in ENGINES
    ]
    keys = TenantKeys(database)
    stores = [PlanStore(database, keys, tenant=tenant) for tenant in _TENANTS]
    for number in range(plans):
        request = requests[number % len(requests)]
        stores[number % len(stores)].create(request=request, area=area.name, plan_date=_DAY)


@contextmanager
def _scene() -> Iterator[tuple[EmbeddedServer, str, Path, Engine]]:
    """A server of its own, which may crash but loses nothing then: only a power cut is left out."""
    folder = new_folder()
    server = EmbeddedServer(folder, options={"fsync": "off", "full_page_writes": "off"})
    url = server.start()
    engine = open_engine(url)
    try:
        migrate(url)
        keep_ledger(engine)
        yield server, url, folder, engine
    finally:
        engine.dispose()
        server.stop()
        shutil.rmtree(folder)


def main() -> int:
    """Run, print the counts, and fail when one of them is not as it should be."""
    report = run(
        plans=int(os.environ.get("PLANS", "200")),
        workers=int(os.environ.get("WORKERS", "3")),
        seed=int(os.environ.get("SEED", "1")),
        faults_s=float(os.environ.get("FAULTS_S", "25")),
    )
    sys.stdout.write(f"{report}\n")
    for fault in report.faults:
        sys.stdout.write(f"FAULT: {fault}\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())

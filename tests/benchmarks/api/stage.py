"""What a measurement of the service needs: a database, a web process, workers, and plans to make."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx

from geodata.area.meta import AreaMeta
from service.auth.caller import FIRST_TENANT
from service.auth.scope import Role
from service.child_process import dies_with_parent, stop_process
from service.compiled import compile_now
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import resolve
from service.settings import Settings
from service.store.access.tenant_identities import TenantIdentities
from service.store.engine import open_engine
from service.store.jobs.plans import PlanStore
from service.store.jobs.records import PlanRecord
from service.store.jobs.turns import Limits
from service.store.migrate import migrate
from service.store.postgres.embedded import EmbeddedServer
from service.store.privacy.tenant_keys import TenantKeys
from tests.geodata.area.village import build_village, write_village

#: A little more than a worker's heartbeat.
_SEEN_WITHIN_S: Final = 3.0
_DAY: Final = date(2026, 11, 25)
_SHIFT: Final = {"start": "08:00", "end": "20:00"}
_DOOR: Final = {"location": {"lat": 30.001, "lon": 100.0}}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A running service. `web` is its address, `headers` carry a planner's key, `plans` is the store behind it."""

    web: str
    headers: Mapping[str, str]
    url: str
    folder: Path
    area: AreaMeta
    plans: PlanStore

    def plan(
        self, *, budget_s: float | None = None, iterations: int | None = None, cases: int = 10, engine: str = "or_tools"
    ) -> UUID:
        """Have a plan made, in so many seconds or steps: doors along the village's streets."""
        doors = [
            {"id": f"c{number}", "location": {"lat": 30.0 + number * 37 % 101 / 25_250, "lon": 100.0}, "service_s": 60}
            for number in range(cases)
        ]
        asked = {
            "cases": doors,
            "collectors": [{"id": f"k{one}", "start": _DOOR, "shift": _SHIFT} for one in range(1 + cases // 30)],
            "area": self.area.name,
            "options": {"budget_s": budget_s, "iterations": iterations, "engine": engine},
        }
        request = resolve(
            PlanRequest.model_validate(asked),
            area=self.area,
            settings=Settings(state_dir=self.folder),
            now=datetime(2026, 11, 25, tzinfo=UTC),
        )
        return self.plans.create(request=request.model_dump(mode="json"), area=self.area.name, plan_date=_DAY)

    def done(self, ids: Sequence[UUID]) -> list[PlanRecord]:
        """Wait until plans are over."""
        while not all((found := self.plans.get(one)).status.is_terminal for one in ids):
            time.sleep(0.05 if len(ids) == 1 else 0.5)
        del found
        return [self.plans.get(one) for one in ids]

    @contextmanager
    def workers(self, number: int) -> Iterator[None]:
        """Run workers as a bank does, each a process with one plan at a time, all of them ready."""
        while self.plans.ready_workers(seen_within_s=_SEEN_WITHIN_S) > 0:
            time.sleep(0.1)
        command = [sys.executable, "-m", "service.cli.main", "worker"]
        settings = {
            "DOORSTEP_DATABASE_URL": self.url,
            "DOORSTEP_STATE_DIR": str(self.folder),
            "DOORSTEP_LOG_LEVEL": "warning",
        }
        running = [_started(command, settings, self.folder / "workers.log") for _ in range(number)]
        try:
            while self.plans.ready_workers(seen_within_s=_SEEN_WITHIN_S) < number:
                time.sleep(0.1)
            time.sleep(0.5)
            yield
        finally:
            for one in running:
                stop_process(one, polite=((signal.SIGTERM, 10.0),))


@contextmanager
def stage() -> Iterator[Stage]:
    """Start a database as the embedded one is, durable, and a web process on it."""
    compile_now()
    folder = Path(tempfile.mkdtemp(prefix="ds-", dir="/tmp"))
    server = EmbeddedServer(folder)
    url = server.start()
    engine = open_engine(url)
    web = None
    try:
        migrate(url)
        area = build_village(write_village(folder), Settings(state_dir=folder).areas_dir).meta
        settings = {
            "DOORSTEP_DATABASE_URL": url,
            "DOORSTEP_STATE_DIR": str(folder),
            "DOORSTEP_AREA": area.name,
            "DOORSTEP_RATE_LIMIT": "100000/second",
            "DOORSTEP_RATE_LIMIT_ADDRESS": "100000/second",
            "DOORSTEP_LOG_LEVEL": "warning",
        }
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
            port = listening.getsockname()[1]
            command = [sys.executable, "-m", "service.cli.web", str(listening.fileno())]
            web = _started(command, settings, folder / "web.log", pass_fds=(listening.fileno(),))
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/healthz")
        keys = TenantKeys(engine)
        _, key = TenantIdentities(engine, keys, tenant=FIRST_TENANT).add_key(
            name="benchmark", role=Role.PLANNER, created_by="benchmark"
        )
        plans = PlanStore(engine, keys, tenant=FIRST_TENANT, limits=Limits(max_running=100))
        headers = {"Authorization": f"Bearer {key}"}
        yield Stage(web=address, headers=headers, url=url, folder=folder, area=area, plans=plans)
    finally:
        if web is not None:
            stop_process(web, polite=((signal.SIGTERM, 10.0),))
        engine.dispose()
        server.stop()
        shutil.rmtree(folder)


def _started(
    command: list[str], environment: dict[str, str], log: Path, pass_fds: tuple[int, ...] = ()
) -> "subprocess.Popen[bytes]":
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
            pass_fds=pass_fds,
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only a prctl
        )


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if httpx.get(address, timeout=5).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    msg = f"{address} does not answer."
    raise TimeoutError(msg)

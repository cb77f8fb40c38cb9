"""The worker: takes plans and batches from the queues, rescues those of dead workers, and ends without losing any."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from psycopg import OperationalError
from sqlalchemy import Engine

from service.jobs.chores import Chores
from service.jobs.deliver import Deliverer
from service.jobs.execution import Execution, RunnerOf
from service.jobs.unbroken import unbroken
from service.settings import Settings
from service.store.engine import normalised_url, open_engine
from service.store.jobs.turns import limits_of
from service.store.jobs.work import WorkStore
from service.store.jobs.work_kinds import WorkKind
from service.store.privacy.tenant_keys import TenantKeys
from service.store.webhooks.due_deliveries import DueDeliveries
from service.telemetry.telemetry import Telemetry
from service.webhooks.sending import Sender

_POLL_EVERY_S = 1.0
_RECONNECT_AFTER_S = 1.0

_log = structlog.stdlib.get_logger(__name__)


class Worker:
    """Computes what waits in the queues, each kind with its runner, until it is told to stop.

    Each piece of work is computed in a thread of its own, up to `worker_concurrency` at a time; the planner moves
    heavy work into a child process, so that the event loop can send its heartbeat. Beside the queue every worker
    sends the messages of webhooks and does the Chores; what breaks there ends neither them nor the plans.

    `prepare` is called first, in a thread: no work is taken, and the worker is not counted as ready, before it returns.

    On `stop`, what runs has `worker_grace_s` to finish; then it goes back into the queue, its
    computation is told to stop, and its answer is thrown away.
    """

    def __init__(
        self,
        settings: Settings,
        url: str,
        runners: Mapping[WorkKind, RunnerOf],
        prepare: Callable[[], None] | None = None,
        telemetry: Telemetry | None = None,
        schedules: Callable[[], None] | None = None,
    ) -> None:
        self._schedules = schedules
        self._telemetry = telemetry if telemetry is not None else Telemetry()
        self._alive_at = time.monotonic()
        self._settings = settings
        self._url = normalised_url(url)
        self._runners = runners
        self._prepare = prepare
        self._stopped = asyncio.Event()
        self._hand_back = threading.Event()

    def stop(self) -> None:
        """Ask for the end; a second call ends the grace too. Call it on the event loop's thread."""
        if self._stopped.is_set():
            self._hand_back.set()
        self._stopped.set()

    def is_alive(self) -> bool:
        """Whether the event loop turned lately; any thread may ask. A database that is away changes nothing."""
        return time.monotonic() - self._alive_at < self._settings.worker_stalled_s

    async def run(self) -> None:
        """Work until `stop`. A database that goes away is waited for."""
        engine = open_engine(self._url)
        grace, pulse = asyncio.create_task(self._end_grace()), asyncio.create_task(self._beat())
        try:
            await self._prepared()
            while not self._stopped.is_set():
                try:
                    await self._work(engine)
                except (ConnectorException, OperationalError) as exc:
                    # The heartbeat's row may be gone too (another worker took this one for dead): start anew.
                    _log.warning("worker_disconnected", error=type(exc).__name__)
                    await self._sleep(_RECONNECT_AFTER_S)
        finally:
            for task in (grace, pulse):
                task.cancel()
            await asyncio.get_running_loop().shutdown_default_executor()  # statements under way have connections
            engine.dispose()

    async def _prepared(self) -> None:
        """Prepare, or be stopped meanwhile: the thread is then left to itself and ends with the process."""
        if self._prepare is None:
            return
        loop, prepare, done = asyncio.get_running_loop(), self._prepare, asyncio.Event()

        def work() -> None:
            try:
                prepare()
            finally:
                with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    loop.call_soon_threadsafe(done.set)

        threading.Thread(target=work, name="worker-prepare", daemon=True).start()
        waiting = [asyncio.create_task(event.wait()) for event in (done, self._stopped)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()

    async def _work(self, engine: Engine) -> None:
        settings = self._settings
        keys = TenantKeys(engine, secrets=settings.secrets)
        stores = [WorkStore(engine, kind, keys, tenant=None, limits=limits_of(settings)) for kind in self._runners]
        metrics = self._telemetry.metrics
        sender = Sender(allowed=settings.webhook_nets, timeout_s=settings.webhook_timeout_s)
        deliverer = Deliverer(DueDeliveries(engine, keys), sender.send, metrics)
        app = work_app(self._url, stores, self._run_one, settings.worker_concurrency)
        async with app.open_async():
            chores = Chores(app, stores, engine, keys, settings, self._schedules)
            beside = [
                asyncio.create_task(unbroken("chores", chores.run, metrics)),
                asyncio.create_task(unbroken("deliveries", deliverer.run, metrics)),
            ]
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[kind.queue for kind in self._runners],
                    concurrency=settings.worker_concurrency,
                    fetch_job_polling_interval=_POLL_EVERY_S,
                    update_heartbeat_interval=settings.worker_heartbeat_s,
                    stalled_worker_timeout=settings.worker_stalled_s,
                    delete_jobs="always",  # the row says how it ended
                    install_signal_handlers=False,
                )
            )
            stopped = asyncio.create_task(self._stopped.wait())
            await asyncio.wait((working, stopped), return_when=asyncio.FIRST_COMPLETED)
            working.cancel()  # to Procrastinate this means: fetch no more, wait for what runs
            for task in (stopped, *beside):
                task.cancel()
            await asyncio.wait((working, stopped, *beside))
            if not working.cancelled():
                working.result()

    def _run_one(self, store: WorkStore, work_id: UUID) -> None:
        claim = store.claim(work_id)
        if claim is None:
            return
        name = store.kind.name
        with self._telemetry.work(
            name, work_id=str(work_id), attempt=claim.attempt, waited_s=claim.waited_s, origin=claim.origin
        ) as ending:
            _log.info(f"{name}_started", attempt=claim.attempt, **{name: str(work_id)})
            execution = Execution(store, claim, self._hand_back)
            execution.run(self._runners[store.kind](claim.tenant))
            ending.outcome = execution.outcome

    async def _end_grace(self) -> None:
        await self._stopped.wait()
        await asyncio.sleep(self._settings.worker_grace_s)
        self._hand_back.set()

    async def _beat(self) -> None:
        while True:
            self._alive_at = time.monotonic()
            await asyncio.sleep(self._settings.worker_heartbeat_s)

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), timeout=seconds)


def work_app(
    url: str, stores: Sequence[WorkStore], run_one: Callable[[WorkStore, UUID], None], concurrency: int
) -> App:
    """Return Procrastinate's app with a task for each kind of work, as `plan_day(work_id)`."""
    # One connection listens, the others fetch jobs, end them and send the heartbeat.
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=concurrency + 3))

    def register(store: WorkStore) -> None:
        @app.task(name=store.kind.task, queue=store.kind.queue)
        def work(*, work_id: str) -> None:  # not async: Procrastinate gives it a thread
            run_one(store, UUID(work_id))

    for store in stores:
        register(store)
    return app

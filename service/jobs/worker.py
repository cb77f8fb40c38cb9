"""The worker: takes plans from the queue, rescues those of dead workers, and ends without losing any."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from psycopg import OperationalError
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError as DatabaseAwayError

from service.jobs.execution import Execution, RunPlan
from service.settings import Settings
from service.store.engine import normalised_url, open_engine
from service.store.plans import PlanStore
from service.store.queue import PLAN_QUEUE, PLAN_TASK
from service.store.rescue import PlanRescue

_POLL_EVERY_S = 1.0
_RECONNECT_AFTER_S = 1.0

_log = structlog.stdlib.get_logger(__name__)


class Worker:
    """Computes plans with `run_plan` until it is told to stop.

    Each plan is computed in a thread of its own, up to `worker_concurrency` at a time; `run_plan` moves heavy work
    into a child process, so that the event loop can send its heartbeat. Every worker also looks for
    plans of workers whose heartbeat has stopped: outside the queue, because a job for that would wait behind
    the plan that this worker is computing.

    `prepare` is called first, in a thread: no plan is taken, and the worker is not counted as ready, before it returns.

    On `stop`, the running plans have `worker_grace_s` to finish; then they go back into the queue, their
    computation is told to stop, and its answer is thrown away.
    """

    def __init__(
        self, settings: Settings, url: str, run_plan: RunPlan, prepare: Callable[[], None] | None = None
    ) -> None:
        self._settings = settings
        self._url = normalised_url(url)
        self._run_plan = run_plan
        self._prepare = prepare
        self._stopped = asyncio.Event()
        self._hand_back = threading.Event()

    def stop(self) -> None:
        """Ask for the end; a second call ends the grace too. Call it on the event loop's thread."""
        if self._stopped.is_set():
            self._hand_back.set()
        self._stopped.set()

    async def run(self) -> None:
        """Work until `stop`. A database that goes away is waited for."""
        engine = open_engine(self._url)
        grace = asyncio.create_task(self._end_grace())
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
            grace.cancel()
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
        store = PlanStore(engine)
        rescue = PlanRescue(engine, max_losses=settings.max_worker_losses)
        app = plan_app(self._url, lambda plan_id: self._run_one(store, plan_id), settings.worker_concurrency)
        async with app.open_async():
            rescuing = asyncio.create_task(self._keep_rescuing(app, rescue))
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[PLAN_QUEUE],
                    concurrency=settings.worker_concurrency,
                    fetch_job_polling_interval=_POLL_EVERY_S,
                    update_heartbeat_interval=settings.worker_heartbeat_s,
                    stalled_worker_timeout=settings.worker_stalled_s,
                    delete_jobs="always",  # the plan's row says how it ended
                    install_signal_handlers=False,
                )
            )
            stopped = asyncio.create_task(self._stopped.wait())
            await asyncio.wait((working, rescuing, stopped), return_when=asyncio.FIRST_COMPLETED)
            working.cancel()  # to Procrastinate this means: fetch no more, wait for what runs
            for task in (stopped, rescuing):
                task.cancel()
            await asyncio.wait((working, stopped, rescuing))
            for task in (working, rescuing):
                if not task.cancelled():
                    task.result()

    def _run_one(self, store: PlanStore, plan_id: UUID) -> None:
        claim = store.claim(plan_id)
        if claim is None:
            return
        _log.info("plan_started", plan=str(plan_id), attempt=claim.attempt)
        Execution(store, claim, self._hand_back).run(self._run_plan)

    async def _keep_rescuing(self, app: App, rescue: PlanRescue) -> None:
        while True:
            try:
                await self._end_stalled_jobs(app)
                rescued = await asyncio.to_thread(rescue.rescue)
            except (ConnectorException, DatabaseAwayError) as exc:
                _log.warning("rescue_failed", error=type(exc).__name__)
            else:
                for one in rescued:
                    _log.warning("plan_rescued", plan=str(one.plan_id), lost=one.lost, failed=one.failed)
            await asyncio.sleep(self._settings.worker_heartbeat_s)

    async def _end_stalled_jobs(self, app: App) -> None:
        """Delete the jobs of dead workers, rather than retry them.

        A worker that only slept ends its job when it wakes up. If that job had been given to another worker, it
        would be ended under that worker's hands; a new job has a new number.
        """
        stalled = await app.job_manager.get_stalled_jobs(
            task_name=PLAN_TASK, seconds_since_heartbeat=self._settings.worker_stalled_s
        )
        for job in stalled:
            with suppress(ConnectorException):  # another worker was faster
                await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)

    async def _end_grace(self) -> None:
        await self._stopped.wait()
        await asyncio.sleep(self._settings.worker_grace_s)
        self._hand_back.set()

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), timeout=seconds)


def plan_app(url: str, run_one: Callable[[UUID], None], concurrency: int) -> App:
    """Return Procrastinate's app with the one task of this service, `plan_day(plan_id)`."""
    # One connection listens, the others fetch jobs, end them and send the heartbeat.
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=concurrency + 3))

    @app.task(name=PLAN_TASK, queue=PLAN_QUEUE)
    def plan_day(*, plan_id: str) -> None:  # not async: Procrastinate gives it a thread
        run_one(UUID(plan_id))

    return app
